"""A message to several as it arrives: on a phone, in a mail, on paper."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import force_locale

from portal.core import clock
from portal.enrolments.pages import called
from portal.notices.commands import draft
from portal.notices.models import Notice
from portal.notices.pages import language_of, letter_text, text_message
from portal.notices.rules import CARRIED, Channel
from portal.talks import commands, queries, rules
from portal.web.i18n import text_direction
from portal.web.words import day_and_year


def as_it_arrives(reached: Iterable[queries.Addressee], body: str) -> dict[Channel, str]:
    """What the first reader by each carrier, and the first on paper, would read."""
    first: dict[Channel, queries.Addressee] = {}
    for one in reached:
        first.setdefault(one.to.channel if one.to.channel in CARRIED else Channel.LETTER, one)
    return {
        channel: text_message([_notice(one, body)])
        if channel is Channel.SMS
        else letter_text([_notice(one, body)], on_paper=channel is Channel.LETTER)
        for channel, one in sorted(first.items(), reverse=True)
    }


def letters_paper(reached: Sequence[queries.Addressee], body: str) -> dict[str, Any]:
    """A sheet for each of these people, in her own language, to hand over."""
    return {"letters": [_sheet(one, body) for one in reached]}


def _sheet(one: queries.Addressee, body: str) -> dict[str, Any]:
    notice = _notice(one, body)
    language, text = language_of(notice), letter_text([notice], on_paper=True)
    with force_locale(language):
        return {
            "language": language,
            "direction": text_direction(language),
            "name": called(one.enrolment.participant, on_paper=True),
            "organisation": one.enrolment.offering.organisation.name,
            "on": day_and_year(clock.today()),
            "parts": [part.splitlines() for part in text.split("\n\n")],
        }


def _notice(one: queries.Addressee, body: str) -> Notice:
    return draft(one.to, rules.TOLD, commands.words_for(one.enrolment, body))
