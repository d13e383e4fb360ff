"""Who may have been entered twice."""

from portal.duplicates.queries import count_for_day
from portal.web.waiting import Actor, Found, Permission, Session, Waiting, _, ngettext, waits_for


@waits_for(Permission.MERGE_PARTICIPANTS)
def list_pairs(session: Session, actor: Actor) -> Found:
    """All pairs as one thing to do."""
    if pairs := count_for_day(session, actor):
        text = ngettext(
            "%(num)s pair of entries may be one person",
            "%(num)s pairs of entries may be one person",
            pairs,
        )
        yield Waiting(text, "duplicates.list_all", _("Compare"))
