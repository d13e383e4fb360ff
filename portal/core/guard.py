"""The second lock: a query returns only what its actor may see, even if a filter was forgotten.

Tables that hold people or an organisation's own affairs mix in `Guarded` and say in
`visible_to` which rows an actor sees. The criteria are added to each ORM statement of the
session; a session without an actor can't read at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from sqlalchemy import ColumnElement, and_, event, false
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria

from portal.core.actor import HOUSE, Actor
from portal.core.base import Base

_OPTIONS: dict[Actor, list[Any]] = {}
_MOST_ACTORS_KEPT = 256


class Guarded:
    """A table whose rows are not for everybody."""

    @classmethod
    def visible_to(cls, actor: Actor) -> ColumnElement[bool]:
        """The rows this actor may see; the house itself never asks."""
        raise NotImplementedError(cls.__name__)  # a guarded table without a rule shows nothing


class OwnedByOrganisation(Guarded):
    """Rows that belong to one organisation and to one participant.

    The organisation sees its own, the participant hers at the organisations that her keys open,
    nobody else anything.
    """

    @classmethod
    def visible_to(cls, actor: Actor) -> ColumnElement[bool]:
        table: Any = cls
        if actor.is_staff and actor.organisation_id is not None:
            return table.organisation_id == actor.organisation_id  # type: ignore[no-any-return]
        if actor.is_participant:
            return hers_where_opened(actor, table.participant_id, table.organisation_id)
        return false()


def hers_where_opened(
    actor: Actor, participant_id: Any, organisation_id: Any
) -> ColumnElement[bool]:
    """The rows about a participant at the organisations that her keys open (decision 31)."""
    return and_(participant_id == actor.participant_id, organisation_id.in_(sorted(actor.opens)))


def set_actor(session: Session, actor: Actor) -> None:
    """Say on whose behalf a session reads and writes from here on."""
    session.info["actor"] = actor


def actor_of(session: Session) -> Actor:
    """On whose behalf a session reads; an error when nobody said."""
    actor: Actor | None = session.info.get("actor")
    if actor is None:
        raise RuntimeError("this session has no actor: say who is reading with set_actor()")
    return actor


def as_house(session: Session) -> AbstractContextManager[None]:
    """Read as the house for a moment, on purpose: counts for a visitor, a public report."""
    return reading_as(session, HOUSE)


@contextmanager
def reading_as(session: Session, actor: Actor) -> Iterator[None]:
    """Read as somebody else for a moment: as her whom a link from a message is about."""
    before = session.info.get("actor")
    session.info["actor"] = actor
    try:
        yield
    finally:
        session.info["actor"] = before


@event.listens_for(Session, "do_orm_execute")
def _show_only_what_is_yours(state: ORMExecuteState) -> None:
    actor = actor_of(state.session)
    if actor.is_house or state.is_column_load:
        return
    state.statement = state.statement.options(*_options_for(actor))


def _options_for(actor: Actor) -> list[Any]:
    options = _OPTIONS.get(actor)
    if options is None:
        if len(_OPTIONS) >= _MOST_ACTORS_KEPT:
            _OPTIONS.clear()
        options = _OPTIONS[actor] = [
            with_loader_criteria(
                model, model.visible_to(actor), include_aliases=True, propagate_to_loaders=False
            )
            for model in _guarded_models()
        ]
    return options


def _guarded_models() -> list[Any]:
    return [mapper.class_ for mapper in Base.registry.mappers if issubclass(mapper.class_, Guarded)]


__all__ = [
    "Guarded",
    "OwnedByOrganisation",
    "actor_of",
    "as_house",
    "hers_where_opened",
    "reading_as",
    "set_actor",
]
