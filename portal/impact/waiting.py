"""Months without a word about money, and reports together that wait for an answer."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from portal.impact.queries.held import list_unfilled
from portal.impact.queries.together import list_asked
from portal.web.waiting import Actor, Permission, Waiting, _, clock, waits_for
from portal.web.words import month_and_year


@waits_for(Permission.COMPILE_REPORT)
def list_months(session: Session, actor: Actor) -> Iterator[Waiting]:
    """List months that are over, in which people came, without a word about money."""
    for month in list_unfilled(session, actor.organisation_id, clock.today()):
        yield Waiting(
            _("what you put in and were paid: %(month)s", month=month_and_year(month)),
            "impact.save_month", _("Fill in"), {"month": f"{month:%Y-%m}"},
            otherwise=_("Your report says that it is unknown. Save it empty if it stays so."),
        )  # fmt: skip


@waits_for(Permission.COMPILE_REPORT)
def list_asked_together(session: Session, actor: Actor) -> Iterator[Waiting]:
    """List reports of several providers in which the organisation is asked to be."""
    for one in list_asked(session, actor):
        yield Waiting(
            _("%(name)s asks you to be in a report", name=one.organisation.name),
            "impact.together", _("Answer"), {"set_uuid": one.uuid}, title=one.name,
            otherwise=_("Without your yes you are not in it."),
        )  # fmt: skip
