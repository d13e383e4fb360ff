"""What a text says of a day, which order a file writes dates in, and which day each column is."""

from dataclasses import asdict
from datetime import date, time
from typing import Any

import pytest

from portal.imports.rules.sheets import dates
from portal.imports.rules.sheets.dates import (
    Column,
    beside_day,
    clock,
    columns_of,
    date_all,
    days_in,
    facts_in,
    on,
    order_of,
    span_of,
)
from portal.imports.rules.sheets.shapes import DayFacts, Head, KeptLine, KeptSheet, Orientation

TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _read_anew() -> None:
    """What a text said once is kept; here it is read anew."""
    for one in vars(dates).values():
        getattr(one, "cache_clear", int)()


def said(facts: DayFacts | None) -> str:
    """Each thing that was said, as a letter and what it is."""
    names = {"year": "y", "month": "m", "number": "d", "weekday": "a", "nth": "n", "week": "w"}
    found = {names.get(name, name): value for name, value in asdict(facts or DayFacts()).items()}
    return " ".join(
        f"{name}{value:%H.%M}" if isinstance(value, time) else f"{name}{value}"
        for name, value in found.items()
        if value is not None
    )


DATES: list[tuple[Any, str]] = [
    ("1-9-2026", "y2026 m9 d1"), ("01/09/26", "y2026 m9 d1"), ("1.9.'26", "y2026 m9 d1"),
    ("2026-09-01", "y2026 m9 d1"), ("20260901", "y2026 m9 d1"), ("3-9", "m9 d3"),
    ("1 sept 2026", "y2026 m9 d1"), ("1e sept", "m9 d1"), ("1ste september", "m9 d1"),
    ("September 8", "m9 d8"), ("september the 3rd, 2026", "y2026 m9 d3"), ("sept '26", "y2026 m9"),
    ("2026-09", "y2026 m9"), ("9-2026", "y2026 m9"), ("september", "m9"), ("2026", "y2026"),
    ("4-IX-2026", "y2026 m9 d4"), ("4 xii 2026", "y2026 m12 d4"), ("6 i 2026", "y2026 m1 d6"),
    ("6 t/m 8 juli 2026", "y2026 m7 d6"), ("31-1", "m1 d31"), ("31-12", "m12 d31"),
    ("32-1-2026", "y2026 m1"), ("0-1-2026", "y2026 m1"),
    ("31-11-2026", "y2026 m11 d31"),  # there is none: that is asked about
    ("1-9-2026 00:00:00", "y2026 m9 d1"), ("1-9-2026 ochtend", "y2026 m9 d1 partmorning"),
    ("11 eylül", "m9 d11"), ("2 września", "m9 d2"), ("3 أيلول", "m9 d3"), ("4 mai", "m5 d4"),
    ("5 févr. 2026", "y2026 m2 d5"), ("6. Dezember", "m12 d6"), ("7 febr", "m2 d7"),
]  # fmt: skip
OTHERS: list[tuple[Any, str]] = [
    ("di 1 sept", "m9 d1 a1"), ("ma", "a0"), ("zondag", "a6"), ("pazartesi", "a0"), ("mon", "a0"),
    ("dinsdag 31", "d31 a1"), ("dinsdag 32", "a1"), ("di 7", "d7 a1"), ("mi", ""),
    ("wk 36", "w36"), ("week 36 di", "a1 w36"), ("KW 36 Mi", "a2 w36"), ("week 54", ""),
    ("eerste dinsdag van september 2026", "y2026 m9 a1 n1"), ("laatste vrijdag mei", "m5 a4 n-1"),
    ("3e dinsdag", "a1 n3"), ("ochtend", "partmorning"), ("di avond", "a1 partevening"),
    ("2025-2026", "season2025"), ("2025/26", "season2025"), ("2025-2027", "y2025"),
    ("2099/00", "season2099"),
    ("9.30-12.00", "starts09.30 ends12.00"), ("9.30", ""), ("x", ""), ("", ""), ("22.00-9.00", ""),
    ("di 1-9 9.30-12.00", "m9 d1 a1 starts09.30 ends12.00"),
]  # fmt: skip
NUMBERS: list[tuple[Any, str]] = [
    (1, "d1"), (7.0, "d7"), ("7", "d7"), ("07", "d7"), (31, "d31"), (0, ""), (32, ""), ("007", ""),
    (2.5, ""), (None, ""), (43_799, ""), (43_800, "y2019 m12 d1"), ("45536", "y2024 m9 d1"),
    (51_199, "y2040 m3 d4"), (51_200, ""), (date(2026, 9, 1), "y2026 m9 d1"),
    (date(2000, 1, 1), "y2000 m1 d1"),
    (date(1999, 12, 31), ""), ("1-2-1999", ""), ("1 mei 1999", ""),
    ("1-9-2026 " + "a" * 191, "y2026 m9 d1"), ("1-9-2026 " + "a" * 192, ""),  # no heading
]  # fmt: skip


