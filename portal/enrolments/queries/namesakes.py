"""People of one name, told apart, and whom of a list of names an organisation may know."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from portal.core import actor_of, as_house, asks_all, asks_rows, folded, to_local
from portal.core.grouped import grouped
from portal.core.names import telling
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import OPEN, EnrolmentStatus
from portal.enrolments.rules.entering import may_be_one
from portal.offerings.models import Offering
from portal.participants.models import Participant, ParticipantLink
from portal.participants.queries import list_folded, people_by_id

_MOST_GROUPS = 2


class FirstDay(NamedTuple):
    """Her first day; until she has one, the day she was entered."""

    has_begun: bool
    on: date


@dataclass(frozen=True)
class Note:
    """What is said of somebody beside her name; what doesn't tell her apart is empty."""

    day: FirstDay | None = None
    groups: tuple[str, ...] = ()
    number: int = 0  # among those of her name, in the order they were entered
    digits: str = ""  # the last two of her phone, beside the number


def notes_among(session: Session, folded_names: Mapping[int, str]) -> dict[int, Note]:
    """Say what tells namesakes on one list apart, by id; of others nothing."""
    times = Counter(folded_names.values())
    twice = [id_ for id_, name in folded_names.items() if times[name] > 1]
    return notes_of(session, twice) if twice else {}


def notes_of(session: Session, ids: Collection[int]) -> dict[int, Note]:
    """Say what tells these apart from all namesakes the reader sees, by id."""
    with as_house(session):  # most names are nobody else's; that is quick to ask, and not shown
        names = _names_of_more_than_one(session, ids)
    if not names:
        return {}
    people = grouped((row.folded_name, row) for row in _called(session, names))
    notes = _notes(session, [group for group in people.values() if len(group) > 1])
    return {id_: note for id_, note in notes.items() if id_ in ids}


@asks_all
def _names_of_more_than_one(ids: Collection[int]) -> Select[str]:
    one, other = aliased(Participant), aliased(Participant)
    return (
        select(one.folded_name)
        .join(other, (other.folded_name == one.folded_name) & (other.id != one.id))
        .where(one.id.in_(ids))
    )


@asks_rows
def _called(names: Sequence[str]) -> Select[int, str, datetime]:
    her = Participant
    named = select(her.id, her.folded_name, her.created_at).where(her.folded_name.in_(names))
    return named.order_by(her.id)


@asks_rows
def _took_part(ids: Sequence[int]) -> Select[int, date | None, EnrolmentStatus, str]:
    row = Enrolment
    hers = select(row.participant_id, row.started_on, row.status, Offering.title)
    return hers.join(row.offering).where(row.participant_id.in_(ids)).order_by(row.id)


@asks_rows
def _phones(ids: Sequence[int], organisation_id: int | None) -> Select[int, str]:
    link = ParticipantLink
    known = select(link.participant_id, link.phone)
    return known.where(link.participant_id.in_(ids), link.organisation_id == organisation_id)


def _notes(session: Session, groups: Collection[Sequence[Any]]) -> dict[int, Note]:
    ids = [row.id for group in groups for row in group]
    rows = grouped((hers.participant_id, hers) for hers in _took_part(session, ids))
    phones = _phones(session, ids, actor_of(session).organisation_id)
    digits = {row.participant_id: row.phone[-2:] for row in phones}
    notes = {}
    for group in groups:
        facts = [
            (_day_of(row, rows[row.id]), _groups_of(rows[row.id]), number)
            for number, row in enumerate(group, start=1)
        ]
        kinds = telling(facts)
        for row, (day, titles, number) in zip(group, facts, strict=True):
            notes[row.id] = Note(
                day if 0 in kinds else None,
                titles if 1 in kinds else (),
                number if 2 in kinds else 0,
                digits.get(row.id, "") if 2 in kinds else "",
            )
    return notes


def _day_of(person: Any, rows: Sequence[Any]) -> FirstDay:
    first = min((hers.started_on for hers in rows if hers.started_on), default=None)
    return FirstDay(first is not None, first or to_local(person.created_at).date())


def _groups_of(rows: Sequence[Any]) -> tuple[str, ...]:
    """The titles of what she takes part in or hopes to, the latest first."""
    titles = dict.fromkeys(hers.title for hers in reversed(rows) if hers.status in OPEN)
    return tuple(titles)[:_MOST_GROUPS]


@dataclass(frozen=True)
class Asked:
    """A name in a list that may be somebody's already; `key` names the question."""

    key: str
    name: str
    known: Sequence[Participant]
    is_twice: bool  # it stands in the list before


def list_asked(session: Session, organisation_id: int | None, names: Sequence[str]) -> list[Asked]:
    """What is to be asked about these names before anybody is entered; most often nothing."""
    everybody = list_folded(session, organisation_id)
    names_folded = [folded(name) for name in names]
    alike = [
        [id_ for id_, other in everybody.items() if other and may_be_one(name, other)]
        for name in names_folded
    ]
    people = people_by_id(session, {id_ for ids in alike for id_ in ids})
    return [
        Asked(
            key=f"who {number} {names_folded[number]}",
            name=name,
            known=[people[id_] for id_ in alike[number] if id_ in people],
            is_twice=names_folded[number] in names_folded[:number],
        )
        for number, name in enumerate(names)
    ]
