"""What a work place asks, what fits somebody, and why: plain Python, about no person."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from portal.core.areas import area_of
from portal.core.errors import N_
from portal.core.worded import WordedEnum
from portal.offerings.rules import DutchLevel
from portal.organisations.rules import OrganisationKind
from portal.schedule.rules import DayPart

EMPLOYING_KINDS = frozenset({OrganisationKind.COMPANY})  # who posts work: an inclusive employer
MOST_ASKED = 6  # competences of either kind
MOST_LACKED = 1  # more of what is needed from day one, and a place isn't shown to her
INVITES_AGAIN = timedelta(days=14)
TIMES = tuple(f"{day}-{part.value}" for day in range(7) for part in DayPart)  # Monday is 0
_STEPS = (5, 10, *range(20, 100, 10), *range(100, 1000, 100))
_DUTCH = tuple(DutchLevel)  # the least first


class WorkKind(WordedEnum):
    """What is offered; the words say what a person may expect of it."""

    JOB = "job", N_("paid work")
    TRIAL = "trial", N_("trial placement")
    APPRENTICESHIP = "apprenticeship", N_("learning and working")
    EXPERIENCE = "experience", N_("work experience place")
    PAID_DAY = "paid_day", N_("paid task of a day")


class Shown(WordedEnum):
    """What an employer may count with; each has its own switch."""

    COMPETENCES = "competences", N_("what I can")
    TIMES = "times", N_("when I can work")
    AREAS = "areas", N_("where I want to work")
    DUTCH = "dutch", N_("how much Dutch I speak")


@dataclass(frozen=True)
class Seeks:
    """All that the rule may know of somebody.

    There is no other field to go by. What is empty was not said, and excludes nothing; of
    competences it is all she can.
    """

    can: frozenset[str] = frozenset()
    times: frozenset[str] = frozenset()
    districts: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    dutch: str = ""

    @classmethod
    def of(cls, dutch: str = "", **said: Iterable[str]) -> "Seeks":
        """What was said, as it is kept."""
        return cls(**{name: frozenset(words) for name, words in said.items()}, dutch=dutch)

    def shown(self, lines: Collection[str]) -> dict[str, Any]:
        """What is left of it, to be kept, where only these lines are shown."""
        return {
            "can": sorted(self.can) if Shown.COMPETENCES in lines else [],
            "times": sorted(self.times) if Shown.TIMES in lines else [],
            "districts": sorted(self.districts) if Shown.AREAS in lines else [],
            "dutch": self.dutch if Shown.DUTCH in lines else "",
            "kinds": sorted(self.kinds),
        }


@dataclass(frozen=True)
class Fit:
    """What fits of a work place and what doesn't, to be said in words."""

    can: Sequence[str]
    lacks: Sequence[str]  # of what is needed from day one
    learns: Sequence[str]
    not_then: Sequence[str]
    is_elsewhere: bool
    asks_more_dutch: bool
    is_other_kind: bool

    @property
    def is_whole(self) -> bool:
        """Whether nothing stands in the way."""
        unfit = self.is_elsewhere or self.asks_more_dutch or self.is_other_kind
        return not (self.lacks or self.not_then or unfit)

    @property
    def is_near(self) -> bool:
        """Whether it is worth a look: what doesn't fit may be asked about."""
        return len(self.lacks) <= MOST_LACKED and not self.is_other_kind

    @property
    def order(self) -> tuple[int, int, int, int]:
        """Times first, then travel, then competences: what fits best comes first."""
        misfit = len(self.lacks) + self.asks_more_dutch
        return len(self.not_then), self.is_elsewhere, misfit, -len(self.can)


def fit(place: Any, seeks: Seeks) -> Fit:
    """Compare what a work place asks (a row, or columns) with what somebody says."""
    can = [key for key in (*place.needed, *place.learned) if key in seeks.can]
    return Fit(
        can=can,
        lacks=[key for key in place.needed if key not in can],
        learns=[key for key in place.learned if key not in can],
        not_then=[one for one in place.times if seeks.times and one not in seeks.times],
        is_elsewhere=bool(seeks.districts)
        and area_of(place.area_code).district_code not in seeks.districts,
        asks_more_dutch=seeks.dutch not in _who_speak(place),
        is_other_kind=bool(seeks.kinds) and place.kind not in seeks.kinds,
    )


def count_whole(place: Any, people: Iterable[Seeks]) -> int:
    """Count whom a work place could fit: as `fit(...).is_whole`, for many at once."""
    needed, times, kind = frozenset(place.needed), frozenset(place.times), place.kind
    district, dutch = area_of(place.area_code).district_code, _who_speak(place)
    return sum(
        needed <= one.can
        and (not one.times or times <= one.times)
        and (not one.districts or district in one.districts)
        and (not one.kinds or kind in one.kinds)
        and one.dutch in dutch
        for one in people
    )


def _who_speak(place: Any) -> frozenset[str]:
    """The levels that are enough; who said nothing may speak it."""
    return frozenset({"", *_DUTCH[_DUTCH.index(place.dutch_level) :]})


def coarse(count: int, least: int) -> tuple[int, int | None] | None:
    """Between which steps a count lies; None: too few to say so.

    No exact one: changing a time and looking again would tell who left.
    """
    steps = [step for step in _STEPS if step >= least]
    below = [step for step in steps if step <= count]
    return (below[-1], next((step for step in steps if step > count), None)) if below else None
