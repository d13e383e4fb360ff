"""Reads of imports, and of all that is there already around a file."""

import uuid
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Row, Select, or_, select
from sqlalchemy.orm import Session, joinedload, undefer

from portal.attendance.models import AttendanceMark
from portal.attendance.queries.relied_on import list_resting_on
from portal.attendance.rules import AttendanceStatus
from portal.core import Actor, NotFound, RuleBroken, clock, one_or_not_found, paging
from portal.core.grouped import grouped
from portal.enrolments.models import Enrolment
from portal.enrolments.queries.namesakes import notes_among
from portal.imports.models import RegisterImport
from portal.imports.rules import UNDER_WAY
from portal.imports.rules.plans import Around, Choices, Known, Plan, SessionSlot, work_out
from portal.imports.rules.sheets.reading import Reading
from portal.imports.rules.sheets.shapes import FileCorrection, Grid
from portal.offerings.models import Offering
from portal.participants.models import Participant, ParticipantLink
from portal.schedule.models import OfferingSession
from portal.schedule.rules import SessionStatus

_BESIDE = timedelta(weeks=26)  # sessions that far from the file still say at what time it is


def get_import(session: Session, actor: Actor, import_uuid: uuid.UUID) -> RegisterImport:
    """An import of the actor's own organisation, with what was read."""
    query = select(RegisterImport).filter_by(
        uuid=import_uuid, organisation_id=actor.organisation_id
    )
    return one_or_not_found(
        session,
        query.options(
            undefer(RegisterImport.reading),
            undefer(RegisterImport.choices),
            joinedload(RegisterImport.offering).joinedload(Offering.organisation),
        ),
    )


def list_imports(session: Session, actor: Actor, number: int = 1) -> paging.Page[RegisterImport]:
    """The imports of the actor's organisation, the latest first."""
    return paging.page_of(
        session,
        select(RegisterImport)
        .where(RegisterImport.organisation_id == actor.organisation_id)
        .options(joinedload(RegisterImport.offering), joinedload(RegisterImport.user))
        .order_by(RegisterImport.id.desc()),
        number,
    )


def list_offerings(session: Session, actor: Actor) -> Sequence[Offering]:
    """The activities of which the actor takes over registers: hers and those she logs for."""
    return session.scalars(_kept_by(actor).order_by(Offering.title, Offering.id)).all()


def find_offering(session: Session, actor: Actor, slug: str) -> Offering:
    """One of those."""
    return one_or_not_found(session, _kept_by(actor).where(Offering.slug == slug))


def _kept_by(actor: Actor) -> Select[Offering]:
    of_hers = Offering.organisation_id.in_(actor.keeps_registers_of)
    return select(Offering).where(of_hers).options(joinedload(Offering.organisation))


def get_only_offering(session: Session, slug: str | None) -> Offering:
    """The activity of this address; without one the only one that the actor sees."""
    query = select(Offering).limit(2)
    found = session.scalars(query if slug is None else query.where(Offering.slug == slug)).all()
    if not found and slug is not None:
        raise NotFound("offering")
    if len(found) != 1:
        raise RuleBroken("offering", "say which activity it is about with --offering SLUG")
    return found[0]


def is_hers_to_keep(actor: Actor, row: RegisterImport) -> bool:
    """Whether the actor (still) takes over registers for the activity that was chosen."""
    return row.offering is not None and row.offering.organisation_id in actor.keeps_registers_of


def reading_of(row: RegisterImport) -> Reading | None:
    """What was read, with what was put right so far; None once it was emptied."""
    if not row.reading:
        return None
    correction = FileCorrection.from_json(row.choices.get("correction", {}))
    return Reading(Grid.from_json(row.reading["grid"]), correction)


def preview(session: Session, actor: Actor, row: RegisterImport, reading: Reading) -> Plan:
    """What this import would do now, with what was put right so far."""
    assert row.offering is not None
    choices = Choices.from_json(row.choices)
    return work_out(reading, around(session, actor, row.offering, reading), choices)


