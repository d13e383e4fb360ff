"""A spreadsheet from the command line: the same way as on the page, told in lines of text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.actor import HOUSE
from portal.core.errors import NotFound, RuleBroken
from portal.imports import commands, queries
from portal.imports.plans import ASK, LEAVE, MAKE, NEW, Choices, DayLine, PersonLine, Plan
from portal.imports.sheets.shapes import Meaning, Reading
from portal.offerings.models import Offering


def import_file(
    session: Session, file: Path, slug: str | None, *, skip_unknown: bool, is_applied: bool
) -> tuple[list[str], bool]:
    """Read a file, say what it would do, and do it if that was asked and nothing is unclear.

    What is printed, and whether somebody must first say who or what is meant.
    """
    offering = _offering(session, slug)
    actor = replace(HOUSE, organisation_id=offering.organisation_id)
    data = file.read_bytes()
    row = commands.read(session, actor, data=data, name=file.name, offering=offering)
    reading = queries.reading_of(row)
    assert reading is not None
    plan = queries.preview(session, actor, row, reading)
    if skip_unknown:
        unknown = {one.key: LEAVE for one in plan.people if one.choice in (NEW, ASK)}
        commands.choose(session, actor, row, Choices(people=unknown))
        plan = queries.preview(session, actor, row, reading)
    lines = [f"activity: {offering.title}", *_tell(reading), *_tell_plan(plan)]
    is_asked = bool(plan.to_ask or reading.ways)
    if is_asked or not is_applied or not plan.writes:
        session.rollback()
        return [*lines, f"nothing was written: {_why_not(is_asked, plan)}"], is_asked
    commands.apply(session, actor, row)
    session.commit()
    commands.carry_on(session)
    session.refresh(row)
    marks = row.made["marks"]
    done = f"written: {marks} marks; import {row.uuid} can be taken back on its page"
    return [*lines, done], False


def _offering(session: Session, slug: str | None) -> Offering:
    query = select(Offering).limit(2)
    found = session.scalars(query if slug is None else query.where(Offering.slug == slug)).all()
    if not found and slug is not None:
        raise NotFound("offering")
    if len(found) != 1:
        raise RuleBroken("offering", "say which activity it is about with --offering SLUG")
    return found[0]


def _tell(reading: Reading) -> Iterator[str]:
    guess = reading.guess
    yield (
        f"sheet {reading.sheet or 1}: days in row {guess.header_row}, names in column"
        f" {', '.join(guess.name_columns or ())}, rows {guess.first_row} to {guess.last_row}"
    )
    for way, names in reading.ways.items():
        yield f"NOT SURE, could be {way}: {', '.join(names)}"
    for use in reading.marks:
        meant = use.meaning or Meaning.NOTHING
        yield f"mark {use.code}: {use.count} x {meant}{' (not sure)' if use.is_asked else ''}"
    yield from (f"note: {warning.value}" for warning in reading.warnings)
    for cell in reading.unread:
        yield f"not read ({cell.why.value}): {cell.sheet} {cell.address}"
    for place in reading.left_out:
        yield f"left out ({place.why.value}): {place.sheet} {place.where}: {place.count}".rstrip()
    went = ", ".join(f"{count} {name}" for name, count in reading.bins.items())
    yield f"cells: {sum(reading.bins.values())} = {went}"
    yield from (f"total that says something else: {address}" for address in reading.odd_totals)


def _tell_plan(plan: Plan) -> Iterator[str]:
    yield from (f"person {one.name}: {_meant(one)}" for one in plan.people)
    yield from (f"day {one.day}: {_meant(one)}" for one in plan.days)
    yield from (f"left out: {address}" for address in (*plan.twice, *plan.odd))
    yield from (f"another mark is here, and stays: {write.address}" for write in plan.conflicts)
    counts = ", ".join(f"{count} {status.value}" for status, count in plan.counts.items())
    yield f"new marks: {counts or 'none'}; here already: {plan.same}; left out: {plan.left_out}"


def _meant(line: PersonLine | DayLine) -> str:
    note = f" ({line.note.value})" if isinstance(line, DayLine) and line.note else ""
    if isinstance(line, PersonLine):
        options = {one.key: one.name for one in line.options}
    else:
        options = {slot.key: "the session that is there" for slot in line.options}
    said = {
        NEW: "new",
        MAKE: "a session is made",
        LEAVE: f"left out{note}",
        ASK: f"NOT SURE, could be: {', '.join(options.values())}{note}",
    }
    return (options | said)[line.choice]


def _why_not(is_asked: bool, plan: Plan) -> str:
    if is_asked:
        return "say on the page who or what is meant, or use --skip-unknown"
    return (
        "this was a dry run (see --apply)" if plan.writes else "there is nothing new in this file"
    )
