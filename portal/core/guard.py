"""The second lock: a query returns only what its actor may see, even if a filter was forgotten.

Tables that hold people or an organisation's own affairs mix in `Guarded` and say in
`visible_to` which rows an actor sees. The criteria are added to each ORM statement of the
session; a session without an actor can't read at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, ClassVar
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Connection, Date, and_, bindparam, event, false
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria
from sqlalchemy.orm.interfaces import CriteriaOption
from sqlalchemy.sql.cache_key import NO_CACHE
from sqlalchemy.sql.visitors import anon_map

from portal.core import clock
from portal.core.actor import HOUSE, Actor, Permission, Role
from portal.core.base import Base

# Asked at each statement: what is kept of a guard never goes stale at midnight.
TODAY = bindparam("guard_today", callable_=clock.today, type_=Date())
_MOST_ACTORS_KEPT = 256
_KEPT: dict[Actor, Criteria] = {}


class Guarded:
    """A table whose rows are not for everybody.

    An expert by experience works for several organisations, and reads none of its rows unless
    it says `for_experts`: then as `visible_to` decides.
    """

    for_experts: ClassVar[bool] = False

    @classmethod
    def visible_to(cls, actor: Actor) -> ColumnElement[bool]:
        """The rows this actor may see; the house itself never asks."""
        raise NotImplementedError(cls.__name__)  # a guarded table without a rule shows nothing


class SeenByStaff(Guarded):
    """Rows of one organisation, of which its own staff see them and nobody else.

    Where it says `seen_with`, only those of them who hold that permission.
    """

    seen_with: ClassVar[Permission | None] = None

    @classmethod
    def visible_to(cls, actor: Actor) -> ColumnElement[bool]:
        table: Any = cls
        may = cls.seen_with is None or actor.may(cls.seen_with)
        if may and actor.is_staff and actor.organisation_id is not None:
            return table.organisation_id == actor.organisation_id  # type: ignore[no-any-return]
        return false()


class OwnedByOrganisation(SeenByStaff):
    """Rows that belong to one organisation and to one participant.

    The organisation sees its own, the participant hers at the organisations that her keys open,
    nobody else anything.
    """

    @classmethod
    def visible_to(cls, actor: Actor) -> ColumnElement[bool]:
        table: Any = cls
        if actor.is_participant:
            return hers_where_opened(actor, table.participant_id, table.organisation_id)
        return super().visible_to(actor)


class HersWhereOpened(Guarded):
    """Rows that are hers alone where her keys open; no staff see them."""

    @classmethod
    def visible_to(cls, actor: Actor) -> ColumnElement[bool]:
        table: Any = cls
        hers = hers_where_opened(actor, table.participant_id, table.organisation_id)
        return hers if actor.is_participant else false()


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
    """Read as the house for a moment: counts for visitors, a public report."""
    return reading_as(session, HOUSE)


@contextmanager
def reading_as(session: Session, actor: Actor) -> Iterator[None]:
    """Read as another for a moment: as her whom a link is about."""
    before = session.info.get("actor")
    session.info["actor"] = actor
    try:
        yield
    finally:
        session.info["actor"] = before


def past_guard(session: Session) -> Connection:
    """Hand out the connection below the guard, of a session that has an actor."""
    actor_of(session)
    return session.connection()


@event.listens_for(Session, "do_orm_execute")
def _show_only_what_is_yours(state: ORMExecuteState) -> None:
    criteria = criteria_of(state.session)
    if criteria is not None and not state.is_column_load:
        state.statement = criteria.added_to(state.statement)


class Criteria(CriteriaOption):
    """An actor's criteria for all guarded tables, as one option.

    SQLAlchemy keeps a compiled statement by a key that is made of all its parts, each time it is
    executed, and three dozen criteria were most of them. Their part is made once for an actor: it
    says how they read, and their values come beside it, as they differ between actors.
    """

    def __init__(self, criteria: list[Any]) -> None:
        self._criteria = criteria
        self.values: list[Any] = []
        parts = anon_map()
        key = tuple(one._gen_cache_key(parts, self.values) for one in criteria)
        assert NO_CACHE not in parts, "criteria that can't be kept would be compiled each time"
        self.reads = _READS.setdefault(key, object())
        self._added: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()

    def added_to(self, statement: Any) -> Any:
        """The statement with these criteria; of one that is made once, so is this."""
        found = self._added.get(statement)
        if found is None:
            found = self._added[statement] = statement.options(self)
        return found

    def _gen_cache_key(self, _parts: Any, values: list[Any]) -> tuple[Any, ...]:
        values.extend(self.values)
        return Criteria, self.reads

    def process_compile_state(self, compile_state: Any) -> None:
        for one in self._criteria:
            one.process_compile_state(compile_state)

    def process_compile_state_replaced_entities(
        self, compile_state: Any, _mapper_entities: Any
    ) -> None:
        self.process_compile_state(compile_state)

    def get_global_criteria(self, attributes: dict[str, Any]) -> None:
        for one in self._criteria:
            one.get_global_criteria(attributes)


_READS: dict[Any, object] = {}  # how criteria read: an object for each way, quickly compared


def criteria_of(session: Session) -> Criteria | None:
    """The criteria of whoever reads here; None for the house, an error when nobody said."""
    actor = actor_of(session)
    return None if actor.is_house else _criteria_for(actor)


def _criteria_for(actor: Actor) -> Criteria:
    found = _KEPT.get(actor)
    if found is None:
        if len(_KEPT) >= _MOST_ACTORS_KEPT:
            _KEPT.clear()
        found = _KEPT[actor] = Criteria(
            [
                with_loader_criteria(one.class_, _rows_for(actor, one.class_), include_aliases=True)
                for one in Base.registry.mappers
                if issubclass(one.class_, Guarded)
            ]
        )
    return found


def _rows_for(actor: Actor, model: type[Guarded]) -> ColumnElement[bool]:
    is_shut = actor.role is Role.EXPERT and not model.for_experts
    return false() if is_shut else model.visible_to(actor)
