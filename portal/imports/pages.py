"""A spreadsheet told in lines of text, for who takes it over from the command line."""

from collections.abc import Iterator

from portal.imports.rules.plans import ASK, LEAVE, MAKE, NEW, DayLine, PersonLine, Plan
from portal.imports.rules.sheets.reading import Reading
from portal.imports.rules.sheets.shapes import CodeMeaning


def tell(reading: Reading, plan: Plan) -> Iterator[str]:
    """Say how a file was read, and what it would do."""
    guess = reading.guess
    yield (
        f"sheet {reading.sheet or 1}: days in row {guess.header_row}, names in column"
        f" {', '.join(guess.name_columns or ())}, rows {reading.first_row} to {reading.last_row}"
    )
    for way, names in reading.ways.items():
        yield f"NOT SURE, could be {way}: {', '.join(names)}"
    for use in reading.marks:
        meant = use.meaning or CodeMeaning.NOTHING
        yield f"mark {use.code}: {use.count} x {meant}{' (not sure)' if use.is_asked else ''}"
    yield from (f"note: {warning.value}" for warning in reading.warnings)
    for cell in reading.unread:
        yield f"not read ({cell.why.value}): {cell.sheet} {cell.address}"
    for place in reading.left_out:
        yield f"left out ({place.why.value}): {place.sheet} {place.where}: {place.count}".rstrip()
    went = ", ".join(f"{count} {name}" for name, count in reading.bins.items())
    yield f"cells: {sum(reading.bins.values())} = {went}"
    yield from (f"total that says something else: {address}" for address in reading.odd_totals)
    for person in plan.people:
        yield f"person {person.name}: {_meant(person, [one.name for one in person.options])}"
    for day in plan.days:
        note = f" ({day.note.value})" if day.note else ""
        yield f"day {day.day}: {_meant(day, [f'{slot.starts_at}' for slot in day.options])}{note}"
    yield from (f"left out: {address}" for address in (*plan.twice, *plan.odd))
    yield from (f"another mark is here, and stays: {write.address}" for write in plan.conflicts)
    counts = ", ".join(f"{count} {status.value}" for status, count in plan.counts.items())
    yield f"new marks: {counts or 'none'}; here already: {plan.same}; left out: {plan.left_out}"


def _meant(line: PersonLine | DayLine, options: list[str]) -> str:
    said = {
        NEW: "new",
        MAKE: "a session is made",
        LEAVE: "left out",
        ASK: f"NOT SURE, could be: {', '.join(options)}",
    }
    return said.get(line.choice) or options[[one.key for one in line.options].index(line.choice)]
