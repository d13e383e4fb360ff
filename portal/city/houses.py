"""The city's organisations, their teams and ties."""

import random
import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from portal.accounts.models import User
from portal.city import texts
from portal.city.days import SUMMER_BREAKS, Calendar
from portal.city.rows import Rows
from portal.core import Role
from portal.core.areas import areas
from portal.organisations.models import CooperativeTie, Membership, Organisation
from portal.organisations.rules import OrganisationKind, OrganisationStatus

_MONTH = 30.4  # days
_CHECKED = ("kvk", "website", "contact_person", "guides_whom", "guided_by")


@dataclass
class House:
    """An organisation with its people."""

    entry: texts.Entry
    id: int
    summer_break: int
    phone: str
    has_people: bool = False  # or had them
    users: list[int] = field(default_factory=list)
    experts: list[int] = field(default_factory=list)
    logged_by: list[int] = field(default_factory=list)  # of a cooperative that may


class Staff(NamedTuple):
    """Somebody with an account."""

    id: int
    name: str


Team = dict[str, Staff]  # by the keys of people.toml


def numbered(text: str, number: int, joiner: str = " ") -> str:
    """Number a name in a copy of the city; in the first it stays."""
    return f"{text}{joiner}{number + 1}" if number else text


def area_code(name: str) -> str:
    """The code of a neighbourhood."""
    return next(area.code for area in areas().values() if area.name == name)


def build_houses(
    rows: Rows, seed: str, number: int, password_hash: str
) -> tuple[dict[str, House], Team]:
    """Write all organisations with their teams; copies of the city carry their number."""
    draw = random.Random(f"{seed}/houses")
    houses = {
        entry["key"]: _build_house(rows, draw, number, entry)
        for entry in texts.read("organisations")["organisations"]
    }
    team = _build_team(rows, number, password_hash, houses)
    for entry in texts.read("organisations")["ties"]:
        _tie(rows, houses, entry)
    return houses, team


def _build_house(rows: Rows, draw: random.Random, number: int, entry: texts.Entry) -> House:
    is_verified = entry["verified"]
    phone = "+31" + re.sub(r"\D", "", entry["phone"])[1:]  # as forms keep it (E.164)
    days_ago = draw.randrange(940, 1000) if is_verified else draw.randrange(5, 20)
    created_at = rows.calendar.before(days_ago, 11)
    house_id = rows.add(
        Organisation, created_at=created_at, name=numbered(entry["name"], number),
        slug=numbered(entry["slug"], number, "-"), kind=OrganisationKind(entry["kind"]),
        status=OrganisationStatus.VERIFIED if is_verified else OrganisationStatus.REGISTERED,
        about=entry["about"], **{name: entry.get(name, "") for name in _CHECKED},
        area_code=area_code(entry["area"]), address=entry["address"], phone=phone,
        email=_mailbox(entry["email"], number), pso_step=entry.get("pso_step"),
        verified_at=created_at + timedelta(days=3) if is_verified else None,
    )  # fmt: skip
    return House(entry, house_id, draw.choice(SUMMER_BREAKS), phone)


def _build_team(rows: Rows, number: int, password_hash: str, houses: dict[str, House]) -> Team:
    people = texts.read("people")
    team: Team = {}
    for entry in [*people["cast"], *people["staff"]]:
        memberships = entry.get("memberships", [entry])
        name = f"{entry['first_name']} {entry['last_name']}"
        joined_at = rows.calendar.before(900 if memberships else 1100, 9)
        user_id = rows.add(
            User, created_at=joined_at, email=_mailbox(entry["email"], number), name=name,
            language="nl", password_hash=password_hash,
            is_operator=entry.get("operator", False) and not number, session_version=1,
        )  # fmt: skip
        team[entry["key"]] = Staff(user_id, name)
        for membership in memberships:
            if "organisation" in membership:
                house, role = houses[membership["organisation"]], Role(membership["role"])
                of = {"user_id": user_id, "organisation_id": house.id}
                rows.add(Membership, created_at=joined_at, **of, role=role)
                house.users.append(user_id)
                if role is Role.EXPERT:
                    house.experts.append(user_id)
    return team


def _tie(rows: Rows, houses: dict[str, House], entry: texts.Entry) -> None:
    cooperative, member = houses[entry["cooperative"]], houses[entry["member"]]
    until = entry.get("until_months_ago")
    from_on = _months_ago(rows.calendar, entry["since_months_ago"])
    rows.add(
        CooperativeTie, created_at=rows.calendar.start_of(from_on),
        cooperative_id=cooperative.id, member_id=member.id, from_on=from_on,
        until_on=None if until is None else _months_ago(rows.calendar, until),
        may_log_attendance=entry["may_log_attendance"],
        may_see_figures=entry["may_see_figures"],
    )  # fmt: skip
    if entry["may_log_attendance"]:
        member.logged_by.extend(cooperative.users)


def _months_ago(calendar: Calendar, months: int) -> date:
    return calendar.today - timedelta(days=round(months * _MONTH))


def _mailbox(address: str, number: int) -> str:
    mailbox, _, host = address.partition("@")
    return f"{numbered(mailbox, number, '.')}@{host}"
