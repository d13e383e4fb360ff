"""A draft that begins as another offering: an earlier one of ours, or another's words."""

from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session, undefer

from portal.core import Actor, audit
from portal.offerings.commands import draft
from portal.offerings.models import Offering, OfferingPicture, OfferingText
from portal.offerings.queries.texts import PARTS

_WORDS = ("kind", "work_word", "domain", "text_language", "competences", "dutch_level", *PARTS[1:])
_ITS_OWN = frozenset({"id", "created_at", "offering_id"})
_HELD = (
    "spoken", "area_code", "address", "place_details", "contact_name", "costs_cents", "has_meal",
    "travel", "places", "intake", "answer_days", "waiting_line", "offer_hours", "absences_signal",
    "replaces_no_paid_work",
)  # fmt: skip


def copy(session: Session, actor: Actor, *, source: Offering, title: str) -> Offering:
    """Draft as a source is: of another organisation, what is said and no more."""
    is_ours = source.organisation_id == actor.organisation_id
    names = (*_WORDS, *_HELD) if is_ours else _WORDS
    values = {name: getattr(source, name) for name in names}
    offering = draft(session, actor, title=title, copied_from_id=source.id, **values)
    other = {"offering_id": offering.id, **({} if title == source.title else {"title": ""})}
    _copy_rows(session, OfferingText, source, other)
    if is_ours:
        _copy_rows(session, OfferingPicture, source, {"offering_id": offering.id})
    session.flush()
    session.expire(offering, ["texts", "picture", "more_pictures"])
    audit.record(session, actor, "offering.copied", offering, source=source.id)
    return offering


def _copy_rows(session: Session, table: Any, source: Offering, other: dict[str, Any]) -> None:
    names = {one.key for one in inspect(table).columns} - _ITS_OWN
    for row in session.scalars(
        select(table).where(table.offering_id == source.id).options(undefer("*"))
    ).all():
        session.add(table(**{**{name: getattr(row, name) for name in names}, **other}))
