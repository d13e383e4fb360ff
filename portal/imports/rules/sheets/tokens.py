"""One cell as a token: a few facts from a fixed vocabulary, and nothing else that stood in it.

A token is "" (blank) or facts with spaces between them: `x:k` a short code, `m:excused` a kind of
word, `n:2.5` a bare number, `min:90`, `c:0130` a clock or a length, `t:0930-1200`, `from:1000`,
`until:1100`, `p:50` a percentage, `d` a date, `e` a formula that went wrong, `?` something else.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from portal.imports.rules.sheets.dates import clock, is_date, span_of
from portal.imports.rules.sheets.files import Value
from portal.imports.rules.sheets.words import CODES, FRACTIONS, WORDS, kind_of, plain

LONGEST_HOURS = 8  # of a bare number; more are minutes
LEAST_MINUTES = 15

_NUMBER = re.compile(r"(-?\d+(?:[.,]\d+)?)\s?(%?)")
_HOURS = re.compile(r"(?<![\d.,:])(\d+(?:[.,]\d+)?)\s?(?:uur|uren|u|h|hrs?|hours?|ur)\b\.?(?!\d)")
_HOURS_MINUTES = re.compile(r"(?<![\d.,:])(\d{1,2})\s?(?:u|uur|h)\s?(\d{2})\s?(?:m|min)?\b")
_MINUTES = re.compile(r"(?<![\d.,:])(\d{1,3})\s?(?:minuten|minuut|min|m|')(?:\b|\.|$)")
_CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})(?::00)?")
_CLOCK_TIME = re.compile(
    r"(?:.*20\d\d,?\s)?(\d{1,2})(?:\s?[.:u,]\s?(\d{2}))?(?::\d\d)?(?:\s?(?:uur|u))?"
)
_SIDE = re.compile(
    r"\b(tot|vanaf|van|na|later|om)\s(\d{1,2})(?:[.:u](\d{2})|\s?uur|\s?u)?(?:\s?uur)?"
)
_ERROR = re.compile(
    r"#(?:n/?[ab]|ref|verw|waarde|value|deel/0|div/0|naam|name|null|leeg|num|getal)[!?]?.*"
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
    """Whether a cell says something of somebody: it isn't blank, a date, an error or unclear."""
    return token not in ("", "?", "d", "e") and not token.startswith("p:")


def is_number(token: str) -> bool:
    """Whether it is one a sum is made of, or a formula of one that went wrong."""
    return token.startswith(("n:", "min:", "c:", "p:", "e"))


def minutes_in(token: str) -> int:
    """How long a token of a column of hours says, in minutes; 0 where it says no length."""
    kind, _, said = token.rpartition(" ")[2].partition(":")
    if kind == "n":
        hours = float(said)
        if hours <= LONGEST_HOURS:
            return max(0, round(hours * 60))
        return round(hours) if hours >= LEAST_MINUTES else 0
    if kind in ("c", "t"):
        first, *last = (int(clock[:2]) * 60 + int(clock[2:]) for clock in said.split("-"))
        return last[0] - first if last else first
    return int(said) if kind == "min" else 0


def clock_in(value: Value) -> str:
    """What a column of clock times says, as four digits: "9.30", "09:30", "9u30"; "" if nothing."""
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
    if kind := WORDS.get(text):
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
    return _clocks(text) or _length_and_word(text) or _other(text)


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
    if not text:
        return length
    if length and text in CODES:
        return f"{length} x:{text}"
    kind = kind_of(text)
    return f"{length} m:{kind}".strip() if kind else ""


def _other(text: str) -> str:
    if is_date(text):
        return "d"
    if len(text) <= 2:
        return f"x:{text}"
    return "?"
