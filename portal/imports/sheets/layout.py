"""Where in a sheet the days, the names and the marks are; of all else only addresses are kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from portal.imports.sheets import names
from portal.imports.sheets.blocks import side_by_side
from portal.imports.sheets.dates import facts_of, order_of
from portal.imports.sheets.headers import Header, Headings, Rows, head_of, is_mark_token
from portal.imports.sheets.legends import find_legend
from portal.imports.sheets.lists import find_list
from portal.imports.sheets.shapes import Bin, Correction, Left, Line, Orientation, Sheet, Why
from portal.imports.sheets.shapes import Warning as Caution
from portal.imports.sheets.tally import Place, Tally, address
from portal.imports.sheets.tokens import CODES, heading, plain, starts_with, token_of

_WEEKDAY_LETTERS = {f"x:{letter}" for letter in "mdwvz"}


@dataclass
class Found:
    """What a sheet holds: a part for each register that stands beside another."""

    parts: list[Sheet]
    has_days: bool
    marks: int = 0


def lay_out(name: str, rows: Rows, correction: Correction) -> Found:
    """The best of a list, names down and names across; names down where both do."""
    order = order_of(plain(cell) for row in rows for cell in row if isinstance(cell, str))
    is_open = correction.orientation is None and correction.header_row is None
    if is_open and (sheet := find_list(name, rows, order.is_month_first)):
        return Found([sheet], has_days=True)
    wanted = [correction.orientation] if correction.orientation else list(Orientation)
    found = []
    for way in wanted:
        table = rows
        if way is Orientation.NAMES_ACROSS:
            table = [list(column) for column in zip(*rows, strict=True)]
        found += [
            _in_parts(name, table, way, correction, order.is_month_first, parts)
            for parts in side_by_side(table, correction)
        ]
    best = max((each for each in found if each), key=lambda each: each.marks, default=None)
    if best is None or not best.parts:
        return Found([], any(each.has_days for each in found if each))
    if order.is_guess:
        best.parts[0].warnings.append(Caution.DAY_MONTH_GUESSED)
    return best


def _in_parts(
    name: str,
    rows: Rows,
    way: Orientation,
    correction: Correction,
    is_month_first: bool,
    parts: list[tuple[int, int]],
) -> Found | None:
    """The registers in these columns; None where there isn't one in each."""
    hint = facts_of(plain(name))
    found = Found([], has_days=False)
    for first, last in parts:
        part = [
            [cell if first <= at < last else None for at, cell in enumerate(row)] for row in rows
        ]
        layout = _Layout(name, part, way, correction, Headings(part, hint, is_month_first))
        sheet = layout.find()
        found.has_days = found.has_days or layout.has_days
        if sheet is None:
            return found if len(parts) == 1 else None
        hint = layout.titles
        found.parts.append(sheet)
        found.marks += layout.marks
    return found


