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
    unknown_left_out,
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


def test_names_with_the_same_letters_are_others():
    assert who("Matthijs", known("Fatma A.")) == NEW


@pytest.mark.parametrize(
    ("written", "known_as"), [("Bo", "Bo Grootendorst-Vermeulen"), ("Bo van der Weg", "Bo W.")]
)
def test_who_is_known_by_more_or_less_of_a_name_is_asked(written, known_as):
    (line,) = work_out(reading([DAY], [(written, "x")]), around(known(known_as)), Choices()).people
    assert (line.choice, [one.name for one in line.options]) == (ASK, [known_as])


def test_of_many_who_are_called_so_those_who_come_here_are_offered_first():
    people = known(*(f"Marieke{letter}" for letter in "abcdefg"), here=False)
    people[6] = people[6]._replace(is_here=True)
    (line,) = work_out(reading([DAY], [("Marieke", "x")]), around(people), Choices()).people
    assert [one.name[-1] for one in line.options] == [*"gabcde"]


def test_a_person_is_shown_as_the_file_has_her():
    (line,) = work_out(
        reading([DAY], [("Fátma A.", "x")]), around(known("fatma a.")), Choices()
    ).people
    assert (line.key, line.guess, line.name, line.row) == (
        "fatma a#1",
        "key-fatma a.",
        "Fátma A.",
        2,
    )
    assert (line.is_sure, line.may_be_new, line.field[:7]) == (True, True, "person-")
    nobody = work_out(reading([DAY], [("Bo", "x")]), around(may_make_people=False), Choices())
    assert not nobody.people[0].may_be_new


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


@pytest.mark.parametrize(
    ("starts", "meant"),
    [
        (time(8), "09"),
        (time(7, 59), ASK),
        (time(10, 15), "10"),
        (time(12), "10"),
        (time(12, 1), ASK),
    ],
)
def test_a_time_means_the_nearest_session_within_an_hour_and_a_half(starts, meant):
    two = slot(), slot(starts=time(10, 30))
    assert day_of(FileDay("B", DAY, starts=starts), *two).choice[-2:] == meant


def test_the_only_session_of_a_day_is_meant_whatever_the_half_day():
    assert day_of(FileDay("B", DAY, part="evening"), slot()).choice == "2026-03-03-09"


def test_an_answer_is_of_the_half_day_that_it_was_given_for():
    both = slot(), slot(starts=time(13), ends=time(15))
    headings = [FileDay("B", DAY, starts=time(9, 30)), FileDay("C", DAY, part="morning")]
    asked = [day_of(heading, *both).key for heading in headings]
    answers = dict(zip(asked, ["2026-03-03-13", LEAVE], strict=True))
    file = reading(headings[::-1], [("Jan", "x x")])
    given = work_out(file, around(slots=both), Choices(days=answers)).days
    assert {line.key: line.choice for line in given} == answers
    assert len(answers) == 2


def test_a_day_is_to_come_until_its_session_begins():
    """It is one o'clock."""
    today = NOW.date()
    assert day_of(today, slot(today, time(14), time(16))).note is DayNote.FUTURE
    assert day_of(today, slot(today, time(9), time(16))).note is None
    both = slot(today), slot(today, time(14), time(16))
    for part, note in (("morning", None), ("afternoon", DayNote.FUTURE)):
        assert day_of(FileDay("B", today, part=part), *both).note is note
    said = [day_of(FileDay("B", today, starts=time(at), ends=time(17))) for at in (12, 13, 14)]
    assert [line.choice for line in said] == [MAKE, MAKE, LEAVE]


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
    ("starts", "choices", "slots", "then"),
    [
        (None, {}, [], (time(9, 30), time(12))),
        (None, {"starts": time(10)}, [], (time(9, 30), time(12))),  # until when nobody said
        (None, {}, [slot(date(2026, 3, 10), time(22), time(1))], (time(9, 30), time(12))),
        (time(10), {}, [], (time(10), time(12))),
        (time(12), {}, [], (time(9, 30), time(12))),
    ],
)
def test_a_session_that_is_made_has_a_begin_and_a_later_end(starts, choices, slots, then):
    line = day_of(FileDay("B", DAY, starts=starts), *slots, **choices)
    assert (line.starts, line.ends) == then


