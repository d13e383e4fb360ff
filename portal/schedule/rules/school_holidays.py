"""The school holidays of region Midden, in which Rotterdam lies, from `school_holidays.csv`.

The state fixes Christmas, May and summer; it advises on autumn, spring and a second week of May,
and nearly all schools follow. A school may differ by some days: those are a series' days off.
"""

import csv
from datetime import date
from functools import cache
from pathlib import Path


@cache
def school_holidays() -> frozenset[date]:
    """Every day without school that we know of, weekends within a holiday included."""
    with Path(__file__).with_suffix(".csv").open(encoding="utf-8", newline="") as file:
        holidays = [
            (date.fromisoformat(row["first_on"]), date.fromisoformat(row["last_on"]))
            for row in csv.DictReader(file)
        ]
    numbers = (
        n for first, last in holidays for n in range(first.toordinal(), last.toordinal() + 1)
    )
    return frozenset(map(date.fromordinal, numbers))
