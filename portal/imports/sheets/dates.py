"""Days and times as people write them in Dutch: "ma 1 sept", "1/9", "wk 36", "9.30-12.00"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, time
from functools import lru_cache

from portal.imports.sheets.shapes import DayPart

_MONTHS = [
    "januari|january|jan|ocak",
    "februari|february|febr|feb",
    "maart|march|mrt|mar",
    "april|apr",
    "mei|may",
    "juni|june|jun",
    "juli|july|jul",
    "augustus|august|aug",
    "september|sept|sep",
    "oktober|october|okt|oct",
    "november|nov",
    "december|dec",
]
_WEEKDAYS = [
    "maandag|maa|ma|monday|mon",
    "dinsdag|din|di|tuesday|tue",
    "woensdag|woe|wo|wednesday|wed",
    "donderdag|don|do|thursday|thu",
    "vrijdag|vrij|vr|vrij|friday|fri",
    "zaterdag|zat|za|saturday|sat",
    "zondag|zon|zo|sunday|sun",
]
_PARTS = {
    DayPart.MORNING: "ochtend|'s ochtends|ocht|vm|voormiddag|morgen",
    DayPart.AFTERNOON: "middag|'s middags|midd|nm|namiddag",
    DayPart.EVENING: "avond|'s avonds",
}


def _index(groups: list[str]) -> dict[str, int]:
    return {word: at for at, group in enumerate(groups) for word in group.split("|")}


_MONTH_OF = _index(_MONTHS)
_WEEKDAY_OF = _index(_WEEKDAYS)
_PART_OF = {word: part for part, group in _PARTS.items() for word in group.split("|")}
_MONTH = "(?P<mon>" + "|".join(sorted(_MONTH_OF, key=len, reverse=True)) + r")\b\.?"
_YEAR = r"'?(?P<y>(?:19|20)\d\d|\d\d)(?!\d)"
_TO = "(?:-|–|t/m)"
_CLOCK = r"(\d{1,2})(?:[.:u](\d{2})|\s?u(?:ur)?\b)?"
_RANGE = re.compile(
    rf"(?<![\d/.-]){_CLOCK}\s*(?:-|–|—|tot|t/m)\s*{_CLOCK}(?:\s*(?:uur|u|h)\b)?(?![\d/-])"
)
_DATES = [
    # A week by its first and last day counts as its first: "7-11 sept", "31 aug - 4 sept 2026".
    re.compile(rf"(?<!\d)(?P<d>\d{{1,2}})\s*{_TO}\s*\d{{1,2}}\s+{_MONTH}(?:\s+{_YEAR})?"),
    re.compile(
        rf"(?<!\d)(?P<d>\d{{1,2}})\s*{_MONTH}\s*{_TO}\s*\d{{1,2}}\s+[a-z]+\.?(?:\s+{_YEAR})?"
    ),
    re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?!\d)"),
    re.compile(rf"(?<!\d)(?P<d>\d{{1,2}})\s*[-/.]\s*(?P<m>\d{{1,2}})\s*[-/.]\s*{_YEAR}"),
    re.compile(rf"(?<!\d)(?P<d>\d{{1,2}})(?:e|ste|de)?[\s.-]*{_MONTH}[\s.-]*{_YEAR}"),
    re.compile(rf"(?<!\d)(?P<d>\d{{1,2}})(?:e|ste|de)?[\s.-]*{_MONTH}"),
    re.compile(rf"\b{_MONTH}[\s.,-]*{_YEAR}(?!\s*[-/.]\s*\d)"),
    re.compile(rf"\b{_MONTH}[\s.-]*(?P<d>\d{{1,2}})(?!\d)"),
    re.compile(r"(?<!\d)(?P<y>20\d\d)[-/](?P<m>0[1-9]|1[0-2])(?!\d)"),
    re.compile(r"(?<!\d)(?P<m>0?[1-9]|1[0-2])[-/](?P<y>20\d\d)(?!\d)"),
    re.compile(r"(?<![\d.,/-])(?P<d>\d{1,2})\s?[-/.]\s?(?P<m>\d{1,2})\.?(?![\d,/-])"),
    re.compile(rf"\b{_MONTH}"),
]
_NUMBERS_ONLY = (_DATES[3], _DATES[10])  # a day and a month, in one order or the other
_UP_TO_31 = r"([1-9]|0[1-9]|[12]\d|3[01])"
_TWO_NUMBERS = re.compile(rf"{_UP_TO_31}([-/]){_UP_TO_31}(?:[-/](\d{{4}}|\d\d))?")
_SEASON = re.compile(r"(?<!\d)(20\d\d)\s?[-/]\s?(?:20)?(\d\d)(?!\d)")
_YEAR_ALONE = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_WEEK = re.compile(r"\b(?:week|wk|w)\.?\s?(?:nr\.?\s?)?(\d{1,2})(?!\d)")
_WEEKDAY = re.compile(
    r"\b(" + "|".join(sorted(_WEEKDAY_OF, key=len, reverse=True)) + r")(?=\b|groep)\.?"
)
_PART = re.compile(r"(?<!\w)(" + "|".join(sorted(_PART_OF, key=len, reverse=True)) + r")(?!\w)")


@dataclass(frozen=True)
class Facts:
    """What one text says of a day; `rest` is what was left of the text, for the caller only."""

    year: int | None = None
    month: int | None = None
    number: int | None = None
    weekday: int | None = None
    week: int | None = None
    starts: time | None = None
    ends: time | None = None
    part: DayPart | None = None
    season: int | None = None  # the year in which it began
    rest: str = ""

    @property
    def is_day(self) -> bool:
        return self.number is not None and self.month is not None

    def over(self, other: Facts) -> Facts:
        """This, and of the other what this does not say."""
        added = {
            name: theirs
            for name in _SAID
            if getattr(self, name) is None and (theirs := getattr(other, name)) is not None
        }
        return replace(self, **added) if added else self


_SAID = ("year", "month", "number", "weekday", "week", "starts", "ends", "part", "season")
NOTHING = Facts()


@lru_cache(maxsize=4096)
def facts_of(text: str, is_month_first: bool = False) -> Facts:
    """The facts in a text that was made plain (small letters, single spaces)."""
    season = _SEASON.search(text)
    found: dict[str, int | time | DayPart | None] = {}
    if season and int(season[2]) == (int(season[1]) + 1) % 100:
        found["season"] = int(season[1])
        text = _without(text, season)
    text = _take_date(text, found, is_month_first)
    text = _take_times(text, found)
    for pattern, name, index in (
        (_WEEK, "week", None),
        (_WEEKDAY, "weekday", _WEEKDAY_OF),
        (_PART, "part", _PART_OF),
    ):
        if match := pattern.search(text):
            said = index[match[1]] if index else int(match[1])
            if name == "week" and not 1 <= int(said) <= 53:
                continue
            found[name] = said
            text = _without(text, match)
    if "year" not in found and (match := _YEAR_ALONE.search(text)):
        found["year"] = int(match[1])
        text = _without(text, match)
    rest = text.replace("00:00:00", "").strip(" .,:;()-–/'")
    if "weekday" in found and "month" not in found and rest.isdecimal() and 1 <= int(rest) <= 31:
        found["number"], rest = int(rest), ""
    return Facts(**found, rest=rest)  # type: ignore[arg-type]


def of_date(value: date) -> Facts:
    return Facts(value.year, value.month, value.day)


def _without(text: str, match: re.Match[str]) -> str:
    return f"{text[: match.start()]} {text[match.end() :]}"


@dataclass(frozen=True)
class Order:
    """In which order the days and months of one table are written."""

    is_month_first: bool
    is_guess: bool = False  # no date decides, and both ways give days that fit


def order_of(texts: Iterable[str]) -> Order:
    """The order of dates like 04/06: one date that can be read in one way only decides for all.

    Where none does, it is the order in which the days are the same days of the week; where both
    are, the Dutch one.
    """
    dates = [match for text in texts if (match := _TWO_NUMBERS.fullmatch(text))]
    said = {(int(match[1]), int(match[3]), match[4] or "") for match in dates}
    has_slash = any(match[2] == "/" for match in dates)  # nobody writes 12-31 for a day of December
    if any(first > 12 for first, _, _ in said):
        return Order(is_month_first=False)
    if any(12 < second <= 31 for _, second, _ in said):
        return Order(is_month_first=True)
    if not has_slash or len(said) < 2 or all(first == second for first, second, _ in said):
        return Order(is_month_first=False)
    dutch, american = (
        {
            date(int(f"20{year[-2:]}") if year else 2026, month, day).weekday()
            for day, month, year in each
        }
        for each in (said, {(second, first, year) for first, second, year in said})
    )
    return Order(len(american) < len(dutch), is_guess=len(american) == len(dutch) > 1)


def _take_date(
    text: str, found: dict[str, int | time | DayPart | None], is_month_first: bool
) -> str:
    for pattern in _DATES:
        for match in pattern.finditer(text):
            said = _date_of(match, is_month_first and pattern in _NUMBERS_ONLY)
            if said is None or _is_range(text, match):
                continue
            found.update(said)
            return _without(text, match)
    return text


def _date_of(match: re.Match[str], is_month_first: bool) -> dict[str, int] | None:
    parts = match.groupdict()
    if is_month_first:
        parts["d"], parts["m"] = parts["m"], parts["d"]
    said = {"month": _MONTH_OF[parts["mon"]] + 1 if parts.get("mon") else int(parts["m"])}
    if parts.get("y"):
        said["year"] = int(parts["y"]) + (2000 if len(parts["y"]) == 2 else 0)
    if parts.get("d"):
        said["number"] = int(parts["d"])
    # The 31st of November is a mistake that is asked about; 9.30 is no day at all.
    return said if 1 <= said["month"] <= 12 and 1 <= said.get("number", 1) <= 31 else None


def _is_range(text: str, match: re.Match[str]) -> bool:
    """Whether "9.30-12.00" would be taken for a date in a part of it."""
    return any(
        time_.start() <= match.start()
        and match.end() <= time_.end()
        and ("." in time_[0] or ":" in time_[0] or "u" in time_[0])
        and "-" in time_[0].replace("–", "-")
        for time_ in _RANGE.finditer(text)
    )


def _take_times(text: str, found: dict[str, int | time | DayPart | None]) -> str:
    match = _RANGE.search(text)
    if not match:
        return text
    span = span_of(match[0])
    if span is None:
        return text
    found["starts"], found["ends"] = span
    return _without(text, match)


def clock(hours: str, minutes: str | None) -> time | None:
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


def on(year: int, facts: Facts) -> date | None:
    """The day that the facts say in this year, if there is one."""
    try:
        if facts.number is not None and facts.month is not None:
            return date(year, facts.month, facts.number)
        if facts.week is not None and facts.weekday is not None:
            return date.fromisocalendar(year, facts.week, facts.weekday + 1)
    except ValueError:
        return None
    return None
