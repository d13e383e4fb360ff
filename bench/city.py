"""A demo city in a directory of its own, who asks for its pages, and registers of 25 people."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from uuid import UUID

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal import city, create_app
from portal.accounts.models import User
from portal.config import Settings
from portal.core import clock
from portal.core.actor import HOUSE
from portal.core.guard import set_actor
from portal.enrolments.models import Enrolment
from portal.extensions import db
from portal.migration import upgrade
from portal.offerings.models import Offering
from portal.offerings.rules import Intake, OfferingStatus
from portal.offerings.rules.competences import competences
from portal.organisations.models import Membership, Organisation
from portal.participants.models import ParticipantKey
from portal.progress.rules import Voice
from tests import factories as make
from tests.signed_in import Login, in_cookie

PEOPLE = 25
REGISTERS = 6  # one to look at, and one for each guide of each line that saves


@dataclass(frozen=True)
class Register:
    """A register that a guide may fill in."""

    uuid: UUID
    people: tuple[UUID, ...]  # as phones name them


@dataclass(frozen=True)
class City:
    """A portal with its city, and what the browsers of some people there send."""

    app: Flask
    url: str
    environment: dict[str, str]
    registers: list[Register]
    cookies: dict[str, str]
    slug: str  # of an activity that has places


def build(instance: Path, url: str = "") -> City:
    """A new city; on SQLite with real files and the durability that it has in use."""
    url = url or f"sqlite:///{instance / 'portal.db'}"
    environment = {"PORTAL_INSTANCE": str(instance), "PORTAL_DATABASE_URL": url}
    app = create_app(Settings.from_environment(environment))
    with app.app_context():
        upgrade()
        session = db.session()
        set_actor(session, HOUSE)
        city.load(session, city.DEFAULT)
        session.commit()
        logins = {name: _staff(session, name) for name in ("guide", "coordinator", "employer")}
        organisation = session.get_one(Membership, logins["guide"][1]).organisation
        registers = [_register(session, organisation) for _ in range(REGISTERS)]
        with_room = select(Offering).where(
            Offering.status == OfferingStatus.PUBLISHED,
            Offering.places_taken < Offering.places,
            Offering.intake == Intake.DIRECT,
            Offering.organisation_id != organisation.id,
        )
        offering = session.scalars(with_room.order_by(Offering.id)).first()
        assert offering is not None
        offering.places = 500  # for all who sign up
        slug = offering.slug
        who = {name: login for name, (login, _) in logins.items()}
        who["participant"] = _participant(session)
        session.commit()
    cookies = {name: cookie_of(app, login) for name, login in who.items()}
    return City(app, url, environment, registers, cookies, slug)


def _staff(session: Session, name: str) -> tuple[Login, int]:
    user = session.scalars(select(User).where(User.email == f"{name}@demo.example")).one()
    member = session.scalars(select(Membership).where(Membership.user_id == user.id)).first()
    assert member is not None
    return Login("staff", user.id, user.session_version, member.organisation_id), member.id


def _participant(session: Session) -> Login:
    """Whoever of those with a card has most to see on her page, with the keys of hers."""
    whose = Enrolment.participant_id
    with_card = whose.in_(select(ParticipantKey.participant_id))
    most = select(whose).where(with_card).group_by(whose).order_by(func.count().desc(), whose)
    her = session.scalars(most.limit(1)).one()
    keys = session.scalars(select(ParticipantKey).where(ParticipantKey.participant_id == her)).all()
    opened = Enrolment.organisation_id.in_({id_ for key in keys for id_ in key.opens})
    place = session.scalars(select(Enrolment).where(whose == her, opened)).first()
    assert place is not None
    words, voices = cycle(list(competences())[:13]), cycle(Voice)
    for week, word, voice in zip(range(78), words, voices, strict=False):  # of 18 months
        on = clock.today() - timedelta(weeks=week)
        make.observation(session, place, competence=word, voice=voice, observed_on=on)
    return Login("card", her, 0, keys=tuple(key.id for key in keys))


def _register(session: Session, organisation: Organisation) -> Register:
    offering = make.offering(session, organisation, places=PEOPLE, status="draft")
    row = make.offering_session(session, offering, clock.now() - timedelta(hours=1))
    named = [
        make.participant(session, f"Deelnemer {chr(65 + number)}.") for number in range(PEOPLE)
    ]
    people = [make.enrolment(session, offering, one) for one in named]
    session.flush()
    return Register(row.uuid, tuple(enrolment.uuid for enrolment in people))


def cookie_of(app: Flask, login: Login) -> str:
    """What the browser sends in which somebody is signed in."""
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie.update(in_cookie(app, login))
        cookie["csrf_token"] = "0" * 40
    found = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert found is not None
    return f"{found.key}={found.value}"
