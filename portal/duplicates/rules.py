"""When two people look like one, and the life of a merge."""

from collections.abc import Hashable, Iterable, Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import combinations
from typing import NamedTuple

from portal.core.errors import N_
from portal.core.grouped import grouped
from portal.core.worded import WordedEnum

UNDO_WITHIN = timedelta(days=30)
_ALIKE = 0.9  # of two names, on a scale to 1
_MOST_WITH_ONE_SIGN = 30  # a number that more people have (a desk's) says nothing


class MergeStatus(WordedEnum):
    # another organisation that knows one of them has its say
    ASKED = "asked", N_("Waits for an answer")
    DONE = "done", N_("Brought together")
    REFUSED = "refused", N_("Not brought together")
    UNDONE = "undone", N_("Taken back")
    # staff looked: two people, not to be suggested again
    NOT_THE_SAME = "not_the_same", N_("Two different people")


class EntryButton(StrEnum):
    """What can be done about two entries, or about a merge of them."""

    TOGETHER = "together"
    APART = "apart"
    AGREE = "agree"
    REFUSE = "refuse"
    UNDO = "undo"


class Kind(WordedEnum):
    """What may have been written of somebody."""

    ENROLMENTS = "enrolments", N_("Sign-ups")
    MARKS = "marks", N_("Times on a register")
    EXAMPLES = "examples", N_("Examples")
    STEPS = "steps", N_("Steps on the ladder")
    AGREEMENTS = "agreements", N_("Agreements")
    TERMS = "terms", N_("Programmes")


class Sign(WordedEnum):
    """What makes two entries look like one person."""

    NAME = "name", N_("The same name")
    NAME_AND_CONTACT = "name_and_contact", N_("The same name, and the same phone or e-mail")
    CONTACT = "contact", N_("Nearly the same name, and the same phone or e-mail")
    BIRTH_YEAR = "birth_year", N_("Nearly the same name, and the same year of birth")


class Entry(NamedTuple):
    """What is compared of somebody who was entered; the name as `core.names` folds it."""

    id: int
    name: str
    phone: str = ""
    email: str = ""
    birth_year: int | None = None


def sign_of(one: Entry, other: Entry) -> Sign | None:
    """Say why two may be one person, by more than a contact; else None."""
    if one.birth_year and other.birth_year and one.birth_year != other.birth_year:
        return None
    names = one.name, other.name
    share_contact = bool(one.phone and one.phone == other.phone) or bool(
        one.email and one.email.casefold() == other.email.casefold()
    )
    if names[0] == names[1] and names[0]:
        if share_contact:
            return Sign.NAME_AND_CONTACT
        differ = bool(one.phone and other.phone) or bool(one.email and other.email)
        return None if differ else Sign.NAME
    from rapidfuzz.distance import JaroWinkler

    if JaroWinkler.similarity(*names) < _ALIKE or _initials_differ(*names):
        return None
    if share_contact:
        return Sign.CONTACT
    return Sign.BIRTH_YEAR if one.birth_year and one.birth_year == other.birth_year else None


def _initials_differ(*names: str) -> bool:
    """Whether the last names begin otherwise: `fatma a` and `fatma b` are two people."""
    last = [words[-1][0] for name in names if len(words := name.split()) > 1]
    return len(set(last)) > 1


def pairs(entries: Iterable[Entry]) -> list[tuple[int, int, Sign]]:
    """Pair entries that may be one person, as ids with the older first.

    Only those are compared that share a name, a contact or a year of birth with the first letter.
    """
    groups = grouped((key, entry) for entry in entries for key in _keys(entry))
    found: dict[tuple[int, int], Sign] = {}
    for group in groups.values():
        if not 1 < len(group) <= _MOST_WITH_ONE_SIGN:
            continue
        for one, other in combinations(sorted(group), 2):
            if sign := sign_of(one, other):
                found[one.id, other.id] = sign
    return [(*ids, sign) for ids, sign in sorted(found.items())]


def _keys(entry: Entry) -> Iterator[Hashable]:
    yield Sign.NAME, entry.name
    if entry.phone:
        yield Sign.CONTACT, entry.phone
    if entry.email:
        yield Sign.CONTACT, entry.email.casefold()
    if entry.birth_year and entry.name:
        yield Sign.BIRTH_YEAR, entry.birth_year, entry.name[0]


def may_undo(status: MergeStatus, done_at: datetime | None, now: datetime) -> bool:
    """Whether a merge can still be taken back."""
    return status is MergeStatus.DONE and done_at is not None and now <= done_at + UNDO_WITHIN
