"""Registers that are not finished."""

from portal.attendance.queries.registers import RegisterLine, list_unfinished
from portal.attendance.rules import RegisterState
from portal.core import clock
from portal.web.waiting import Actor, Found, Permission, Session, Waiting, _, ngettext, waits_for


@waits_for(Permission.RECORD_ATTENDANCE, rest="attendance.registers")
def list_registers(session: Session, actor: Actor) -> Found:
    """What was held and does not count yet, the oldest first, until it is closed."""
    for line in list_unfinished(session, actor, clock.today()):
        at = line.at
        yield Waiting(
            _to_do(line), "attendance.register", _("Finish"), {"uuid": at.uuid},
            title=at.title, title_language=at.text_language, by=at.ends_at,
            otherwise=_("Until you close the register, these hours do not count."),
        )  # fmt: skip


def _to_do(line: RegisterLine) -> str:
    if line.state is RegisterState.TO_SETTLE:
        return str(_("two people wrote down something else"))
    if left := line.people - line.marked:
        return str(ngettext("%(num)s name to fill in", "%(num)s names to fill in", left))
    return str(_("filled in, not closed"))
