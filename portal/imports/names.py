"""Names of people in a spreadsheet: which text looks like one, and what of it may be kept."""

from __future__ import annotations

import re
import unicodedata

from portal.imports.tokens import (
    CODES,
    Value,
    kind_of,
    plain,
    starts_with,
    token_of,
    visible,
)

_MOST_WORDS = 6
_MOST_LETTERS = 80
_LONG_NUMBER = re.compile(r"\+?\d[\d .\-/()]{4,}\d")  # a telephone, a citizen number, a birth date
_ASIDE = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")
_MARKS = ("m:", "min:", "c:", "t:", "from:", "until:")
_NOT_A_PERSON = (
    "total",
    "kept_by",
    "legend",
    "ignored",
    "dates",
    "name",
    "first",
    "last",
    "number",
    "groups",
)


def text_of(value: Value) -> str:
    """What a cell may say of a name: its text, or a number that is no telephone."""
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:g}" if abs(value) < 100_000 else ""
    return ""


def looks_like_name(value: Value) -> bool:
    """A few words of letters, which mean nothing else in a register."""
    if not isinstance(value, str):
        return False
    text = visible(value)
    bare = _ASIDE.sub("", text).strip()
    if not bare or len(text) > _MOST_LETTERS or len(bare.split()) > _MOST_WORDS:
        return False
    if any(letter.isdigit() for letter in bare) or not is_person(cleaned(text)):
        return False
    letters = sum(letter.isalpha() or unicodedata.combining(letter) > 0 for letter in bare)
    return letters >= 2 and all(_fits(letter) for letter in bare) and not bare.endswith((":", "?"))


def is_person(text: str) -> bool:
    """Whether a text beside marks names somebody, and is no total, heading or legend."""
    small = plain(text)
    if starts_with(text, *_NOT_A_PERSON) or "=" in text:
        return False
    is_mark = token_of(text).startswith(_MARKS) or small in CODES
    return not is_mark and not kind_of(small) and any(map(str.isalnum, text))


def cleaned(text: str) -> str:
    """A name without what people write beside it: "(nieuw)", a telephone, "- ziek"."""
    first = plain(text).split(" ")[0]
    if len(first) >= 4 and kind_of(first):  # a note, which begins with what it tells
        return ""
    text = _ASIDE.sub(lambda aside: aside[0] if _is_initial(aside) else " ", text)
    text = _LONG_NUMBER.sub(" ", text)
    text = re.split(r"\s[-–—:;/]\s|[;:]", text)[0]
    words = [word for word in text.split() if not kind_of(plain(word.strip(".,"))) or len(word) < 4]
    text = " ".join(words[:_MOST_WORDS]).strip(" ,;-–*")
    return text[:_MOST_LETTERS]


def turned(name: str) -> str:
    """ "Jansen, Piet" as it is said."""
    last, _, first = name.partition(",")
    return f"{first.strip()} {last.strip()}".strip()


def _fits(letter: str) -> bool:
    return letter.isalpha() or letter in " '’`-.,/&" or unicodedata.combining(letter) > 0


def _is_initial(aside: re.Match[str]) -> bool:
    inside = (aside[1] or aside[2] or "").strip(" .")
    return len(inside) <= 2 and inside.isalpha() and not kind_of(plain(inside))
