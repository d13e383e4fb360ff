"""Which activities wait for somebody to say that they still run."""

from portal.offerings import queries, rules
from portal.offerings.models import Posted
from portal.web.waiting import Actor, Found, Permission, Session, Waiting, _, clock, waits_for


@waits_for(Permission.MANAGE_OFFERINGS, rest="offerings.list_own")
def list_to_confirm(session: Session, actor: Actor) -> Found:
    """Two weeks after it was asked, it is hidden."""
    since = clock.now() - rules.CONFIRM_AFTER
    for offering in queries.list_unconfirmed(session, since, actor.organisation_id):
        yield to_confirm(offering, _("does this still run?"), "offerings.confirm")


def to_confirm(posted: Posted, what: str, endpoint: str, **values: str) -> Waiting:
    """What was posted and nobody confirmed for long, with a button that does."""
    asked_at = posted.confirm_asked_at
    return Waiting(
        what, endpoint, _("It still runs"),
        values={"slug": posted.slug, **values}, title=posted.title,
        title_language=posted.text_language, posts=True,
        by=asked_at + rules.HIDE_AFTER if asked_at else None,
        otherwise=_("Otherwise visitors do not see it any more.") if asked_at else "",
    )  # fmt: skip
