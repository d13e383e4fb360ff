"""Which organisations wait to be looked at."""

from portal.organisations import queries, rules
from portal.web.waiting import Actor, Found, Permission, Session, Waiting, _, waits_for


@waits_for(Permission.OPERATE)
def list_registered(session: Session, actor: Actor) -> Found:
    """Who made itself known, the first first; until then it can do little."""
    for row in queries.page_of_all(session, rules.OrganisationStatus.REGISTERED, 1).rows:
        yield Waiting(
            _("waits to be verified"), "organisations.list_all", _("Look"), title=row.name,
            otherwise=_("Until then nothing of theirs is public, and they can't invite anybody."),
        )  # fmt: skip


@waits_for(Permission.EDIT_ORGANISATION)
def list_suspended(session: Session, actor: Actor) -> Found:
    """That an operator took it out of sight, until she shows it again."""
    own = queries.get_own(session, actor)
    if own.status is rules.OrganisationStatus.SUSPENDED:
        yield Waiting(
            _("is suspended"), "organisations.edit", _("Read why"), title=own.name,
            otherwise=_("Nothing of it is offered. You can finish your registers."),
        )  # fmt: skip
