"""Writes about imports: read, put right, apply, go on with, take back, forget."""

import hashlib
from copy import deepcopy
from dataclasses import replace

from portal.core import HOUSE, N_, Actor, NotAllowed, Permission, RuleBroken, Session, audit, clock
from portal.imports import queries
from portal.imports.commands import applying
from portal.imports.models import RegisterImport
from portal.imports.rules import AT_ONCE, UNDER_WAY, ImportStatus, check_status
from portal.imports.rules.plans import Choices, work_out
from portal.imports.rules.sheets.reading import read_file, read_grid
from portal.imports.rules.sheets.shapes import FileCorrection
from portal.offerings.models import Offering
from portal.offerings.queries import lock_offering

_S = ImportStatus


def read(
    session: Session, actor: Actor, *, data: bytes, offering: Offering | None
) -> RegisterImport:
    """Read a file; nothing is written but what was understood of it."""
    _check_may(actor)
    reading = read_file(data, today=clock.today())
    if offering is None:
        offerings = queries.list_offerings(session, actor)
        offering = offerings[0] if len(offerings) == 1 else None
    row = RegisterImport(
        organisation_id=actor.organisation_id,
        offering=offering,
        user_id=actor.user_id,
        sha256=hashlib.sha256(data).hexdigest(),
        reading={"grid": reading.grid.to_json()},
        choices=Choices().to_json(),
        made=applying.nothing_made(),
    )
    session.add(row)
    audit.record(session, actor, "import.read", row, cells=len(reading.cells))
    return row


def choose_offering(session: Session, actor: Actor, row: RegisterImport, slug: str) -> None:
    """Say for which activity the file was kept."""
    locked = _lock(session, actor, row, _S.READ)
    locked.offering = queries.find_offering(session, actor, slug)
    session.flush()


def choose_way(session: Session, actor: Actor, row: RegisterImport, way: str) -> None:
    """Say how the names stand, where it may be either way."""
    said = {**row.choices.get("correction", {}), "orientation": way}
    correct(session, actor, row, FileCorrection.from_json(said))


def correct(
    session: Session,
    actor: Actor,
    row: RegisterImport,
    correction: FileCorrection,
    again: bytes | None = None,
) -> None:
    """Read it once more with what a person put right."""
    locked = _lock(session, actor, row, _S.READ)
    before = queries.reading_of(locked)
    if again is not None:
        reading = read_file(again, today=clock.today(), correction=correction)
        locked.sha256 = hashlib.sha256(again).hexdigest()
    elif before is None:
        raise RuleBroken("file", N_("This was too long ago. Choose the file again."))
    else:
        reading = read_grid(before.grid, correction)
    locked.reading = {"grid": reading.grid.to_json()}
    locked.choices = {**locked.choices, "correction": correction.to_json()}
    session.flush()


def choose(session: Session, actor: Actor, row: RegisterImport, choices: Choices) -> None:
    """Keep who is who, which session a day is, and what goes first."""
    locked = _lock(session, actor, row, _S.READ)
    locked.choices = {**locked.choices, **choices.to_json()}
    session.flush()


def throw_away(session: Session, actor: Actor, row: RegisterImport) -> None:
    """Forget a file that was read and never applied."""
    locked = _lock(session, actor, row, _S.READ)
    audit.record(session, actor, "import.thrown_away", locked)
    session.delete(locked)
    session.flush()


def apply(
    session: Session, actor: Actor, row: RegisterImport, choices: Choices | None = None
) -> bool:
    """Make what is needed before marks are written; whether one may wait for these.

    What a file would do is worked out before the write begins, and refused when somebody changed
    what it was worked out from.
    """
    _check_may(actor)
    reading = queries.reading_of(row)
    if row.offering is None or reading is None:
        raise RuleBroken("", N_("Choose the activity first."))
    if reading.ways:
        raise RuleBroken("", N_("Say first how the names stand."))
    _check_keeps(actor, row)
    before = queries.standing(session, row, reading)
    around = queries.around(session, actor, row.offering, reading)
    choices = choices or Choices.from_json(row.choices)
    plan = work_out(reading, around, choices)
    if plan.to_ask:
        raise RuleBroken("", N_("Say first who is meant, and which session."))
    if not plan.writes:
        raise RuleBroken("", N_("Everything in this file is here already."))
    locked = _lock(session, actor, row, _S.READ)
    _check_keeps(actor, locked)
    offering = lock_offering(session, row.offering.id)
    if queries.standing(session, locked, reading) != before:
        raise RuleBroken("", N_("Something changed meanwhile. Look again, then go on."))
    locked.choices = {**locked.choices, **choices.to_json()}
    making = applying.Making(session, actor, offering, plan, around.known)
    locked.days = making.run()
    locked.made = making.made
    locked.status, locked.done, locked.total = _S.APPLYING, 0, len(locked.days)
    audit.record(
        session, actor, "import.applied", locked,
        marks=len(plan.writes), days=locked.total, offering=offering.id,
    )  # fmt: skip
    session.flush()
    return len(plan.writes) <= AT_ONCE


def take_back(session: Session, actor: Actor, row: RegisterImport) -> bool:
    """Begin to undo it whole, but for that on which somebody built since.

    Whether the marks are so few that one may wait for it.
    """
    locked = _lock(session, actor, row, _S.APPLIED)
    _check_keeps(actor, locked)
    locked.status, locked.done = _S.TAKING_BACK, 0
    locked.made = {**locked.made, "stays": []}
    audit.record(session, actor, "import.taken_back", locked)
    session.flush()
    return bool(locked.made["marks"] <= AT_ONCE)


def go_on(session: Session, actor: Actor | None, import_id: int) -> bool:
    """Do the next day of an import, or end it; whether there was one."""
    row = _locked(session, import_id)
    if row is None or row.status not in UNDER_WAY:
        return False
    # The house goes on with it, in the name of who pressed the button.
    who = actor or replace(HOUSE, user_id=row.user_id, organisation_id=row.organisation_id)
    made = deepcopy(row.made)
    is_applying, is_left = row.status is _S.APPLYING, row.done < row.total
    if is_left and is_applying:
        applying.write_day(session, who, row.batch_id, row.days[row.done], made)
    elif is_left:
        applying.take_back_day(session, who, row.batch_id, row.days[row.done]["session"], made)
    elif is_applying:
        row.status, row.applied_at = _S.APPLIED, clock.now()
    else:
        assert row.offering_id is not None
        applying.take_back_rows(session, who, lock_offering(session, row.offering_id), made)
        row.status, row.taken_back_at = _S.TAKEN_BACK, clock.now()
        row.reading, row.choices = {}, {}
    row.made, row.done = made, row.done + is_left
    session.flush()
    return is_left


def _lock(
    session: Session, actor: Actor, row: RegisterImport, status: ImportStatus
) -> RegisterImport:
    _check_may(actor)
    locked = _locked(session, row.id)
    if locked is None:
        raise RuleBroken("", N_("This was thrown away."))
    check_status(locked.status, status)
    return locked


def _locked(session: Session, import_id: int) -> RegisterImport | None:
    return session.get(RegisterImport, import_id, with_for_update=True, populate_existing=True)


def _check_may(actor: Actor) -> None:
    if not actor.may(Permission.DECIDE_ENROLMENTS) or actor.organisation_id is None:
        raise NotAllowed


def _check_keeps(actor: Actor, row: RegisterImport) -> None:
    """A member may have taken its permission back since the file was read."""
    if not queries.is_hers_to_keep(actor, row):
        raise RuleBroken("", N_("This register is not yours to keep, or it is gone."))
