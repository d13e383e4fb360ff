"""Calls that wait for an operator."""

from portal.calls.queries import list_to_check
from portal.calls.rules import CallStatus
from portal.web.waiting import Actor, Found, Permission, Session, Waiting, _, waits_for


@waits_for(Permission.OPERATE, rest="calls.check")
def list_calls_to_check(session: Session, actor: Actor) -> Found:
    """List what was handed in to be published."""
    for call in list_to_check(session):
        if call.status is CallStatus.WAITING:
            yield Waiting(_("a text to look at"), "calls.check", _("Review"), title=call.title)
