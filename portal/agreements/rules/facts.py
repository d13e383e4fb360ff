"""What an agreement's words are about, copied with each version: what was agreed stays as read."""

from dataclasses import asdict, dataclass
from datetime import time
from typing import Any


@dataclass(frozen=True, order=True)
class HalfDay:
    """One series as it is agreed: these weekdays, from when to when."""

    days: tuple[int, ...]  # Monday is 0
    starts: time
    ends: time
    skips_school_holidays: bool = False

    @property
    def weekdays(self) -> list[int]:
        """The days as the words for a series ask for them."""
        return list(self.days)


@dataclass(frozen=True)
class Facts:
    """The copy, in `language` of the title; empty texts: a version without one."""

    title: str = ""
    language: str = "nl"
    organisation: str = ""
    place: str = ""
    half_days: tuple[HalfDay, ...] = ()

    @property
    def data(self) -> dict[str, Any]:
        """The copy as it is kept: JSON, times by Amsterdam's clock."""
        half_days = [
            {**asdict(one), "starts": f"{one.starts:%H:%M}", "ends": f"{one.ends:%H:%M}"}
            for one in self.half_days
        ]
        return {**asdict(self), "half_days": half_days}

    @classmethod
    def of(cls, data: dict[str, Any] | None) -> "Facts":
        """The copy as it was kept."""
        if not data:
            return cls()
        half_days = (
            HalfDay(
                tuple(one["days"]),
                time.fromisoformat(one["starts"]),
                time.fromisoformat(one["ends"]),
                one["skips_school_holidays"],
            )
            for one in data["half_days"]
        )
        return cls(**{**data, "half_days": tuple(half_days)})
