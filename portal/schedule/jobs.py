"""What the house does by itself, one offering at a time: publish, ask whether one still runs."""

from portal.core import HOUSE, Session, clock, one_by_one
from portal.offerings import commands, queries as offering_queries, rules
from portal.offerings.commands import ask_whether_they_hold, tell_staff
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
            tell_staff(
                session, offering, "offerings/not_published", missing=" ".join(sorted(missing))
            )

    one_by_one(session, offering_queries.list_ids_to_publish(session, clock.today()), publish)
    return len(published)


def ask_to_confirm(session: Session) -> None:
    """Ask whether each offering runs after 90 days' silence; later hide it."""
    since = clock.now() - rules.CONFIRM_AFTER
    ask_whether_they_hold(session, offering_queries.list_unconfirmed(session, since, None))
