"""What of the outbox waits for staff: whom to tell, what to print, what did not arrive."""

from portal.notices import labels, queries
from portal.web.waiting import Actor, Found, Permission, Session, Waiting, _, ngettext, waits_for


@waits_for(Permission.RECORD_ATTENDANCE, rest="home.calls")
def list_calls(session: Session, actor: Actor) -> Found:
    """Whom nobody tells but staff; after its end a message is of no use."""
    for notice in queries.list_calls(session):
        yield Waiting(
            _("wants to be called: %(about)s", about=labels.about(notice.kind)),
            "home.calls", _("Call"), who=notice, by=notice.not_after,
            otherwise=_("Nobody else says it: the portal does not call."),
        )  # fmt: skip


@waits_for(Permission.RECORD_ATTENDANCE)
def list_messages(session: Session, actor: Actor) -> Found:
    """Letters and messages, counted."""
    letters, lost = queries.count_letters_and_lost(session)
    if letters:
        text = ngettext(
            "%(num)s letter to print and hand over",
            "%(num)s letters to print and hand over",
            letters,
        )
        yield Waiting(text, "home.letters", _("Letters"))
    if lost:
        text = ngettext("%(num)s message did not arrive", "%(num)s messages did not arrive", lost)
        yield Waiting(text, "home.messages", _("What now?"))


@waits_for(Permission.OPERATE)
def list_failed(session: Session, actor: Actor) -> Found:
    """That something is amiss with messages, in a sentence; never for whom they are."""
    if failed := len(queries.list_failed(session)):
        text = ngettext(
            "%(num)s message can't be sent now", "%(num)s messages can't be sent now", failed
        )
        yield Waiting(text, "home.failed", _("See why"))
