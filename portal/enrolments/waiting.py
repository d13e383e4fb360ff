"""Who waits for an answer, and which line waits for a choice."""

from portal.enrolments import queries, rules
from portal.schedule.queries import next_sessions
from portal.web.waiting import Actor, Found, Permission, Session, Waiting, _, clock, waits_for
from portal.web.words import day


@waits_for(Permission.DECIDE_ENROLMENTS, rest="enrolments.applications")
def list_applications(session: Session, actor: Actor) -> Found:
    """Sign-ups without an answer: a week after it was promised they end by themselves."""
    for row in queries.list_applications(session, actor.organisation_id):
        due_at = row.answer_due_at
        closes = day(due_at + rules.UNTIL_CLOSED) if due_at else ""
        yield Waiting(
            _("waits for an answer"), "enrolments.decide", _("Answer"), {"uuid": row.uuid},
            who=row.participant, by=due_at,
            title=row.offering.title, title_language=row.offering.text_language,
            otherwise=_("Otherwise the sign-up ends on %(day)s.", day=closes) if closes else "",
        )  # fmt: skip


@waits_for(Permission.DECIDE_ENROLMENTS)
def list_with_room(session: Session, actor: Actor) -> Found:
    """List where a place is free and somebody waits, until its next meeting."""
    rows = queries.list_with_room(session, actor.organisation_id, clock.now())
    coming = next_sessions(session, [offering.id for offering, _count in rows], clock.now())
    for offering, waiting in rows:
        is_theirs = not rules.fills_by_itself(offering.status, offering.waiting_line)
        meets = coming.get(offering.id)
        yield Waiting(
            _("%(free)s free, %(waiting)s waiting", free=offering.places_free, waiting=waiting),
            "enrolments.people", _("The group"), {"slug": offering.slug},
            title=offering.title, title_language=offering.text_language,
            by=meets.starts_at if meets else None,
            otherwise=_("Nobody gets this place by itself: you choose who.") if is_theirs else "",
        )  # fmt: skip
