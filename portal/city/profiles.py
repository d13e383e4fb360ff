"""Profiles: what people say of themselves, and to whom they show it."""

from collections.abc import Iterable
from datetime import timedelta

from portal.city import texts
from portal.city.groups import Group
from portal.city.people import Person
from portal.city.rows import Rows
from portal.city.stays import Stay
from portal.core import ActorKind, AuditEvent
from portal.enrolments.rules import TOOK_PART
from portal.profile.models import ProfileChoice, ProfileShare
from portal.profile.queries import OPENED

_ONE_IN, _ONE_SHARES_IN = 5, 15


def write_profiles(
    rows: Rows, runs: Iterable[tuple[Group, list[Stay]]], cast: Person | None
) -> None:
    """Give one in five people, and the cast, a profile; some share it."""
    written = texts.read("words")["profiles"]
    houses: dict[int, set[int]] = {}
    people: dict[int, Person] = {}
    for group, stays in runs:
        for stay in stays:
            if stay.status in TOOK_PART and stay.started_on:
                houses.setdefault(stay.person.id, set()).add(group.house.id)
                people[stay.person.id] = stay.person
    for id_, person in sorted(people.items()):
        if person is not cast and id_ % _ONE_IN:
            continue
        entry = written[id_ % len(written)]
        rows.add(
            ProfileChoice,
            created_at=rows.calendar.before(20, 11),
            participant_id=id_,
            headline=entry["headline"],
            wish=entry["wish"],
            switched=["hours"] if id_ % 2 else [],
        )
        if person is cast or not id_ % _ONE_SHARES_IN:
            is_stopped = person is not cast and bool(id_ % 2)
            _write_share(rows, id_, sorted(houses[id_]), is_stopped=is_stopped)


def _write_share(rows: Rows, id_: int, opens: list[int], *, is_stopped: bool) -> None:
    made_at = rows.calendar.before(8, 10)
    share_id = rows.add(
        ProfileShare,
        created_at=made_at,
        participant_id=id_,
        for_whom="Bakkerij Zonderdak",
        opens=opens,
        until_on=made_at.date() + timedelta(days=30),
        stopped_at=rows.calendar.before(2, 10) if is_stopped else None,
    )
    rows.add(
        AuditEvent,
        created_at=rows.calendar.before(5, 14),
        event=OPENED,
        subject=ProfileShare.__tablename__,
        subject_id=share_id,
        actor_kind=ActorKind.VISITOR,
        data={},
    )
