"""A demo city on SQLite in a directory of its own, and registers of 25 people in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.client import CONNECTIONS
from portal import city, create_app
from portal.accounts.models import User
from portal.config import Settings
from portal.core import clock
from portal.core.actor import HOUSE
from portal.core.guard import set_actor
from portal.extensions import db
from portal.migration import upgrade
from portal.organisations.models import Membership
from tests import factories as make
from tests.signed_in import Login, in_cookie

PEOPLE = 25


@dataclass(frozen=True)
class Register:
    """A register, and the guide who may fill it in."""

    uuid: UUID
    enrolment_ids: tuple[int, ...]
    people: tuple[UUID, ...]  # the same, as phones name them
    login: Login


def build(instance: Path) -> tuple[Flask, list[Register]]:
    """The application on a new city; real files, with the durability that it has in use."""
    app = create_app(Settings.from_environment({"PORTAL_INSTANCE": str(instance)}))
    with app.app_context():
        upgrade()
        session = db.session()
        set_actor(session, HOUSE)
        city.load(session, city.DEFAULT)
        session.commit()
        user = session.scalars(select(User).where(User.email == "guide@demo.example")).one()
        member = session.scalars(select(Membership).where(Membership.user_id == user.id)).first()
        assert member is not None
        registers = [_register(session, member, user) for _ in range(CONNECTIONS + 1)]
        session.commit()
        return app, registers


def _register(session: Session, member: Membership, user: User) -> Register:
    offering = make.offering(session, member.organisation, places=PEOPLE, status="draft")
    row = make.offering_session(session, offering, clock.now() - timedelta(hours=1))
    people = [make.enrolment(session, offering) for _ in range(PEOPLE)]
    session.flush()
    return Register(
        row.uuid,
        tuple(enrolment.id for enrolment in people),
        tuple(enrolment.uuid for enrolment in people),
        Login("staff", user.id, user.session_version, member.organisation_id),
    )


def cookie_of(app: Flask, register: Register) -> str:
    """What the browser of a register's guide sends."""
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie.update(in_cookie(app, register.login))
        cookie["csrf_token"] = "0" * 40
    found = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert found is not None
    return f"{found.key}={found.value}"
