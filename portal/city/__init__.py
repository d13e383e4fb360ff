"""The demo city: a made-up Rotterdam with a year and a half of history, grown from a seed."""

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.city.build import PASSWORD, build
from portal.city.cast import cast_lines
from portal.city.days import DEFAULT, Plan
from portal.city.reports import Signing
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


def load(session: Session, plan: Plan, sign: Signing = lambda session: None) -> None:
    """Fill an empty database, uncommitted; one seed and day give one city.

    All but signatures: those are made by `sign`, if it is given.
    """
    if not is_empty(session):
        raise ValueError("a city is only built in an empty database")
    build(session, plan, sign)
    learn_sizes(session)  # else it plans for empty tables, some queries for minutes


def cast_text() -> str:
    """Who is who, with the password and the participant's card, for a terminal."""
    return "\n".join(cast_lines(settings().base_url, PASSWORD))


__all__ = ["DEFAULT", "PASSWORD", "Plan", "cast_text", "is_empty", "is_loaded", "load"]
