"""Her profile as a sheet of paper shows it."""

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from flask_babel import gettext

from portal.core import clock
from portal.core.canonical import readable
from portal.credentials.models import Credential
from portal.credentials.pages import in_words, said_by
from portal.enrolments.models import Enrolment
from portal.offerings.labels import competence_words
from portal.profile.queries import Profile, Skill
from portal.progress.models import Observation
from portal.progress.rules import SkillLevel, Voice
from portal.web.i18n import locale_code
from portal.web.words import day_and_year, hours, label


def profile_paper(profile: Profile, photos: Mapping[str, bytes]) -> dict[str, Any]:
    """Gather what the sheet needs, in the language of the page.

    `profile` is as others see it; `photos` are by their digest.
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
                "said": [
                    _said(row, photos.get(profile.photos.get(row.first_id, "")))
                    for row in skill.rows()
                ],
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


def _said(row: Observation, photo: bytes | None) -> dict[str, Any]:
    from portal.offerings.rules.pictures import as_jpeg  # which takes Pillow along

    return {
        "voice": row.voice.value,
        "who": said_by(row.voice),
        "example": row.example,
        "level": label(row.level),
        "day": day_and_year(row.observed_on),
        "objection": row.objection,
        "objects": gettext("I do not agree"),
        "photo": photo and list(as_jpeg(photo)),
        "alt": gettext("A photo with this example"),
    }


def _when(row: Enrolment) -> list[str]:
    days = " – ".join(day_and_year(day) for day in (row.started_on, row.ended_on) if day)
    return [row.offering.title, row.offering.organisation.name, days]


@dataclass(frozen=True)
class Path:
    """What one voice said over time: marks, and the line that holds each."""

    voice: Voice
    first: SkillLevel
    last: SkillLevel
    marks: list[tuple[int, int]]

    @property
    def line(self) -> str:
        """The last example holds until the next one; nothing is measured in between."""
        (x, y), *later = self.marks
        return f"M{x} {y}" + "".join(f"H{x}V{y}" for x, y in later)


def growth(skill: Skill) -> list[Path]:
    """Draw how each voice saw it grow: a field of 360 by 300, three bands."""
    days = [row.observed_on for row in skill.rows()]
    first, span = min(days), max(1, (max(days) - min(days)).days)

    def mark(row: Observation) -> tuple[int, int]:
        down = list(SkillLevel)[::-1].index(row.level) * 100 + list(Voice).index(row.voice) * 22
        return 24 + 312 * (row.observed_on - first).days // span, 16 + down

    return [
        Path(voice, rows[-1].level, rows[0].level, [mark(row) for row in reversed(rows)])
        for voice, rows in skill.said.items()
    ]


def take_along(profile: Profile, proofs: Iterable[Credential], files: Mapping[str, bytes]) -> bytes:
    """Pack all that is hers: in words, proofs and badges, and `files`."""
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as packed:
        packed.writestr("alles.json", readable(profile_paper(profile, {})))
        for proof in proofs:
            packed.writestr(f"{proof.number}.jwt", proof.token)
        for badge in profile.badges:
            packed.writestr(f"badge-{badge.uuid}.jwt", badge.token)
        for name, data in files.items():
            packed.writestr(name, data)
    return out.getvalue()
