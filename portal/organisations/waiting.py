"""Which organisations wait to be looked at."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal.core.actor import Actor, Permission
from portal.organisations import queries
from portal.organisations.rules import OrganisationStatus
from portal.web.waiting import Waiting, waits_for


@waits_for(Permission.OPERATE)
def list_registered(session: Session, actor: Actor) -> Iterator[Waiting]:
    """Who made itself known, the first first; until then it can do little."""
    for row in queries.page_by_status(session, OrganisationStatus.REGISTERED, 1).rows:
        yield Waiting(
            _("waits to be verified"), "organisations.list_all", _("Look"), title=row.name,
            otherwise=_("Until then nothing of theirs is public, and they can't invite anybody."),
        )  # fmt: skip
