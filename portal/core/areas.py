"""The city's districts and neighbourhoods, from `areas.csv` (CBS codes of 2014)."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class Area:
    """A neighbourhood (buurt) in its district (wijk)."""

    code: str
    name: str
    district_code: str
    district: str

    @property
    def in_district(self) -> str:
        """Its name and its district's, once where both have the same."""
        return self.name if self.name == self.district else f"{self.name}, {self.district}"


@cache
def areas() -> dict[str, Area]:
    """Every neighbourhood by its code, in the file's order."""
    with Path(__file__).with_name("areas.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["code"]: Area(row["code"], row["name"], row["district_code"], row["district_name"])
            for row in csv.DictReader(file)
        }


def area_of(code: str | None) -> Area:
    """Find a neighbourhood by its code; one without words where there is none."""
    return areas().get(code or "") or Area("", "", "", "")


@cache
def districts() -> dict[str, str]:
    """Every district's name by its code."""
    return {area.district_code: area.district for area in areas().values()}
