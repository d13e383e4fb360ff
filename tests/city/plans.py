"""Pages that are looked at many times a day, and how a database finds the rows for them."""

import re
from collections.abc import Iterable
from typing import Any

from flask import Flask
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.city.people import demo_card_token
from portal.core import clock
from portal.core.base import Base
from portal.extensions import db
from portal.offerings.models import Offering
from portal.offerings.rules import OfferingStatus
from portal.organisations.models import Membership
from portal.schedule.models import OfferingSession
from tests import factories as make
from tests.signed_in import Login, in_cookie

Asked = tuple[Login | None, str]


def large(session: Session) -> set[str]:
    """The tables that nobody should walk through; PostgreSQL rightly does through a small one."""
    least = 1000 if session.get_bind().dialect.name == "sqlite" else 5000
    tables = Base.metadata.sorted_tables
    counts = {one.name: select(func.count()).select_from(one) for one in tables}
    return {name for name, count in counts.items() if (session.scalar(count) or 0) > least}


def walked(session: Session, sql: str, values: Any) -> set[str]:
    """The tables that the database walks through from the first row to the last."""
    ask = session.connection().exec_driver_sql
    if session.get_bind().dialect.name == "sqlite":
        plan = [row.detail for row in ask(f"EXPLAIN QUERY PLAN {sql}", values)]
        return {re.sub(r"_\d+$", "", line.split()[1]) for line in plan if line.startswith("SCAN ")}
    plan = [row[0] for row in ask(f"EXPLAIN {sql}", values)]
    return {found[1] for line in plan if (found := re.search(r"Seq Scan on (\w+)", line))}


def sent_for(app: Flask, pages: Iterable[Asked]) -> list[tuple[str, Any]]:
    """The reads that these pages ask of the database."""
    sent: list[tuple[str, Any]] = []
    with app.app_context():
        engine = db.engine
    app.test_client().get("/offerings")  # a process reads the whole catalogue once

    def note(_connection: Any, _cursor: Any, sql: str, values: Any, *_rest: Any) -> None:
        if sql.lstrip().startswith(("SELECT", "WITH")):
            sent.append((sql, values))

    event.listen(engine, "before_cursor_execute", note)
    try:
        for who, path in pages:
            client = app.test_client()
            if who:
                with client.session_transaction() as cookie:
                    cookie.update(in_cookie(app, who))
            answer = client.get(path)
            assert answer.status_code == 200, (who, path, answer.status)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return sent


def looked_at_often(session: Session) -> list[Asked]:
    """Who looks at what in the demo city."""
    offering = session.scalars(
        select(Offering).where(Offering.status == OfferingStatus.PUBLISHED).limit(1)
    ).one()
    holder = make.opened(session, demo_card_token())
    her = Login("card", holder.participant_id, 0, keys=(holder.id,))
    pages: list[Asked] = [
        (None, "/offerings?q=koken"), (None, f"/offerings/{offering.slug}"), (her, "/my")
    ]  # fmt: skip
    for email in ("guide", "coordinator", "admin"):
        user = session.scalars(select(User).where(User.email == f"{email}@demo.example")).one()
        team = session.scalars(select(Membership).where(Membership.user_id == user.id)).one()
        staff = Login("staff", user.id, user.session_version, team.organisation_id)
        last = session.scalars(
            select(OfferingSession.uuid)
            .where(
                OfferingSession.organisation_id == team.organisation_id,
                OfferingSession.starts_at < clock.now(),
            )
            .order_by(OfferingSession.starts_at.desc())
        ).first()
        paths = ("/work", "/registers", f"/registers/{last}", f"/registers/{last}/state.json")
        pages += [(staff, path) for path in paths]
    return pages
