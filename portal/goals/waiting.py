"""Who ended without a word about her goals, and who was not put on the ladder lately."""

from portal.goals import queries
from portal.goals.rules import FIRST_STEP_AFTER, LADDER_AFTER
from portal.web.waiting import Actor, Found, Permission, Session, Waiting, _, clock, waits_for


@waits_for(Permission.RECORD_PROGRESS, rest="home.list_people")
def list_endings(session: Session, actor: Actor) -> Found:
    """A short talk at the end, also after an early stop."""
    for row in queries.list_ended_unspoken(session, actor):
        yield Waiting(
            _("a short talk at the end"), "goals.of_her", _("How did it go?"),
            {"uuid": row.uuid}, who=row.participant, title=row.offering.title,
            title_language=row.offering.text_language,
        )  # fmt: skip


@waits_for(Permission.RECORD_PROGRESS, rest="home.list_people")
def list_steps_due(session: Session, actor: Actor) -> Found:
    """Where she stands is asked each half year; held is a result, too."""
    today = clock.today()
    last = today - FIRST_STEP_AFTER, today - LADDER_AFTER
    now, first = _("where on the ladder now?"), _("where on the ladder at the start?")
    action = _("Say which step")
    for row in queries.list_without_step(session, actor.organisation_id, *last):
        what = now if row.last else first
        yield Waiting(what, "progress.state_step", action, {"uuid": row.uuid}, who=row)
