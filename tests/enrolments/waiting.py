"""What the tests of the waiting line and of promised answers share."""

from sqlalchemy import select

from portal.core import clock
from portal.core.actor import VISITOR
from portal.core.audit import AuditEvent
from portal.enrolments import commands
from portal.participants.rules import ContactWay


def at(session, moment, *all_jobs):
    """Let these jobs look at a later moment."""
    session.commit()
    with clock.freeze(moment):
        for job in all_jobs:
            job(session)
    session.expire_all()


def events(session, row):
    """What was written down of an enrolment, and by what kind of actor."""
    found = session.scalars(
        select(AuditEvent)
        .where(AuditEvent.subject == "enrolment", AuditEvent.subject_id == row.id)
        .order_by(AuditEvent.id)
    )
    return [(one.event, one.actor_kind) for one in found]


def sign_up(session, offering, name="X", together=None):
    """Somebody new signs up with nothing but a name."""
    return commands.sign_up_new(
        session, VISITOR, offering_id=offering.id, card_token=f"card {name} {clock.now()}",
        name=name, contact_way=ContactWay.VISIT, phone="", email="", language="nl",
        together=together,
    )  # fmt: skip