@pytest.mark.parametrize(
    ("mark", "minutes"),
    [
        (X, None),
        (FileMark(CodeMeaning.HALF), 75),
        (FileMark(CodeMeaning.PRESENT, 60), 60),
        (FileMark(CodeMeaning.PRESENT, 1), 1),
        (FileMark(CodeMeaning.PRESENT, 400), None),
        (FileMark(CodeMeaning.PRESENT, from_clock=time(10)), 120),
        (FileMark(CodeMeaning.PRESENT, until_clock=time(10, 30)), 60),
        (FileMark(CodeMeaning.PRESENT, from_clock=time(8), until_clock=time(23)), None),
    ],
)
def test_a_cell_is_never_worth_more_than_the_session(mark, minutes):
    assert value_of(mark, time(9, 30), 150) == (PRESENT, minutes)


def test_half_of_an_odd_number_of_minutes_is_whole_minutes():
    _, minutes = value_of(FileMark(CodeMeaning.HALF), time(9, 30), 151) or (None, None)
    assert (minutes, type(minutes)) == (75, int)


@pytest.mark.parametrize("until", [time(9), time(9, 30)])
def test_a_time_outside_the_session_is_said(until):
    assert value_of(FileMark(CodeMeaning.PRESENT, until_clock=until), time(9, 30), 150) is None


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
    assert [w.here for w in found.conflicts] == [(PRESENT, 150)]
    assert [(w.address, w.value[0]) for w in found.writes] == [("B4", EXCUSED)]
    takes = work_out(file, around(people, [here], marks), Choices(takes_file=True))
    assert [w.value[0] for w in takes.writes] == [ABSENT, EXCUSED]


def test_one_person_on_two_sheets_and_twice_on_a_day():
    first = reading([DAY, DAY], [("Jan", "x x")])
    assert [line.key for line in work_out(first, around(), Choices()).days] == [
        f"{DAY}/#1", f"{DAY}/#2"
    ]  # fmt: skip
    choices = Choices(days={f"{DAY}/#2": "2026-03-03-09", f"{DAY}/#1": "2026-03-03-09"})
    both = reading([DAY], [("Jan", "x"), ("jan", "a"), ("Bo", "x")])
    people = {"jan#1": "key-Jan", "jan#2": "key-Jan"}
    found = work_out(both, around(known("Jan"), [slot()]), Choices(people, choices.days))
    assert (found.twice, [w.address for w in found.writes]) == (["B3"], ["B2", "B4"])


def test_each_cell_of_a_file_is_counted_once():
    file = reading(
        [DAY, date(2026, 3, 10)],
        [("Jan", "x x"), ("Bo", "4u 4u"), ("Ali", "<9 x"), ("Eva", ">10 2.5u"), ("Piet", "a z")],
    )
    choices = Choices(people={"piet#1": LEAVE})
    slots = [slot(), slot(date(2026, 3, 10))]
    marks = {(one.id, 3): (PRESENT, 150) for one in slots}
    found = work_out(file, around(known("Jan"), slots, marks), choices)
    assert (found.same, found.cut, found.left_out, found.odd) == (2, 2, 2, ["B4"])
    assert [(one.person.name, one.day.meant, *one[2:]) for one in found.writes] == [
        ("Bo", "2026-03-03-09", "B3", (PRESENT, None), None),
        ("Eva", "2026-03-03-09", "B5", (PRESENT, 120), None),
        ("Bo", "2026-03-10-09", "C3", (PRESENT, None), None),
        ("Ali", "2026-03-10-09", "C4", (PRESENT, None), None),
        ("Eva", "2026-03-10-09", "C5", (PRESENT, None), None),
    ]
    assert found.counts == {PRESENT: 5}
    assert found.new_people == {"bo#1", "ali#1", "eva#1"}
    assert found.new_days == []


def test_whoever_is_not_surely_known_can_be_left_out_at_once():
    file = reading([DAY], [("Jan", "x"), ("Janneke", "x"), ("Bo", "x")])
    plan = work_out(file, around(known("Jan", "Jannike")), Choices())
    left = unknown_left_out(plan)
    assert left == Choices(people={"janneke#1": LEAVE, "bo#1": LEAVE})
    assert [line.choice for line in work_out(file, around(known("Jan")), left).people] == [
        "key-Jan", LEAVE, LEAVE
    ]  # fmt: skip
