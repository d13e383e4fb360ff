"""A bookkeeper's sheet as amounts with a month, a kind and who paid; each cell in one bin."""

import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path

from portal.core.errors import N_, RuleBroken
from portal.core.worded import WordedEnum
from portal.imports.rules.sheets.cells import EMPTY, Row, Rows, SheetCell, cells_of, filled
from portal.imports.rules.sheets.dates import order_of
from portal.imports.rules.sheets.files import RawSheet, open_file
from portal.imports.rules.sheets.cells import turned
from portal.imports.rules.sheets.shapes import Shape
from portal.imports.rules.sheets.words import plain, visible

_MOST_WORDS = 60  # kinds that a person is asked about
_MOST_NAMED = 60  # cells of one bin
_LONGEST_WORD = 60
_MOST_HUNDREDTHS = 10**11
_GROUPED = re.compile(
    r"\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*(?:(?!\1)[.,](\d{1,2}))?|\d+(?:[.,](\d{1,2}))?"
)
_SIGNS = re.compile(
    r"€|\beuros?\b|\beur\b|[' ]|(?<=[\d ])(?:uur|uren|hours|u|h)$|(?<=\d)[.,][-–—]+$"
)
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


def amount_in(value: object) -> int | None:
    """Read an amount in hundredths, of "€ 1.250,00", "(12,50)" or "1250,-"; None for none."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return round(value * 100) if abs(value) * 100 < _MOST_HUNDREDTHS else None
    if not isinstance(value, str):
        return None
    text = value.translate({0x66B: ",", 0x66C: ".", 0x2212: "-", 0x2019: "'"})
    text = _SIGNS.sub("", plain(text)).strip()
    bare = text.strip("()-+")
    is_negative = text.startswith(("-", "(")) or text.endswith("-")
    found = _GROUPED.fullmatch(bare) if len(text) - len(bare) <= 2 else None
    if not found or len(bare) > 15:
        return None
    parts = found[2] or found[3] or ""
    whole = re.sub(r"[.,]", "", bare[: -len(parts) - 1] if parts else bare)
    hundredths = int(whole) * 100 + int(parts.ljust(2, "0"))
    return -hundredths if is_negative else hundredths


def read_money(data: bytes, today: date) -> MoneyFile:
    """Read a bookkeeper's file; RuleBroken where it holds no amounts, or columns in doubt."""
    lines: list[MoneyLine] = []
    bins: Counter[MoneyBin] = Counter()
    places: dict[MoneyBin, list[str]] = defaultdict(list)
    is_guessed = False
    sheets = open_file(data)
    for sheet in sheets:
        said = f"{sheet.name}!" if len(sheets) > 1 else ""
        best = max(_ways(sheet, today), key=lambda way: len(way.lines))
        if sheet.is_hidden or not best.lines:
            best.went = dict.fromkeys(best.went, MoneyBin.SHEET)
            best.lines = []
        is_guessed |= best.is_guessed and bool(best.lines)
        lines += [MoneyLine(*line, said + cell.address) for cell, line in best.lines]
        for cell, bin_ in best.went.items():
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


def _ways(sheet: RawSheet, today: date) -> Iterator["MoneyTable"]:
    texts = [cell for row in sheet.rows for cell in row if isinstance(cell, str)]
    rows = cells_of(sheet.rows, order_of(texts)[0])
    for each in (rows, turned(rows)):
        yield MoneyTable(each, sheet.name, today, is_turned=each is not rows)


