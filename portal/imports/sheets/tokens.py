"""One cell as a token: a few facts from a fixed vocabulary, and nothing else that stood in it.

A token is "" (blank) or facts with spaces between them: `x:k` a short code, `m:excused` a kind of
word, `n:2.5` a bare number, `min:90`, `c:0130` a clock or a length, `t:0930-1200`, `from:1000`,
`until:1100`, `d` a date, `e` a formula that went wrong, `?` something else.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from portal.imports.sheets.dates import clock, facts_of, span_of

Value = str | int | float | bool | date | datetime | time | timedelta | None

_WORDS: dict[str, dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "words.toml").read_text(encoding="utf-8")
)
_KIND_OF = {word: kind for kind, words in _WORDS["marks"].items() for word in words}
_PHRASE = re.compile(r"\b(?:" + "|".join(word for word in _KIND_OF if "zonder " in word) + r")\b")
_SMALL = frozenset(_WORDS["small"]["words"])
CODES: dict[str, str] = {
    code: kind for kind in ("present", "absent", "excused") for code in _WORDS["codes"][kind]
}
ASKED = frozenset(_WORDS["codes"]["asked"])
CLOCK_HEADINGS = {kind: frozenset(words) for kind, words in _WORDS["clock"].items()}
_HEADING_OF = {word: kind for kind, words in _WORDS["headings"].items() for word in words}

_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")
_HOURS = re.compile(r"(?<![\d.,:])(\d+(?:[.,]\d+)?)\s?(?:uur|uren|u|h|hrs?|hours?|ur)\b\.?(?!\d)")
_HOURS_MINUTES = re.compile(r"(?<![\d.,:])(\d{1,2})\s?(?:u|uur|h)\s?(\d{2})\s?(?:m|min)?\b")
_MINUTES = re.compile(r"(?<![\d.,:])(\d{1,3})\s?(?:minuten|minuut|min|m|')(?:\b|\.|$)")
_CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})(?::00)?")
_CLOCK_TIME = re.compile(r"(\d{1,2})(?:\s?[.:u,]\s?(\d{2}))?(?::00)?(?:\s?(?:uur|u))?")
_SIDE = re.compile(
    r"\b(tot|vanaf|van|na|later|om)\s(\d{1,2})(?:[.:u](\d{2})|\s?uur|\s?u)?(?:\s?uur)?"
)
_ERROR = re.compile(
    r"#(?:n/?[ab]|ref|verw|waarde|value|deel/0|div/0|naam|name|null|leeg|num|getal)[!?]?.*"
)
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe0f\ufeff\u00ad]"
)


def visible(text: str) -> str:
    """The text without what nobody sees, with single spaces."""
    text = _UNSEEN.sub("", text.replace("½", "½ "))
    parts = [unicodedata.normalize("NFKC", part) for part in text.split("½")]
    return " ".join("½".join(parts).split())


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """The text as it is compared: visible, and in small letters."""
    return visible(text).casefold()


def heading(value: Value) -> str:
    """What kind of heading a cell is ("name", "total", …), or ""."""
    if not isinstance(value, str):
        return ""
    text = plain(value).rstrip(":").strip("*() ")
    return _HEADING_OF.get(text) or _HEADING_OF.get(text.split("(")[0].strip(), "")


def starts_with(value: Value, *kinds: str) -> bool:
    """Whether the first word of a text is such a heading: "Totaal aanwezig", "Begeleider: Ria"."""
    first = re.split(r"[\s:]", plain(value), maxsplit=1)[0] if isinstance(value, str) else ""
    return _HEADING_OF.get(first) in kinds or heading(value) in kinds


def token_of(value: Value, legend: Collection[str] = ()) -> str:
    """A cell as a token; a code that the legend names is one, whatever else it may mean."""
    if value is None or value == "":
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
    text = plain(value)
    return f"x:{text}" if text in legend else _text(text)


def clock_in(value: Value) -> str:
    """What a column of clock times says, as four digits: "9.30", "09:30", "9u30"; "" if nothing."""
    if isinstance(value, time | datetime):
        return f"{value:%H%M}"
    match = _CLOCK_TIME.fullmatch(plain(f"{value:.2f}" if isinstance(value, float) else str(value)))
    moment = clock(match[1], match[2]) if match else None
    return f"{moment:%H%M}" if moment else ""


def kind_of(text: str) -> str:
    """Present, excused, absent, half, late or nothing, of one or more words; "" if unclear."""
    if text in _KIND_OF:
        return _KIND_OF[text]
    if phrase := _PHRASE.search(text):
        return _KIND_OF[phrase[0]]
    words = [word for word in re.split(r"[\s(),;:!/.]+", text) if word]
    kinds = {_KIND_OF[word] for word in words if word in _KIND_OF}
    negated = "niet" in words or "geen" in words or "not" in words
    if negated:
        rest = kinds - {"absent", "nothing"}
        return "absent" if rest == {"present"} else ""
    if kinds == {"excused", "absent"}:
        return "excused"
    if kinds == {"present", "late"}:
        return "late"
    known = [word for word in words if word in _KIND_OF or word in _SMALL]
    if len(kinds) == 1 and (kinds == {"excused"} or len(known) == len(words)):
        return kinds.pop()
    return ""


def is_said(text: str) -> bool:
    """Whether every word of a text tells of presence, so that it is nobody's name."""
    words = re.split(r"[\s(),;:!/.]+", text.strip(" ().,;:!/"))
    return bool(kind_of(text)) and all(word in _KIND_OF or word in _SMALL for word in words)


def _number(value: float) -> str:
    return f"n:{value:g}" if 0 <= value <= 1440 else "n:-1"


@lru_cache(maxsize=8192)
def _text(text: str) -> str:
    if not text:
        return ""
    if text in _KIND_OF:
        return f"m:{_KIND_OF[text]}"
    if text in CODES and text not in ("1", "0"):
        return f"x:{text}"
    if _ERROR.fullmatch(text):
        return "e"
    if _NUMBER.fullmatch(text):
        return _number(float(text.replace(",", ".")))
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
    text = re.sub(r"(\d)\s?½", r"\1,5", text)
    text = re.sub(r"½(?=\s?u)", "0,5", text)
    minutes = 0.0
    for pattern in (_HOURS_MINUTES, _HOURS, _MINUTES):
        if match := pattern.search(text):
            text = f"{text[: match.start()]} {text[match.end() :]}"
            if pattern is _HOURS_MINUTES:
                minutes += int(match[1]) * 60 + int(match[2])
            else:
                number = float(match[1].replace(",", "."))
                minutes += number * (60 if pattern is _HOURS else 1)
    text = " ".join(text.strip(" .,()-+;:").split())
    length = f"min:{round(minutes)}" if 0 < minutes <= 1440 else ""
    if minutes and not length:
        return "?"
    if not text:
        return length
    if length and text in CODES:
        return f"{length} x:{text}"
    kind = kind_of(text)
    return f"{length} m:{kind}".strip() if kind else ""


def _other(text: str) -> str:
    facts = facts_of(text)
    if not facts.rest:
        return "d"
    if len(text) <= 2 and not any(letter.isdigit() for letter in text):
        return f"x:{text}"
    return "?"
