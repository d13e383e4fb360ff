"""Contracts with a duty of social return and their lines; calls, with who answered."""

from datetime import date, timedelta

from sqlalchemy import select

from portal.calls.models import Call, CallAnswer
from portal.calls.rules import CallKind, CallStatus
from portal.city import texts
from portal.city.later import Later
from portal.core import Actor, Permission, clock, reading_as
from portal.social_return import commands, queries
from portal.social_return.models import Contract
from portal.social_return.rules.contracts import BY_MANAGER, LineMove, mark_of
from portal.social_return.rules.counting import Claim
from portal.tenders import commands as tenders
from portal.tenders.rules import COLUMNS, OpportunityKind, OpportunityMove


def write_contracts(later: Later) -> None:
    """Register contracts, declare their lines, and let some be agreed to."""
    calendar, year = later.calendar, later.calendar.today.year
    manager = later.houses["stadsbestuur"].id
    for entry in texts.read("contracts")["contracts"]:
        actor = _keeper(later, later.houses[entry["organisation"]].id)
        with clock.freeze(calendar.now - timedelta(days=later.draw.randrange(20, 90))):
            contract = later.by(
                actor, commands.register, manager_id=manager, title=entry["title"],
                number=entry["number"], scheme=entry["scheme"], value_cents=entry["value"] * 100,
                percent=entry["percent"] * 100, duty_cents=None,
                from_on=date(year - 1, 1, 1), until_on=date(year + 1, 12, 31),
            )  # fmt: skip
            for line in entry["lines"]:
                _write_line(later, actor, contract, line)


def _keeper(later: Later, organisation_id: int) -> Actor:
    return later.staff(organisation_id, Permission.KEEP_CONTRACTS, Permission.RECOGNISE)


def _write_line(later: Later, actor: Actor, contract: Contract, entry: texts.Entry) -> None:
    begin, end = (contract.from_on.replace(month=month) for month in entry["months"])
    until_on = (end + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    minutes, given = entry.get("hours", 0) * 60, entry.get("given", 0)
    claim, secret = Claim(entry["tariff"], begin, until_on, minutes, given), later.draw.randbytes(8)
    provider, seen = later.houses.get(entry.get("to", "")), {"seen_by": "J. Vos"}
    gets = {"provider_id": provider.id, "words": entry["what"]} if provider else {}
    mark = mark_of(secret, entry["who"], "")
    line = later.by(
        actor, commands.declare, contract, claim, mark, seen_on=until_on, **seen, **gets
    )
    for move in map(LineMove, entry["moves"]):
        who = contract.manager_id if move in BY_MANAGER else contract.organisation_id
        if provider and move is LineMove.CONFIRM:
            who = provider.id
        words = "Welke leermeester, en hoeveel uur?" if move is LineMove.ASK else ""
        later.by(_keeper(later, who), commands.decide, line, move, words)


def write_placements(later: Later) -> None:
    """Declare the days of who works at a contractor, on one contract."""
    placed = {one["number"]: one.get("placed") for one in texts.read("contracts")["contracts"]}
    contracts = later.session.scalars(select(Contract).order_by(Contract.id)).all()
    with clock.freeze(later.calendar.before(1, 10)):
        for contract in contracts:
            if tariff := placed.get(contract.number):
                _write_placement(later, contract, tariff)


def _write_placement(later: Later, contract: Contract, tariff: str) -> None:
    secret, session = later.secret, later.session
    may = Permission.KEEP_CONTRACTS, Permission.RECORD_PROGRESS
    actor = later.staff(contract.organisation_id, *may)
    with reading_as(session, actor):
        worked = queries.list_worked(session, actor, contract, secret)
    for work in worked[:1]:
        claim = Claim(tariff, work.from_on, work.until_on, work.row.week_minutes or 0)
        mark = mark_of(secret, str(work.row.participant_id), "")
        line = later.by(actor, commands.declare, contract, claim, mark, work)
        later.by(actor, commands.decide, line, LineMove.SEND)


def write_calls(later: Later) -> None:
    """Write calls as they stand today, with who answered, and what came of one."""
    made: dict[str, Call] = {}
    for entry in texts.read("calls")["calls"]:
        at = later.calendar.before(entry["days_ago"], 10)
        status, of = CallStatus(entry.get("status", "public")), later.houses[entry["organisation"]]
        last = later.calendar.today + timedelta(entry.get("until", 0))
        call = made[entry["key"]] = Call(
            created_at=at, organisation_id=of.id, kind=CallKind(entry["kind"]),
            title=entry["title"], body=entry["body"], agreed_by=entry.get("agreed_by", ""),
            until_on=last if "until" in entry else None, of=made.get(entry.get("of", "")),
            status=status, published_at=None if status is CallStatus.WAITING else at,
        )  # fmt: skip
        later.session.add(call)
        later.session.flush()
        later.session.add_all(
            CallAnswer(
                created_at=at + timedelta(hours=5 + number), call_id=call.id, name=name,
                organisation_id=of.id, company=company, words=words, email="",
                phone=f"+3160091{later.draw.randrange(1000, 9999)}",
            )
            for number, (name, company, words) in enumerate(entry["answers"])
        )  # fmt: skip


def write_opportunities(later: Later) -> None:
    """Post opportunities on days gone by, and compose dossiers for some."""
    today, given = later.calendar.today, {"volume": None, "certificates": "", "asks_trend": False}
    given |= dict.fromkeys(COLUMNS.values())
    for entry in texts.read("opportunities")["opportunities"]:
        poster = later.staff(later.houses[entry["organisation"]].id, Permission.TENDER)
        asked = {name: entry[name] for name in (*given, "competences") if name in entry}
        values = {
            **given, **asked, "kind": OpportunityKind(entry["kind"]), "title": entry["title"],
            "body": entry["body"], "amount_cents": entry.get("amount", 0) * 100 or None,
            "closes_on": today + timedelta(entry["until"]),
        }  # fmt: skip
        with clock.freeze(later.calendar.before(entry["days_ago"], 10)):
            post = later.by(poster, tenders.write, None, OpportunityMove.PUBLISH, **values)
            for dossier in entry.get("dossiers", ()):
                own = later.staff(later.houses[dossier["organisation"]].id, Permission.TENDER)
                said = {name: one for name, one in dossier.items() if name.endswith("_pso")}
                said["until_pso"] = f"{today.year + 1}-12-31"
                words, chosen = dossier["words"], dossier["chosen"]
                later.by(own, tenders.compose, post, words=words, chosen=chosen, declared=said)
