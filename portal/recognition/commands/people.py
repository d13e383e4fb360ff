"""Writes about lists of people: a link to one, and who took it."""

from collections.abc import Sequence

from portal.core import Actor, Purpose, Session, audit, links
from portal.impact.models import ImpactReport
from portal.recognition.queries.people import whose_link
from portal.referrals.models import Referral
from portal.referrals.rules import LISTED


def make_list(session: Session, actor: Actor, *, report: ImpactReport, for_id: int) -> str:
    """Make a link to a list of whom an organisation referred, for the actor alone."""
    token, link = links.make(Purpose.PEOPLE, report.uuid, whose_link(actor, for_id))
    session.add(link)
    audit.record(session, actor, "report.people_listed", report, for_organisation=for_id)
    return token


def note_taken(
    session: Session, actor: Actor, report: ImpactReport, for_id: int, referrals: Sequence[Referral]
) -> None:
    """Write down who took a list of these; each person in it can read that."""
    audit.record(
        session, actor, "report.people_taken", report,
        for_organisation=for_id, people=len(referrals),
    )  # fmt: skip
    audit.record_all(session, actor, LISTED, referrals)
