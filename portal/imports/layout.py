"""Where in a sheet the days, the names and the marks are; of all else only addresses are kept."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TypeGuard

from portal.imports import names
from portal.imports.dates import facts_of
from portal.imports.headers import Header, Headings, Rows, head_of, is_mark_token
from portal.imports.shapes import (
    Correction,
    Line,
    Orientation,
    Sheet,
    Unread,
    Why,
)
from portal.imports.shapes import (
    Warning as Caution,
)
from portal.imports.tokens import CODES, Value, heading, kind_of, plain, starts_with, token_of

_LEGEND = re.compile(r"^(\S{1,3}|[^\s=:]{1,12})\s*(?:=|:|betekent|is|staat voor)\s*(.+)$")
_TO_STATUS = {
    "present": "present",
    "late": "present",
    "half": "half",
    "absent": "absent",
    "excused": "excused",
    "nothing": "nothing",
}


@dataclass
class Found:
    """A sheet as it was laid out in one orientation."""

    sheet: Sheet | None
    has_days: bool
    marks: int = 0


def lay_out(name: str, rows: Rows, correction: Correction) -> Found:
    """The best of both orientations; names down where both do."""
    wanted = [correction.orientation] if correction.orientation else list(Orientation)
    found = [_Layout(name, rows, each, correction).find() for each in wanted]
    best = max(found, key=lambda each: each.marks)
    return Found(best.sheet, any(each.has_days for each in found), best.marks)


def address(orientation: Orientation, row: int, column: int) -> str:
    """As the spreadsheet says it, of a line and a column counted from 0."""
    if orientation is Orientation.NAMES_ACROSS:
        row, column = column, row
    return f"{letters(column)}{row + 1}"


def letters(column: int) -> str:
    """How a spreadsheet calls a column: A, B, … Z, AA."""
    text = ""
    column += 1
    while column:
        column, left = divmod(column - 1, 26)
        text = chr(65 + left) + text
    return text


class _Layout:
    def __init__(self, name: str, rows: Rows, way: Orientation, correction: Correction) -> None:
        if way is Orientation.NAMES_ACROSS:
            rows = [list(column) for column in zip(*rows, strict=True)]
        self.name = name
        self.rows = rows
        self.way = way
        self.correction = correction
        self.headings = Headings(rows, facts_of(plain(name)))
        self.warnings: set[Caution] = set()
        self.legend, self.legend_rows = _legend(rows)

    def find(self) -> Found:
        headers = self._headers()
        if not headers:
            return Found(None, has_days=False)
        self.all_heads = {at for header in headers for at in header.heads}
        columns = self._name_columns(headers)
        if not columns:
            return Found(None, has_days=True)
        lines = self._lines(headers, columns)
        marks = sum(is_mark_token(token) for line in lines for token in line.tokens.values())
        if not marks:
            return Found(None, has_days=True)
        heads = [
            head_of(at, facts, span, at in header.hours)
            for header, span in self._spans(headers)
            for at, facts in sorted(header.heads.items())
        ]
        sheet = Sheet(
            name=self.name,
            orientation=self.way,
            header_row=headers[0].row,
            name_columns=columns,
            heads=heads,
            lines=lines,
            unread=self._outside(headers, lines, columns),
            legend=self.legend,
            warnings=sorted(self.warnings),
            is_hidden=False,
        )
        return Found(sheet, True, marks)

    def _headers(self) -> list[Header]:
        if self.correction.header_row is not None:
            row = self.correction.header_row - 1
            header = self.headings.header(row) if 0 <= row < len(self.rows) else None
            return [header] if header else []
        best = self.headings.best()
        return self.headings.all_from(best) if best else []

    def _spans(self, headers: list[Header]) -> list[tuple[Header, tuple[int, int]]]:
        ends = [header.row - 1 for header in headers[1:]] + [len(self.rows) - 1]
        return [(header, (header.row + 1, end)) for header, end in zip(headers, ends, strict=True)]

    def _token(self, row: int, column: int) -> str:
        return token_of(self.rows[row][column], self.legend)

    def _rows_with_marks(self, headers: list[Header]) -> list[int]:
        return [
            row
            for header, (first, last) in self._spans(headers)
            for row in range(first, last + 1)
            if any(is_mark_token(self._token(row, at)) for at in header.heads)
        ]

    # Names

    def _name_columns(self, headers: list[Header]) -> list[int]:
        if self.correction.name_columns:
            return [_index(each, self.way) for each in self.correction.name_columns]
        marked = self._rows_with_marks(headers)
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
            return [last, *self._joined_to(last, like, said, marked)]
        if not like:
            return []
        most = max(like.values())
        first = min(
            at
            for at, count in like.items()
            if (count * 2 >= most and at not in said) or count == most
        )
        return [first, *self._joined_to(first, like, said, marked)]

    def _said_columns(self, header: Header) -> dict[int, str]:
        """What the headings near the line of days say of the columns without a day."""
        said: dict[int, str] = {}
        for row in [
            header.row,
            header.row + 1,
            *range(header.row - 1, max(-1, header.row - 4), -1),
        ]:
            if row >= len(self.rows):
                continue
            for at, cell in enumerate(self.rows[row]):
                kind = heading(cell)
                if kind and at not in self.all_heads and at not in said:
                    said[at] = kind
        return said

    def _joined_to(
        self, at: int, like: Counter[int], said: dict[int, str], marked: list[int]
    ) -> list[int]:
        """The column of last names to the right of one of first names, both without a heading."""
        right = at + 1
        if right in said or like[right] * 10 < len(marked) * 7:
            return []
        words = {plain(str(self.rows[row][right])) for row in marked if self.rows[row][right]}
        if len(words) * 10 < len(marked) * 7 or len(marked) < 2:
            return []
        self.warnings.add(Caution.NAMES_JOINED)
        return [right]

    def _name(self, row: int, columns: list[int]) -> str:
        parts = [names.text_of(self.rows[row][at]) for at in columns if at < len(self.rows[row])]
        return " ".join(part for part in parts if part)

    # Lines

    def _lines(self, headers: list[Header], columns: list[int]) -> list[Line]:
        lines = []
        for header, (first, last) in self._spans(headers):
            found = (self._line(row, header, columns) for row in range(first, last + 1))
            lines += [line for line in found if line]
        return self._turned(lines)

    def _line(self, row: int, header: Header, columns: list[int]) -> Line | None:
        tokens = {str(at): token for at in sorted(header.heads) if (token := self._token(row, at))}
        text = self._name(row, columns)
        if not text or row in self.legend_rows or self._is_total(row):
            if tokens and self._is_total(row):
                self.warnings.add(Caution.TOTALS_SKIPPED)
            return None
        name = names.cleaned(text)
        if not names.is_person(name) or len(text) > 80:
            return None
        if not any(map(is_mark_token, tokens.values())):  # it may be a note, which is not kept
            self.warnings.add(Caution.ROWS_WITHOUT_MARKS)
            return None
        return Line(row, name, tokens)

    def _turned(self, lines: list[Line]) -> list[Line]:
        """Names in the order in which they are said, where most are written with a comma."""
        if sum("," in line.name for line in lines) * 2 <= len(lines):
            return lines
        self.warnings.add(Caution.NAMES_TURNED)
        return [Line(line.row, names.turned(line.name), line.tokens) for line in lines]

    def _is_total(self, row: int) -> bool:
        return any(
            starts_with(cell, "total")
            for at, cell in enumerate(self.rows[row])
            if at not in self.all_heads
        )

    # What stands outside

    def _outside(
        self, headers: list[Header], lines: list[Line], columns: list[int]
    ) -> list[Unread]:
        named = {line.row for line in lines}
        unread = []
        for header, (first, last) in self._spans(headers):
            for row in range(first, last + 1):
                if row not in named and not self._is_total(row):
                    unread += self._nameless(row, header, bool(self._name(row, columns)))
            unread += self._dayless(header, [row for row in named if first <= row <= last])
        return unread

    def _nameless(self, row: int, header: Header, has_name: bool) -> list[Unread]:
        tokens = {at: self._token(row, at) for at in header.heads}
        if has_name:
            return [self._unread(row, at, Why.WORD) for at in tokens if tokens[at] in ("?", "e")]
        marks = [at for at, token in tokens.items() if is_mark_token(token)]
        letters_only = {tokens[at] for at in marks} <= {f"x:{letter}" for letter in "mdwvz"}
        if not marks or row in self.legend_rows or (letters_only and row == header.row + 1):
            return []
        if all(tokens[at].startswith("n:") for at in marks):
            self.warnings.add(Caution.TOTALS_SKIPPED)
            return []
        return [self._unread(row, at, Why.NO_NAME) for at in marks]

    def _dayless(self, header: Header, rows: list[int]) -> list[Unread]:
        first, last = min(header.heads), max(header.heads)
        unread = []
        for at in range(first + 1, min(last + 2, len(self.rows[0]))):
            if at in header.heads or heading(self.rows[header.row][at]):
                continue
            tokens = [token for row in rows if is_mark_token(token := self._token(row, at))]
            if tokens and not all(token.startswith(("n:", "min:")) for token in tokens):
                unread.append(self._unread(header.row, at, Why.NO_DAY))
        return unread

    def _unread(self, row: int, column: int, why: Why) -> Unread:
        return Unread(self.name, address(self.way, row, column), why)


def _index(column: str, way: Orientation) -> int:
    if way is Orientation.NAMES_ACROSS:
        return int(column) - 1 if column.isdecimal() else 0
    index = 0
    for letter in column.upper():
        index = index * 26 + ord(letter) - 64
    return max(0, index - 1)


def _legend(rows: Rows) -> tuple[dict[str, str], set[int]]:
    """What the file itself says that its codes mean: "A = afwezig", or two cells side by side."""
    legend: dict[str, str] = {}
    short = Counter(plain(cell) for row in rows for cell in row if _is_short(cell))
    where: set[int] = set()
    for at, row in enumerate(rows):
        cells = [
            (column, cell) for column, cell in enumerate(row) if cell is not None and cell != ""
        ]
        for _, cell in cells:
            said = _said_in(plain(cell)) if isinstance(cell, str) and len(cell) <= 300 else {}
            if said:
                legend |= said
                where.add(at)
        pair = [cell for _, cell in cells if isinstance(cell, str)]
        if len(cells) == len(pair) == 2 and cells[1][0] == cells[0][0] + 1:
            code, meaning = plain(pair[0]), kind_of(plain(pair[1]))
            if (
                _is_code(code)
                and (meaning or code in CODES)
                and short[code] > 1
                and len(pair[1]) > 2
            ):
                legend[code] = _TO_STATUS.get(meaning, "")
                where.add(at)
    return legend, where


def _said_in(text: str) -> dict[str, str]:
    said = {}
    for piece in re.split(r"[,;\n|]|\s{2,}|\s(?=\S{1,2}\s?[=:]\s)|\s/\s", text):
        match = _LEGEND.match(re.sub(r"^(legenda|codes|uitleg)\s*:?\s*", "", piece.strip()))
        if not match:
            continue
        left, right = match[1].strip(), match[2].strip()
        if not _is_code(left) and _is_code(right):
            left, right = right, left
        kind = kind_of(right)
        if _is_code(left) and not right[:1].isdigit() and (kind or not left.isdecimal()):
            said[left] = _TO_STATUS.get(kind, "")
    return said


def _is_short(cell: Value) -> TypeGuard[str]:
    return isinstance(cell, str) and len(cell) <= 2


def _is_code(text: str) -> bool:
    return 0 < len(text) <= 2 and (not text.isdecimal() or len(text) == 1)


__all__ = ["Found", "Value", "address", "lay_out", "letters"]
