"""What staff meant to do for somebody."""

from datetime import time

from flask_babel import gettext

from portal.core import from_local
from portal.notes import queries, rules
from portal.web.waiting import Actor, Found, Permission, Session, Waiting, clock, waits_for


@waits_for(Permission.RECORD_ATTENDANCE)
def list_tasks(session: Session, actor: Actor) -> Found:
    """List the tasks whose day is near or past."""
    for row in queries.list_to_do(session):
        if row.due_on and rules.is_near(row.due_on, clock.today()):
            yield Waiting(
                row.body, "home.person", gettext("Her page"), {"uuid": row.uuid},
                who=row, by=from_local(row.due_on, time.max),
            )  # fmt: skip
