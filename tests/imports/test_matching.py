"""Who and which session is meant: what leaves no doubt goes by itself, the rest is asked."""

from datetime import UTC, date, datetime, time

import pytest

from portal.core.clock import from_local
from portal.imports.rules.plans import (
    ASK,
    LEAVE,
    MAKE,
    NEW,
    Around,
    Choices,
    DayNote,
    Known,
    SessionSlot,
    value_of,
    work_out,
)
from portal.imports.rules.sheets.shapes import CodeMeaning, FileDay, FileMark
from tests.imports.sheets import ABSENT, EXCUSED, PRESENT, X, reading

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
DAY = date(2026, 3, 3)


def known(*names: str, here: bool = True) -> list[Known]:
    return [Known(f"key-{name}", len(name), name, here) for name in names]


def slot(
    day: date = DAY, starts: time = time(9, 30), ends: time = time(12), **values
) -> SessionSlot:
    values = {"is_cancelled": False, "id": day.day * 100 + starts.hour, **values}
    key = f"{day}-{starts:%H}"
    return SessionSlot(
        key=key, starts_at=from_local(day, starts), ends_at=from_local(day, ends), **values
    )


def around(people=(), slots=(), marks=None, may_make_people=True) -> Around:
    return Around(people, slots, marks or {}, may_make_people, NOW)


def who(name: str, people, **values) -> str:
    return (
        work_out(reading([DAY], [(name, "x")]), around(people, **values), Choices())
        .people[0]
        .choice
    )


@pytest.mark.parametrize("written", ["Fatma A.", "fátma  a", "FATMA A"])
def test_the_same_name_is_the_same_person(written):
    assert who(written, known("Fatma A.", "Semhar G.")) == "key-Fatma A."


@pytest.mark.parametrize("written", ["Fatma", "Fatma Aydin", "Fatma B A", "Fatna A."])
def test_who_is_nearly_called_so_is_asked(written):
    assert who(written, known("Fatma A.")) == ASK


def test_who_is_known_from_elsewhere_is_asked_and_others_are_new():
    assert who("Fatma A.", known("Fatma A.", here=False)) == ASK
    assert who("Hendrik", known("Fatma A.")) == NEW
    assert who("Hendrik", known("Fatma A."), may_make_people=False) == LEAVE


def test_two_of_one_name_are_asked():
    people = [Known("one", 1, "Jan", True), Known("two", 2, "jan", True)]
    assert who("Jan", people) == ASK
    twice = reading([DAY], [("Jan", "x"), ("Jan", "a")])
    lines = work_out(twice, around(known("Jan")), Choices()).people
    assert [line.choice for line in lines] == [ASK, ASK]


def test_a_choice_that_is_no_option_is_not_taken():
    choices = Choices(people={"jan#1": "somebody"}, days={f"{DAY}/#1": "any"})
    found = work_out(reading([DAY], [("Jan", "x")]), around(), choices)
    assert (found.people[0].choice, found.days[0].choice) == (NEW, MAKE)


def day_of(heading: FileDay | date, *slots: SessionSlot, **choices):
    return work_out(
        reading([heading], [("Jan", "x")]), around(slots=slots), Choices(**choices)
    ).days[0]


def test_the_session_of_that_day_is_meant():
    line = day_of(DAY, slot(), slot(date(2026, 3, 10)))
    assert (line.choice, line.is_sure) == ("2026-03-03-09", True)


def test_of_two_sessions_the_time_or_the_half_day_says_which():
    both = slot(), slot(starts=time(13), ends=time(15))
    assert day_of(DAY, *both).choice == ASK
    assert day_of(FileDay("B", DAY, starts=time(13, 15)), *both).choice == "2026-03-03-13"
    assert day_of(FileDay("B", DAY, part="morning"), *both).choice == "2026-03-03-09"


def test_a_cancelled_session_and_a_day_to_come_are_left_out():
    cancelled = day_of(DAY, slot(is_cancelled=True))
    coming = day_of(date(2026, 4, 1), slot(date(2026, 4, 1)))
    for line, note in ((cancelled, DayNote.CANCELLED), (coming, DayNote.FUTURE)):
        assert (line.choice, line.note, line.options and line.choice) == (LEAVE, note, ())
    assert day_of(date(2026, 4, 1)).note is DayNote.FUTURE


def test_a_session_is_made_at_the_usual_time():
    other = slot(date(2026, 3, 10), time(14), time(16))  # of the same weekday
    nearer = slot(date(2026, 3, 4), time(10), time(11))
    line = day_of(DAY, other, nearer)
    assert (line.choice, line.starts, line.ends) == (MAKE, time(14), time(16))
    said = day_of(DAY, other, starts=time(9), ends=time(10))
    assert (said.starts, said.ends) == (time(9), time(10))
    heading = FileDay("B", DAY, starts=time(18), ends=time(20))
    assert day_of(heading, starts=time(9), ends=time(10)).starts == time(18)


@pytest.mark.parametrize(
    ("mark", "minutes"),
    [
        (X, None),
        (FileMark(CodeMeaning.HALF), 75),
        (FileMark(CodeMeaning.PRESENT, 60), 60),
        (FileMark(CodeMeaning.PRESENT, 400), None),
        (FileMark(CodeMeaning.PRESENT, from_clock=time(10)), 120),
        (FileMark(CodeMeaning.PRESENT, until_clock=time(10, 30)), 60),
        (FileMark(CodeMeaning.PRESENT, from_clock=time(8), until_clock=time(23)), None),
    ],
)
def test_a_cell_is_never_worth_more_than_the_session(mark, minutes):
    assert value_of(mark, time(9, 30), 150) == (PRESENT, minutes)


def test_a_time_outside_the_session_is_said():
    assert value_of(FileMark(CodeMeaning.PRESENT, until_clock=time(9)), time(9, 30), 150) is None


def test_what_is_here_is_the_same_or_a_conflict():
    people = known("Jan", "Piet", "Anna B")
    here = slot()
    marks = {
        (here.id, 3): (PRESENT, 90),  # Jan: present says nothing about the time
        (here.id, 4): (PRESENT, 150),
    }
    file = reading([DAY], [("Jan", "x"), ("Piet", "a"), ("Anna B", "z")])
    found = work_out(file, around(people, [here], marks), Choices())
    assert (found.same, [w.address for w in found.conflicts]) == (1, ["B3"])
    assert [(w.address, w.value[0]) for w in found.writes] == [("B4", EXCUSED)]
    takes = work_out(file, around(people, [here], marks), Choices(takes_file=True))
    assert [w.value[0] for w in takes.writes] == [ABSENT, EXCUSED]


def test_one_person_on_two_sheets_and_twice_on_a_day():
    first = reading([DAY, DAY], [("Jan", "x x")])
    assert [line.key for line in work_out(first, around(), Choices()).days] == [
        f"{DAY}/#1", f"{DAY}/#2"
    ]  # fmt: skip
    choices = Choices(days={f"{DAY}/#2": "2026-03-03-09", f"{DAY}/#1": "2026-03-03-09"})
    both = reading([DAY], [("Jan", "x"), ("jan", "a")])
    people = {"jan#1": "key-Jan", "jan#2": "key-Jan"}
    found = work_out(both, around(known("Jan"), [slot()]), Choices(people, choices.days))
    assert found.twice == ["B3"]
