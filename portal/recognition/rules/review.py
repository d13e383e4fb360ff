"""What was said of each figure of a report since it was handed in, read from its trail."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from portal.recognition.rules import Decision

_TALK = (Decision.ACCEPTED, Decision.ASKED, Decision.ANSWERED)

_DONE = (Decision.SHOWN, Decision.LOOKED)


TrailStep = Any  # a row of the trail: what was decided, about which figure, in which words


@dataclass
class Trail:
    """What was said of a report's figures, by figure, and done with what was drawn."""

    remarks: dict[str, str] = field(default_factory=dict)  # of the makers, as they stand
    talk: dict[str, list[TrailStep]] = field(default_factory=lambda: defaultdict(list))
    shown: dict[str, TrailStep] = field(default_factory=dict)
    looked: set[str] = field(default_factory=set)

    def last(self, about: str) -> Decision | None:
        """The last that was said of a figure; None: nothing yet."""
        said = self.talk.get(about)
        return said[-1].decision if said else None

    @property
    def asked(self) -> list[str]:
        """The figures with a question that nobody answered, the first asked first."""
        return [about for about in self.talk if self.last(about) is Decision.ASKED]


def read_trail(steps: Iterable[TrailStep]) -> Trail:
    """Read a trail; handed in anew, it begins anew but for remarks."""
    trail = Trail()
    for step in steps:
        if step.decision is Decision.SUBMITTED:
            trail.talk.clear()
            trail.looked.clear()
        if step.decision in _TALK:
            trail.talk[step.about].append(step)
        elif step.decision in _DONE:
            trail.shown.setdefault(step.about, step)
            trail.looked |= {step.about} if step.decision != Decision.SHOWN else set()
        elif step.about:
            trail.remarks[step.about] = step.remark
    return trail


def figures_to_look_at(document: dict[str, Any]) -> list[str]:
    """Name the figures and lines that show a number."""
    lines = [*document["figures"], *document["not_counted"]]
    return [line["id"] for line in lines if not line["hidden"]]
