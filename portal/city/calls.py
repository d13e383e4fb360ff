"""Calls of the city's organisations, with who answered, and what came of one."""

import random
import uuid
from datetime import timedelta

from sqlalchemy.orm import Session

from portal.calls.models import Call, CallAnswer
from portal.calls.rules import CallKind, CallStatus
from portal.city import texts
from portal.city.days import Calendar
from portal.city.houses import House


def write_calls(
    session: Session, calendar: Calendar, houses: dict[str, House], draw: random.Random
) -> None:
    """Write them as they stand today."""
    made: dict[str, Call] = {}
    for entry in texts.read("calls")["calls"]:
        at, status = (
            calendar.before(entry["days_ago"], 10),
            CallStatus(entry.get("status", "public")),
        )
        call = Call(
            uuid=uuid.UUID(int=draw.getrandbits(128), version=4),
            created_at=at, organisation_id=houses[entry["organisation"]].id,
            kind=CallKind(entry["kind"]), title=entry["title"], body=entry["body"],
            until_on=calendar.today + timedelta(entry["until"]) if "until" in entry else None,
            agreed_by=entry.get("agreed_by", ""), of=made.get(entry.get("of", "")),
            status=status, published_at=None if status is CallStatus.WAITING else at,
        )  # fmt: skip
        session.add(call)
        session.flush()
        made[entry["key"]] = call
        session.add_all(
            CallAnswer(
                uuid=uuid.UUID(int=draw.getrandbits(128), version=4),
                created_at=at + timedelta(hours=5 + number), call_id=call.id, name=name,
                organisation_id=call.organisation_id, company=company, words=words, email="",
                phone=f"+3160091{draw.randrange(1000, 9999)}",
            )
            for number, (name, company, words) in enumerate(entry["answers"])
        )  # fmt: skip
