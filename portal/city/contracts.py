"""Contracts with a duty of social return, made with the portal's own commands."""

import random
import uuid
from datetime import date, timedelta

from sqlalchemy.orm import Session

from portal.city import texts
from portal.city.days import Calendar
from portal.city.houses import House
from portal.core import Actor, ActorKind, clock
from portal.social_return.commands import decide, declare, register
from portal.social_return.models import Contract
from portal.social_return.rules.contracts import BY_MANAGER, LineMove, mark_of
from portal.social_return.rules.counting import Claim


def write_contracts(
    session: Session, calendar: Calendar, houses: dict[str, House], draw: random.Random
) -> None:
    """Register contracts, declare their lines, and let some be agreed to."""
    first, last = date(calendar.today.year - 1, 1, 1), date(calendar.today.year + 1, 12, 31)
    manager = _of(houses["stadsbestuur"])
    for entry in texts.read("contracts")["contracts"]:
        actor = _of(houses[entry["organisation"]])
        with clock.freeze(calendar.now - timedelta(days=draw.randrange(20, 90))):
            contract = register(
                session, actor, manager_id=houses["stadsbestuur"].id, title=entry["title"],
                number=entry["number"], scheme=entry["scheme"], value_cents=entry["value"] * 100,
                percent=entry["percent"] * 100, duty_cents=None, from_on=first, until_on=last,
            )  # fmt: skip
            contract.uuid = uuid.UUID(int=draw.getrandbits(128), version=4)
            session.flush()
            for line in entry["lines"]:
                _write_line(session, (actor, manager), contract, line, houses, draw)


def _of(house: House) -> Actor:
    name = house.entry["name"]
    return Actor(ActorKind.STAFF, organisation_id=house.id, organisation_name=name)


def _write_line(
    session: Session,
    both: tuple[Actor, Actor],
    contract: Contract,
    entry: texts.Entry,
    houses: dict[str, House],
    draw: random.Random,
) -> None:
    begin, end = (contract.from_on.replace(month=month) for month in entry["months"])
    until_on = (end + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    minutes, given = entry.get("hours", 0) * 60, entry.get("given", 0)
    claim, mark = Claim(entry["tariff"], begin, until_on, minutes, given), draw.randbytes(8)
    provider, seen = houses.get(entry.get("to", "")), {"seen_by": "J. Vos", "seen_on": until_on}
    gets = {"provider_id": provider.id, "words": entry["what"]} if provider else {}
    line = declare(
        session, both[0], contract, claim, mark_of(mark, entry["who"], ""), **seen, **gets
    )
    line.uuid = uuid.UUID(int=draw.getrandbits(128), version=4)
    session.flush()
    for move in map(LineMove, entry["moves"]):
        actor = both[move in BY_MANAGER]
        if provider and move is LineMove.CONFIRM:
            actor = _of(provider)
        words = "Welke leermeester, en hoeveel uur?" if move is LineMove.ASK else ""
        decide(session, actor, line, move, words)
        session.flush()
