"""A bookkeeper's sheet as amounts with a month, a kind and who paid; each cell in one bin."""

import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache
from pathlib import Path

from portal.core.decimals import bare, euros_in
from portal.core.errors import N_, RuleBroken
from portal.core.worded import WordedEnum
from portal.imports.rules.sheets.cells import (
    EMPTY,
    Row,
    Rows,
    SheetCell,
    cells_of,
    filled,
    put,
    turned,
)
from portal.imports.rules.sheets.dates import order_of
from portal.imports.rules.sheets.files import RawSheet, open_file
from portal.imports.rules.sheets.shapes import Shape
from portal.imports.rules.sheets.words import plain, visible

_MOST_WORDS = 60  # kinds that a person is asked about
_MOST_NAMED = 60  # cells of one bin
_LONGEST_WORD = 60
_MOST_HUNDREDTHS = 10**11
_HOURS = re.compile(r"(?<=[\d ])(?:uur|uren|hours|u|h)$")
_GAPS = re.compile(r"\W+")
_NOTHING = re.compile(r"[-–—€ ]*")


class MoneyBin(WordedEnum):
    """Where a cell of a bookkeeper's sheet went: each is in exactly one."""

    AMOUNT = "amount", N_("amounts")
    MONTH = "month", N_("months and days")
    KIND = "kind", N_("kinds")
    PAYER = "payer", N_("who paid")
    HEADING = "heading", N_("headings")
    TOTAL = "total", N_("totals that were checked")
    NOTE = "note", N_("left out: descriptions, not kept")
    COLUMN = "column", N_("left out: numbers that are no amounts")
    NO_AMOUNT = "no_amount", N_("left out: lines without an amount")
    SHEET = "sheet", N_("left out: sheets that are hidden, or have no amounts with a month")
    NUMBER = "number", N_("an amount that can't be read")
    NO_MONTH = "no_month", N_("an amount without a month")
    ODD_TOTAL = "odd_total", N_("a total that says something else than the amounts")
    UNEXPLAINED = "unexplained", N_("nobody can say what it does here")


ASKED = (MoneyBin.NUMBER, MoneyBin.NO_MONTH, MoneyBin.ODD_TOTAL, MoneyBin.UNEXPLAINED)
_UNNAMED = frozenset(list(MoneyBin)[:6])  # that are what they seem: counted, not pointed at


@dataclass(frozen=True)
class MoneyLine(Shape):
    """An amount in hundredths of a euro or hour, with the words beside it."""

    month: date
    kind: str
    payer: str
    hundredths: int
    address: str


@dataclass(frozen=True)
class MoneyFile(Shape):
    """What was understood of a file: its amounts, and where all other cells went."""

    lines: list[MoneyLine] = field(default_factory=list)
    bins: dict[MoneyBin, int] = field(default_factory=dict)
    places: dict[MoneyBin, list[str]] = field(default_factory=dict)
    is_year_guessed: bool = False

    @property
    def asked(self) -> list[MoneyBin]:
        """The bins that a person should look at."""
        return [bin_ for bin_ in ASKED if self.bins.get(bin_)]


@cache
def words_of(name: str) -> dict[str, list[str]]:
    """Give the words of a list in the table, by what they say."""
    path = Path(__file__).with_name("money_words.toml")
    found: dict[str, list[str]] = tomllib.loads(path.read_text(encoding="utf-8"))[name]
    return found


@lru_cache(maxsize=8192, typed=True)
def amount_in(value: object) -> int | None:
    """Read an amount in hundredths, of "€ 1.250,00", "(12,50)" or "1250,-"; None for none."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return round(value * 100) if abs(value) * 100 < _MOST_HUNDREDTHS else None
    if not isinstance(value, str):
        return None
    text = bare(_HOURS.sub("", plain(value.translate({0x2212: "-"}))))
    unsigned = text.strip("()-+")
    euros = euros_in(unsigned) if len(text) - len(unsigned) <= 2 else None
    if euros is None or euros * 100 != int(euros * 100):
        return None
    return int(euros * 100) * (-1 if text.startswith(("-", "(")) or text.endswith("-") else 1)


def read_money(data: bytes, today: date) -> MoneyFile:
    """Read a bookkeeper's file; RuleBroken where it holds no amounts, or columns in doubt."""
    lines: list[MoneyLine] = []
    bins: Counter[MoneyBin] = Counter()
    places: dict[MoneyBin, list[str]] = defaultdict(list)
    is_guessed = False
    sheets = open_file(data)
    for sheet in sheets:
        said = f"{sheet.name}!" if len(sheets) > 1 else ""
        best = max(
            (MoneyTable(sheet, today, way) for way in (list, turned)),
            key=lambda table: len(table.lines),
        )
        is_kept = bool(best.lines) and not sheet.is_hidden
        is_guessed |= best.is_guessed and is_kept
        lines += [MoneyLine(*line, said + cell.address) for cell, line in best.lines if is_kept]
        for cell in (cell for row in best.rows for cell in filled(row)):
            bin_ = cell.bin if is_kept and isinstance(cell.bin, MoneyBin) else MoneyBin.SHEET
            bins[bin_] += 1
            if bin_ not in _UNNAMED and len(places[bin_]) < _MOST_NAMED:
                places[bin_].append(said + cell.address)
    if not lines:
        raise RuleBroken(
            "file", N_("We found no amounts with a month, and a kind or who paid, in this file.")
        )
    if len({plain(line.kind) for line in lines}) > _MOST_WORDS:
        words = N_('There are more than {most} kinds of amounts. Name one column "kind".')
        raise RuleBroken("file", words, most=_MOST_WORDS)
    return MoneyFile(lines, dict(bins), dict(places), is_guessed)


