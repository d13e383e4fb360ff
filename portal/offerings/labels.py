"""A plain sentence where a word of the offerings room needs one."""

from collections.abc import Iterable
from typing import Any

from flask_babel import get_locale, gettext, lazy_gettext as _l

from portal.offerings import rules
from portal.offerings.rules.competences import all_competences, competences
from portal.web.i18n import SPOKEN
from portal.web.words import label

# What a hard word means, said where it stands.
EXPLAINED: dict[Any, Any] = {
    rules.OfferingKind.PRE_TRAJECTORY: _l("learning and practising for work"),
    rules.OfferingKind.DAY_ACTIVITY: _l("doing something together"),
    rules.WorkWord.AANPAKKEN: _l("cleaning, lifting, working outside"),
    rules.WorkWord.HELPEN: _l("being there for others"),
    rules.WorkWord.MAKEN: _l("cooking, sewing, building, repairing"),
    rules.WorkWord.VERKOPEN: _l("working in a shop or a café"),
    rules.WorkWord.VERVOEREN: _l("bringing and fetching things"),
    rules.Intake.DIRECT: _l("Who signs up has a place at once, as long as there are places."),
    rules.Intake.BY_INVITATION: _l("You talk with each person first, and then decide."),
    rules.WaitingLine.FIRST_COME: _l("The portal offers the place at once, with a time to answer."),
    rules.WaitingLine.BY_STAFF: _l("You see that a place is free, and offer it to somebody."),
}


def explanation(member: rules.OfferingKind | rules.WorkWord | rules.Intake) -> str:
    """The plain sentence that belongs to a word, to show beside it."""
    return str(EXPLAINED[member])


def missing_in_words(missing: str) -> str:
    """What still stands between an offering and the public, for a message that names it."""
    return label(rules.Missing(missing))


def competence_words(key: str) -> str:
    """Say a competence in plain words; its key if it is gone."""
    found = all_competences().get(key)
    return found.plain(str(get_locale())) if found else key


def grouped_competences(
    trained: Iterable[str], kept: str | None = None
) -> dict[str, list[tuple[str, str]]]:
    """Group competences to choose from: the trained first; `kept` is one that stood there."""
    first = set(trained)
    keys = dict.fromkeys([*competences(), *([kept] if kept else [])])
    words = [(key, competence_words(key)) for key in keys]
    groups = {
        gettext("Choose"): [("", gettext("Choose what fits"))],
        gettext("Learned in this activity"): [pair for pair in words if pair[0] in first],
        gettext("Something else"): [pair for pair in words if pair[0] not in first],
    }
    return {heading: pairs for heading, pairs in groups.items() if pairs}


def language_note(code: str) -> str:
    """Say in which language a text is; nothing where it is that of the page."""
    here = get_locale()
    if here is None or here.language == code:
        return ""
    if code == "nl":
        return str(gettext("This is in Dutch."))
    name = SPOKEN.get(code, code)
    return str(gettext("This is in another language: %(language)s", language=name))
