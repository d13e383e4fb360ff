"""Taking an import back whole: marks, registers, sessions, enrolments and people.

What somebody else built on since stays, and it is said what. A register is given back by its room.
"""

import uuid
from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import func, select, union

from portal.attendance.commands.closing import give_back
from portal.attendance.models import AttendanceMark
from portal.core import Actor, Base, RuleBroken, Session, audit, past_guard, to_local
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import HOLDS_PLACE
from portal.imports.commands.applying import Made
from portal.offerings.commands import change_places
from portal.offerings.models import Offering
from portal.participants.models import Participant, ParticipantLink
from portal.schedule.models import OfferingSession

_SAID = {OfferingSession: "session", Enrolment: "enrolment", Participant: "participant"}


def take_back_day(
    session: Session, actor: Actor, batch_id: uuid.UUID, session_id: int, made: Made
) -> None:
    """Take a day's marks back, and open a register that only the import closed."""
    row = session.get(OfferingSession, session_id)
    if row is None:
        return
    try:
        give_back(
            session, actor, row, batch_id,
            only_its=None if session_id in made["sessions"] else made["enrolments"],
            closed_it=session_id in made["closed"],
            began_it=session_id in made["registers"],
        )  # fmt: skip
    except RuleBroken:  # it was cancelled since: what was written stays
        made["stays"].append(f"session:{session_id}")


def take_back_rows(session: Session, actor: Actor, offering: Offering, made: Made) -> None:
    """Take out the sessions, enrolments and people it made, and put first days back.

    The caller holds the offering's lock.
    """
    _drop(session, OfferingSession, made["sessions"], made, but=("register",))
    enrolments = _drop(session, Enrolment, made["enrolments"], made)
    change_places(session, offering, -sum(row.status in HOLDS_PLACE for row in enrolments))
    for key, (before, after) in made["started"].items():
        _start_as_before(session, actor, int(key), before, after, made)
    elsewhere = select(ParticipantLink.participant_id).where(
        ParticipantLink.participant_id.in_(made["participants"]),
        ParticipantLink.organisation_id != offering.organisation_id,
        ParticipantLink.knows_her,
    )
    but = ("participant_link", "audit_event")  # she goes when no other row names her any more
    known_elsewhere = set(session.scalars(elsewhere))
    _drop(session, Participant, made["participants"], made, but=but, stay=known_elsewhere)


def _start_as_before(
    session: Session, actor: Actor, enrolment_id: int, before: str, after: str, made: Made
) -> None:
    """Her first day again, unless it was changed since or she has marks from before it."""
    row = session.get(Enrolment, enrolment_id)
    if row is None or row.started_on != date.fromisoformat(after):
        return
    first = session.scalar(
        select(func.min(OfferingSession.starts_at))
        .join(AttendanceMark, AttendanceMark.session_id == OfferingSession.id)
        .where(AttendanceMark.enrolment_id == enrolment_id)
    )
    if first is not None and to_local(first).date() < date.fromisoformat(before):
        made["stays"].append(f"started:{enrolment_id}")
        return
    row.started_on = date.fromisoformat(before)
    audit.record(
        session, actor, "enrolment.started_later_again", row, before=after, after=before
    )  # fmt: skip


def _drop(
    session: Session,
    model: Any,
    ids: Collection[int],
    made: Made,
    *,
    but: Collection[str] = (),
    stay: Collection[int] = (),
) -> list[Any]:
    """Take out the rows on which nothing hangs, and say which stay; those that went."""
    session.flush()
    rows = session.scalars(select(model).where(model.id.in_(ids)).order_by(model.id)).all()
    named = _named(session, model, ids, but).union(stay)
    kind = _SAID[model]
    made["stays"] += [f"{kind}:{row.id}" for row in rows if row.id in named]
    gone = [row for row in rows if row.id not in named]
    for row in gone:
        session.delete(row)
    session.flush()
    return gone


def _named(session: Session, model: Any, ids: Collection[int], but: Collection[str]) -> set[int]:
    """Which of these rows any table of the house has a row about."""
    own = model.__table__
    columns = [
        column
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if table.name not in but
        and (
            any(key.column.table is own for key in column.foreign_keys)
            or (own.name == "participant" and column.name in ("participant_id", "merged_into_id"))
        )
    ]
    asked = union(*(select(column).where(column.in_(ids)) for column in columns))
    return set(past_guard(session).scalars(asked))
