"""What the house does by itself, one offering at a time: publish, ask whether one still runs."""

from functools import partial

from sqlalchemy.orm import Session

from portal.core import HOUSE, Permission, clock, one_by_one
from portal.notices.commands import tell
from portal.offerings import commands, queries as offering_queries, rules
from portal.offerings.models import Offering
from portal.organisations.queries import list_recipients
from portal.schedule.queries import has_session_to_come


def publish_due(session: Session) -> int:
    """Publish what is due; returns how many. Where something lacks, say so once."""
    published: list[int] = []

    def publish(offering_id: int) -> None:
        offering = offering_queries.lock_offering(session, offering_id)
        day = offering.publish_on
        if offering.status is not rules.OfferingStatus.DRAFT or day is None or day > clock.today():
            return  # somebody was quicker
        has_session = has_session_to_come(session, offering)
        missing = offering_queries.list_missing(offering, has_session_to_come=has_session)
        if not missing:
            commands.take_step(
                session, HOUSE, offering, rules.Step.PUBLISH, has_session_to_come=has_session
            )
            published.append(offering_id)
        elif offering.confirm_asked_at is None:
            commands.note_asked(offering)
            _tell_staff(
                session, offering, "offerings/not_published", missing=" ".join(sorted(missing))
            )

    one_by_one(session, offering_queries.list_ids_to_publish(session, clock.today()), publish)
    return len(published)


def ask_to_confirm(session: Session) -> None:
    """Ask whether it runs after 90 days' silence; later hide it."""
    since = clock.now() - rules.CONFIRM_AFTER
    ids = [offering.id for offering in offering_queries.list_unconfirmed(session, since, None)]
    one_by_one(session, ids, partial(_ask_to_confirm, session))


def _ask_to_confirm(session: Session, offering_id: int) -> None:
    offering, now = offering_queries.lock_offering(session, offering_id), clock.now()
    published_at, asked_at = offering.published_at, offering.confirm_asked_at
    if offering.status not in rules.PUBLIC or published_at is None:
        return
    if not rules.is_unconfirmed(offering.confirmed_at, published_at, now):
        return  # she said so just now
    if asked_at is None:
        commands.note_asked(offering)
        _tell_staff(session, offering, "offerings/still_runs")
    elif asked_at <= now - rules.HIDE_AFTER:
        commands.hide(session, HOUSE, offering)
        _tell_staff(session, offering, "offerings/hidden")


def _tell_staff(session: Session, offering: Offering, kind: str, missing: str = "") -> None:
    for recipient in list_recipients(
        session, offering.organisation_id, Permission.MANAGE_OFFERINGS
    ):
        tell(
            session,
            recipient,
            kind,
            organisation_id=offering.organisation_id,
            title=offering.title,
            slug=offering.slug,
            missing=missing,
        )