class MoneyTable:
    """Lines with a month each; of a sheet with months beside each other, turned."""

    def __init__(self, sheet: RawSheet, today: date, way: Callable[[Rows], Rows]) -> None:
        texts = [cell for row in sheet.rows for cell in row if isinstance(cell, str)]
        self.rows = rows = way(cells_of(sheet.rows, order_of(texts)[0]))
        self.today, self.is_turned = today, way is turned
        self.lines: list[tuple[SheetCell, tuple[date, str, str, int]]] = []
        self.is_guessed = False
        columns = turned(rows)
        for says_month in (_says_month, _says_day):  # where nothing else says it
            counts = [sum(map(says_month, column)) for column in columns]
            if any(counts):
                self._take(counts.index(max(counts)), says_month, sheet.name)
                break

    def _take(self, month_at: int, says_month: Callable[[SheetCell], bool], name: str) -> None:
        """Take all lines, where the months stand in this column."""
        self.month_at, self.says_month, rows = month_at, says_month, self.rows
        first = next(
            (n for n, row in enumerate(rows)
             if says_month(row[month_at])
             and any(_is_amount(cell) for at, cell in enumerate(row) if at != month_at)),
            len(rows),
        )  # fmt: skip
        head, body = rows[:first], rows[first:]
        years = {c.facts.year for row in head for c in row if c.facts and c.facts.year}
        years = years or {int(year) for year in re.findall(r"\b20\d\d\b", name)}
        self.year = years.pop() if len(years) == 1 else None
        totals = [any(cell.is_total for cell in row) for row in body]
        lines = [row for row, is_total in zip(body, totals, strict=True) if not is_total]
        self._type(head, turned(lines) if lines else [])
        for row in head if self.amounts else ():
            amounts = [row[at] for at in self.amounts if _is_amount(row[at])]
            put(MoneyBin.NO_MONTH, [cell for cell in amounts if not cell.facts])
            put(MoneyBin.HEADING, row)
        own = [row[month_at] for row in body]
        is_of_months = not any(cell.facts and cell.facts.number for cell in own)
        month: date | None = None
        seen: dict[int, list[list[int]]] = defaultdict(lambda: [[]])
        for cell, row, is_total in zip(own, body, totals, strict=True):
            if not self.amounts:
                break
            if is_total:
                self._check_totals(row, seen)
                continue
            is_said = says_month(cell)
            month = self._month(cell) if is_said else month if is_of_months else None
            self._line(row, month if is_said or cell is EMPTY else None, seen)
        put(MoneyBin.UNEXPLAINED, (cell for row in rows for cell in row))

    def _type(self, head: Sequence[Row], columns: Rows) -> None:
        """Say what each column is, by all that stands in it; a heading is evidence."""
        titles = [filled(row[at] for row in head) for at in range(len(self.rows[0]))]
        self.heads = [
            [visible(cell.value)[:_LONGEST_WORD] for cell in cells if isinstance(cell.value, str)]
            for cells in titles
        ]
        numbers: list[int] = []
        texts: list[int] = []
        for at, cells in enumerate(map(filled, columns)):
            if cells and at != self.month_at:
                is_of_numbers = sum(map(_is_amount, cells)) * 2 > len(cells)
                (numbers if is_of_numbers else texts).append(at)
        self.total_at = {at for at in numbers if any(cell.is_total for cell in titles[at])}
        texts = [] if self.is_turned else texts
        self.payer_at = next(iter(self._headed("payer", texts)), None)
        self.kind_at = next(iter(self._headed("kind", texts)), None)
        rest = [at for at in texts if at != self.payer_at]
        others = self._headed("no_amount", numbers)
        numbers = [at for at in numbers if at not in others]
        named, flows = self._headed("amount", numbers), self._headed("flow", numbers)
        if self.kind_at is None and rest and (named or flows or len(numbers) == 1):
            self.kind_at = max(rest, key=lambda at: _likeness(filled(columns[at])))
        self.amounts = [at for at in numbers if at not in self.total_at]
        if self.kind_at is not None:
            self.amounts = named[-1:] or flows or (numbers if len(numbers) == 1 else [])
            self.total_at -= set(self.amounts)

    def _headed(self, kind: str, columns: Iterable[int]) -> list[int]:
        words = words_of("headings")[kind]
        return [at for at in columns if any(_bare(one) in words for one in self.heads[at])]

    def _line(self, row: Row, month: date | None, seen: dict[int, list[list[int]]]) -> None:
        """Put a line's cells in their bins, and take its amounts."""
        own = [row[at] for at in self.amounts]
        for cell in filled(own):
            is_nothing = isinstance(cell.value, str) and _NOTHING.fullmatch(cell.value)
            if not _is_amount(cell):
                put(MoneyBin.NO_AMOUNT if is_nothing else MoneyBin.NUMBER, [cell])
        of_line: list[list[int]] = [[]]
        for at in sorted({*self.amounts, *self.total_at}):
            number = amount_in(row[at].value)
            if number is None:
                continue
            seen[at][-1].append(number)
            if at in self.total_at:
                put(_checked(number, of_line), [row[at]])
                of_line.append([])
                continue
            of_line[-1].append(number)
            put(MoneyBin.AMOUNT if month else MoneyBin.NO_MONTH, [row[at]])
            if month:
                self.lines.append((row[at], (month, *self._words(row, at), number)))
        if not any(map(_is_amount, own)):
            put(MoneyBin.NO_AMOUNT, row)
        roles = [(MoneyBin.MONTH, self.month_at), (MoneyBin.KIND, self.kind_at)]
        for bin_, column in (*roles, (MoneyBin.PAYER, self.payer_at)):
            put(bin_, [row[column]] if column is not None else [])
        put(MoneyBin.COLUMN, filter(_is_amount, row))
        put(MoneyBin.NOTE, row)

    def _words(self, row: Row, at: int) -> tuple[str, str]:
        """The words for the kind of an amount, and for who paid it."""
        heads = self.heads[at]
        if self.kind_at is None:
            payers = [one for one in heads if len(heads) > 1 and matching(one, "payers")]
            kinds = [one for one in heads if one not in payers]
            return (kinds or payers or [""])[-1], (payers or [""])[-1] if kinds else ""
        kind = _text(row[self.kind_at])
        if len(self.amounts) > 1 and heads:
            kind = f"{kind} ({heads[-1]})"
        return kind, _text(row[self.payer_at]) if self.payer_at is not None else ""

    def _check_totals(self, row: Row, seen: dict[int, list[list[int]]]) -> None:
        for at in (*self.amounts, *sorted(self.total_at)):
            if _is_amount(row[at]):
                put(_checked(amount_in(row[at].value), seen[at]), [row[at]])
                seen[at].append([])
        put(MoneyBin.COLUMN, filter(_is_amount, row))
        put(MoneyBin.HEADING, row)

    def _month(self, cell: SheetCell) -> date:
        facts = cell.facts
        assert facts is not None
        assert facts.month is not None
        year = facts.year or self.year
        if year is None:
            self.is_guessed = True
            year = self.today.year - (facts.month > self.today.month)
        return date(year, facts.month, 1)


