"""Her profile as a sheet of paper shows it."""

from typing import Any

from flask_babel import gettext

from portal.core import clock
from portal.credentials.pages import in_words
from portal.enrolments.models import Enrolment
from portal.offerings.labels import competence_words
from portal.profile.queries import Profile
from portal.progress.models import Observation
from portal.web.i18n import locale_code
from portal.web.words import day_and_year, hours, label


def profile_paper(profile: Profile) -> dict[str, Any]:
    """Gather what the sheet needs, in the language of the page.

    `profile` is as others see it.
    """
    today = clock.today()
    return {
        "name": profile.participant.name,
        "language": locale_code(),
        "day": [today.year, today.month, today.day],
        "headline": profile.headline,
        "skills": [
            {
                "words": competence_words(skill.competence),
                "said": [_said(row) for rows in skill.said.values() for row in rows],
            }
            for skill in profile.skills
        ],
        "activities": [_when(row) for row in profile.activities],
        "hours": ""
        if profile.minutes is None
        else gettext("%(hours)s hours in all.", hours=hours(profile.minutes)),
        "badges": [in_words(badge) for badge in profile.badges],
        "others": gettext("What others gave me"),
        "wish": profile.wish,
        "learns": ", ".join(competence_words(key) for key in profile.learns),
        "learn": gettext("I want to learn:"),
        "phone": profile.phone,
        "can": gettext("What I can do"),
        "did": gettext("What I did"),
        "want": gettext("What I want"),
        "foot": gettext(
            "%(name)s chose what stands here. Made on %(day)s.",
            name=profile.participant.name, day=day_and_year(today),
        ),
    }  # fmt: skip


def _said(row: Observation) -> dict[str, str]:
    return {
        "voice": row.voice.value,
        "who": in_whose_words(row),
        "example": row.example,
        "level": label(row.level),
        "day": day_and_year(row.observed_on),
        "objection": row.objection,
        "objects": gettext("I do not agree"),
    }


def _when(row: Enrolment) -> list[str]:
    days = " – ".join(day_and_year(day) for day in (row.started_on, row.ended_on) if day)
    return [row.offering.title, row.offering.organisation.name, days]


def in_whose_words(row: Observation) -> str:
    """Who says it, as others read it: a role, and no name."""
    return gettext("Her own words") if row.voice == "participant" else label(row.voice)
