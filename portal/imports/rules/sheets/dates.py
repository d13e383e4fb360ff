"""What a text says of a day ("ma 2 sept", "week 36"), and which day each column then is.

Where nobody wrote the year it is the most recent that fits.
"""

import calendar
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any

from babel import Locale

from portal.imports.rules.sheets.files import Value
from portal.imports.rules.sheets.shapes import DayFacts, Head, KeptLine, KeptSheet
from portal.imports.rules.sheets.words import AM_PM, by_word, patterns, plain, written_as

_LANGUAGES = ("ar", "pl", "tr", "de", "fr", "en", "nl")
_SHORT = ("pl", "en", "nl")  # of which a short name of a day is no other word in Dutch
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
_PART_OF = by_word("parts")
_COUNTED = {word: int(number) for word, number in by_word("counted").items()}
_CLOCK = r"(\d{1,2})(?:[.:u](\d{2})(?:\s?u(?:ur)?\b)?|\s?u(?:ur)?\b)?"
_RANGE = re.compile(
    rf"(?<![\d/.-]){_CLOCK}\s*(?:-|–|—|tot|t/m)\s*{_CLOCK}(?:\s*(?:uur|uhr|u|h)\b)?(?![\d/-])"
)
_UP_TO_31 = r"([1-9]|0[1-9]|[12]\d|3[01])"
_TWO_NUMBERS = re.compile(rf"{_UP_TO_31}([-/]){_UP_TO_31}(?:[-/](\d{{4}}|\d\d))?(?=$|,?\s\d+:)")
_SEASON = re.compile(r"(?<!\d)(20\d\d)\s?[-/]\s?(?:20)?(\d\d)(?!\d)")
_YEAR_ALONE = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_LONGEST = 200
_SERIAL_ZERO = date(1899, 12, 30)
_SERIALS = range(43_800, 51_200)  # 2020 to 2040


@cache
def _month_of() -> dict[str, int]:
    return _names("months", _LANGUAGES, "wide", "abbreviated")


@cache
def _dates() -> list[tuple[re.Pattern[str], bool]]:
    """The ways to write a date, and which are two numbers in one order or the other."""
    parts = {**patterns("parts"), "@mon": rf"(?P<mon>{_any_of(_month_of())})\b\.?"}
    ordinals = (word for word in _COUNTED if word.endswith(("st", "nd", "rd", "th")))
    parts |= {"@word": rf"\b(?P<word>{_any_of(_COUNTED)})"}
    parts |= {"@ordinal": rf"\b(?P<word>{_any_of(ordinals)})\b"}
    found = []
    for text in patterns("dates"):
        said = re.sub(r"@[a-z]+", lambda part: parts[part[0]], text)
        found.append((re.compile(said), bool(re.search("@d.*@m(?!on)", text))))
    return found


@cache
def _facts() -> list[tuple[str, re.Pattern[str], Mapping[str, Any]]]:
    """The other facts that a text may say, how each is written, and what that means."""
    weekdays = _weekdays()
    parts = _any_of(_PART_OF)
    before = rf"\b({_any_of(_COUNTED)})\s+(?=(?:{_any_of(weekdays)})\b)"
    return [
        ("nth", re.compile(before), _COUNTED),
        ("week", written_as("week"), {}),
        ("weekday", re.compile(rf"\b({_any_of(weekdays)})(?=\b|\d|groep|{parts})\.?"), weekdays),
        ("part", re.compile(rf"(?<!\w)({parts})(?!\w)"), _PART_OF),
        ("year", _YEAR_ALONE, {}),
    ]


@cache
def _weekdays() -> dict[str, int]:
    return _names("days", _LANGUAGES, "wide") | _names("days", _SHORT, "abbreviated")


@cache
def _several() -> re.Pattern[str]:
    """Write several days of one month: "ma 7, 14 en 21 sept" (the first, the last), "sept 1, 8"."""
    day = rf"(?:(?:{_any_of(_weekdays())})\.?\s)?(\d{{1,2}})"
    days = rf"{day}(?:\s*(?:[,&+]|\ben\b|\band\b)\s*{day})+"
    months, no_day = _any_of(_month_of()), r"[\d.:]|\s*(?:uur|uren|[uh])\b"
    before, after = rf"{days}\s+(?=(?:{months})\b)", rf"(?P<of>{months})\.?\s+{days}(?!{no_day})"
    return re.compile(f"{before}|{after}")


