"""What time does to referrals: an old place that ends, news that is told, a text that goes."""

from sqlalchemy import exists, update

from portal.core import HOUSE, Permission, Session, clock, one_by_one
from portal.enrolments import commands as enrolments
from portal.enrolments.commands.steps import lock
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import OPEN, TOOK_PART, EndReason, EnrolmentStatus, Move
from portal.notices.commands import tell
from portal.notices.rules import Recipient
from portal.organisations.queries import list_recipients
from portal.referrals import queries, rules
from portal.referrals.models import Referral


def follow(session: Session) -> None:
    """End old places of who has a new one; tell referrers of changes."""
    _tell_news(session)
    _forget_notes(session)
    one_by_one(session, queries.list_ids_arrived(session), lambda id_: _end_old(session, id_))


def _end_old(session: Session, referral_id: int) -> None:
    """Her old place ends on the day of the new one, unless she gave that up just now."""
    referral = session.get_one(Referral, referral_id, populate_existing=True)
    old = referral.from_enrolment
    if old is None or referral.withdrawn_at is not None:
        return
    lock(session, old)
    session.refresh(referral.enrolment)
    if old.status is not EnrolmentStatus.ENROLLED or referral.enrolment.status not in TOOK_PART:
        return
    last_on = rules.last_day_at_old(
        clock.today(),
        old.started_on,
        referral.enrolment.started_on,
        clock.to_local(referral.created_at).date(),
    )
    enrolments.move(
        session, HOUSE, old, Move.END, end_reason=EndReason.OTHER_ACTIVITY, ended_on=last_on
    )


def _tell_news(session: Session) -> None:
    """One message for each who referred, however many of hers changed."""
    news: dict[str, list[Referral]] = {}
    readers: dict[str, Recipient] = {}
    for referral in queries.list_with_news(session):
        if not _is_first_to_tell(session, referral):
            continue
        for reader in _readers(session, referral):
            readers[reader.address] = reader
            news.setdefault(reader.address, []).append(referral)
    for address, changed in news.items():
        tell(
            session,
            readers[address],
            "referrals/news",
            organisation_id=changed[0].from_organisation_id,
            referral=str(changed[0].uuid) if len(changed) == 1 else "",
        )


def _is_first_to_tell(session: Session, referral: Referral) -> bool:
    """Write down what is told; a second worker that does so at once finds it written."""
    changed = session.execute(
        update(Referral)
        .where(Referral.id == referral.id, Referral.told_status == referral.told_status)
        .values(told_status=referral.enrolment.status)
        .returning(Referral.id)
    )
    return changed.first() is not None


def _readers(session: Session, referral: Referral) -> list[Recipient]:
    """Whoever referred; when she left or has another role now, who may refer there."""
    team = list_recipients(session, referral.from_organisation_id, Permission.REFER)
    return [one for one in team if referral.user and one.address == referral.user.email] or team


def _forget_notes(session: Session) -> None:
    """What was good to know is of no use once nobody receives her; a number, once it ended."""
    is_over = exists().where(Enrolment.id == Referral.enrolment_id, Enrolment.status.not_in(OPEN))
    session.execute(
        update(Referral).where(Referral.good_to_know != "", is_over).values(good_to_know="")
    )
    has_ended = Referral.outcome_until < clock.today()
    session.execute(
        update(Referral).where(Referral.reference != "", has_ended).values(reference="")
    )