def around(session: Session, actor: Actor, offering: Offering, reading: Reading) -> Around:
    """What is there already: people, sessions near the days of the file, and marks."""
    rows, here = _people(session, offering), _who_is_here(session, offering)
    notes = notes_among(session, {row.id: row.folded_name for row in rows})
    slots = _slots(session, offering, reading)
    return Around(
        known=[
            Known(str(row.uuid), row.id, row.name, row.id in here, notes.get(row.id))
            for row in rows
        ],
        slots=slots,
        marks=_marks(session, slots, reading),
        may_make_people=offering.organisation_id == actor.organisation_id,
        now=clock.now(),
    )


def standing(session: Session, row: RegisterImport, reading: Reading) -> object:
    """Read all that says who and which session is meant; marks are weighed later."""
    assert row.offering is not None
    said = select(RegisterImport.sha256, RegisterImport.choices)
    return (
        session.execute(said.where(RegisterImport.id == row.id)).all(),
        _who_is_here(session, row.offering),
        _people(session, row.offering),
        _slots(session, row.offering, reading),
    )


def _who_is_here(session: Session, offering: Offering) -> set[int]:
    of_offering = Enrolment.offering_id == offering.id
    return set(session.scalars(select(Enrolment.participant_id).where(of_offering).distinct()))


def _people(session: Session, offering: Offering) -> Sequence[Row[uuid.UUID, int, str, str]]:
    return session.execute(
        select(Participant.uuid, Participant.id, Participant.name, Participant.folded_name)
        .join(ParticipantLink, ParticipantLink.participant_id == Participant.id)
        .where(
            ParticipantLink.organisation_id == offering.organisation_id,
            ParticipantLink.has_her(),
            Participant.merged_into_id.is_(None),
        )
        .order_by(Participant.folded_name, Participant.id)
    ).all()


def _slots(session: Session, offering: Offering, reading: Reading) -> list[SessionSlot]:
    if not reading.days:
        return []
    days = [day.day for day in reading.days]
    first, last = clock.day_bounds(min(days) - _BESIDE, max(days) + _BESIDE)
    of = OfferingSession
    rows = session.execute(
        select(of.uuid, of.id, of.starts_at, of.ends_at, of.status)
        .where(of.offering_id == offering.id, of.starts_at >= first, of.starts_at < last)
        .order_by(of.starts_at)
    )
    return [
        SessionSlot(str(uuid), id_, starts_at, ends_at, status is SessionStatus.CANCELLED)
        for uuid, id_, starts_at, ends_at, status in rows
    ]


def _marks(
    session: Session, slots: Sequence[SessionSlot], reading: Reading
) -> dict[tuple[int, int], tuple[AttendanceStatus, int]]:
    days = {day.day for day in reading.days}
    ids = [slot.id for slot in slots if clock.to_local(slot.starts_at).date() in days]
    mark = AttendanceMark
    rows = session.execute(
        select(mark.session_id, mark.participant_id, mark.status, mark.minutes).where(
            mark.session_id.in_(ids)
        )
    )
    return {(row.session_id, row.participant_id): (row.status, row.minutes) for row in rows}


def list_recognised(session: Session, row: RegisterImport, plan: Plan | None = None) -> list[str]:
    """The recognised reports with a day that was written, or is to be."""
    if row.offering is None or row.status in UNDER_WAY:
        return []
    if plan is not None:
        days = {write.day.day for write in plan.writes}
    else:
        ids = [day["session"] for day in row.days]
        starts = select(OfferingSession.starts_at).where(OfferingSession.id.in_(ids))
        days = {clock.to_local(moment).date() for moment in session.scalars(starts)}
    return list_resting_on(session, row.offering.organisation_id, days)


def list_what_stays(session: Session, row: RegisterImport) -> list[str]:
    """List what could not be taken back: the names of people, and days."""
    stays = (text.partition(":") for text in row.made.get("stays", ()))
    found = grouped((kind, int(number)) for kind, _, number in stays)
    of_these = Enrolment.id.in_(found["enrolment"] + found["started"])
    people = Participant.id.in_(found["participant"])
    enrolled = Participant.id.in_(select(Enrolment.participant_id).where(of_these))
    names = session.scalars(select(Participant.name).where(or_(people, enrolled)).distinct())
    days = select(OfferingSession.starts_at).where(OfferingSession.id.in_(found["session"]))
    moments = (clock.to_local(moment).date().isoformat() for moment in session.scalars(days))
    return [*sorted(names), *sorted(moments)]
