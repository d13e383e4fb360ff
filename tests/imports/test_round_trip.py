"""A register of any people, days and marks, written in any of many styles, is read as it was."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.imports.reading import read_file
from tests.imports.test_reading import lines

TODAY = date(2026, 11, 23)
NAMES = ["Fatma", "Ali Kaya", "Zoë de Boer", "Jan", "Ömer", "Greet van 't Hof", "Mei Wong", "Bo"]
MONTHS = ["jan", "feb", "mrt", "apr", "mei", "juni", "juli", "aug", "sept", "okt", "nov", "dec"]
DAYS = ["ma", "di", "wo", "do", "vr", "za", "zo"]
STYLES = [
    lambda day: f"{day.day}-{day.month}-{day.year}",
    lambda day: f"{day.day:02}/{day.month:02}/{day.year % 100:02}",
    lambda day: f"{DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}",
    lambda day: f"{DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}.",
    lambda day: day.isoformat(),
    lambda day: f"{day.day}.{day.month}.{day.year}",
    lambda day: f"wk {day.isocalendar().week} {DAYS[day.weekday()]} {day.isocalendar().year}",
]
WORDS = {
    "P": ["x", "X ", "aanwezig", "ja", "✓"],
    "A": ["-", "nee", "afw.", "Afwezig"],
    "E": ["ziek", "Z", "afgemeld", "naar de tandarts"],
    "90": ["1,5 uur", "90 min", "1:30", "10.00-11.30"],
    ".": ["", " "],
}
marks = st.sampled_from(list(WORDS))


@st.composite
def registers(draw):
    people = draw(st.lists(st.sampled_from(NAMES), min_size=2, max_size=6, unique=True))
    first = draw(st.dates(date(2026, 1, 5), date(2026, 8, 1)))
    count = draw(st.integers(2, 6))
    days = [first + timedelta(days=7 * at) for at in range(count)]
    row = st.lists(marks, min_size=count, max_size=count)
    said = [draw(row) for _ in people]
    said[0] = ["P"] * count  # somebody came to each, and each person somewhere
    said = [each if set(each) != {"."} else ["E", *each[1:]] for each in said]
    return people, days, said


@given(registers(), st.sampled_from(STYLES), st.booleans(), st.booleans(), st.data())
@settings(max_examples=40, deadline=None)
def test_what_was_written_is_read(register, style, is_across, has_title, data):
    people, days, said = register
    rows = [["Naam", *map(style, days)]]
    for name, row in zip(people, said, strict=True):
        rows.append([name, *(data.draw(st.sampled_from(WORDS[mark])) for mark in row)])
    if is_across:
        rows = [list(column) for column in zip(*rows, strict=True)]
        rows[0][0] = "Datum"
    else:
        rows.append(["Totaal", *(str(len(people)) for _ in days)])
    if has_title:
        rows = [["Presentie kookgroep"], [], *rows]
    text = "\n".join(";".join(row) for row in rows)
    reading = read_file(text.encode(), "r.csv", today=TODAY)
    assert [day.day for day in reading.days] == days
    assert lines(reading) == {name: " ".join(row) for name, row in zip(people, said, strict=True)}
    assert not reading.unread
