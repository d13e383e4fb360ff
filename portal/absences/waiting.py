"""Who stayed away, and nobody got in touch yet."""

from portal.absences.queries import list_long_absent
from portal.web.waiting import Actor, Found, Permission, Session, Waiting, _, clock, waits_for


@waits_for(Permission.RECORD_ATTENDANCE, rest="home.calls")
def list_absent(session: Session, actor: Actor) -> Found:
    """Who was absent several times in a row, and nobody got in touch yet."""
    for row in list_long_absent(session, actor, clock.now()):
        yield Waiting(
            _("was absent %(times)s times in a row", times=row.times), "home.calls",
            _("Get in touch"), who=row.enrolment.participant, title=row.enrolment.offering.title,
            title_language=row.enrolment.offering.text_language,
            otherwise=_("Nothing happens by itself."),
        )  # fmt: skip
