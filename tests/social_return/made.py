"""A contract of the cast's company with the cast's municipality, and lines on it."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from portal.core import clock, reading_as
from portal.core.actor import Actor
from portal.social_return import commands, queries
from portal.social_return.models import Contract, ContractLine
from portal.social_return.rules.contracts import LineMove, mark_of
from portal.social_return.rules.counting import Claim
from tests.cast import Cast
from tests.introductions.made import Walk, visible

YEAR = date(2026, 1, 1), date(2027, 12, 31)


def contract(session: Session, cast: Cast, who: str = "employer", **values: Any) -> Contract:
    """A contract of EUR 480,000 with a duty of 5%, under the amounts of Den Haag."""
    given: dict[str, Any] = {
        "title": "Inpakwerk haven", "number": "2026-0413", "scheme": "den-haag",
        "manager_id": cast.municipality.id, "value_cents": 480_000_00, "percent": 5_00,
        "duty_cents": None, "from_on": YEAR[0], "until_on": YEAR[1],
    }  # fmt: skip
    made = commands.register(session, cast.actor(who), **(given | values))
    session.flush()
    return made


def line(
    session: Session, actor: Actor, of: Contract, name: str = "Yusuf", **values: Any
) -> ContractLine:
    """Half a year of 24 hours for somebody with Participatiewet."""
    given: dict[str, Any] = {
        "tariff": "participatiewet", "from_on": date(2026, 1, 1), "until_on": date(2026, 6, 30),
        "week_minutes": 24 * 60,
    } | values  # fmt: skip
    seen: dict[str, Any] = {"seen_by": "J. Vos", "seen_on": date(2026, 6, 4)}
    seen |= {name: given.pop(name) for name in ("provider_id", "words") if name in given}
    claim, mark = Claim(**given), mark_of(b"secret", name, "1990-01-01")
    with reading_as(session, actor):
        made = commands.declare(session, actor, of, claim, mark, **seen)
        session.flush()
    return made


def sent_line(session: Session, cast: Cast, **values: Any) -> ContractLine:
    """A line that waits for the account manager."""
    actor = cast.actor("employer")
    made = line(session, actor, contract(session, cast), **values)
    with reading_as(session, actor):
        commands.decide(session, actor, made, LineMove.SEND)
        session.flush()
    return made


def promised_line(session: Session, cast: Cast) -> ContractLine:
    """Three days of staff that wait for the word of the enterprise, under the amounts of Leiden."""
    of = contract(session, cast, scheme="leiden")
    given = {"tariff": "maatschappelijke-activiteit", "given": 3, "week_minutes": 0}
    to = {"provider_id": cast.enterprise.id, "words": "Drie dagen helpen in de keuken."}
    return line(session, cast.actor("employer"), of, "chauffeurs", **given, **to)


def placed(session: Session, cast: Cast, begun: date, until: date | None = None) -> Walk:
    """Somebody who works 12 hours a week at the cast's company, by an introduction."""
    at = clock.from_local(begun, time(9)) - timedelta(days=7)
    with clock.freeze(at):
        visible(session, cast)
        walk = Walk(session, cast).placed(from_on=begun, until_on=until)
    session.commit()
    return walk


def worked(session: Session, cast: Cast, of: Contract) -> list[queries.Worked]:
    """Days of placements that could become a line of a contract."""
    actor = cast.actor("employer")
    with reading_as(session, actor):
        return list(queries.list_worked(session, actor, of, b"secret"))
