"""Pages drawn anew over HTTP, past what is kept, and a bare view in the same run.

The bare view reads a row and draws 25 lines. A ratio says more than a number of pages: it hardly
depends on the machine.
"""

import statistics
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count
from typing import Any

from bench import client
from bench.city import City
from bench.server import serving

CLIENTS = 8
_SECONDS = 1.0
_ROUNDS = 3


@dataclass(frozen=True)
class Line:
    """A page that is measured: its words, who asks, for what, and which ratio is the goal."""

    words: str
    who: str
    path: str
    goal: float
    is_kept: bool = False  # asked so that the page cache answers


LINES = {
    "kept": Line("the list, kept", "", "/offerings", 0.5, is_kept=True),
    "list": Line("the list", "", "/offerings", 0.15),
    "one": Line("one activity", "", "/offerings/{slug}", 0.25),
    "search": Line("a search", "", "/offerings?q=koken", 0.15),
    "register": Line("a register of 25", "guide", "/registers/{register}", 0.12),
    "my": Line("/my", "participant", "/my", 0.08),
    "guide": Line("/work of a guide", "guide", "/work", 0.06),
    "coordinator": Line("/work of a coordinator", "coordinator", "/work", 0.06),
}


def measure(city: City, names: Iterable[str]) -> dict[str, Any]:
    """Answers a second of each page and of the bare view, in turn: what is busy is so for both."""
    found: dict[str, Any] = {}
    with ExitStack() as stack:
        portal = stack.enter_context(serving("wsgi:application", city.environment))
        bare = stack.enter_context(serving("bench.bare:application", city.environment))
        for name in names:
            line = LINES[name]
            asked, plain = _messages(city, line), _repeated(client.get("/"))
            for _ in range(2):  # warm, both workers
                client.measure(portal, [asked] * CLIENTS, 0.2)
                client.measure(bare, [plain] * CLIENTS, 0.2)
            ours, bares = [], []
            for _ in range(_ROUNDS):
                ours.append(client.measure(portal, [asked] * CLIENTS, _SECONDS).per_second)
                bares.append(client.measure(bare, [plain] * CLIENTS, _SECONDS / 2).per_second)
            ratio = statistics.median(one / other for one, other in zip(ours, bares, strict=True))
            found |= {
                f"{name}_per_second": round(statistics.median(ours)),
                f"{name}_bare_per_second": round(statistics.median(bares)),
                f"{name}_ratio": round(ratio, 3),
            }
    return found


def _messages(city: City, line: Line) -> Iterator[bytes]:
    """No two alike where a page may be kept."""
    path = line.path.format(slug=city.slug, register=city.registers[0].uuid)
    cookie = city.cookies.get(line.who, "")
    if line.who or line.is_kept:
        return _repeated(client.get(path, cookie))
    mark = "&" if "?" in path else "?"
    return (client.get(f"{path}{mark}n={number}") for number in count())


def _repeated(message: bytes) -> Iterator[bytes]:
    while True:
        yield message