@pytest.mark.parametrize("cells", [DATES, OTHERS, NUMBERS], ids=["dates", "others", "numbers"])
def test_a_heading_says_so_much_of_a_day_and_no_more(cells):
    assert [(cell, said(facts_in(cell))) for cell, _ in cells] == cells


def test_where_months_come_first_two_numbers_are_read_so_and_nothing_else():
    told = {
        "04/06/2026": "y2026 m4 d6", "04-06-2026": "y2026 m4 d6", "04/13": "m4 d13", "13/04": "",
        "Sep 15": "m9 d15", "sep '26": "y2026 m9", "sep 2026": "y2026 m9", "apr 6": "m4 d6",
        "2026-04-06": "y2026 m4 d6", "04/06/26": "y2026 m4 d6", "6 april 2026": "y2026 m4 d6",
    }  # fmt: skip
    assert {text: said(facts_in(text, True)) for text in told} == told


@pytest.mark.parametrize(
    ("cell", "days"),
    [
        ("1-9, 8-9", "m9 d1, m9 d8"), ("1-9 & 8-9", "m9 d1, m9 d8"), ("1-9; 8-9", "m9 d1, m9 d8"),
        ("1 sept\n8 sept", "m9 d1, m9 d8"), ("1-9 en 8-9", "m9 d1, m9 d8"),
        ("1-9 and 8-9", "m9 d1, m9 d8"), ("1-9 + 8-9", "m9 d1, m9 d8"),
        ("1-9-2026", "y2026 m9 d1"), ("1-9-2026 groep A", "y2026 m9 d1"),
        ("1 sept, groep A", "m9 d1"),  # two pieces, of which one is no day
        ("di 1 sept 9.30-12.00", "m9 d1"), ("eerste dinsdag van mei", "m5 a1 n1"),
        (date(2026, 9, 1), "y2026 m9 d1"), ("september", ""), ("x", ""), (7, ""), (None, ""),
        ("1-9, september", ""), ("sept 1, 8 en 15", "m9 d1, m9 d8, m9 d15"),
        ("1, 8 en 15 sept", "m9 d1, m9 d8, m9 d15"), ("7 sept, 8", "m9 d7, m9 d8"),
        ("7 sept, 8, 9 okt", ""), ("1-9, 8-9 (ziek)", "m9 d1, m9 d8"),
        ("september 1, 10.00 uur", "m9 d1"),
    ],
)  # fmt: skip
def test_several_days_in_one_cell(cell, days):
    assert ", ".join(map(said, days_in(cell))) == days


def test_in_a_title_months_may_come_first_too():
    assert [said(day) for day in days_in("04/06, 04/13", True)] == ["m4 d6", "m4 d13"]


@pytest.mark.parametrize(
    ("text", "rest"),
    [("groep 1-9", "groep"), ("1-9", ""), ("di 1-9 zwemmen", "zwemmen"), ("(04/13)", "04/13")],
)
def test_what_stands_beside_a_day_is_kept(text, rest):
    assert beside_day(text) == rest


def test_of_a_word_that_was_shortened_nothing_stays():
    assert beside_day("zwemmen ocht. binnen").split() == ["zwemmen", "binnen"]


