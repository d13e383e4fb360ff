"""Referrals on which something hangs for whoever referred."""

from portal.referrals.queries import list_offered
from portal.web.waiting import Actor, Found, Permission, Session, Waiting, _, waits_for


@waits_for(Permission.REFER, rest="referrals.list_made")
def list_to_ask(session: Session, actor: Actor) -> Found:
    """Who was offered a place and did not say yes yet."""
    for row in list_offered(session, actor):
        if (shown := row.followed) is None:  # she does not let it be followed any more
            continue
        yield Waiting(
            _("%(name)s can have this place: does she say yes?", name=shown.participant.name),
            "referrals.show", _("Look"), {"uuid": row.uuid}, title=row.title,
            title_language=row.text_language, by=shown.enrolment.offer_until,
            otherwise=_("Without her yes the offer ends then."),
        )  # fmt: skip
