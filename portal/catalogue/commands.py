"""The stamp: one number that changes with anything the public pages show.

Importing this module is enough to keep it. A flush, or an ORM statement for many rows at once, that
touches a watched table marks the session; the number changes once, as the last thing before the
commit, so that no other transaction waits for it longer than a commit takes.
"""

from __future__ import annotations

import secrets
from typing import Any

from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import ORMExecuteState, Session

from portal.catalogue.models import CatalogueStamp
from portal.offerings.models import Offering, OfferingPicture, OfferingText
from portal.organisations.models import Organisation
from portal.schedule.models import OfferingSession, Series

_WATCHED = (Offering, OfferingText, OfferingPicture, Series, OfferingSession, Organisation)
_MARK = "catalogue_changed"


def bump(session: Session) -> None:
    """Change the stamp when this session commits; for writes that go around the ORM."""
    session.info[_MARK] = True


@event.listens_for(Session, "before_flush")
def _see_rows(session: Session, context: Any, instances: Any) -> None:
    for rows in (session.new, session.dirty, session.deleted):
        if any(isinstance(row, _WATCHED) for row in rows):
            bump(session)


@event.listens_for(Session, "do_orm_execute")
def _see_statements(state: ORMExecuteState) -> None:
    if state.is_select or state.bind_mapper is None:
        return
    if issubclass(state.bind_mapper.class_, _WATCHED):
        bump(state.session)


@event.listens_for(Session, "before_commit")
def _change_stamp(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.flush()  # it is now that the last rows are seen
    if not session.info.pop(_MARK, False):
        return
    dialect = session.get_bind().dialect.name
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    # A database begins at a random number, so that no page of another one (restored, emptied)
    # can pass for a page of this one.
    stamp = insert(CatalogueStamp.__table__).values(id=1, version=secrets.randbelow(2**30))  # type: ignore[arg-type]
    session.connection().execute(
        stamp.on_conflict_do_update(
            index_elements=["id"], set_={"version": CatalogueStamp.__table__.c.version + 1}
        )
    )


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(_MARK, None)


__all__ = ["bump"]
