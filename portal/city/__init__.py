"""The demo city: a made-up Rotterdam with a year and a half of history, grown from a seed."""

from sqlalchemy import exists, select

from portal.accounts.models import User
from portal.city import texts
from portal.city.assessments import agree
from portal.city.build import PASSWORD as PASSWORD, build
from portal.city.days import DEFAULT as DEFAULT, Plan as Plan
from portal.city.later import foretold
from portal.city.people import demo_card_token
from portal.city.proofs import write_proofs as write_proofs
from portal.city.reports import Signing
from portal.core import Role, Session
from portal.core.database import learn_sizes
from portal.organisations.models import Organisation
from portal.web.current import settings

_SOMEBODY = "guide@demo.example"


def is_empty(session: Session) -> bool:
    """Whether nobody uses this portal yet: no account and no organisation."""
    return not any(session.scalar(select(exists().where(of.id > 0))) for of in (User, Organisation))


def is_loaded(session: Session) -> bool:
    """Whether the demo cast lives here."""
    return bool(session.scalar(select(exists().where(User.email == _SOMEBODY))))


def load(
    session: Session, plan: Plan, sign: Signing = lambda session: None, secret: bytes = b""
) -> None:
    """Fill an empty database, uncommitted; one seed and day give one city.

    All but signatures: those are made by `sign`, if it is given, and marks by the `secret`.
    """
    if not is_empty(session):
        raise ValueError("a city is only built in an empty database")
    with foretold(session, plan.seed):
        build(session, plan, sign, secret)
        agree(session)
    learn_sizes(session)  # else it plans for empty tables, some queries for minutes


def cast_text() -> str:
    """Who is who, with the password and the participant's card, for a terminal."""
    return "\n".join(_cast_lines(settings().base_url))


def _cast_lines(base_url: str) -> list[str]:
    people = texts.read("people")
    names = {entry["key"]: entry["name"] for entry in texts.read("organisations")["organisations"]}
    rows = []
    for entry in people["cast"]:
        first = next(iter(entry["memberships"]), None)
        role = Role(first["role"]).words.lower() if first else "operator of this portal"
        organisations = [names[one["organisation"]] for one in entry["memberships"]]
        rows.append((entry["email"], role, ", ".join(organisations)))
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    return [
        f"The demo city is loaded. Sign in at {base_url}/sign-in with the password {PASSWORD}:",
        *(f"  {a:<{widths[0]}}  {b:<{widths[1]}}  {c}".rstrip() for a, b, c in rows),
        f"The participant ({people['cast_participant']['email']}) opens her page with her card:",
        f"  {base_url}/card/{demo_card_token()}",
    ]
