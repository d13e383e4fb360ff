"""What the codes and numbers of one file mean: as its legend says, else by what stands most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time

from portal.imports.rules.sheets.shapes import (
    CodeMeaning,
    FileCorrection,
    FileMark,
    MarkUse,
    Numbers,
    Why,
)
from portal.imports.rules.sheets.tokens import LONGEST_HOURS, minutes_in
from portal.imports.rules.sheets.words import ASKED, CODES

_KINDS = {kind.value: kind for kind in CodeMeaning} | {
    "true": CodeMeaning.PRESENT,
    "late": CodeMeaning.PRESENT,
    "false": CodeMeaning.ABSENT,
}
_EITHER = {"a": "absent", "v": "excused"}  # present, or this where another sign says present
_MOST_MINUTES = 12 * 60
_EARLIEST = 7 * 60  # from then on a clock tells when she came, and not how long she stayed


@dataclass(frozen=True)
class Meanings:
    """How the tokens of one file are read."""

    codes: dict[str, CodeMeaning | None]
    uses: list[MarkUse]
    numbers: Numbers | None
    is_numbers_asked: bool
    numbered: frozenset[str]  # numbers that the legend says to be codes

    def read(self, token: str) -> FileMark | Why | None:
        """A mark, why there is none, or None where nothing is said."""
        if token == "":
            return None
        facts = dict(part.partition(":")[::2] for part in token.split(" "))
        if facts.get("n") in self.numbered:
            return self._coded(facts["n"], None)
        if "n" in facts:
            return self._number(float(facts["n"]))
        if code := facts.get("x") or facts.get("m"):
            return self._coded(code, int(facts["min"]) if "min" in facts else None)
        if "from" in facts:
            return FileMark(CodeMeaning.PRESENT, from_clock=time.fromisoformat(facts["from"]))
        if "until" in facts:
            return FileMark(CodeMeaning.PRESENT, until_clock=time.fromisoformat(facts["until"]))
        if "c" in facts and minutes_in(token) >= _EARLIEST:
            return Why.NO_END
        if facts.keys() & {"min", "c", "t"}:
            return _for(minutes_in(token))
        return {"d": Why.DATE, "e": Why.ERROR}.get(token, Why.WORD)

    def _coded(self, code: str, minutes: int | None) -> FileMark | Why | None:
        meaning = self.codes.get(code)
        if meaning is None:
            return Why.UNSURE
        if meaning is CodeMeaning.NOTHING:
            return None
        mark = FileMark(meaning)
        return _for(minutes) if minutes is not None and mark.is_here else mark

    def _number(self, number: float) -> FileMark | Why | None:
        if number < 0:
            return Why.NUMBER
        if number == 0 or (number == 1 and self.numbers is Numbers.COUNT):
            return self._coded(f"{number:g}", None)
        if number == 0.5 and self.numbers is Numbers.COUNT:
            return FileMark(CodeMeaning.HALF)
        if self.numbers is Numbers.MINUTES:
            return _for(round(number))
        return _for(minutes_in(f"n:{number:g}"))


def understand(
    tokens: Iterable[str], legend: dict[str, str], correction: FileCorrection
) -> Meanings:
    """What everything means, by the legend, a person's correction, and what stands most."""
    counts: Counter[str] = Counter()
    values: list[float] = []
    for token in tokens:
        for part in token.split(" "):
            kind, _, said = part.partition(":")
            if kind in ("x", "m") or (kind == "n" and said in legend):
                counts[said] += 1
            elif kind == "n" and float(said) >= 0:
                values.append(float(said))
    numbers, is_asked = _numbers(values, counts)
    if correction.numbers is not None:
        numbers, is_asked = correction.numbers, False
    if numbers is Numbers.COUNT and 1 in values:
        counts["1"] += values.count(1)
    if 0 in values:
        counts["0"] += values.count(0)
    uses = [_use(code, counts, legend, correction) for code, _ in counts.most_common()]
    numbered = frozenset(code for code in legend if code.isdecimal())
    return Meanings({use.code: use.meaning for use in uses}, uses, numbers, is_asked, numbered)


def _numbers(values: list[float], counts: Counter[str]) -> tuple[Numbers | None, bool]:
    some = [value for value in values if value > 0]
    if not values:
        return None, False
    if not some or max(some) <= 1:
        signs = sum(counts[code] for code in ("x", "v", "present", "p"))
        return (Numbers.HOURS, True) if signs > len(some) > 0 else (Numbers.COUNT, False)
    if all(value > LONGEST_HOURS for value in some):
        return Numbers.MINUTES, False
    ones = sum(value == 1 for value in some) * 5 >= len(some) * 4
    return Numbers.HOURS, ones or max(some) > LONGEST_HOURS


def _use(
    code: str, counts: Counter[str], legend: dict[str, str], correction: FileCorrection
) -> MarkUse:
    count = counts[code]
    if code in correction.marks:
        return MarkUse(code, count, correction.marks[code], False)
    if code in legend:
        kind = legend[code]
        return MarkUse(code, count, _KINDS[kind] if kind else None, not kind)
    if code in _KINDS:
        return MarkUse(code, count, _KINDS[code], code == "late")
    signs = {each: n for each, n in counts.items() if _says_present(each, legend)}
    rivals = [n for each, n in signs.items() if each != code]
    most = max(rivals, default=0)
    if code in _EITHER:
        kind = _EITHER[code] if most >= count else "present"
        return MarkUse(code, count, _KINDS[kind], bool(rivals))
    if code in CODES:
        return MarkUse(code, count, _KINDS[CODES[code]], code in ASKED)
    # Nobody knows it: where nothing else says who was there, it does.
    is_main = not rivals and count == max(n for each, n in counts.items() if each not in _KINDS)
    return MarkUse(code, count, CodeMeaning.PRESENT if is_main else None, True)


def _says_present(code: str, legend: dict[str, str]) -> bool:
    if code in legend:
        return legend[code] in ("present", "late")
    return code in ("present", "true", "a") or CODES.get(code) == "present"


def _for(minutes: int) -> FileMark | Why:
    if not 0 < minutes <= _MOST_MINUTES:
        return Why.NUMBER
    return FileMark(CodeMeaning.PRESENT, minutes)
