"""Shared words of the house: plain Python and SQLAlchemy, no Flask.

They are looked for when they are asked for: a command that starts needs few of these files.
"""

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from portal.core.actor import (
        HOUSE,
        VISITOR,
        Actor,
        ActorKind,
        Permission,
        Role,
        participant_actor,
    )
    from portal.core.asked import asks_all, asks_rare, asks_rows
    from portal.core.audit import AuditEvent
    from portal.core.base import Addressed, AppendOnly, Base, Numbered, enum_column
    from portal.core.clock import from_local, to_local
    from portal.core.database import hold_lock, insert_into, one_by_one
    from portal.core.errors import N_, Conflict, NotAllowed, NotFound, RuleBroken, or_not_found
    from portal.core.guard import (
        Guarded,
        OwnedByOrganisation,
        SeenByStaff,
        actor_of,
        as_house,
        hers_where_opened,
        past_guard,
        reading_as,
        set_actor,
    )
    from portal.core.hooks import Hook
    from portal.core.links import Link, Purpose
    from portal.core.moves import Moves
    from portal.core.names import folded
    from portal.core.paging import Page, page_of
    from portal.core.reading import hold_row, is_any, one_or_not_found, pick
    from portal.core.types import FreeText
else:
    _LIGHTEST_FIRST = (
        "errors", "actor", "clock", "hooks", "moves", "names", "types", "base", "reading",
        "paging", "database", "guard", "asked", "audit", "links",
    )  # fmt: skip

    def __getattr__(name: str) -> Any:
        is_file = find_spec(f"{__name__}.{name}") is not None  # which Python imports by itself
        if not (is_file or name.startswith("_")):
            for part in _LIGHTEST_FIRST:
                module = import_module(f"{__name__}.{part}")
                if hasattr(module, name):
                    return globals().setdefault(name, getattr(module, name))
        raise AttributeError(f"there is no {name} in {__name__}")