def _says_month(cell: SheetCell) -> bool:
    is_number = isinstance(cell.value, int | float) or _is_amount(cell)
    return bool(cell.facts and cell.facts.month) and not is_number and not cell.is_total


def _says_day(cell: SheetCell) -> bool:
    """Whether it is a date as banks write it, 20261005."""
    return bool(cell.facts and cell.facts.is_day) and len(f"{cell.value}") == len("20261005")


def _is_amount(cell: SheetCell) -> bool:
    return amount_in(cell.value) is not None


def _text(cell: SheetCell) -> str:
    return visible(str(cell.value))[:_LONGEST_WORD] if cell is not EMPTY else ""


def _bare(heading: str) -> str:
    """A heading without what stands behind it, "Bedrag (EUR):"."""
    return plain(heading).partition("(")[0].strip(": ")


def _checked(number: int | None, seen: list[list[int]]) -> MoneyBin:
    """Whether a total is the sum of all before it, or since the last one."""
    sums = [sum(part) for part in seen if part]
    return MoneyBin.TOTAL if number in (sum(sums), *sums[-1:]) else MoneyBin.ODD_TOTAL


def _likeness(cells: Sequence[SheetCell]) -> tuple[float, int]:
    """How many of a column's texts are known kinds; else how few there are of them."""
    known = sum(bool(matching(_text(cell), "figures", "payers", "income")) for cell in cells)
    return known / len(cells), -len({cell.text for cell in cells})


def matching(text: str, *lists: str) -> list[str]:
    """List what the words in a text say, by some lists of the table."""
    padded = f" {_GAPS.sub(' ', plain(text))} "
    return [said for name in lists for said, words in words_of(name).items()
            if any(f" {word} " in padded for word in words)]  # fmt: skip
