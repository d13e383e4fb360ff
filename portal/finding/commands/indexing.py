"""Keeps the words of each offering in step with its texts, in the transaction that changes them."""

from collections.abc import Collection

from sqlalchemy import Connection, Table, bindparam, exists, insert, select, update

from portal.finding.models import SearchText
from portal.finding.queries.texts import tokens_by_offering
from portal.offerings.models import Offering

_TABLE: Table = SearchText.__table__  # type: ignore[assignment]
_AT_A_TIME = 500


def index_all(connection: Connection, version: int = 0) -> None:
    """Write the words of all offerings anew, as anything may have changed."""
    ids = connection.scalars(select(Offering.id).order_by(Offering.id)).all()
    for at in range(0, len(ids), _AT_A_TIME):
        index(connection, ids[at : at + _AT_A_TIME], version)


def is_incomplete(connection: Connection) -> bool:
    """Say whether an offering lacks its words, written around the session."""
    has_words = exists().where(_TABLE.c.offering_id == Offering.id)
    return connection.scalar(select(Offering.id).where(~has_words).limit(1)) is not None


def note_version(connection: Connection, offering_ids: Collection[int], version: int) -> None:
    """Say that these changed with this version, and their words did not."""
    if offering_ids:
        its_own = _TABLE.c.offering_id.in_(offering_ids)
        connection.execute(update(_TABLE).where(its_own).values(version=version))


def index(connection: Connection, offering_ids: Collection[int], version: int) -> None:
    """Write what each offering can be found by, and that it changed with this version."""
    if not offering_ids:
        return
    now = tokens_by_offering(connection, offering_ids)
    is_asked = _TABLE.c.offering_id.in_(offering_ids)
    before = {
        row.offering_id: row.tokens
        for row in connection.execute(select(_TABLE.c.offering_id, _TABLE.c.tokens).where(is_asked))
    }
    new = [
        {"offering_id": id_, "tokens": now.get(id_, ""), "version": version}
        for id_ in offering_ids
        if id_ not in before
    ]
    if new:
        connection.execute(insert(_TABLE), new)
    note_version(connection, before, version)
    other = [
        {"its_id": id_, "now": now.get(id_, "")}
        for id_, tokens in before.items()
        if tokens != now.get(id_, "")
    ]
    if other:  # only a change of the words reaches the full-text index
        its_row = update(_TABLE).where(_TABLE.c.offering_id == bindparam("its_id"))
        connection.execute(its_row.values(tokens=bindparam("now")), other)


def offerings_of(connection: Connection, organisation_ids: Collection[int]) -> set[int]:
    """What they offer: an organisation's name, and whether it is verified, concern all of it."""
    if not organisation_ids:
        return set()
    its_own = Offering.organisation_id.in_(organisation_ids)
    return set(connection.scalars(select(Offering.id).where(its_own)))