@pytest.mark.parametrize(
    ("texts", "is_month_first", "is_guess"),
    [
        (["1-9", "8-9", "15-9"], False, False),  # nobody writes months first with hyphens
        (["04/06", "04/13"], True, False),
        (["04/06", "13/04"], False, False),
        (["12/04", "12/12"], False, True),
        (["04/06"], False, False),
        (["04/04", "05/05"], False, False),
        (["04/06/2026 9:30 AM", "04/07/2026 9:30 AM"], True, False),
        (["09/01/2026", "09/08/2026"], True, False),  # Tuesdays so, and a Friday and a Sunday else
        (["01/09/2026", "08/09/2026"], False, False),
        (["01/09/26", "08/09/26"], False, False),
        (["01/09", "08/09"], False, False),
        (["02/03/2026", "03/02/2026"], False, True),
        (["01/09/2025", "01/09/2026"], False, True),
        (["sep 8", "sep 15"], True, False),
        (["sep. 8", "oct 15"], True, False),
        (["sep 15", "sep 22"], True, False),
        (["sep 25", "oct 26"], False, False),
        (["sep 8"], False, False),
        (["sep 2026", "oct 2026"], False, False),
        ([], False, False),
        (["01/01/26", "10/01/26"], True, False),  # Thursdays, in a year without 29 February
        (["01/01", "10/01"], True, False),
        (["09-01-2026", "09-08-2026"], False, False),
        (["05/09", "09/05"], False, False),  # one day of the week, whichever way
    ],
)
def test_one_date_decides_for_all_and_where_none_does_it_is_a_guess(
    texts, is_month_first, is_guess
):
    assert order_of(texts) == (is_month_first, is_guess)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("9.30-12.00", "09:30 12:00"), ("9 - 12 uur", "09:00 12:00"),
        ("9u30 tot 12u", "09:30 12:00"),
        (" 6:00–7:00 ", "06:00 07:00"), ("5.59-7.00", ""), ("12.00-12.00", ""), ("12-9", ""),
        ("9.30-24.00", ""), ("9.60-12.00", ""), ("9.30", ""), ("9.30-12.00 x", ""),
        ("13.00 t/m 13.45", "13:00 13:45"),
    ],
)  # fmt: skip
def test_from_when_till_when(text, span):
    found = span_of(text)
    assert (f"{found[0]:%H:%M} {found[1]:%H:%M}" if found else "") == span


def test_a_clock_has_hours_and_minutes():
    assert clock("9", None) == clock("09", "0") == time(9)
    assert clock("23", "59") == time(23, 59)
    assert clock("24", "0") is clock("9", "60") is None


@pytest.mark.parametrize(
    ("facts", "day"),
    [
        (DayFacts(month=9, number=1), "2026-09-01"),
        (DayFacts(month=2, number=29), None),
        (DayFacts(month=9, nth=1, weekday=1), "2026-09-01"),
        (DayFacts(month=9, nth=5, weekday=1), "2026-09-29"),
        (DayFacts(month=9, nth=5, weekday=3), None),
        (DayFacts(month=9, nth=-1, weekday=3), "2026-09-24"),
        (DayFacts(month=9, nth=1, weekday=0), "2026-09-07"),
        (DayFacts(week=36), "2026-08-31"),
        (DayFacts(week=36, weekday=6), "2026-09-06"),
        (DayFacts(week=53, weekday=0), "2026-12-28"),
        (DayFacts(week=54), None),
        (DayFacts(month=9), None),
        (DayFacts(month=9, nth=1), None),
        (DayFacts(month=9, weekday=1), None),
        (DayFacts(number=1), None),
        (DayFacts(nth=1, weekday=1), None),
    ],
)
def test_which_day_that_is_in_a_year(facts, day):
    assert str(on(2026, facts)) == str(day)


def table(*texts: Any, marks: str = "", is_list: bool = False) -> list[Column]:
    """The columns of a table with these headings, and a line of marks apart by spaces."""
    facts = [asdict(facts_in(text) or DayFacts()) for text in texts]
    heads = [Head(**one, column=at) for at, one in enumerate(facts, start=1)]
    tokens = {at: (token, f"{at}") for at, token in enumerate(marks.split(), start=1)}
    lines = [KeptLine(1, "Jan", tokens), KeptLine(2, "Bo", tokens)]
    kept = KeptSheet("1", Orientation.NAMES_DOWN, 0, ["A"], heads, lines if marks else [], [])
    return columns_of(kept)


def dated(*tables: list[Column], year: int | None = None) -> tuple[str, int | None]:
    found = date_all(tables, TODAY, year)
    return " ".join(str(one.day) for each in tables for one in each), found


