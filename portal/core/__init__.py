"""Shared words of the house: plain Python and SQLAlchemy, no Flask."""

from portal.core.actor import HOUSE, VISITOR, Actor, ActorKind, Permission, Role, participant_actor
from portal.core.audit import AuditEvent
from portal.core.base import Addressed, AppendOnly, Base, Numbered, enum_column
from portal.core.clock import from_local, to_local
from portal.core.database import hold_lock, insert_into, one_by_one
from portal.core.errors import N_, Conflict, NotAllowed, NotFound, RuleBroken, or_not_found
from portal.core.guard import (
    Guarded,
    OwnedByOrganisation,
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
from portal.core.reading import hold_row, is_any, one_or_not_found
from portal.core.types import FreeText
