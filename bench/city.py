"""A demo city on SQLite in a directory of its own, and a register of 25 people in it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import select

from portal import city, create_app
from portal.accounts.models import User
from portal.config import Settings
from portal.core import clock
from portal.core.actor import HOUSE
from portal.core.guard import set_actor
from portal.extensions import db
from portal.organisations.models import Membership
from tests import factories as make

PEOPLE = 25


@dataclass(frozen=True)
class Register:
    """A register, and the guide who may fill it in."""

    uuid: uuid.UUID
    enrolment_ids: tuple[int, ...]
    login_id: str
    organisation_id: int


def build(instance: Path) -> tuple[Flask, Register]:
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
        offering = make.offering(session, member.organisation, places=PEOPLE, status="draft")
        row = make.offering_session(session, offering, clock.now() - timedelta(hours=1))
        people = [make.enrolment(session, offering) for _ in range(PEOPLE)]
        session.commit()
        return app, Register(
            row.uuid,
            tuple(enrolment.id for enrolment in people),
            f"staff:{user.id}:{user.session_version}",
            member.organisation_id,
        )
