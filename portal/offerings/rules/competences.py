"""The competences that an offering trains and an observation names, from `competences.csv`.

The rows come from ESCO, the European Commission's classification; the plain labels are ours.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class Competence:
    """One transversal skill: its ESCO address and label, and our plain words for it."""

    key: str
    esco_uri: str
    esco_label_nl: str
    plain_nl: str
    plain_en: str
    plain_tr: str
    plain_ar: str
    plain_pl: str

    def plain(self, language: str) -> str:
        """Our plain words in a language that the portal speaks."""
        found: str = getattr(self, f"plain_{language}", self.plain_en)
        return found


@cache
def competences() -> dict[str, Competence]:
    """Every competence by its key, in the file's order."""
    with Path(__file__).with_name("competences.csv").open(encoding="utf-8", newline="") as file:
        return {row["key"]: Competence(**row) for row in csv.DictReader(file)}
