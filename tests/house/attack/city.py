"""A small city for the attacker: who knows whom, and facts with words that stand nowhere else."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.agreements.models import Agreement
from portal.attendance.models import AttendanceMark
from portal.attendance.rules import AttendanceStatus, RecordedHow
from portal.calls.models import Call, CallAnswer
from portal.calls.rules import CallKind, CallStatus
from portal.core import clock
from portal.core.actor import HOUSE, Role
from portal.core.guard import set_actor
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EnrolmentStatus
from portal.extensions import db
from portal.offerings.models import Offering
from portal.offerings.rules import OfferingStatus
from portal.organisations.models import CooperativeTie, Membership, Organisation
from portal.organisations.rules import OrganisationKind
from portal.participants.models import Participant, ParticipantLink
from portal.progress.models import Observation
from portal.progress.rules import SkillLevel, Voice
from portal.schedule.models import OfferingSession
from portal.social_return.models import Contract, ContractLine
from tests import factories as make
from tests.house.attack.browser import Browser, Control, Seen, current_of
from tests.signed_in import Login, SignedIn

WORD = re.compile(r"zq[a-z]{4}qz|8[\s-]?7(?:[\s-]?\d){6}")
LONG_AGO = timedelta(days=400)
ROLES = ("admin", "coordinator", "guide", "expert", "viewer")
PEOPLE = ("anna", "bea", "carla", "dora", "esma")
_LETTERS = "bcdfghjklmnp"


@dataclass(frozen=True)
class Fact:
    """One thing that an organisation keeps of a person."""

    kind: str
    owner: str
    person: str = ""


@dataclass
class City:
    """A attacks; B and C know people too, the cooperative K has B as a member, R refers.

    Anna is known at A and B; Bea at A, B and C; Carla at B, and at A until last year; Dora at B
    only; Esma was referred to B by R.
    """

    ids: dict[str, int] = field(default_factory=dict)  # of organisations, by their letter
    slugs: dict[str, str] = field(default_factory=dict)  # of offerings: "B open", "B quiet"
    logins: dict[str, tuple[int, int]] = field(
        default_factory=dict
    )  # "A admin": user, organisation
    people: dict[str, int] = field(default_factory=dict)
    cards: dict[str, str] = field(default_factory=dict)  # what she has from B, by person
    facts: dict[str, Fact] = field(default_factory=dict)  # by their word
    made: int = 0

    def plant(self, kind: str, owner: str, person: str = "") -> str:
        """A new word that stands for a fact."""
        number, self.made = self.made, self.made + 1
        letters = "".join(_LETTERS[number // 12**at % 12] for at in range(4))
        word = f"zq{letters}qz"
        self.facts[word] = Fact(kind, owner, person)
        return word

    def plant_phone(self, owner: str, person: str) -> str:
        """A number that stands for the fact how she is reached."""
        number, self.made = self.made, self.made + 1
        self.facts[f"87{number:06d}"] = Fact("phone", owner, person)
        return f"0687{number:06d}"

    def facts_in(self, text: str) -> list[Fact]:
        """The facts that a text tells; a number may also be of something else."""
        return [self.facts[word] for word in words_in(text) if word in self.facts]


def words_in(text: str) -> set[str]:
    """The words of facts that a text holds; of a number without its spaces."""
    return {re.sub(r"[\s-]", "", found) for found in WORD.findall(text)}


@contextmanager
def house(app: Flask) -> Iterator[Session]:
    """Look into the database as the house itself."""
    with app.app_context():
        engine = db.engine
    with Session(engine) as session:
        set_actor(session, HOUSE)
        yield session
        session.rollback()


def sign_in(browser: Browser, app: Flask, user_id: int, organisation_id: int) -> None:
    """Sign a member of staff in without a password, whose checking takes its time on purpose."""
    with house(app) as session:
        version = session.get_one(User, user_id).session_version
    browser.client.signed_in = SignedIn(app, Login("staff", user_id, version, organisation_id))
    with browser.client.session_transaction() as cookie:
        cookie["_user_id"] = browser.client.signed_in.token


def build_city(app: Flask, session: Session) -> City:
    """All of it, made through the pages where a page does it; committed."""
    return _Builder(app, session).build()


class _Builder:
    def __init__(self, app: Flask, session: Session) -> None:
        self.app, self.session, self.city = app, session, City()

    def build(self) -> City:
        session, city = self.session, self.city
        for letter, name, kind in (
            ("A", "Werf de Aanloop", OrganisationKind.SOCIAL_ENTERPRISE),
            ("B", "Keuken de Branding", OrganisationKind.SOCIAL_ENTERPRISE),
            ("C", "Atelier de Cirkel", OrganisationKind.SOCIAL_ENTERPRISE),
            ("K", "Cooperatie Kruispunt", OrganisationKind.COOPERATIVE),
            ("R", "Wijkteam de Ronding", OrganisationKind.SUPPORT_ORGANISATION),
        ):
            row = make.organisation(session, name, kind)
            city.ids[letter] = row.id
            for role in ROLES:
                self._staff(letter, role, row)
        session.add(
            CooperativeTie(
                cooperative_id=city.ids["K"],
                member_id=city.ids["B"],
                from_on=clock.today() - LONG_AGO,
                may_log_attendance=True,
                may_see_figures=True,
            )
        )
        for letter in "ABC":
            self._offering(letter, "open", f"Open dag bij {letter}")
            self._offering(letter, "quiet", city.plant("title", letter))
        self._contract()
        session.commit()
        for person in PEOPLE:
            self._arrive(person)
        self._tell_facts()
        for quiet in session.scalars(select(Offering).where(Offering.title.like("zq%"))):
            quiet.status = OfferingStatus.HIDDEN
        session.commit()
        return city

    def _staff(self, letter: str, role: str, organisation: Organisation) -> None:
        name = self.city.plant("staff", letter) if letter in "BC" else role.capitalize()
        user = User(email=f"{role}@{letter.lower()}.example", name=name)
        member = Membership(user=user, organisation=organisation, role=Role(role))
        self.session.add_all([user, member])
        self.session.flush()
        self.city.logins[f"{letter} {role}"] = (user.id, organisation.id)

    def _offering(self, letter: str, name: str, title: str) -> None:
        organisation = self.session.get_one(Organisation, self.city.ids[letter])
        offering = make.offering(self.session, organisation, title=title, places=400)
        self.city.slugs[f"{letter} {name}"] = offering.slug
        place = self.city.plant("place", letter) if name == "quiet" else ""
        for begins in (timedelta(days=-7), timedelta(hours=-1), timedelta(days=3)):
            make.offering_session(self.session, offering, clock.now() + begins, 180, place=place)

    def _contract(self) -> None:
        """B owes social return, gave C something for it, and somebody answered a call of B."""
        city, day = self.city, clock.today()
        whose: dict[str, Any] = {
            "organisation_id": city.ids["B"], "manager_id": city.ids["R"],
            "from_on": day, "until_on": day,
        }  # fmt: skip
        contract = Contract(
            **whose, title=city.plant("contract", "B"), number="1", scheme="leiden",
            value_cents=100_000_00, duty_cents=5_000_00,
        )  # fmt: skip
        call = Call(
            organisation_id=city.ids["B"], kind=CallKind.NEED, title="Een busje",
            body="Op dinsdag.", status=CallStatus.PUBLIC, published_at=clock.now(),
        )  # fmt: skip
        self.session.add_all([contract, call])
        self.session.flush()
        self.session.add_all(
            [
                ContractLine(
                    **whose, contract_id=contract.id, version=1, mark="0", week_minutes=0, given=3,
                    tariff="maatschappelijke-activiteit", bonuses="",
                    seen_by=city.plant("seen", "B"), seen_on=day, provider_id=city.ids["C"],
                    words=city.plant("gift", "B"),
                ),
                CallAnswer(
                    call_id=call.id, organisation_id=city.ids["B"], name=city.plant("answer", "B"),
                    company="", email="", phone="", words=city.plant("answer", "B"),
                ),
            ]
        )  # fmt: skip

    def _browser(self, who: str = "") -> Browser:
        browser = Browser(self.app, lambda browser, seen: None, "builder")
        if who:
            sign_in(browser, self.app, *self.city.logins[who])
        return browser

    def _arrive(self, person: str) -> None:
        """She signs up by herself with B, and with her card elsewhere; or others do it for her."""
        city = self.city
        phone = self._browser()
        values = {"name": person.capitalize() + " Z.", **self._contact(person)}
        quiet, elsewhere = city.slugs["B quiet"], {"anna": "A", "bea": "AC", "carla": "A"}
        if person in elsewhere:
            seen = sign_up(phone, quiet, **values)
        elif person == "dora":
            values["name"] = city.plant("name", "B", person)
            desk = self._browser("B coordinator")
            seen = fill_in(desk, f"/work/offerings/{quiet}/sign-up", **values)
        else:
            values |= {"good_to_know": city.plant("referral", "B", person), "agreed_how": "spoken"}
            page = f"/work/referrals/new?offering={city.slugs['B open']}"
            seen = fill_in(self._browser("R coordinator"), page, **values)
        rows = self.session.scalars(select(Participant.id).order_by(Participant.id))
        city.people[person] = max(rows)
        self.session.commit()
        if person == "esma":  # who was referred gets a card of B's own when she comes there
            seen = self._new_card(person)
        cards = [link for link in seen.links if link.startswith("/card/")]
        assert cards, f"{person} got no card: {seen.status} {seen.path}"
        city.cards[person] = cards[0]
        for letter in elsewhere.get(person, ""):
            sign_up(phone, city.slugs[f"{letter} open"])

    def _contact(self, person: str) -> dict[str, str]:
        """One of them has a phone, the others have mail."""
        if person == "bea":
            return {"contact_way": "phone", "phone": self.city.plant_phone("B", person)}
        return {
            "contact_way": "email",
            "email": f"{self.city.plant('email', 'B', person)}@example.net",
        }

    def _new_card(self, person: str) -> Seen:
        uuid = self.session.get_one(Participant, self.city.people[person]).uuid
        self.session.commit()
        return fill_in(self._browser("B coordinator"), f"/participants/{uuid}/card")

    def _tell_facts(self) -> None:
        session, city = self.session, self.city
        session.commit()
        session.expire_all()
        names = {id_: name for name, id_ in city.people.items()}
        letters = {id_: letter for letter, id_ in city.ids.items()}
        for enrolment in session.scalars(select(Enrolment).order_by(Enrolment.id)).all():
            letter, person = letters[enrolment.organisation_id], names[enrolment.participant_id]
            enrolment.started_on = clock.today() - timedelta(days=30)
            if letter in "BC":
                self._facts_of(enrolment, letter, person)
            elif person == "carla":
                self._long_over(enrolment)
        session.commit()
        uuids = [session.get_one(Participant, id_).uuid for id_ in city.people.values()]
        session.commit()
        guide = self._browser("B guide")
        for uuid in uuids:  # she can see who looked
            guide.get(f"/participants/{uuid}")

    def _facts_of(self, enrolment: Enrolment, letter: str, person: str) -> None:
        city = self.city
        whose: dict[str, Any] = {
            "enrolment_id": enrolment.id,
            "organisation_id": enrolment.organisation_id,
            "participant_id": enrolment.participant_id,
        }
        first = self.session.scalars(
            select(OfferingSession)
            .where(OfferingSession.offering_id == enrolment.offering_id)
            .order_by(OfferingSession.starts_at)
        ).first()
        assert first is not None
        self.session.add_all(
            [
                Observation(
                    **whose,
                    competence="samenwerken",
                    example=city.plant("observation", letter, person),
                    level=SkillLevel.ALONE,
                    voice=Voice.GUIDE,
                    observed_on=clock.today(),
                ),
                Agreement(
                    **whose,
                    goals=city.plant("agreement", letter, person),
                    minutes_per_week=600,
                    from_on=clock.today(),
                    participant_does="Zij komt.",
                    guide_does="Wij helpen.",
                ),
                AttendanceMark(
                    **whose,
                    session_id=first.id,
                    status=AttendanceStatus.PRESENT,
                    minutes=97,
                    recorded_at=clock.now(),
                    how=RecordedHow.BY_HAND,
                    is_counted=True,
                ),
            ]
        )

    def _long_over(self, enrolment: Enrolment) -> None:
        """She completed there more than a year ago, and everything of it is as old."""
        then = clock.now() - LONG_AGO
        enrolment.status, enrolment.status_since = EnrolmentStatus.COMPLETED, then
        enrolment.started_on = enrolment.ended_on = then.date()
        enrolment.created_at = then
        link = self.session.scalars(
            select(ParticipantLink).where(
                ParticipantLink.organisation_id == enrolment.organisation_id,
                ParticipantLink.participant_id == enrolment.participant_id,
            )
        ).one()
        link.created_at = then
        if hasattr(link, "held_until"):
            link.held_until = then.date()


def fill_in(browser: Browser, path: str, **values: Any) -> Seen:
    """The form of a page, filled in with these values and sent."""
    seen = browser.get(path)
    own = [form for form in seen.posts if form.action.partition("?")[0] == path.partition("?")[0]]
    forms = own or [
        form for form in seen.posts if not form.action.startswith(("/sign-out", "/work/switch"))
    ]
    assert forms, f"{path}: {seen.status}, no form"

    def fill(control: Control) -> Any:
        given = values.get(control.name)
        if given is None or control.kind not in {"radio", "checkbox"}:
            return current_of(control) if given is None else given
        return control.value if given == control.value else None

    return browser.send(forms[0], forms[0].buttons[0], fill)


def sign_up(browser: Browser, slug: str, **values: Any) -> Seen:
    """Somebody signs up herself, page by page."""
    path = f"/offerings/{slug}/sign-up"
    for page in range(5):
        with clock.freeze(clock.now() + timedelta(seconds=3 * page)):
            seen = fill_in(browser, path, **values)
        path = seen.path
        if path.endswith("/done"):
            return seen
    raise AssertionError(f"{path}: {seen.status}, not signed up")
