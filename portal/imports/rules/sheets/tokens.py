"""One cell as a token, and what the tokens of a file mean: by its legend, or by what stands most.

Of a cell a few facts are kept, from a fixed vocabulary, and nothing else that stood in it.

A token is "" (blank) or facts with spaces between them: `x:k` a short code, `m:excused` a kind of
word, `n:2.5` a bare number, `min:90`, `c:0130` a clock or a length, `t:0930-1200`, `from:1000`,
`until:1100`, `p:50` a percentage, `d` a date, `e` a formula that went wrong, `?` something else.
"""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from portal.imports.rules.sheets import shapes, words
from portal.imports.rules.sheets.dates import beside_day, clock, span_of
from portal.imports.rules.sheets.files import Value
from portal.imports.rules.sheets.shapes import CodeMeaning, FileMark, Numbers, Why
from portal.imports.rules.sheets.words import CODES, FRACTIONS, kind_of, plain

LONGEST_HOURS = 8  # of a bare number; more are minutes
LEAST_MINUTES = 15
NAMED = "named"  # a name with a day, where nothing says whether she came

_NUMBER = re.compile(r"(-?\d+(?:[.,]\d+)?)\s?(%?)")
_HOURS, _HOURS_MINUTES, _MINUTES, _SIDE, _ERROR = map(
    words.written_as, ("hours", "hours_minutes", "minutes", "side", "error")
)
_CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})(?::00)?")
_CLOCK_TIME = re.compile(
    r"(?:.*20\d\d,?\s)?(\d{1,2})(?:\s?[.:u,]\s?(\d{2}))?(?::\d\d)?(?:\s?(?:uur|u))?"
)


