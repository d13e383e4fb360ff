"""Lines that wait for the account manager."""

from portal.social_return.queries import list_contracts, list_promised
from portal.social_return.rules.contracts import LineStatus
from portal.web.waiting import Actor, Found, Permission, Session, Waiting, _, waits_for


@waits_for(Permission.RECOGNISE, rest="social_return.contracts")
def list_to_agree(session: Session, actor: Actor) -> Found:
    """List the contracts with lines that were sent here."""
    for contract in list_contracts(session, LineStatus.SENT):
        if contract.manager_id == actor.organisation_id:
            yield Waiting(
                _("lines of social return to look at"), "social_return.statement", _("Review"),
                {"uuid": contract.uuid}, title=contract.title,
            )  # fmt: skip


@waits_for(Permission.KEEP_CONTRACTS, rest="social_return.got")
def list_to_confirm(session: Session, actor: Actor) -> Found:
    """List what contractors say that the organisation gets."""
    for name, words in list_promised(session, actor.organisation_id):
        what = _("%(name)s says that you get this", name=name)
        yield Waiting(what, "social_return.got", _("Look"), title=words)