@cache
def short_days() -> dict[str, int]:
    """Number days by short names that may be another word elsewhere: "KW 36 Mi"."""
    return _names("days", ("tr", "fr", "de"), "abbreviated")


def _names(of: str, languages: Iterable[str], *widths: str) -> dict[str, int]:
    """The names of months or of days: as locales have them, and as people shorten them besides."""
    return {
        plain(name).rstrip("."): number
        for language in languages
        for form in ("stand-alone", "format")
        for width in widths
        for number, name in getattr(Locale.parse(language), of)[form][width].items()
    } | {word: int(number) for word, number in by_word(of).items()}


def _any_of(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


@lru_cache(maxsize=4096)
def _facts_of(text: str, is_month_first: bool) -> tuple[DayFacts, str]:
    """The facts in a text that was made plain, and what is left of it."""
    found: dict[str, Any] = {}

    def take(match: re.Match[str], **said: Any) -> str:
        found.update(said)
        return f"{text[: match.start()]} {text[match.end() :]}"

    several = _several().match(text)
    if several and not (text[0].isdigit() and int(several[2]) == int(several[1]) + 1):
        text = f"{several['of'] or ''}{text[several.end() :]}"  # the month that all of them share
    season = _SEASON.search(text)
    if season and int(season[2]) == (int(season[1]) + 1) % 100:
        text = take(season, season=int(season[1]))
    times = _RANGE.search(text)
    is_said = bool(times and {"u", "h"} & {*times[0]})  # "9 - 12 uur" is no day of December
    if times and is_said:
        starts, ends = span_of(times[0]) or (None, None)
        text = take(times, starts=starts, ends=ends)
    if dated := next(_dates_in(text, is_month_first), None):
        text = take(dated[0], **dated[1])
    times = None if is_said or not times else _RANGE.search(text)
    if times and (span := span_of(times[0])):
        text = take(times, starts=span[0], ends=span[1])
    for name, pattern, meaning in _facts():
        if name not in found and (match := pattern.search(text)):
            text = take(match, **{name: meaning[match[1]] if meaning else int(match[1])})
    rest = text.replace("00:00:00", "").strip(" .,:;()-–/'")
    if "week" in found and rest in short_days():
        found["weekday"], rest = short_days()[rest], ""
    if "weekday" in found and "month" not in found and re.fullmatch(_UP_TO_31, rest):
        found["number"], rest = int(rest), ""
    return DayFacts(**found), rest


def facts_in(cell: Value, is_month_first: bool = False) -> DayFacts | None:
    """What a cell says of a day; None for nothing, or a birthday."""
    found = DayFacts()
    if isinstance(cell, float):  # of 2.5 nobody says that it is a day in May
        cell = int(cell) if cell.is_integer() else None
    if isinstance(cell, date):
        found = DayFacts(cell.year, cell.month, cell.day)
    elif isinstance(cell, str | int) and len(said := f"{cell}") <= _LONGEST:
        text = plain(said)
        number = int(text) if text.isdecimal() and len(text) in (1, 2, 5) else None
        if number is None:
            found = _facts_of(text, is_month_first)[0]
        elif number in _SERIALS:  # as a spreadsheet counts days, where they lost their shape
            return facts_in(_SERIAL_ZERO + timedelta(days=number))
        elif 1 <= number <= 31:
            found = DayFacts(number=number)
    return found if found != DayFacts() and (found.year is None or found.year >= 2000) else None


@lru_cache(maxsize=4096, typed=True)
def days_in(cell: Value, is_month_first: bool = False) -> tuple[DayFacts, ...]:
    """List the days of a month in a cell: a title's, or several bare ones."""
    pieces = re.split(r"\s*[,;&+\n]\s*|\s(?:en|and)\s", cell) if isinstance(cell, str) else [cell]
    facts = [facts_in(piece, is_month_first) or DayFacts() for piece in pieces]
    of = facts[-1] if facts[-1].is_day else facts[0]  # the month stands after them, or before
    says_more = any(beside_day(plain(str(piece)), is_month_first) for piece in pieces)
    if of.is_day and all(each is of or (each.number and not each.month) for each in facts):
        facts = [each.over(DayFacts(of.year, of.month)) for each in facts]
    elif says_more and sum(each.is_day for each in facts) == 1:
        facts = [facts_in(cell, is_month_first) or DayFacts()]
    days = tuple(day for one in facts if (day := one.day))
    return days if len(days) == len(facts) else ()


def beside_day(text: str, is_month_first: bool = False) -> str:
    """What a text (made plain) says besides a day; "" where that is all."""
    return _facts_of(text, is_month_first)[1]


def order_of(texts: Collection[str]) -> tuple[bool, bool]:
    """Whether months come first in dates like 04/06, and whether that is a guess.

    One date that can be read in one way only decides for all. Where none does, a.m. and p.m. do, or
    the order in which the days are the same days of the week; where both are, it is the Dutch one.
    Where "Sep 8" or another day of that month stands, "Sep 15" is a day too, and no year.
    """
    plains = [*map(plain, texts)]
    dates = [match for text in plains if (match := _TWO_NUMBERS.match(text))]
    if not dates and _are_days(plains):
        return True, False
    said = {(int(match[1]), int(match[3]), match[4] or "") for match in dates}
    has_slash = any(match[2] == "/" for match in dates)  # nobody writes 12-31 for a day of December
    if any(first > 12 for first, _, _ in said):
        return False, False
    is_american = any(AM_PM.search(text.casefold()) for text in texts)
    if is_american or any(second > 12 for _, second, _ in said):
        return True, False
    if not has_slash or len(said) < 2 or all(first == second for first, second, _ in said):
        return False, False
    dutch, american = (
        {
            date(int(f"20{year[-2:]}") if year else 2026, month, day).weekday()
            for day, month, year in each
        }
        for each in (said, {(second, first, year) for first, second, year in said})
    )
    return len(american) < len(dutch), len(american) == len(dutch) > 1


def _are_days(texts: Iterable[str]) -> bool:
    after = re.compile(rf"({_any_of(_month_of())})\.?\s(\d\d?)")
    said = {match.groups() for text in texts if (match := after.fullmatch(text))}
    months = {month for month, _ in said}
    return len(said) > 1 and (len(months) < len(said) or any(len(day) == 1 for _, day in said))


def _dates_in(text: str, is_month_first: bool) -> Iterator[tuple[re.Match[str], dict[str, int]]]:
    for pattern, is_of_numbers in _dates():
        for match in pattern.finditer(text):
            parts = match.groupdict()
            is_short_year = not parts.get("d") and len(parts.get("y") or "") == 2
            if is_month_first and is_short_year and "'" not in match[0]:
                continue  # "Sep 15" is a day there
            if said := _date_of(parts, is_month_first and is_of_numbers):
                yield match, said


def _date_of(parts: dict[str, Any], is_month_first: bool) -> dict[str, int] | None:
    if is_month_first:
        parts["d"], parts["m"] = parts["m"], parts["d"]
    if parts.get("roman"):
        parts["m"] = str(_ROMAN.index(parts["roman"]) + 1)
    said = {"month": _month_of()[parts["mon"]] if parts.get("mon") else int(parts["m"])}
    if parts.get("y"):
        said["year"] = int(parts["y"]) + (2000 if len(parts["y"]) == 2 else 0)
    if parts.get("d") or parts.get("word"):
        said["number"] = _COUNTED[parts["word"]] if parts.get("word") else int(parts["d"])
    # The 31st of November is a mistake that is asked about; 9.30 is no day at all.
    return said if 1 <= said["month"] <= 12 and 1 <= said.get("number", 1) <= 31 else None


def clock(hours: str, minutes: str | None) -> time | None:
    """A time of the day; None where there is none of these hours and minutes."""
    try:
        return time(int(hours), int(minutes or 0))
    except ValueError:
        return None


def span_of(text: str) -> tuple[time, time] | None:
    """From when till when, of "9.30-12.00" or "9 - 12 uur"."""
    match = _RANGE.fullmatch(text.strip())
    if not match:
        return None
    starts, ends = clock(match[1], match[2]), clock(match[3], match[4])
    return (starts, ends) if starts and ends and starts < ends and starts.hour >= 6 else None


def on(year: int, facts: DayFacts) -> date | None:
    """The day that facts say in this year, if any. A week is its first."""
    try:
        if facts.number is not None and facts.month is not None:
            return date(year, facts.month, facts.number)
        if facts.month is not None and facts.nth is not None and facts.weekday is not None:
            weeks = calendar.monthcalendar(year, facts.month)
            days = [week[facts.weekday] for week in weeks if week[facts.weekday]]
            return date(year, facts.month, days[facts.nth - (facts.nth > 0)])
        if facts.week is not None:
            return date.fromisocalendar(year, facts.week, (facts.weekday or 0) + 1)
    except (ValueError, IndexError):
        return None
    return None


_FURTHEST_BACK = 7  # years
_HALF_A_YEAR = timedelta(days=183)
_Dates = list[tuple[int, date | None]]  # the year of each column, and its day if there is one


@dataclass
class Column:
    """A day of one table, its date once known, and what lines say of it."""

    sheet: KeptSheet
    head: Head
    said: list[tuple[KeptLine, str, str]]
    day: date | None = None  # None too where there is no such day

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands in it but 0 or boxes that nobody ticked."""
        tokens = [token for _, token, _ in self.said]
        return len(tokens) > 1 and not self.sheet.is_list and set(tokens) <= {"n:0", "x:false"}

    @property
    def name(self) -> str:
        """How the spreadsheet calls it."""
        return self.sheet.orientation.called(self.head.column)

    @property
    def weekday_differs(self) -> bool:
        """Whether it says another day of the week than its date is."""
        return _differs(self.head, self.day)

    @property
    def weekday_guessed(self) -> bool:
        """Whether it names a week, and no day of it."""
        return self.head.number is None and self.head.weekday is None

    @property
    def is_guess(self) -> bool:
        """Whether a part of the day was not written."""
        return self.head.year is None or self.weekday_differs or self.weekday_guessed


def columns_of(sheet: KeptSheet) -> list[Column]:
    """The days of a table."""
    columns = {head.column: Column(sheet, head, []) for head in sheet.heads}
    for line in sheet.lines:
        for at, (token, address) in line.tokens.items():
            columns[at].said.append((line, token, address))
    return list(columns.values())


def date_all(tables: Sequence[list[Column]], today: date, year: int | None) -> int | None:
    """Date the columns of all tables together; the year that was filled in.

    The newest day of a table may come first.
    """
    turned = [table[::-1] if _is_newest_first(table) else table for table in tables]
    columns = [column for table in turned for column in table]
    begins = [year] if year else range(today.year + 1, today.year - _FURTHEST_BACK, -1)
    ways = [_climbing(columns, begin) for begin in begins]
    best = max(ways, key=lambda dates: _fit(columns, dates, today))
    for column, (_, day) in zip(columns, best, strict=True):
        column.day = day
    unsaid = [each for column, (each, _) in zip(columns, best, strict=True) if not column.head.year]
    is_said = year is None and len(unsaid) < len(columns)
    return None if is_said else next(iter(unsaid), None)


def _is_newest_first(table: Sequence[Column]) -> bool:
    """Whether most days come before the one to their left, as on a sheet that grows at the left.

    Of two days without a year the nearest are meant: 16 December comes before 6 January.
    """
    heads = [column.head for column in table]
    said = [head.month * 31 + (head.number or 7 * (head.nth or 0)) for head in heads if head.month]
    said = said or [head.week * 7 for head in heads if head.week]
    steps = [(after - before + 186) % 372 - 186 for before, after in pairwise(said)]
    return sum(step < 0 for step in steps) > sum(step > 0 for step in steps)


def _fit(columns: Sequence[Column], dates: _Dates, today: date) -> tuple[int, int, bool, int]:
    """Close to what is known, days of the week that agree, no marks to come; then the latest."""
    dated = [(column, day) for column, (_, day) in zip(columns, dates, strict=True) if day]
    far = any(column.head.year for column in columns) * sum(
        abs(after - before) > _HALF_A_YEAR for (_, before), (_, after) in pairwise(dated)
    )
    told = [each for each in dated if each[0].head.weekday is not None and each[0].head.number]
    agreeing = sum(-1 if _differs(column.head, day) else 1 for column, day in told)
    agreeing -= len(columns) - len(dated)
    is_past = not any(column.said and day > today for column, day in dated)
    return -far, agreeing, is_past, dates[0][0]


def _climbing(columns: Sequence[Column], year: int) -> _Dates:
    """The year and day of each column, a year later where the months begin again."""
    dates: _Dates = []
    before: date | None = None
    for head in (column.head for column in columns):
        year = head.year or year
        day = on(year, head)
        if day and before and day < before - _HALF_A_YEAR and head.year is None:
            year += 1
            day = on(year, head)
        before = day or before
        dates.append((year, day))
    return dates


def _differs(head: Head, day: date | None) -> bool:
    return day is not None and head.weekday not in (None, day.weekday())
