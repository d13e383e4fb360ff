"""Writes about lists of people: a link to one, and who took it."""

from portal.core import N_, Actor, Purpose, RuleBroken, Session, audit, links
from portal.impact.models import ImpactReport
from portal.recognition.queries import people
from portal.referrals.rules import LISTED


def make_list(session: Session, actor: Actor, *, report: ImpactReport, for_id: int) -> str:
    """Make a link to a list of whom an organisation referred, for the actor alone."""
    if for_id not in people.list_for_whom(session, actor, report):
        raise RuleBroken("for_id", N_("Choose one from the list."))
    token, link = links.make(Purpose.PEOPLE, report.uuid, people.whose_link(actor, for_id))
    session.add(link)
    audit.record(session, actor, "report.people_listed", report, for_organisation=for_id)
    return token


def note_taken(session: Session, actor: Actor, report: ImpactReport, for_id: int) -> None:
    """Write down who took a list; each person in it can read that."""
    referrals = people.list_people(session, report, for_id).referrals
    audit.record(
        session, actor, "report.people_taken", report,
        for_organisation=for_id, people=len(referrals),
    )  # fmt: skip
    audit.record_all(session, actor, LISTED, referrals)
