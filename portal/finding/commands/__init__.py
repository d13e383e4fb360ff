"""The stamp: one number that changes with anything the public pages show.

Importing this module is enough to keep it. A flush, or an ORM statement for many rows at once, that
touches a watched table is noted; the number changes once, as the last thing before the commit, so
that no other transaction waits for it longer than a commit takes. The words for the search are
kept in step here; who keeps something else so (the feeds) follows it with `follow`.
"""

import secrets
import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event, inspect, select
from sqlalchemy.orm import ORMExecuteState, Session

from portal.core import Hook, insert_into, past_guard
from portal.finding.commands import indexing
from portal.finding.models import CatalogueStamp
from portal.offerings.models import Offering, OfferingPicture, OfferingText
from portal.offerings.rules import OfferingStatus, vacancy
from portal.organisations.models import Organisation
from portal.schedule.models import OfferingSession, Series

_WATCHED = (Offering, OfferingText, OfferingPicture, Series, OfferingSession, Organisation)
_ADDRESSED = (Offering, OfferingSession)
_MARK = "catalogue_changed"
_OF_PLACES = {"places_taken", "status"}
_ROOM_OR_FULL = {OfferingStatus.PUBLISHED, OfferingStatus.FULL}


@dataclass
class Changes:
    """What a transaction changed, by id; `everything` when nobody can say what.

    `places` are offerings of which it is known that nothing but the places taken changed.
    """

    offerings: set[int] = field(default_factory=set)  # the row, or anything that belongs to it
    places: set[int] = field(default_factory=set)
    organisations: set[int] = field(default_factory=set)
    deleted: set[uuid.UUID] = field(default_factory=set)
    everything: bool = False
    new_rows: list[Any] = field(default_factory=list)  # they have no id before they are written

    def note(self, row: Any) -> None:
        """A row of a watched table is changed."""
        if isinstance(row, Organisation):
            self.organisations.add(row.id)
        elif isinstance(row, Offering) and _is_of_places(row):
            self.places.add(row.id)
        else:
            self.offerings.add(row.id if isinstance(row, Offering) else row.offering_id)

    @property
    def only_places(self) -> bool:
        """Whether places were taken or came free, and that is all."""
        return bool(self.places) and not (
            self.offerings or self.organisations or self.deleted or self.everything
        )


def _is_of_places(row: Offering) -> bool:
    changed = {one.key: one.history for one in inspect(row).attrs if one.history.has_changes()}
    statuses = {*changed["status"].sum()} if "status" in changed else set()
    return "places_taken" in changed and changed.keys() <= _OF_PLACES and statuses <= _ROOM_OR_FULL


def _is_silent(row: Any) -> bool:
    """Whether only places were taken or came free and it still says the same in public.

    Then nothing gets a new number, or whoever watches the numbers counts along.
    """
    if not isinstance(row, Offering) or not _is_of_places(row):
        return False
    taken_before = inspect(row).attrs.places_taken.history.deleted
    return any(vacancy(row.places - taken) is row.vacancy for taken in taken_before)


# Called in each transaction that changes something public, at its end. One transaction at a time
# gets there, and what it writes is committed before the next begins.
follow: Hook[Callable[[Session, Changes], None]] = Hook()


def bump(session: Session) -> None:
    """Take everything for changed when this session commits; for writes that go around the ORM."""
    _changes(session).everything = True


def touch(session: Session, offering_ids: Collection[int]) -> None:
    """Take these offerings for changed when this session commits: time changed them."""
    _changes(session).offerings.update(offering_ids)


def _changes(session: Session) -> Changes:
    found: Changes = session.info.setdefault(_MARK, Changes())
    return found


def complete_index(session: Session) -> None:
    """Give words to offerings that came around the session; a job of the worker."""
    if indexing.is_incomplete(past_guard(session)):
        bump(session)


@event.listens_for(Session, "before_flush")
def _see_rows(session: Session, context: Any, instances: Any) -> None:
    for row in session.new:
        if isinstance(row, _WATCHED):
            _changes(session).new_rows.append(row)
    for rows in (session.dirty, session.deleted):
        for row in rows:
            if isinstance(row, _WATCHED) and not _is_silent(row):
                _changes(session).note(row)
    for row in session.deleted:
        if isinstance(row, _ADDRESSED):
            _changes(session).deleted.add(row.uuid)


@event.listens_for(Session, "do_orm_execute")
def _see_statements(state: ORMExecuteState) -> None:
    if state.is_select or state.bind_mapper is None:
        return
    model = state.bind_mapper.class_
    if not issubclass(model, _WATCHED):
        return
    changes = _changes(state.session)
    which = getattr(state.statement, "whereclause", None)
    if which is None:
        changes.everything = True
        return
    state.session.flush()
    ask = past_guard(state.session).execute
    if issubclass(model, Organisation):
        changes.organisations.update(ask(select(Organisation.id).where(which)).scalars())
        return
    of_offering: Any = Offering.id if issubclass(model, Offering) else model.offering_id
    changes.offerings.update(ask(select(of_offering).where(which)).scalars())
    if issubclass(model, _ADDRESSED) and state.is_delete:
        changes.deleted.update(ask(select(model.uuid).where(which)).scalars())


@event.listens_for(Session, "before_commit")
def _change_stamp(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.flush()  # it is now that the last rows are seen
    changes: Changes | None = session.info.pop(_MARK, None)
    if changes is None:
        return
    version = _next_version(session, is_new_epoch=changes.everything)
    for row in changes.new_rows:
        if inspect(row).persistent:  # one of a savepoint that was rolled back is not
            changes.note(row)
    _index(session, changes, version)
    for follower in follow:
        follower(session, changes)


def _next_version(session: Session, *, is_new_epoch: bool) -> int:
    table = CatalogueStamp.__table__
    start = insert_into(session, CatalogueStamp).values(
        # A database begins at a random number, so that no page of another one (restored, emptied)
        # can pass for a page of this one.
        id=1,
        version=secrets.randbelow(2**30),
        epoch=secrets.randbelow(2**31),
    )
    changed = {"version": table.c.version + 1}
    if is_new_epoch:
        changed["epoch"] = start.excluded.epoch
    stamp = start.on_conflict_do_update(index_elements=["id"], set_=changed)
    version: int = past_guard(session).execute(stamp.returning(table.c.version)).scalar_one()
    return version


def _index(session: Session, changes: Changes, version: int) -> None:
    """The words of what changed, for the search."""
    connection = past_guard(session)
    if changes.everything:
        indexing.index_all(connection, version)
        return
    indexing.note_version(connection, changes.places, version)
    offering_ids = changes.offerings | indexing.offerings_of(connection, changes.organisations)
    indexing.index(connection, offering_ids, version)


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(_MARK, None)
