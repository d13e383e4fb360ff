"""Telling of what came."""

from sqlalchemy import select

from portal.core import Session, clock
from portal.finding.queries import find_open
from portal.notices.commands import tell
from portal.notices.rules import CARRIED, is_quiet
from portal.searches.models import KeptSearch
from portal.searches.queries import told_at
from portal.searches.rules import OF_USE


def tell_of_new(session: Session) -> None:
    """Tell who waits what is new, by day, each contact once."""
    now = clock.now()
    if is_quiet(now):
        return
    midnight, _ = clock.day_bounds(clock.today(), clock.today())
    rows = session.scalars(
        select(KeptSearch)
        .where(KeptSearch.confirmed_at.is_not(None), KeptSearch.expires_at > now)
        .order_by(KeptSearch.told_at, KeptSearch.id)
    ).all()
    to = told_at(session, rows)
    today = [one for one in rows if one.told_at and one.told_at >= midnight]
    told = {to[one.id].address for one in today if one.id in to}
    for row in rows:
        reader = to.get(row.id)
        if reader is None or reader.channel not in CARRIED or reader.address in told:
            continue
        new = [one for one in find_open(session, row.filters) if one.id not in row.known]
        if new:
            told.add(reader.address)
            row.told_at, row.known = now, [*row.known, *(one.id for one in new)]
            tell(
                session, reader, "searches/found", not_after=now + OF_USE,
                search=str(row.uuid), title=new[0].title, count=len(new),
            )  # fmt: skip
