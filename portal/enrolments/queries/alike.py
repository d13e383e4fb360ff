"""Whom of a list of names an organisation may know already."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from portal.core import folded
from portal.enrolments.rules.entering import may_be_one
from portal.participants.models import Participant
from portal.participants.queries import list_folded, people_by_id


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