def token_of(value: Value) -> str:
    """A cell as a token."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "x:true" if value else "x:false"
    if isinstance(value, int | float):
        return _number(float(value))
    if isinstance(value, time):
        return f"c:{value:%H%M}"
    if isinstance(value, timedelta):
        return (
            f"min:{minutes}" if 0 < (minutes := round(value.total_seconds() / 60)) <= 1440 else "?"
        )
    if isinstance(value, date):
        return "d"
    return _text(plain(value))


def is_mark(token: str) -> bool:
    """Whether a cell says something of somebody: no blank, date, error or riddle."""
    return token not in ("", "?", "d", "e") and not token.startswith("p:")


def is_number(token: str) -> bool:
    """Whether it is a number of a sum, or a formula that went wrong."""
    return token.startswith(("n:", "min:", "c:", "p:", "e"))


def minutes_in(token: str) -> int:
    """How long a token of hours says, in minutes; 0 for no length."""
    kind, _, said = token.rpartition(" ")[2].partition(":")
    if kind == "n":
        hours = float(said)
        minutes = round(hours * 60 if hours <= LONGEST_HOURS else hours)
        return minutes if minutes >= LEAST_MINUTES else 0
    if kind in ("c", "t"):
        first, *last = (int(clock[:2]) * 60 + int(clock[2:]) for clock in said.split("-"))
        return last[0] - first if last else first
    return int(said) if kind == "min" else 0


def clock_in(value: Value) -> str:
    """A clock time ("9.30", "09:30", "9u30") as four digits; "" if it is none."""
    if isinstance(value, time | datetime):
        return f"{value:%H%M}"
    match = _CLOCK_TIME.fullmatch(plain(f"{value:.2f}" if isinstance(value, float) else str(value)))
    moment = clock(match[1], match[2]) if match else None
    return f"{moment:%H%M}" if moment else ""


def _number(value: float) -> str:
    return f"n:{value:g}" if 0 <= value <= 1440 else "n:-1"


@lru_cache(maxsize=8192)
def _text(text: str) -> str:
    if not text:
        return ""
    if kind := words.WORDS.get(text):
        return f"m:{kind}"
    if text in CODES and text not in ("1", "0"):
        return f"x:{text}"
    if _ERROR.fullmatch(text):
        return "e"
    text = re.sub(r"(\d)\s?([¼½¾])", lambda said: f"{said[1]},{FRACTIONS[said[2]]}", text)
    if match := _NUMBER.fullmatch(text):
        number = float(match[1].replace(",", "."))
        return f"p:{number:g}" if match[2] else _number(number)
    bare = text.strip(" .()*!")
    if bare != text and bare:
        return _text(bare)
    if said := _clocks(text) or _length_and_word(text):
        return said
    if not beside_day(text):
        return "d"
    return f"x:{text}" if len(text) <= 2 else "?"


def _clocks(text: str) -> str:
    if span := span_of(text):
        return f"t:{span[0]:%H%M}-{span[1]:%H%M}"
    if match := _CLOCK.fullmatch(text):
        value = clock(match[1], match[2])
        return f"c:{value:%H%M}" if value else "?"
    match = _SIDE.search(text)
    value = clock(match[2], match[3]) if match else None
    if not match or not value:
        return ""
    around = f"{text[: match.start()]} {text[match.end() :]}".strip(" ,.;()")
    if around and around not in CODES and kind_of(around) not in ("present", "late"):
        return ""
    return f"{'until' if match[1] == 'tot' else 'from'}:{value:%H%M}"


def _length_and_word(text: str) -> str:
    """ "2u", "1,5 uur", "2u30", "90 min", "x 2u", "aanwezig (2 uur)"."""
    text = (
        text.replace("anderhalf", "1,5").replace("half uur", "30 min").replace("halfuur", "30 min")
    )
    text = re.sub(r"[¼½¾](?=\s?u)", lambda sign: f"0,{FRACTIONS[sign[0]]}", text)
    minutes = 0.0
    for pattern in (_HOURS_MINUTES, _HOURS, _MINUTES):
        if match := pattern.search(text):
            text = f"{text[: match.start()]} {text[match.end() :]}"
            if pattern is _HOURS_MINUTES:
                minutes += int(match[1]) * 60 + int(match[2])
            else:
                number = float(match[1].replace(",", "."))
                minutes += number * (60 if pattern is _HOURS else 1)
    text = " ".join(text.strip(" .,()-+;:/").split())
    length = f"min:{round(minutes)}" if 0 < minutes <= 1440 else ""
    if text in ("", "en", "ve", "i"):  # "1 uur en 30 minuten"
        return length
    if length and text in CODES:
        return f"{length} x:{text}"
    kind = kind_of(text)
    if kind == "late":  # by so many minutes
        return "m:late"
    return f"{length} m:{kind}".strip() if kind else ""


_KINDS = {kind.value: kind for kind in CodeMeaning} | {
    "true": CodeMeaning.PRESENT,
    "late": CodeMeaning.PRESENT,
    "false": CodeMeaning.ABSENT,
}
_EITHER = {"a": "absent", "v": "excused"}  # present, or this where another sign says present
_MOST_MINUTES = 12 * 60
_EARLIEST = 7 * 60  # from then on a clock tells when she came, and not how long she stayed


class Meanings:
    """What tokens of a file mean: by its legend, a person, what stands most."""

    def __init__(
        self, tokens: Iterable[str], legend: dict[str, str], correction: shapes.FileCorrection
    ) -> None:
        self.legend, self.counts = legend, Counter[str]()
        values: list[float] = []
        for token in tokens:
            for part in token.split(" "):
                kind, _, said = part.partition(":")
                if kind in ("x", "m") or (kind == "n" and said in legend):
                    self.counts[said] += 1
                elif kind == "n" and float(said) >= 0:
                    values.append(float(said))
        self.numbers, self.is_numbers_asked = correction.numbers, False
        if correction.numbers is None:
            self.numbers, self.is_numbers_asked = self._guess_numbers(values)
        # Nobody counts parts of ten minutes: "9.30" is when she came.
        parts = any(value % 1 and value < 24 for value in values)
        self.are_times = self.numbers is Numbers.MINUTES and parts and not correction.numbers
        if self.numbers is Numbers.COUNT and 1 in values:
            self.counts["1"] += values.count(1)
        if 0 in values:
            self.counts["0"] += values.count(0)
        for here, away in words.PAIRS.items():
            others = self.counts.keys() - {here, away, *self.legend}
            if {here, away} <= self.counts.keys() and not any(map(self._says_present, others)):
                self.legend = {here: "present", away: "absent", **self.legend}
        self.uses = [
            shapes.MarkUse(code, count, correction.marks[code], False)
            if code in correction.marks
            else shapes.MarkUse(code, count, *self._meant_by(code, count))
            for code, count in self.counts.most_common()
        ]
        self.codes = {use.code: use.meaning for use in self.uses}

    def read(self, token: str) -> FileMark | Why | None:
        """A mark, why there is none, or None where nothing is said."""
        if token == "":
            return None
        facts = dict(part.partition(":")[::2] for part in token.split(" "))
        if facts.get("n") in self.legend:  # a number that the file says to be a code
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
        if self.are_times and 0 < number < 24:
            return Why.NO_END
        if number == 0 or (number == 1 and self.numbers is Numbers.COUNT):
            return self._coded(f"{number:g}", None)
        if number == 0.5 and self.numbers is Numbers.COUNT:
            return FileMark(CodeMeaning.HALF)
        if self.numbers is Numbers.MINUTES:
            return _for(round(number))
        return _for(minutes_in(f"n:{number:g}"))

    def _guess_numbers(self, values: list[float]) -> tuple[Numbers | None, bool]:
        """What bare numbers are, and whether that is asked."""
        some = [value for value in values if value > 0]
        if not values:
            return None, False
        if not some or max(some) <= 1:
            signs = sum(self.counts[code] for code in ("x", "v", "present", "p"))
            return (Numbers.HOURS, True) if signs > len(some) > 0 else (Numbers.COUNT, False)
        if all(value > LONGEST_HOURS for value in some):
            return Numbers.MINUTES, False
        ones = sum(value == 1 for value in some) * 5 >= len(some) * 4
        return Numbers.HOURS, ones or max(some) > LONGEST_HOURS

    def _meant_by(self, code: str, count: int) -> tuple[CodeMeaning | None, bool]:
        """What a code means, and whether that is asked."""
        if code in self.legend:
            kind = self.legend[code]
            return (_KINDS[kind], False) if kind else (None, True)
        if code == NAMED:
            return None, True
        if code in _KINDS:
            return _KINDS[code], code == "late"
        rivals = [n for each, n in self.counts.items() if each != code and self._says_present(each)]
        if code in _EITHER:
            kind = _EITHER[code] if max(rivals, default=0) >= count else "present"
            return _KINDS[kind], bool(rivals) or len(self.counts) == 1
        if code in CODES:
            return _KINDS[CODES[code]], code in words.ASKED
        # Nobody knows it: where nothing else says who was there, it does.
        most = max(n for each, n in self.counts.items() if each not in _KINDS)
        return CodeMeaning.PRESENT if not rivals and count == most else None, True

    def _says_present(self, code: str) -> bool:
        if code in self.legend:
            return self.legend[code] in ("present", "late")
        return code in ("present", "true", "a") or CODES.get(code) == "present"


def _for(minutes: int) -> FileMark | Why:
    if not 0 < minutes <= _MOST_MINUTES:
        return Why.NUMBER
    return FileMark(CodeMeaning.PRESENT, minutes)
