"""Words that people write in a register, and what each kind of them says; words.toml has them."""

import re
import tomllib
import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from portal.core.visible import DRAWN_AS_NOTHING

_LISTS: dict[str, dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "words.toml").read_text(encoding="utf-8")
)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_LIKE_LATIN = {0x307: None, ord("ı"): "i"}  # İ and I of Turkish, in small letters
_LIKE_LATIN |= {first + n: str(n) for first in (0x660, 0x6F0) for n in range(10)}
FRACTIONS = {"¼": "25", "½": "5", "¾": "75"}  # behind a comma
AM_PM = re.compile(r"\b(\d{1,2})(?:[.:](\d{2}))?(?::\d{2})?\s?([ap])\.?m\b\.?")
_GAPS = re.compile(r"[\s(),;:!/.]+")
_AT_ONCE = re.compile(r"[(/\\|]")


def visible(text: str) -> str:
    """The text without what nobody sees, with single spaces."""
    parts = re.split("([¼½¾])", _CONTROL.sub("", DRAWN_AS_NOTHING.sub("", text)))
    parts = [
        part + " " if part in FRACTIONS else unicodedata.normalize("NFKC", part) for part in parts
    ]
    return " ".join("".join(parts).split())


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """The text as it is compared: small letters, our digits and our clock."""
    text = visible(text).casefold().translate(_LIKE_LATIN)
    return AM_PM.sub(
        lambda said: f"{int(said[1]) % 12 + 12 * (said[3] == 'p')}:{said[2] or '00'}", text
    )


@cache
def by_word(name: str) -> dict[str, str]:
    """The kind of each word in one of the lists."""
    return {plain(word): kind for kind, words in _LISTS[name].items() for word in words}


def patterns(name: str) -> Any:
    """The ways to write something, in the order in which they are tried."""
    return _LISTS["patterns"][name]


def written_as(name: str) -> re.Pattern[str]:
    """The only way to write something."""
    return re.compile(patterns(name))


WORDS = by_word("marks")
_PHRASE = re.compile(r"\b(?:" + "|".join(word for word in WORDS if "zonder " in word) + r")\b")
_SMALL = frozenset(_LISTS["small"]["words"])
_HEADING_OF = by_word("headings")
CLOCK_HEADINGS = by_word("clock")
CODES = by_word("codes")
NOBODYS = ("ignored", "reason")  # headings of columns that hold no names, whatever they read like
SIGNS = by_word("signs")
PAIRS: dict[str, str] = _LISTS["pairs"]
ASKED = frozenset(_LISTS["unsure"]["codes"])


@lru_cache(maxsize=8192)
def heading(value: object) -> str:
    """What kind of heading a cell is ("name", "total", …), or ""."""
    if not isinstance(value, str):
        return ""
    text = plain(value).replace("_", " ").rstrip(":").strip("*() ")
    return _HEADING_OF.get(text) or _HEADING_OF.get(parts_of(text)[0], "")


def is_of_names(text: str) -> bool:
    """Whether a text is headed as names are, also counted ones: "Deelnemer 3", "naam: Ria"."""
    return heading(text.partition(":")[0].rstrip(" .0123456789")) == "name"


def parts_of(text: str) -> list[str]:
    """What a heading says at once: "naam / week", "naam \\ datum", "uren (totaal)"."""
    return [part.strip(") ") for part in _AT_ONCE.split(text)]


def starts_with(value: object, *kinds: str) -> bool:
    """Whether the first word of a text is such a heading: "Totaal aanwezig", "Begeleider: Ria"."""
    first = re.split(r"[\s:]", plain(value), maxsplit=1)[0] if isinstance(value, str) else ""
    return _HEADING_OF.get(first) in kinds or heading(value) in kinds


def kind_of(text: str) -> str:
    """Present, excused, absent, half, late or nothing, of one or more words; "" if unclear."""
    if text in WORDS:
        return WORDS[text]
    if phrase := _PHRASE.search(text):
        return WORDS[phrase[0]]
    words = [word for word in _GAPS.split(text) if word]
    kinds = {WORDS[word] for word in words if word in WORDS}
    if words[1:] and CODES.get(words[0]) == "present":  # "x (te laat)"
        return "late" if kinds == {"late"} else ""
    if {"niet", "geen", "not"} & set(words):
        return "absent" if kinds - {"absent", "nothing"} == {"present"} else ""
    if kinds == {"excused", "absent"}:
        return "excused"
    if kinds == {"present", "late"}:
        return "late"
    is_whole = all(word in WORDS or word in _SMALL for word in words)
    return kinds.pop() if len(kinds) == 1 and (kinds == {"excused"} or is_whole) else ""


def is_said(text: str) -> bool:
    """Whether every word of a text tells of presence, so that it is nobody's name."""
    words = _GAPS.split(text.strip(" ().,;:!/"))
    return bool(kind_of(text)) and all(word in WORDS or word in _SMALL for word in words)
