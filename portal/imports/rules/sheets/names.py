"""Names of people in a spreadsheet: which text looks like one, and what of it may be kept."""

import re
import unicodedata
from functools import lru_cache

from portal.core.letters import APOSTROPHES, HYPHENS
from portal.core.names import are_particles
from portal.core.visible import is_seen
from portal.imports.rules.sheets import words
from portal.imports.rules.sheets.files import Value
from portal.imports.rules.sheets.tokens import token_of
from portal.imports.rules.sheets.words import heading, is_said, kind_of, plain, starts_with, visible

_MOST_WORDS = 6
_MOST_LETTERS = 80
# A telephone, a citizen number, a birth date, a postcode, an e-mail address.
_NO_NAME = re.compile(r"\+?\d[\d .\-/()]{4,}\d|\b[1-9]\d{3} ?[A-Z]{2}\b|[^\s@]+@[^\s@]+")
_NUMBERED = re.compile(r"^\s*\d{1,3}[.)]\s+")  # "12. Fatma"
_ASIDE = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")
_TOGETHER = re.compile(r"\s*[;&+\n]\s*|\s(?:en|and|ve|oraz)\s")
_BETWEEN = re.compile(rf"(?:\s*,\s*|{_TOGETHER.pattern})(?![^()]*\))")
_STATUS = re.compile(r"(.+?)\s*\(([^()]+)\)")
_MARKS = ("m:", "min:", "c:", "t:", "from:", "until:")
_NOT_A_PERSON = (
    *words.NOBODYS, "total", "kept_by", "legend", "dates", "weeks", "name", "number", "groups",
    "hours", "seen", "signed", "planned",
)  # fmt: skip


def text_of(value: Value) -> str:
    """What a cell may say of a name: its text, or a short number."""
    if isinstance(value, str):
        return visible(value) if is_seen(value) else ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:g}" if abs(value) < 100_000 else ""
    return ""


@lru_cache(maxsize=8192)
def looks_like_name(value: Value) -> bool:
    """A few words of letters, which mean nothing else in a register."""
    if not isinstance(value, str) or not is_seen(value):
        return False
    text = _NUMBERED.sub("", visible(value))
    bare = _ASIDE.sub("", text).strip()
    if not bare or len(text) > _MOST_LETTERS or len(bare.split()) > _MOST_WORDS:
        return False
    if any(letter.isdigit() for letter in bare) or not is_person(cleaned(text)):
        return False
    letters = [sign for sign in bare if unicodedata.category(sign)[0] in "LM"]  # M: of Hindi, Thai
    others = {*bare} - {*letters, *" .,/&", *APOSTROPHES, *HYPHENS}
    return len(letters) >= 2 and not others and not bare.endswith(":")


def is_person(text: str) -> bool:
    """Whether a text beside marks names somebody, and is no total, heading or legend."""
    small = plain(text)
    if (
        heading(text) in _NOT_A_PERSON
        or starts_with(text, "kept_by", "legend")
        or "=" in text
        or text.endswith("?")
    ):
        return False
    first, *rest = text.split() or [""]
    if first.islower() and kind_of(first) and any(not word.islower() for word in rest):
        return False  # a note that begins small: "opgenomen in Delft"
    is_mark = token_of(text).startswith(_MARKS) and is_said(small)
    return not is_mark and small not in words.CODES and any(map(str.isalnum, text))


def cleaned(text: str) -> str:
    """A name without what people write beside it: "(nieuw)", a telephone, "- ziek"."""
    text = _ASIDE.sub(_kept_of, _NUMBERED.sub("", text))
    text = _NO_NAME.sub(" ", text)
    first, *others = re.split(r"\s[-–—:;/]\s|[;:]", text)
    text = others[0] if others and heading(first) in ("groups", "planned", "name") else first
    said = text.split()
    if said and not said[0].islower():  # a note behind a name is written small
        said = [word for at, word in enumerate(said) if at == 0 or not _is_note(word)]
    text = " ".join(said[:_MOST_WORDS]).strip(" ,;-–*")
    return "" if is_said(plain(text)) else text[:_MOST_LETTERS]


def names_in(value: Value) -> list[tuple[str, str]]:
    """Find the names in one cell, each with what its brackets say, or none."""
    pieces = [visible(piece) for piece in _BETWEEN.split(value)] if isinstance(value, str) else []
    found = []
    for piece in (_NUMBERED.sub("", piece) for piece in pieces if piece):
        match = _STATUS.fullmatch(piece)
        says = token_of(match[2]) if match and is_said(plain(match[2])) else ""
        name = match[1] if match and says.startswith("m:") else piece
        if not looks_like_name(name) or cleaned(name) != name:
            return []
        found.append((name, says if name != piece else ""))
    return found


def are_several(value: Value) -> bool:
    """Whether a cell names several people, and not one with the last name first."""
    return len(names_in(value)) > 2 or bool(_TOGETHER.search(str(value)))


def _is_note(word: str) -> bool:
    bare = word.strip(".,!")
    is_said = bool(kind_of(bare)) or heading(bare) == "groups"
    return word.islower() and len(word) >= 4 and is_said


def _kept_of(aside: re.Match[str]) -> str:
    """Of what stands between brackets: what is a part of the name."""
    inside = (aside[1] or aside[2] or "").strip(" .")
    if are_particles(inside.split()):
        return inside
    is_initial = len(inside) <= 2 and inside.isalpha() and not kind_of(plain(inside))
    return aside[0] if is_initial else " "