@pytest.mark.parametrize(
    ("texts", "days", "guess"),
    [
        (["1-9", "8-9"], "2026-09-01 2026-09-08", 2026),
        (["1-12", "8-12"], "2025-12-01 2025-12-08", 2025),  # marks are no days to come
        (["16-12", "6-1", "13-1"], "2025-12-16 2026-01-06 2026-01-13", 2025),
        (["13-1", "6-1", "16-12"], "2026-01-13 2026-01-06 2025-12-16", 2025),
        (["8-9", "1-9"], "2026-09-08 2026-09-01", 2026),
        (["di 1-9", "di 8-9"], "2026-09-01 2026-09-08", 2026),
        (["ma 1-9", "ma 8-9"], "2025-09-01 2025-09-08", 2025),
        (["zo 1-9", "zo 8-9"], "2024-09-01 2024-09-08", 2024),
        (["1-9-2024", "8-9-2024"], "2024-09-01 2024-09-08", None),
        (["1-9-2024", "8-9"], "2024-09-01 2024-09-08", None),
        (["1-9", "8-9-2024"], "2024-09-01 2024-09-08", None),
        (["wk 36", "wk 37"], "2026-08-31 2026-09-07", 2026),
        (["wk 37", "wk 36"], "2026-09-07 2026-08-31", 2026),
        (["wk 52", "wk 2"], "2025-12-22 2026-01-05", 2025),
        (["29-2", "7-3"], "2024-02-29 2024-03-07", 2024),
        (["30-2", "7-3"], "None 2026-03-07", 2026),
        (["23-11"], "2026-11-23", 2026),
        (["wo 1-9"], "2021-09-01", 2021),
        (["wo 1-9", "8-9", "15-9"], "2021-09-01 2021-09-08 2021-09-15", 2021),
        (["di 1-9", "wo 8-9"], "2026-09-01 2026-09-08", 2026),  # one of them is a mistake
        (["16-12", "16-12", "16-12", "6-1"], "2025-12-16 2025-12-16 2025-12-16 2026-01-06", 2025),
        (["13-1", "13-1", "13-1", "16-12"], "2026-01-13 2026-01-13 2026-01-13 2025-12-16", 2025),
        (["6-1", "7-1", "16-12"], "2025-01-06 2025-01-07 2025-12-16", 2025),
        (["3-1", "1-12", "8-12", "15-12"], "2025-01-03 2025-12-01 2025-12-08 2025-12-15", 2025),
        (["eerste ma jan", "eerste ma dec", "tweede ma dec", "derde ma dec"],
         "2025-01-06 2025-12-01 2025-12-08 2025-12-15", 2025),
        (["september", "8-9"], "None 2026-09-08", 2026),
    ],
)  # fmt: skip
def test_where_nobody_wrote_the_year_it_is_the_most_recent_that_fits(texts, days, guess):
    assert dated(table(*texts, marks="x:x " * len(texts))) == (days, guess)


def test_days_without_marks_beside_days_with_them_may_be_to_come():
    assert dated(table("1-9", "8-12", marks="x:x"))[0] == "2026-09-01 2026-12-08"
    assert dated(table("1-9", "6-1", marks="x:x"))[0] == "2026-09-01 2027-01-06"
    assert dated(table("vr 1-9"))[0] == "2023-09-01", "no more than a year ahead"


def test_the_year_that_was_filled_in_is_where_it_begins():
    columns = table("16-12", "6-1", marks="x:x x:x")
    assert dated(columns, year=2023) == ("2023-12-16 2024-01-06", 2023)
    assert dated(table("1-9-2024", "8-9"), year=2023) == ("2024-09-01 2024-09-08", 2024)
    assert dated(table("1-9-2024"), year=2023) == ("2024-09-01", None)


def test_several_tables_are_dated_together():
    first, second = table("1-9", marks="x:x"), table("12-1", marks="x:x")
    assert dated(first, second) == ("2025-09-01 2026-01-12", 2025)
    newest = table("12-1", "5-1", marks="x:x x:x")
    assert dated(table("1-12", marks="x:x"), newest)[0] == "2025-12-01 2026-01-12 2026-01-05"


def test_what_is_guessed_of_a_day_is_said():
    columns = table("1-9-2026", "ma 1-9-2026", "di 1-9-2026", "1-9", "wk 36", "2026 wk 36 di")
    for column in columns:
        column.day = date(2026, 9, 1)
    assert [one.name for one in columns] == [*"BCDEFG"]
    assert [one.weekday_differs for one in columns] == [False, True, *[False] * 4]
    assert [one.weekday_guessed for one in columns] == [*[False] * 4, True, False]
    assert [one.is_guess for one in columns] == [False, True, False, True, True, False]
    columns[1].day = None
    assert not columns[1].weekday_differs


def test_a_column_of_noughts_is_empty():
    columns = table("1-9", "2-9", "3-9", "4-9", marks="n:0 x:false n:1 x:x")
    assert [len(one.said) for one in columns] == [2] * 4
    assert [one.said[0][1:] for one in columns[:2]] == [("n:0", "1"), ("x:false", "2")]
    assert [one.is_empty for one in columns] == [True, True, False, False]
    assert not table("1-9")[0].is_empty
