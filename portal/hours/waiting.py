"""Who stands in two places at one time."""

from portal.hours.queries import list_conflicts
from portal.web.waiting import Actor, Found, Permission, Session, Waiting, _, clock, waits_for
from portal.web.words import day


@waits_for(Permission.RECORD_ATTENDANCE)
def list_twice(session: Session, actor: Actor) -> Found:
    """Whose minutes were written down twice."""
    for row in list_conflicts(session, actor, clock.now())[:5]:
        words = _("is at %(one)s and %(other)s at one time", one=row.one, other=row.other)
        yield Waiting(
            f"{words}, {day(row.starts_at)}", "hours.person", _("Hours"),
            {"uuid": row.person.uuid}, who=row.person, otherwise=_("These minutes count once."),
        )  # fmt: skip
