"""A group that is typed or pasted as lines: which names they are, and who may be known already."""

import re

from portal.core.errors import N_, RuleBroken
from portal.core.names import folded, turned

MOST_AT_ONCE = 60
LONGEST_NAME = 80
_NUMBERED = re.compile(r"^\s*(?:\d{1,3}[.):]?\s+|[-*•]\s*)")


def names_of(text: str) -> list[str]:
    """Read names, one a line; `RuleBroken` for too many, or for none."""
    lines = (_NUMBERED.sub("", line) for line in text.splitlines())
    names = [turned(line) for line in lines if line.strip()]
    for name in names:
        if len(name) > LONGEST_NAME or not folded(name):
            raise RuleBroken(
                "names", N_("Write one name on each line. This is no name: {line}"), line=name[:60]
            )
    if len(names) > MOST_AT_ONCE:
        raise RuleBroken("names", N_("Enter at most {most} people at once."), most=MOST_AT_ONCE)
    return names


def may_be_one(name: str, other: str) -> bool:
    """Whether two folded names may be one person's: equal, or one is the other shortened."""
    one, two = name.split(), other.split()
    if one[0] != two[0]:
        return False
    if min(len(one), len(two)) == 1:
        return True
    return one[-1].startswith(two[-1]) or two[-1].startswith(one[-1])
