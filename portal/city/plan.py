"""What city to build."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """The same plan on the same day gives the same city, row by row."""

    seed: int = 2026
    marks: int | None = None  # about so many attendance marks; None is the demo city, once


DEFAULT = Plan()
