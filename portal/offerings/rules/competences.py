"""The competences that an offering trains and an observation names, from `competences.toml`.

Those with an address come from ESCO, the European Commission's classification; the plain words are
ours. A key that was observed never changes meaning: the list grows by versions.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Competence:
    """Something a person can do: our plain words, and its ESCO address."""

    key: str
    since: int  # the version of the list that brought it
    art: str  # what is drawn beside it
    words: dict[str, str]  # by language
    example: dict[str, str]
    until: int | None = None  # the last version that offered it
    is_practical: bool = False
    esco_uri: str = ""
    esco_label_nl: str = ""

    def plain(self, language: str) -> str:
        """Our plain words in a language that the portal speaks."""
        return self.words.get(language, self.words["en"])

    def looks_like(self, language: str) -> str:
        """What it looks like when somebody does it, in such a language."""
        return self.example.get(language, self.example["en"])


@cache
def competences() -> dict[str, Competence]:
    """Every competence that is offered now, by its key, in the file's order."""
    return {key: one for key, one in all_competences().items() if one.until is None}


@cache
def all_competences() -> dict[str, Competence]:
    """Those that are not offered any more, too: what was observed keeps its words."""
    return {row["key"]: Competence(**row) for row in _file()["competence"]}


def list_version() -> int:
    """The version of the list."""
    return int(_file()["of"])


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
