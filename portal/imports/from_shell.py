"""A spreadsheet from the command line: the same way as on the page, told in lines of text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core.actor import HOUSE
from portal.core.errors import NotFound, RuleBroken
from portal.imports import commands, queries
from portal.imports.plans import ASK, LEAVE, MAKE, NEW, Choices, DayLine, PersonLine, Plan
from portal.imports.rules import ImportStatus
from portal.imports.sheets.shapes import Meaning, Reading
from portal.offerings.models import Offering


@dataclass(frozen=True)
class Told:
    """What is printed, and whether somebody must first say who or what is meant."""

    lines: list[str]
    to_ask: bool = False


def import_file(
    session: Session, file: Path, slug: str | None, *, skip_unknown: bool, is_applied: bool
) -> Told:
    """Read a file, say what it would do, and do it if that was asked and nothing is unclear."""
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
    lines = list(_tell(reading, plan, offering))
    is_asked = bool(plan.to_ask or reading.ways)
    if is_asked or not is_applied or not plan.writes:
        session.rollback()
        lines.append(_why_not(is_asked, plan, is_applied))
        return Told(lines, is_asked)
    commands.apply(session, actor, row)
    session.commit()
    commands.carry_on(session)
    session.refresh(row)
    assert row.status is ImportStatus.APPLIED
    marks = row.made["marks"]
    lines.append(f"written: {marks} marks; import {row.uuid} can be taken back on its page")
    return Told(lines)


def _offering(session: Session, slug: str | None) -> Offering:
    if slug is not None:
        found = session.scalar(select(Offering).where(Offering.slug == slug))
        if found is None:
            raise NotFound("offering")
        return found
    offerings = session.scalars(select(Offering).limit(2)).all()
    if len(offerings) != 1:
        raise RuleBroken("offering", "say which activity it is about with --offering SLUG")
    return offerings[0]


def _tell(reading: Reading, plan: Plan, offering: Offering) -> Iterator[str]:
    guess = reading.guess
    yield f"activity: {offering.title}"
    yield (
        f"sheet {reading.sheet or 1}: days in row {guess.header_row}, names in column"
        f" {', '.join(guess.name_columns or ())}, rows {guess.first_row} to {guess.last_row}"
    )
    for way, names in reading.ways.items():
        yield f"NOT SURE, could be {way}: {', '.join(names)}"
    for use in reading.marks:
        meant = use.meaning or Meaning.NOTHING
        yield f"mark {use.code}: {use.count} x {meant}{' (not sure)' if use.is_asked else ''}"
    for warning in reading.warnings:
        yield f"note: {warning.value}"
    yield from (f"person {one.name}: {_person(one)}" for one in plan.people)
    yield from (f"day {one.day}: {_day(one)}" for one in plan.days)
    for cell in reading.unread:
        yield f"not read ({cell.why.value}): {cell.sheet} {cell.address}"
    for place in reading.left_out:
        yield f"left out ({place.why.value}): {place.sheet} {place.where}: {place.count}".rstrip()
    went = ", ".join(f"{count} {name}" for name, count in reading.bins.items())
    yield f"cells: {sum(reading.bins.values())} = {went}"
    if reading.odd_totals:
        yield f"totals that say something else: {', '.join(reading.odd_totals)}"
    if plan.twice or plan.odd:
        yield f"left out: {', '.join([*plan.twice, *plan.odd])}"
    for write in plan.conflicts:
        yield f"another mark is here, and stays: {write.address}"
    counts = ", ".join(f"{count} {status.value}" for status, count in plan.counts.items())
    yield f"new marks: {counts or 'none'}; here already: {plan.same}; left out: {plan.left_out}"


def _person(line: PersonLine) -> str:
    names = {one.key: one.name for one in line.options}
    fixed = {NEW: "new", LEAVE: "left out", ASK: f"NOT SURE, could be: {', '.join(names.values())}"}
    return (names | fixed)[line.choice]


def _day(line: DayLine) -> str:
    fixed = {
        MAKE: f"a session is made, {line.starts:%H:%M} to {line.ends:%H:%M}",
        LEAVE: f"left out ({line.note.value})" if line.note else "left out",
        ASK: "NOT SURE, there is more than one session",
    }
    return fixed.get(line.choice, "the session that is there")


def _why_not(is_asked: bool, plan: Plan, is_applied: bool) -> str:
    if is_asked:
        return "nothing was written: say on the page who or what is meant, or use --skip-unknown"
    if not plan.writes:
        return "nothing was written: there is nothing new in this file"
    return "" if is_applied else "nothing was written: this was a dry run (see --apply)"
