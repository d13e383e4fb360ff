"""What is drawn for an activity without a picture: its thing, its place and its season."""

import re
import tomllib
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from zlib import crc32

from portal.core.areas import area_of
from portal.core.letters import letters
from portal.offerings.rules import WorkWord

_SEASONS = ("winter", "spring", "summer", "autumn")
_ELSEWHERE = "houses"
_PART = re.compile(r'^<g id="(\w+)">(.+)</g>$', re.M)


def art_of(title: str, work: WorkWord, area: str | None, day: date) -> tuple[str, ...]:
    """Choose the parts of a drawing in `art.svg`, from the back to the front.

    The first word of the title that says something decides; else the kind of work.
    """
    by_word = _table("words")
    said = (by_word[end] for word in letters(title).split() for end in _ends(word))
    things = (next(said, None) or _file()["works"][work]).split()
    return (
        _SEASONS[day.month % 12 // 3],
        _table("districts").get(area_of(area).district_code, _ELSEWHERE),
        "ground",
        things[crc32(title.encode()) % len(things)],
    )


def _ends(word: str) -> Iterator[str]:
    """The words of the table that this one begins or ends with, the longest first."""
    for at in range(len(word)):
        yield from (side for side in (word[: len(word) - at], word[at:]) if side in _table("words"))


@cache
def parts() -> dict[str, str]:
    """What stands in `art.svg` of each part, by its name."""
    drawn = Path(__file__).with_name("art.svg").read_text(encoding="utf-8")
    return dict(_PART.findall(drawn))


@cache
def _file() -> dict[str, dict[str, str]]:
    return tomllib.loads(Path(__file__).with_name("art.toml").read_text(encoding="utf-8"))


@cache
def _table(name: str) -> dict[str, str]:
    """What is drawn, by the words or districts for which it is."""
    return {word: drawn for drawn, words in _file()[name].items() for word in words.split()}