class _Layout:
    """One register: days along one side, names along the other."""

    def __init__(
        self, name: str, rows: Rows, way: Orientation, correction: Correction, headings: Headings
    ) -> None:
        self.name = name
        self.rows = rows
        self.way = way
        self.correction = correction
        self.headings = headings
        self.tally = Tally(name, way, rows)
        self.warnings: set[Caution] = set()
        self.legend, self.explained = find_legend(rows, self.tally)
        self.has_days = False
        self.marks = 0
        self.titles = headings.hint

    def find(self) -> Sheet | None:
        """The register, where there is one."""
        headers = self._headers()
        self.has_days = bool(headers)
        self.all_heads = {at for header in headers for at in header.heads}
        columns = self._name_columns(headers) if headers else []
        if not columns:
            return None
        self.titles = self.headings.titles(headers[0].row)
        lines = self._lines(headers, columns)
        self.marks = sum(is_mark_token(token) for line in lines for token in line.tokens.values())
        if not self.marks:
            return None
        self._sort(headers, lines, columns)
        return Sheet(
            name=self.name,
            orientation=self.way,
            header_row=headers[0].row,
            name_columns=columns,
            heads=[
                head_of(at, facts, block, at in header.hours)
                for block, header in enumerate(headers)
                for at, facts in sorted(header.heads.items())
            ],
            lines=self._turned(lines),
            unread=self.tally.unread,
            left_out=self.tally.left_out,
            bins=dict(self.tally.bins),
            legend=self.legend,
            warnings=sorted(self.warnings),
        )

    def _headers(self) -> list[Header]:
        if self.correction.header_row is not None:
            row = self.correction.header_row - 1
            header = self.headings.header(row) if 0 <= row < len(self.rows) else None
            return [header] if header else []
        best = self.headings.best()
        return self.headings.all_from(best) if best else []

    def _spans(self, headers: list[Header]) -> list[tuple[Header, range]]:
        ends = [header.row for header in headers[1:]] + [len(self.rows)]
        return [
            (header, range(header.row + 1, end)) for header, end in zip(headers, ends, strict=True)
        ]

    def _token(self, row: int, column: int) -> str:
        is_legend = (row, column) in self.explained
        return "" if is_legend else token_of(self.rows[row][column], self.legend)

    def _marks_in(self, row: int, header: Header) -> list[int]:
        return [at for at in header.heads if is_mark_token(self._token(row, at))]

    # Names

    def _name_columns(self, headers: list[Header]) -> list[int]:
        if self.correction.name_columns:
            return [_index(each, self.way) for each in self.correction.name_columns]
        marked = [
            row for header, span in self._spans(headers) for row in span
            if self._marks_in(row, header)
        ]  # fmt: skip
        said = self._said_columns(headers[0])
        like = Counter(
            at
            for row in marked
            for at, cell in enumerate(self.rows[row])
            if at not in self.all_heads
            and said.get(at) != "ignored"
            and names.looks_like_name(cell)
        )
        by_kind = {kind: at for at, kind in sorted(said.items(), reverse=True)}
        last = by_kind.get("last", by_kind.get("name"))
        if "first" in by_kind:
            order = [by_kind["first"], by_kind.get("infix"), last]
            return [at for at in order if at is not None]
        if last is not None and ("last" in by_kind or like[last] or not like):
            return [last, *self._joined_to(last, like, said, marked, headers[0])]
        if not like:
            return []
        most = max(like.values())
        first = min(
            at
            for at, count in like.items()
            if (count * 2 >= most and at not in said) or count == most
        )
        return [first, *self._joined_to(first, like, said, marked, headers[0])]

    def _said_columns(self, header: Header) -> dict[int, str]:
        """What the headings near the line of days say of the columns without a day."""
        said: dict[int, str] = {}
        near = [header.row, header.row + 1, *range(header.row - 1, max(-1, header.row - 4), -1)]
        for row in (each for each in near if each < len(self.rows)):
            for at, cell in enumerate(self.rows[row]):
                kind = heading(cell)
                if kind and at not in self.all_heads and at not in said:
                    said[at] = kind
        return said

    def _joined_to(
        self, at: int, like: Counter[int], said: dict[int, str], marked: list[int], header: Header
    ) -> list[int]:
        """The column of last names to the right of one of first names, without a heading."""
        right = at + 1
        if (
            right in said
            or right >= len(self.rows[0])
            or self.tally.is_filled(header.row, right)
            or like[right] * 10 < len(marked) * 7
        ):
            return []
        words = {plain(str(self.rows[row][right])) for row in marked if self.rows[row][right]}
        if len(words) * 10 < len(marked) * 7 or len(marked) < 2:
            return []
        self.warnings.add(Caution.NAMES_JOINED)
        return [right]

    def _name(self, row: int, columns: list[int]) -> str:
        hers = [at for at in columns if (row, at) not in self.explained]
        return names.joined(self.rows[row], hers)

    # Lines

    def _lines(self, headers: list[Header], columns: list[int]) -> list[Line]:
        return [
            line
            for block, (header, span) in enumerate(self._spans(headers))
            for row in span
            if (line := self._line(row, block, header, columns))
        ]

    def _line(self, row: int, block: int, header: Header, columns: list[int]) -> Line | None:
        text = self._name(row, columns)
        if not text or self._is_total(row, header):
            return None
        name = names.cleaned(text)
        if not name or not names.is_person(text) or len(text) > 80:
            return None
        tokens = {str(at): token for at in sorted(header.heads) if (token := self._token(row, at))}
        for at in header.signed:
            if tokens.get(str(at), "")[:2] in ("?", "x:") and tokens[str(at)][2:] not in CODES:
                tokens[str(at)] = "m:present"
        places = {}
        for at, (seen, kind) in header.others.items():
            if str(seen) not in tokens and self._token(row, at).startswith("x:"):
                tokens[str(seen)] = f"m:{kind}"
                places[str(seen)] = address(self.way, row, at)
                self.tally.hold((row, at))
        if not any(map(is_mark_token, tokens.values())):  # it may be a note, which is not kept
            return None
        held = sum(self.tally.is_open(row, at) for at in columns)
        return Line(row, name, tokens, block, held, places)

    def _turned(self, lines: list[Line]) -> list[Line]:
        """Names in the order in which they are said, where most are written with a comma."""
        if sum("," in line.name for line in lines) * 2 <= len(lines):
            return lines
        self.warnings.add(Caution.NAMES_TURNED)
        return [replace(line, name=names.turned(line.name)) for line in lines]

    def _is_total(self, row: int, header: Header) -> bool:
        """Whether a line begins with such a word, and has numbers only."""
        marks = self._marks_in(row, header)
        return all(self._token(row, at).startswith(("n:", "min:")) for at in marks) and any(
            starts_with(cell, "total")
            for at, cell in enumerate(self.rows[row])
            if at not in self.all_heads
        )

    # Every cell in its bin

    def _sort(self, headers: list[Header], lines: list[Line], columns: list[int]) -> None:
        """Say of each cell what it is; what nobody explains is asked about."""
        named = {line.row: line for line in lines}
        for row in range(headers[0].row):
            self._sort_title(row)
        starts = {header.row for header in headers}
        for header, span in self._spans(headers):
            people = [row for row in span if row in named]
            others = self._other_columns(header, columns, people)
            self._sort_header(header, columns, others)
            for row in span:
                if row in named:
                    self.tally.hold(*self._cells(row, [*columns, *header.heads]))
                elif row + 1 in starts and len(self._filled(row)) == 1:
                    self._sort_title(row)
                elif self._is_total(row, header):
                    self._sort_total(row)
                else:
                    self._sort_nobody(row, header, columns)
        self.tally.ask_rest()

    def _cells(self, row: int, columns: Iterable[int]) -> list[Place]:
        return [(row, at) for at in columns]

    def _filled(self, row: int) -> list[Place]:
        return [
            place
            for place in self._cells(row, range(len(self.rows[row])))
            if self.tally.is_filled(*place)
        ]

    def _sort_title(self, row: int) -> None:
        for at, cell in enumerate(self.rows[row]):
            if self.headings.facts[row].get(at):
                self.tally.put(Bin.DAY, (row, at))
            elif heading(cell):
                self.tally.put(Bin.HEADING, (row, at))
            self.tally.leave(Left.NOTE, (row, at))

    def _sort_header(self, header: Header, columns: list[int], asked: set[int]) -> None:
        self.tally.put(Bin.DAY, *self._cells(header.row, header.heads))
        self.tally.ask(Why.NO_DAY, *self._cells(header.row, sorted(asked)))
        self.tally.put(Bin.HEADING, *self._cells(header.row, range(len(self.rows[0]))))

    def _other_columns(self, header: Header, columns: list[int], people: list[int]) -> set[int]:
        """Sort what stands beside people in columns without a day; those are asked with marks."""
        asked = set()
        for at in range(len(self.rows[0])):
            if at in header.heads or at in columns:
                continue
            if at in header.others:  # said twice of one person
                self.tally.ask(Why.TWICE, *((row, at) for row in people))
            tokens = {row: token for row in people if (token := self._token(row, at))}
            marks = [row for row, token in tokens.items() if token.startswith(("x:", "m:", "min:"))]
            kind = heading(self.rows[header.row][at])
            numbers = all(token.startswith(("n:", "min:", "c:", "e")) for token in tokens.values())
            if tokens and numbers and (kind == "total" or (not kind and at > min(header.heads))):
                self.warnings.add(Caution.TOTALS_SKIPPED)
                self.tally.put(Bin.TOTAL, *((row, at) for row in people))
            elif kind in ("", "seen") and marks and len(marks) * 2 >= len(tokens):
                asked.add(at)
                self.tally.ask(Why.NO_DAY, *((row, at) for row in people))
            self.tally.leave(Left.COLUMN, *((row, at) for row in people))
        return asked

    def _sort_total(self, row: int) -> None:
        self.warnings.add(Caution.TOTALS_SKIPPED)
        for at, cell in enumerate(self.rows[row]):
            is_word = isinstance(cell, str) and starts_with(cell, "total")
            self.tally.put(Bin.HEADING if is_word else Bin.TOTAL, (row, at))

    def _sort_nobody(self, row: int, header: Header, columns: list[int]) -> None:
        """A line of which nobody is the owner: totals, more headings, a note, a lost name."""
        tally, marks = self.tally, self._marks_in(row, header)
        tokens = {self._token(row, at) for at in marks}
        text = self._name(row, columns)
        if tokens and tokens <= _WEEKDAY_LETTERS and row == header.row + 1 and not text:
            tally.put(Bin.DAY, *self._cells(row, marks))
        elif tokens and not text and all(token.startswith("n:") for token in tokens):
            self.warnings.add(Caution.TOTALS_SKIPPED)
            tally.put(Bin.TOTAL, *self._filled(row))
        elif starts_with(text, "kept_by", "legend"):
            tally.leave(Left.NOTE, *self._filled(row))
        tally.ask(Why.NO_NAME, *self._cells(row, marks))
        if text and names.is_person(text) and names.cleaned(text):
            if not marks and any(tally.is_open(row, at) for at in columns):
                self.warnings.add(Caution.ROWS_WITHOUT_MARKS)
                for at in header.heads:
                    why = Why.ERROR if self._token(row, at) == "e" else Why.WORD
                    tally.ask(why, (row, at))
            tally.leave(Left.NO_MARKS, *self._cells(row, columns))
        self._sort_title(row)


def _index(column: str, way: Orientation) -> int:
    if way is Orientation.NAMES_ACROSS:
        return int(column) - 1 if column.isdecimal() else 0
    index = 0
    for letter in column.upper():
        index = index * 26 + ord(letter) - 64
    return max(0, index - 1)
