"""The stamp: one number that changes with anything the public pages show.

Importing this module is enough to keep it. A flush, or an ORM statement for many rows at once, that
touches a watched table notes which offerings it was about; the number changes once, as the last
thing before the commit, so that no other transaction waits for it longer than a commit takes.
Under that lock the words of those offerings are written anew, and whoever asked by `when_changed`
is told.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, bindparam, event, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import ORMExecuteState, Session

from portal.catalogue.models import CatalogueStamp, SearchText
from portal.catalogue.texts import all_offering_ids, tokens_by_offering
from portal.offerings.models import Offering, OfferingPicture, OfferingText
from portal.organisations.models import Organisation
from portal.schedule.models import OfferingSession, Series

_OF_OFFERING = (Series, OfferingSession, OfferingText, OfferingPicture)
_WATCHED = (Offering, Organisation, *_OF_OFFERING)
_NOTES = "catalogue_changed"
_AT_A_TIME = 500


@dataclass
class Changes:
    """What a transaction changed: offerings by their id, or nobody knows how many."""

    offering_ids: set[int] = field(default_factory=set)
    organisation_ids: set[int] = field(default_factory=set)
    is_everything: bool = False


Listener = Callable[[Session, Changes, int], None]
_LISTENERS: list[Listener] = []


def when_changed(listener: Listener) -> Listener:
    """Have a function called before each commit that changes the stamp, with its new version.

    The stamp's row is locked from here to the commit, so what is written runs in its order.
    """
    _LISTENERS.append(listener)
    return listener


def bump(session: Session) -> None:
    """Change the stamp when this session commits; for writes that go around the ORM."""
    _noted(session).is_everything = True


def _noted(session: Session) -> Changes:
    found: Changes = session.info.setdefault(_NOTES, Changes())
    return found


@event.listens_for(Session, "after_flush")
def _see_rows(session: Session, context: Any) -> None:
    for rows in (session.new, session.dirty, session.deleted):
        for row in rows:
            if isinstance(row, Offering):
                _noted(session).offering_ids.add(row.id)
            elif isinstance(row, _OF_OFFERING):
                _noted(session).offering_ids.add(row.offering_id)
            elif isinstance(row, Organisation):
                _noted(session).organisation_ids.add(row.id)


@event.listens_for(Session, "do_orm_execute")
def _see_statements(state: ORMExecuteState) -> None:
    if state.is_select or state.bind_mapper is None:
        return
    model: Any = state.bind_mapper.class_
    if not issubclass(model, _WATCHED):
        return
    where = getattr(state.statement, "whereclause", None)
    if where is None or model is Organisation:
        bump(state.session)
        return
    # Which rows those are is asked before they change, and past the guard: all of them count.
    column = model.id if model is Offering else model.offering_id
    ids = state.session.connection().scalars(
        select(column).where(where).distinct(), state.parameters
    )
    _noted(state.session).offering_ids.update(ids)


@event.listens_for(Session, "before_commit")
def _change_stamp(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.flush()  # it is now that the last rows are seen
    changes: Changes | None = session.info.pop(_NOTES, None)
    if changes is None:
        return
    version = _next_version(session, is_new_epoch=changes.is_everything)
    connection = session.connection()
    if changes.is_everything:
        index_all(connection, version)
    else:
        _add_offerings_of(connection, changes)
        index(connection, changes.offering_ids, version)
    for listener in _LISTENERS:
        listener(session, changes, version)


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(_NOTES, None)


def _next_version(session: Session, *, is_new_epoch: bool) -> int:
    table = CatalogueStamp.__table__
    start = _insert(session.connection(), table).values(
        # A database begins at a random number, so that no page of another one (restored, emptied)
        # can pass for a page of this one.
        id=1,
        version=secrets.randbelow(2**30),
        epoch=secrets.randbelow(2**31),
    )
    changed: dict[str, Any] = {"version": table.c.version + 1}
    if is_new_epoch:
        changed["epoch"] = start.excluded.epoch
    stamp = start.on_conflict_do_update(index_elements=["id"], set_=changed)
    return int(session.connection().scalar(stamp.returning(table.c.version)) or 0)


def _add_offerings_of(connection: Connection, changes: Changes) -> None:
    """An organisation's name, and whether it is verified, concern all that it offers."""
    if changes.organisation_ids:
        its_own = Offering.organisation_id.in_(changes.organisation_ids)
        changes.offering_ids |= set(connection.scalars(select(Offering.id).where(its_own)))


def index_all(connection: Connection, version: int = 0) -> None:
    """Write the words of all offerings anew: nobody knows what changed, or they are new here."""
    ids = all_offering_ids(connection)
    for at in range(0, len(ids), _AT_A_TIME):
        index(connection, ids[at : at + _AT_A_TIME], version)


def index(connection: Connection, offering_ids: Collection[int], version: int) -> None:
    """Write what each offering can be found by, and that it changed with this version."""
    if not offering_ids:
        return
    table = SearchText.__table__
    now = tokens_by_offering(connection, offering_ids)
    is_asked = table.c.offering_id.in_(offering_ids)
    before = {
        row.offering_id: row.tokens
        for row in connection.execute(select(table.c.offering_id, table.c.tokens).where(is_asked))
    }
    new = [id_ for id_ in offering_ids if id_ not in before]
    if new:
        rows = [{"offering_id": id_, "tokens": now.get(id_, ""), "version": version} for id_ in new]
        connection.execute(insert(table), rows)  # type: ignore[arg-type]
    if before:
        connection.execute(update(table).where(is_asked).values(version=version))  # type: ignore[arg-type]
    others = [
        {"its_id": id_, "now": now.get(id_, "")}
        for id_, tokens in before.items()
        if tokens != now.get(id_, "")
    ]
    if others:  # a change of the words alone reaches the full-text index
        its_row = update(table).where(table.c.offering_id == bindparam("its_id"))  # type: ignore[arg-type]
        connection.execute(its_row.values(tokens=bindparam("now")), others)


def _insert(connection: Connection, table: Any) -> postgresql.Insert | sqlite.Insert:
    is_sqlite = connection.dialect.name == "sqlite"
    made: postgresql.Insert | sqlite.Insert = (sqlite.insert if is_sqlite else postgresql.insert)(
        table
    )
    return made


__all__ = ["Changes", "bump", "index", "index_all", "when_changed"]
