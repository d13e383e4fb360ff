"""What waits for a member of staff: each room says so of its own, and the day puts it in order."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from portal.core import Actor, Permission, Session, clock, to_local
from portal.web.i18n import gettext as _, ngettext

_MOST_ALIKE = 3
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Waiting:
    """One thing to do: whose, what, until when, and what follows otherwise.

    `otherwise` is what a rule of the house does, and empty where none does anything.
    `who` is a row with a participant's name; `posts` makes its action a button that does it.
    `things` is how many are meant, where one line stands for more.
    """

    what: str
    endpoint: str
    action: str
    values: Mapping[str, Any] = field(default_factory=dict)
    who: Any = None
    title: str = ""
    title_language: str = "nl"
    by: datetime | None = None
    otherwise: str = ""
    posts: bool = False
    things: int = 1

    @property
    def days(self) -> int:
        """Count the days until its end; 0 today, less when past."""
        return (to_local(self.by).date() - clock.today()).days if self.by else 0


Found = Iterator[Waiting]
Lister = Callable[[Session, Actor], Found]


@dataclass(frozen=True)
class _Source:
    permission: Permission
    find: Lister
    rest: str


_SOURCES: list[_Source] = []


def waits_for(permission: Permission, *, rest: str = "") -> Callable[[Lister], Lister]:
    """Register what of a room waits for a permission's holders, most pressing first.

    `rest` names the page where all of it stands: the day shows a few, and counts the others.
    """

    def add(find: Lister) -> Lister:
        _SOURCES.append(_Source(permission, find, rest))
        return find

    return add


def list_waiting(session: Session, actor: Actor) -> list[Waiting]:
    """List all that waits for somebody, by deadline; without one last."""
    found = [row for source in _SOURCES for row in _of(source, session, actor)]
    return sorted(found, key=lambda row: row.by or _NEVER)


def _of(source: _Source, session: Session, actor: Actor) -> Iterable[Waiting]:
    if not actor.may(source.permission):
        return []
    rows = list(source.find(session, actor))
    more = len(rows) - _MOST_ALIKE
    if not source.rest or more <= 0:
        return rows
    first = rows[_MOST_ALIKE]
    words = ngettext("And one more like this.", "And %(num)s more like this.", more)
    others = replace(
        first, what=words, endpoint=source.rest, action=_("See all"), values={}, who=None,
        title="", otherwise="", posts=False, things=more,
    )  # fmt: skip
    return [*islice(rows, _MOST_ALIKE), others]