class MoneyTable:
    """Lines with a month each; of a sheet with months beside each other, turned."""

    def __init__(self, rows: Rows, name: str, today: date, *, is_turned: bool) -> None:
        self.rows, self.today, self.is_turned = rows, today, is_turned
        self.went = {cell: MoneyBin.UNEXPLAINED for row in rows for cell in filled(row)}
        self.lines: list[tuple[SheetCell, tuple[date, str, str, int]]] = []
        self.is_guessed = False
        columns = turned(rows)
        counts = [sum(_says_month(cell) for cell in column) for column in columns]
        if not any(counts):
            return
        self.month_at = counts.index(max(counts))
        self.first = next(
            (n for n, row in enumerate(rows)
             if _says_month(row[self.month_at]) and any(_is_amount(cell) for cell in row)),
            len(rows),
        )  # fmt: skip
        self.head = rows[: self.first]
        years = {c.facts.year for row in self.head for c in row if c.facts and c.facts.year}
        named = {int(year) for year in re.findall(r"\b20\d\d\b", name)}
        self.year = next(iter(years or named), None) if len(years or named) == 1 else None
        body = rows[self.first :]
        self.totals = {n for n, row in enumerate(body) if any(c.is_total for c in row)}
        self._type(turned([row for n, row in enumerate(body) if n not in self.totals]))
        if self.amounts:
            self._read(body)

    def _type(self, columns: Rows) -> None:
        """Say what each column is, by all that stands in it; a heading is evidence."""
        heads = [self._heads(at) for at in range(len(self.rows[0]))]
        numbers: list[int] = []
        texts: list[int] = []
        for at, column in enumerate(columns):
            cells = filled(column)
            if at == self.month_at or not cells:
                continue
            are = sum(_is_amount(cell) for cell in cells)
            (numbers if are * 2 > len(cells) else texts).append(at)
        self.kind_at = self.payer_at = None
        self.total_at = {at for at in numbers if any(c.is_total for c in self._head_cells(at))}
        said = {at: at for at in texts if not self.is_turned}
        self.payer_at = next((at for at in said if _is_headed(heads[at], "payer")), None)
        self.kind_at = next((at for at in said if _is_headed(heads[at], "kind")), None)
        rest = [at for at in said if at != self.payer_at]
        numbers = [at for at in numbers if not _is_headed(heads[at], "no_amount")]
        named = [at for at in numbers if _is_headed(heads[at], "amount")]
        flows = [at for at in numbers if _is_headed(heads[at], "flow")]
        if self.kind_at is None and rest and (named or flows or len(numbers) == 1):
            self.kind_at = max(rest, key=lambda at: _likeness(columns[at]))
        self.amounts = [at for at in numbers if at not in self.total_at]
        if self.kind_at is not None:
            self.amounts = named[-1:] or flows or (numbers if len(numbers) == 1 else [])
            self.total_at -= set(self.amounts)
        self.heads = heads

    def _head_cells(self, at: int) -> list[SheetCell]:
        return filled(row[at] for row in self.head)

    def _heads(self, at: int) -> list[str]:
        return [visible(c.value)[:_LONGEST_WORD] for c in self._head_cells(at)
                if isinstance(c.value, str)]  # fmt: skip

    def _read(self, body: Sequence[Row]) -> None:
        for row in self.head:
            amounts = [row[at] for at in self.amounts if _is_amount(row[at])]
            self._put(MoneyBin.NO_MONTH, [cell for cell in amounts if not cell.facts])
            self._put(MoneyBin.HEADING, row)
        is_of_months = not any(c.facts and c.facts.number for r in body for c in [r[self.month_at]])
        month: date | None = None
        seen: dict[int, list[list[int]]] = defaultdict(lambda: [[]])
        for number, row in enumerate(body):
            if number in self.totals:
                self._check_totals(row, seen)
                continue
            own = row[self.month_at]
            month = self._month(own) if _says_month(own) else month if is_of_months else None
            self._line(row, month if own is EMPTY or _says_month(own) else None, seen)

    def _line(self, row: Row, month: date | None, seen: dict[int, list[list[int]]]) -> None:
        """Put a line's cells in their bins, and take its amounts."""
        own = [row[at] for at in self.amounts]
        for cell in filled(own):
            is_nothing = isinstance(cell.value, str) and _NOTHING.fullmatch(cell.value)
            if not _is_amount(cell):
                self._put(MoneyBin.NO_AMOUNT if is_nothing else MoneyBin.NUMBER, [cell])
        of_line: list[list[int]] = [[]]
        for at in sorted({*self.amounts, *self.total_at}):
            if not _is_amount(row[at]):
                continue
            number = amount_in(row[at].value) or 0
            seen[at][-1].append(number)
            if at in self.total_at:
                self._put(_checked(number, of_line), [row[at]])
                of_line.append([])
                continue
            of_line[-1].append(number)
            self._put(MoneyBin.AMOUNT if month else MoneyBin.NO_MONTH, [row[at]])
            if month:
                self.lines.append((row[at], (month, *self._words(row, at), number)))
        if not any(map(_is_amount, own)):
            self._put(MoneyBin.NO_AMOUNT, row)
        self._put(MoneyBin.MONTH, [row[self.month_at]])
        self._put(MoneyBin.KIND, [row[self.kind_at]] if self.kind_at is not None else [])
        self._put(MoneyBin.PAYER, [row[self.payer_at]] if self.payer_at is not None else [])
        self._put(MoneyBin.COLUMN, filter(_is_amount, row))
        self._put(MoneyBin.NOTE, row)

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
                self._put(_checked(amount_in(row[at].value), seen[at]), [row[at]])
                seen[at].append([])
        self._put(MoneyBin.HEADING, [cell for cell in row if not _is_amount(cell)])
        self._put(MoneyBin.COLUMN, row)

    def _put(self, bin_: MoneyBin, cells: Iterable[SheetCell]) -> None:
        for cell in filled(cells):
            if self.went[cell] is MoneyBin.UNEXPLAINED:  # the first to say so decides
                self.went[cell] = bin_

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
    is_number = isinstance(cell.value, int | float) or amount_in(cell.value) is not None
    return bool(cell.facts and cell.facts.month) and not is_number and not cell.is_total


def _is_amount(cell: SheetCell) -> bool:
    return amount_in(cell.value) is not None


def _text(cell: SheetCell) -> str:
    return visible(str(cell.value))[:_LONGEST_WORD] if cell is not EMPTY else ""


def _checked(number: int | None, seen: list[list[int]]) -> MoneyBin:
    """Whether a total is the sum of all before it, or since the last one."""
    sums = [sum(part) for part in seen if part]
    return MoneyBin.TOTAL if number in (sum(sums), *sums[-1:]) else MoneyBin.ODD_TOTAL


def _is_headed(heads: Sequence[str], kind: str) -> bool:
    return any(plain(one).rstrip(":").strip() in words_of("headings")[kind] for one in heads)


def _likeness(column: Row) -> tuple[float, int]:
    """How many of a column's texts are known kinds; else how few there are of them."""
    cells = filled(column)
    known = sum(bool(matching(_text(cell), "figures", "payers", "income")) for cell in cells)
    return known / len(cells), -len({cell.text for cell in cells})


def matching(text: str, *lists: str) -> list[str]:
    """List what the words in a text say, by some lists of the table."""
    padded = f" {_GAPS.sub(' ', plain(text))} "
    return [said for name in lists for said, words in words_of(name).items()
            if any(f" {word} " in padded for word in words)]  # fmt: skip
