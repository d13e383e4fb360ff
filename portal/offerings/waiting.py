"""Which activities wait for somebody to say that they still run."""

from collections.abc import Iterator

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal.core import Actor, Permission, clock
from portal.offerings import queries, rules
from portal.web.waiting import Waiting, waits_for


@waits_for(Permission.MANAGE_OFFERINGS, rest="offerings.list_own")
def list_to_confirm(session: Session, actor: Actor) -> Iterator[Waiting]:
    """Two weeks after it was asked, it is hidden."""
    for offering in queries.list_unconfirmed(
        session, clock.now() - rules.CONFIRM_AFTER, actor.organisation_id
    ):
        asked_at = offering.confirm_asked_at
        yield Waiting(
            _("does this still run?"), "offerings.confirm", _("It still runs"),
            values={"slug": offering.slug}, title=offering.title,
            title_language=offering.text_language, posts=True,
            by=asked_at + rules.HIDE_AFTER if asked_at else None,
            otherwise=_("Otherwise visitors do not see it any more.") if asked_at else "",
        )  # fmt: skip
