"""What people type that no text says: `horeca`, `bahçe`, `dinsdag`, `zuid`; from `said.txt`."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from portal.catalogue.rules import Weekday, Wish
from portal.catalogue.rules.words import sound
from portal.core.areas import districts
from portal.core.letters import letters
from portal.offerings.rules import OfferingKind
from portal.schedule.rules import DayPart

_LEAST_HEARD = 3  # letters of a word that is known by its sound
_NAMES = {"kind": OfferingKind, "day": Weekday, "part": DayPart, "also": Wish, "district": str}


@dataclass(frozen=True)
class KnownWord:
    """What a typed word is looked up as: other words, and offerings' marks."""

    words: tuple[str, ...] = ()
    marks: tuple[tuple[str, object], ...] = ()


@cache
def all_said() -> dict[str, KnownWord]:
    """By the folded word that is typed."""
    found: dict[str, KnownWord] = {}
    for line in Path(__file__).with_name("said.txt").read_text(encoding="utf-8").splitlines():
        typed, sign, means = line.partition("=")
        if not sign or line.startswith("#"):
            continue
        words = tuple(letters(one) for one in means.split() if not one.startswith("@"))
        marks = tuple(_mark(one) for one in means.split() if one.startswith("@"))
        found |= {letters(one): KnownWord(words, marks) for one in typed.split()}
    return found


def said(word: str) -> KnownWord:
    """What is known of a word; empty for most."""
    return all_said().get(word, KnownWord())


@cache
def said_by_sound() -> dict[str, str]:
    """The words that are known, by how they sound."""
    return {sound(word): word for word in reversed(all_said()) if len(word) > _LEAST_HEARD}


def _mark(text: str) -> tuple[str, object]:
    name, _, value = text.removeprefix("@").partition(":")
    if name == "district":
        codes = {known: code for code, known in districts().items()}
        return name, codes[value.replace("_", " ")]
    return name, _NAMES[name](value)
