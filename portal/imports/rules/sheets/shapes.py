"""What was understood of a spreadsheet: names, days and marks, and never the text of a cell.

A `Grid` is the file reduced at once to names, facts of days, and tokens of a fixed vocabulary, so
that a person can correct the guess after the file is gone. tokens.py says what a token is.
"""

from dataclasses import dataclass, field
from datetime import date, time
from functools import cache
from typing import Any, Self

from portal.core.errors import N_
from portal.core.typed import read_as, written
from portal.core.worded import WordedEnum

_MOST = 2_000  # lines or columns of a sheet


class Orientation(WordedEnum):
    NAMES_DOWN = "names_down", N_("Names below each other")
    NAMES_ACROSS = "names_across", N_("Names beside each other")

    def called(self, column: int) -> str:
        """How the spreadsheet calls a column, from 0; if turned by a number."""
        return letters(column) if self is Orientation.NAMES_DOWN else str(column + 1)

    def numbered(self, column: str) -> int:
        """Which column, from 0, the spreadsheet calls so; the first where it calls none so."""
        return next((at for at in range(_MOST) if self.called(at) == column.upper()), 0)


@cache
def letters(column: int) -> str:
    """How a spreadsheet calls a column, from 0: A, B, … Z, AA."""
    before, last = divmod(column, 26)
    return (letters(before - 1) if before else "") + chr(ord("A") + last)


class Why(WordedEnum):
    """Why a cell could not be read."""

    WORD = "word", N_("a word that we don't know")
    NUMBER = "number", N_("a number that can be no time in a session")
    UNSURE = "unsure", N_("a code; say what it means")
    DATE = "date", N_("a date where a mark belongs")
    NO_NAME = "no_name", N_("a mark without a name beside it")
    NO_DAY = "no_day", N_("a heading that is no day")
    NOT_A_DAY = "not_a_day", N_("a day that does not exist")
    TWICE = "twice", N_("something else was said of this person and day")
    NO_END = "no_end", N_("a time of coming or leaving that has no other with it")
    ERROR = "error", N_("a formula that went wrong")
    UNEXPLAINED = "unexplained", N_("nobody can say what it does here")


class Bin(WordedEnum):
    """Where a cell of a sheet went: each that holds something is in exactly one."""

    NAME = "name", N_("names")
    DAY = "day", N_("days")
    MARK = "mark", N_("marks")
    HEADING = "heading", N_("headings")
    TOTAL = "total", N_("totals that were checked")
    LEGEND = "legend", N_("explanation of codes")
    LEFT_OUT = "left_out", N_("left out")  # Reading.left_out says why and where
    ASKED = "asked", N_("not read")  # Reading.unread says why and where


class Left(WordedEnum):
    """Why a cell was left out."""

    COLUMN = "column", N_("columns without a day")
    NOTE = "note", N_("rows with a title or a note")  # a text beside or below the register, a title
    NO_MARKS = "no_marks", N_("rows with a name and no mark")
    NOTHING = "nothing", N_("columns with nothing but 0 or empty boxes")
    SAME = "same", N_("rows that say the same again")
    SHEET = "sheet", N_("other sheets")


class Caution(WordedEnum):
    """What a person should look at, though all was read."""

    YEAR_GUESSED = "year_guessed", N_("A year was not written. We filled it in.")
    WEEKDAY_GUESSED = (
        "weekday_guessed",
        N_("A week was written, not which day. We filled in the day."),
    )
    WEEKDAY_DIFFERS = (
        "weekday_differs",
        N_("A weekday and its date do not agree. We took the date."),
    )
    FUTURE_DAYS = "future_days", N_("There are days that are still to come. They are left out.")
    SAME_NAME_TWICE = "same_name_twice", N_("A name stands there twice. Say who is who.")
    SAME_DAY_TWICE = "same_day_twice", N_("A day stands there twice. Say which session is which.")
    NAMES_JOINED = "names_joined", N_("Two columns were taken together as one name.")
    NAMES_TURNED = "names_turned", N_("Names with a comma were turned around.")
    ROWS_WITHOUT_MARKS = "rows_without_marks", N_("Names without any mark were left out.")
    TOTALS_SKIPPED = "totals_skipped", N_("Totals were compared with the marks.")
    TOTALS_DIFFER = "totals_differ", N_("Totals do not agree with the marks. The marks count:")
    DAY_MONTH_GUESSED = (
        "day_month_guessed",
        N_("No date tells which number is the month. We took the day first."),
    )
    EMPTY_DAYS = "empty_days", N_("Days with nothing but 0 or empty boxes were left out.")
    HIDDEN_CELLS = (
        "hidden_cells",
        N_("There are hidden rows or columns. They were read too: look whether they count."),
    )
    HIDDEN_SHEETS = "hidden_sheets", N_("There are hidden sheets. They were left out.")
    MORE_SHEETS = "more_sheets", N_("There are sheets that look different. They were left out.")


class Numbers(WordedEnum):
    """What a bare number says."""

    HOURS = "hours", N_("hours")
    MINUTES = "minutes", N_("minutes")
    COUNT = "count", N_("1 is here, 0 is not here")  # 1 is present and 0 is absent


class CodeMeaning(WordedEnum):
    """What a code says of somebody; with NOTHING its cells are left alone."""

    PRESENT = "present", N_("Here")
    EXCUSED = "excused", N_("Excused")
    ABSENT = "absent", N_("Not here")
    HALF = "half", N_("Here half of the time")
    NOTHING = "nothing", N_("left out")


class Shape:
    """To JSON and back, by the types of the fields."""

    def to_json(self) -> Any:
        return written(self)

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> Self:
        """The same; what an earlier version kept besides is of no use to this one."""
        shape: Self = read_as(cls, plain, str_keys=True)
        return shape


