"""What time does to enrolments: a line that fills, an offer that lapses, an answer that stays away.

Each job looks for what is due, and then does one thing at a time: it locks, looks again, acts, and
commits. So a job can be repeated, two workers can do it at once, no lock is held while the next is
waited for, and what goes wrong with one person's enrolment stops nobody else's.
"""

from portal.core import HOUSE, Permission, Session, audit, clock, one_by_one
from portal.enrolments import commands, queries, rules
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EnrolmentStatus, Move, Overdue
from portal.notices.commands import say_anew, tell
from portal.notices.queries import list_waiting, was_told
from portal.notices.rules import Recipient, is_quiet
from portal.offerings.queries import lock_offering
from portal.organisations.queries import list_cooperatives_of, list_recipients

_OFFERED = "enrolments/offered"
_STAFF_TOLD = {
    Overdue.REMIND: "enrolments/answer_due",
    Overdue.ASK_COOPERATIVE: "enrolments/answer_overdue",
    Overdue.CLOSE: "enrolments/answer_missing",
}


def fill_lines(session: Session) -> None:
    """Offer free places to who waits: places that were added, groups that opened again."""

    def fill(offering_id: int) -> None:
        commands.fill_line(session, lock_offering(session, offering_id))

    one_by_one(session, queries.list_ids_to_fill(session), fill)


def lapse_offers(session: Session) -> None:
    """End offers whose time is over; the next is offered in the same transaction.

    Whoever could not be told of hers (no number that works, nobody called her) did not say no: she
    goes back to the line, and staff see that she was not reached.
    """

    def lapse(enrolment_id: int) -> None:
        enrolment = _locked(session, enrolment_id)
        until = enrolment.offer_until
        if enrolment.status is EnrolmentStatus.OFFERED and until and until <= clock.now():
            offered_at = enrolment.offered_at or enrolment.status_since
            told = was_told(session, enrolment.participant_id, _OFFERED, since=offered_at)
            commands.move(session, HOUSE, enrolment, Move.LAPSE if told else Move.RETURN)

    due = queries.list_ids_due(session, EnrolmentStatus.OFFERED, Enrolment.offer_until)
    one_by_one(session, due, lapse)


def answer_where_it_stopped(session: Session) -> None:
    """Answer who hopes for a place in what is archived or hidden."""

    def close(offering_id: int) -> None:
        offering = lock_offering(session, offering_id)
        if offering.status in rules.STOPPED:
            commands.close_for_good(session, HOUSE, offering)

    one_by_one(session, queries.list_ids_to_close(session), close)


def keep_promises(session: Session) -> None:
    """See to sign-ups that are not answered as promised: a reminder, the cooperative, an end."""
    if is_quiet(clock.now()):
        return

    def see_to(enrolment_id: int) -> None:
        enrolment = _locked(session, enrolment_id)
        due_at = enrolment.answer_due_at
        if enrolment.status is EnrolmentStatus.APPLIED and due_at:
            step = rules.overdue(due_at, enrolment.reminders, clock.now())
            if step is not None:
                _take(session, enrolment, step)

    due = queries.list_ids_due(session, EnrolmentStatus.APPLIED, Enrolment.answer_due_at)
    one_by_one(session, due, see_to)


def _take(session: Session, enrolment: Enrolment, step: Overdue) -> None:
    told = _whom_to_tell(session, enrolment.organisation_id, step)
    enrolment.reminders += 1
    for recipient in told:
        _tell_staff(session, recipient, _STAFF_TOLD[step], enrolment)
    audit.record(session, HOUSE, f"enrolment.{step.value}", enrolment, told=len(told))
    if step is Overdue.CLOSE:
        commands.move(session, HOUSE, enrolment, Move.EXPIRE)


def _tell_staff(session: Session, to: Recipient, kind: str, enrolment: Enrolment) -> None:
    """One message for all that an organisation has due at once: counted, and about nobody."""
    name, due_at = enrolment.offering.organisation.name, enrolment.answer_due_at
    for waiting in list_waiting(session, kind, to.address):
        if waiting.data.get("organisation") == name:
            say_anew(waiting, **{**waiting.data, "more": waiting.data.get("more", 0) + 1})
            return
    tell(
        session,
        to,
        kind,
        title=enrolment.offering.title,
        organisation=name,
        since=enrolment.created_at.isoformat(),
        closes=(due_at + rules.UNTIL_CLOSED).isoformat() if due_at else "",
        more=0,
    )


def _whom_to_tell(session: Session, organisation_id: int, step: Overdue) -> list[Recipient]:
    """Who can see to an answer; when nobody decides at an organisation, its cooperative at once."""
    own = list_recipients(session, organisation_id, Permission.DECIDE_ENROLMENTS)
    if step is Overdue.REMIND and own:
        return own
    above = [
        recipient
        for cooperative_id in list_cooperatives_of(session, organisation_id, clock.today())
        for recipient in list_recipients(session, cooperative_id, Permission.DECIDE_ENROLMENTS)
    ]
    return [*own, *above] if step is Overdue.CLOSE else above or own


def _locked(session: Session, enrolment_id: int) -> Enrolment:
    enrolment = session.get_one(Enrolment, enrolment_id)
    lock_offering(session, enrolment.offering_id)
    session.refresh(enrolment)
    return enrolment
