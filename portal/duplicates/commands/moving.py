"""Handing over all that was written of one entry to another, and handing exactly that back.

The statements name tables, not models: an append-only history, too, says whose it is, and changes
hands with the rest. Nothing else of a row changes. The caller reads as the house.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Column, Table, select, update
from sqlalchemy.exc import IntegrityError

from portal.core import N_, Base, RuleBroken, Session, past_guard
from portal.duplicates.queries import organisations_of
from portal.enrolments.commands.steps import renew
from portal.enrolments.models import Enrolment
from portal.enrolments.queries import is_tied
from portal.notices.models import Notice
from portal.participants.commands import make_known, make_unknown
from portal.participants.models import Participant, ParticipantLink
from portal.participants.queries import own_links

# What happened is not rewritten: the trail names who she was then. Who knew the entry that goes is
# kept too, for when it comes back.
_LEFT_ALONE = {"audit_event", ParticipantLink.__tablename__}
_AT_A_TIME = 500


def hand_over(session: Session, merged: Participant, kept: Participant) -> dict[str, Any]:
    """Let everything of `merged` be of `kept`; returns what it was, for undoing.

    RuleBroken when both came into one group since that was looked at.
    """
    rows = {
        table.name: _ids_of(session, table, merged.id) for table in _tables("id", "participant_id")
    }
    with _as_long_as_it_fits(session):
        for name, ids in rows.items():
            table = Base.metadata.tables[name]
            _give(session, table, table.c.id, ids, merged.id, kept.id)
    known = {*organisations_of(session, [kept.id])}
    new = [link for link in own_links(session, merged.id) if link.organisation_id not in known]
    new = sorted((link for link in new if link.knows_her), key=lambda link: link.organisation_id)
    for link in new:  # who had both entries reaches her as it reached the one that stays
        to, from_id = link.organisation_id, link.contact_from_id
        make_known(session, to, kept.id, contact=link.contact, from_id=from_id)
    renew(past_guard(session), participant_ids=[kept.id])
    return {"rows": rows, "links": [link.organisation_id for link in new]}


def stop_reminders(session: Session, merged: Participant, kept: Participant) -> list[int]:
    """Keep her no to reminders after a merge; returns of whom it is new."""
    unwanted = {
        link.organisation_id for link in own_links(session, merged.id) if not link.wants_reminders
    }
    hers = [link for link in own_links(session, kept.id) if link.organisation_id in unwanted]
    stopped = [link for link in hers if link.wants_reminders]
    for link in stopped:
        link.wants_reminders = False
    return sorted(link.organisation_id for link in stopped)


def remind_again(session: Session, kept: Participant, stopped: list[int] | bool) -> None:
    """Take back what `stop_reminders` did; it said yes or no for all of her once."""
    for link in own_links(session, kept.id):
        if stopped is True or (stopped and link.organisation_id in stopped):
            link.wants_reminders = True


def together_with(before: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """What changed hands at first, and what came after it."""
    if not any((*more["rows"].values(), more["links"])):
        return before
    rows = before["rows"]
    return {
        **before,
        "rows": {name: [*rows.get(name, []), *ids] for name, ids in more["rows"].items()},
        "links": [*before["links"], *more["links"]],
    }


def hand_back(
    session: Session, moved: dict[str, Any], merged: Participant, kept: Participant
) -> None:
    """Give `merged` back what changed hands, with what was written since of its enrolments."""
    with _as_long_as_it_fits(session):
        for name, ids in moved["rows"].items():
            table = Base.metadata.tables[name]
            _give(session, table, table.c.id, ids, kept.id, merged.id)
    back = moved["rows"][Enrolment.__tablename__]
    for table in _tables("enrolment_id", "participant_id"):
        _give(session, table, table.c.enrolment_id, back, kept.id, merged.id)
    notices = Base.metadata.tables[Notice.__tablename__]
    _give(session, notices, notices.c.id, _messages_about(session, back, kept), kept.id, merged.id)
    _forget(session, moved["links"], merged, kept)
    renew(past_guard(session), participant_ids=[kept.id, merged.id])


@contextmanager
def _as_long_as_it_fits(session: Session) -> Iterator[None]:
    """Refuse where both came into one group meanwhile: where neither was, nothing was held."""
    try:
        with session.begin_nested():
            yield
    except IntegrityError:
        words = N_("Something changed meanwhile. Look again, then go on.")
        raise RuleBroken("", words) from None


def _forget(
    session: Session, came_to_know: Sequence[int], merged: Participant, kept: Participant
) -> None:
    """Let nobody know more than before; nor who has nothing to do with her any more."""
    for organisation_id in {*organisations_of(session, [merged.id])} - {
        *organisations_of(session, [kept.id])
    }:
        make_unknown(session, organisation_id, merged.id)
    for organisation_id in came_to_know:
        if not is_tied(session, organisation_id, kept.id):
            make_unknown(session, organisation_id, kept.id)


def _tables(*columns: str) -> Iterator[Table]:
    """The tables with these columns that change hands."""
    for table in Base.metadata.sorted_tables:
        if table.name not in _LEFT_ALONE and all(name in table.columns for name in columns):
            yield table


def _ids_of(session: Session, table: Table, participant_id: int) -> list[int]:
    query = select(table.c.id).where(table.c.participant_id == participant_id).order_by(table.c.id)
    return [row.id for row in session.execute(query)]


def _give(
    session: Session,
    table: Table,
    column: Column[Any],
    values: Sequence[int],
    from_id: int,
    to_id: int,
) -> None:
    for part in _parts(values):
        statement = update(table).where(column.in_(part), table.c.participant_id == from_id)
        session.execute(statement.values(participant_id=to_id))


def _messages_about(session: Session, enrolment_ids: Sequence[int], kept: Participant) -> list[int]:
    """What waits to be told of these enrolments, which name themselves in a message."""
    found: list[int] = []
    for part in _parts(enrolment_ids):
        uuids = session.scalars(select(Enrolment.uuid).where(Enrolment.id.in_(part)))
        about = Notice.data["enrolment"].as_string()
        query = select(Notice.id).where(
            Notice.participant_id == kept.id, about.in_([str(uuid) for uuid in uuids])
        )
        found += session.scalars(query)
    return found


def _parts(values: Sequence[int]) -> Iterator[Sequence[int]]:
    for begin in range(0, len(values), _AT_A_TIME):
        yield values[begin : begin + _AT_A_TIME]