@dataclass(frozen=True)
class FileMark:
    """`minutes` None is the whole session, or with HALF half of it, whatever its length."""

    meaning: CodeMeaning
    minutes: int | None = None
    from_clock: time | None = None  # "vanaf 10.00": from then to the end of the session
    until_clock: time | None = None  # "tot 11.00"

    @property
    def is_here(self) -> bool:
        return self.meaning in (CodeMeaning.PRESENT, CodeMeaning.HALF)


@dataclass(frozen=True)
class FilePerson:
    row: int  # as the spreadsheet counts, from 1 (with names across: the column, from 1)
    name: str


@dataclass(frozen=True)
class FileDay:
    column: str  # "D" (with names across: the row, "7")
    day: date
    starts: time | None = None
    part: str | None = None  # morning, afternoon or evening
    ends: time | None = None
    is_guess: bool = False  # its year, month or weekday was not written


@dataclass(frozen=True)
class PlacedMark:
    person: int  # index in Reading.people
    day: int  # index in Reading.days
    address: str  # "D7"
    mark: FileMark


@dataclass(frozen=True)
class Unread(Shape):
    sheet: str
    address: str
    why: Why


@dataclass(frozen=True)
class LeftOut(Shape):
    """Cells that say nothing of anybody's presence: how many, in which column or row."""

    sheet: str
    where: str  # "C" or "12"
    why: Left
    count: int


@dataclass(frozen=True)
class MarkUse:
    """A code of the file, how often, what it was taken for, whether to ask.

    Codes are of a fixed vocabulary ("x", "present", "excused", "half") or at most two letters.
    """

    code: str
    count: int
    meaning: CodeMeaning | None  # None: not understood, its cells are unread
    is_asked: bool


@dataclass(frozen=True)
class FileCorrection(Shape):
    """Where things are, as guessed, or put right by a person (None = as guessed).

    Rows and columns are from 1, as in the spreadsheet. The sheet, the year, numbers and marks can
    be put right after the file is gone; the rest needs what was not kept: `read_grid` then refuses
    kindly, with the field "file", and the same goes into `read_file` with the file once more.
    """

    sheet: str | None = None  # only this sheet
    header_row: int | None = None
    name_columns: list[str] | None = None
    orientation: Orientation | None = None
    year: int | None = None
    numbers: Numbers | None = None
    marks: dict[str, CodeMeaning] = field(default_factory=dict)  # by code


@dataclass(frozen=True)
class DayFacts(Shape):
    """What a heading says of a day; what nobody wrote is None."""

    year: int | None = None
    month: int | None = None
    number: int | None = None  # of the day in its month
    weekday: int | None = None
    week: int | None = None
    starts: time | None = None
    ends: time | None = None
    part: str | None = None
    season: int | None = None  # the year in which it began
    nth: int | None = None  # which of its weekdays in the month; -1 the last

    @property
    def is_day(self) -> bool:
        is_counted = self.nth is not None and self.weekday is not None
        return self.month is not None and (self.number is not None or is_counted)

    @property
    def day(self) -> "DayFacts | None":
        """The day of a month alone; two sessions of it are one."""
        if self.is_day and self.number is None:
            return DayFacts(self.year, self.month, weekday=self.weekday, nth=self.nth)
        return DayFacts(self.year, self.month, self.number) if self.is_day else None

    @property
    def is_placed(self) -> bool:
        """Whether it says which day of the month, the week or the year it is."""
        return (self.number, self.weekday, self.week) != (None, None, None)

    def over(self, other: "DayFacts") -> "DayFacts":
        """This, and of the other what this does not say."""
        theirs = {name: said for name, said in vars(other).items() if said is not None}
        ours = {name: said for name, said in vars(self).items() if said is not None}
        return DayFacts(**{**theirs, **ours})


@dataclass(frozen=True)
class Head(DayFacts):
    """A column that may be a day."""

    column: int = 0  # from 0


@dataclass(frozen=True)
class KeptLine(Shape):
    """Somebody, and the token and address of the cell that tells each day."""

    row: int  # from 0
    name: str
    tokens: dict[int, tuple[str, str]]  # by the column of the head


@dataclass(frozen=True)
class Total(Shape):
    """A sum that stands beside the marks of a line or below a column."""

    address: str
    number: float
    row: int
    column: int
    is_of_line: bool
    is_share: bool = False  # a percentage


@dataclass(frozen=True)
class KeptSheet(Shape):
    """One table, reduced: names of people, and tokens where these meet a day.

    With names across, rows are the file's columns and columns its rows. What is left of the cells
    of a sheet is said by the first of its tables.
    """

    name: str
    orientation: Orientation
    header_row: int  # from 0
    name_columns: list[str]
    heads: list[Head]
    lines: list[KeptLine]
    warnings: list[Caution]
    totals: list[Total] = field(default_factory=list)
    is_list: bool = False  # a line for each mark
    is_hidden: bool = False
    legend: dict[str, str] = field(default_factory=dict)  # code: status, or "" where not known
    unread: list[Unread] = field(default_factory=list)  # what stood outside of the lines and heads
    left_out: list[LeftOut] = field(default_factory=list)
    bins: dict[Bin, int] = field(default_factory=dict)

    @property
    def held(self) -> int:
        """How many cells of the file it is."""
        out = sum(place.count for place in self.left_out)
        return sum(self.bins.values()) + len(self.unread) + out


@dataclass(frozen=True)
class Grid(Shape):
    sheets: list[KeptSheet]
    today: date
    others: dict[str, int] = field(default_factory=dict)  # sheets without a register: their cells
    rivals: list[KeptSheet] = field(default_factory=list)  # the same, read the other way
