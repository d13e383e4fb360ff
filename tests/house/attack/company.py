"""A small city at work: two companies, two providers, two municipalities, and who may read what."""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.core import clock
from portal.core.actor import Role
from portal.core.guard import reading_as
from portal.introductions.models import Introduction
from portal.offerings.rules import DutchLevel, OfferingStatus, WorkWord
from portal.organisations.models import Membership, Organisation
from portal.organisations.queries import staff_actor
from portal.organisations.rules import OrganisationKind, OrganisationStatus
from portal.participants.models import Programme, ProgrammeTerm
from portal.social_return import commands as social_return
from portal.social_return.models import Contract, ContractLine, SchemeVersion
from portal.social_return.queries import state
from portal.social_return.rules.contracts import LineMove, LineStatus
from portal.social_return.rules.counting import Claim
from portal.work_places.models import Visibility, WorkPlace
from portal.work_places.rules import WorkKind
from tests import factories as make
from tests.house.attack.city import City, Fact, house

SCHEME, TARIFFS = "geplant", {"first": 31_237, "second": 23_459}  # euros a year
# E and F are companies with work and a contract; P and Q have everybody, Q isn't checked yet;
# M looks after E's contract and N after F's.
ROLES_OF = {
    "E": ("admin", "coordinator", "guide", "viewer"), "F": ("admin", "coordinator", "guide"),
    "P": ("coordinator", "guide"), "Q": ("admin", "guide"), "M": ("recogniser",),
    "N": ("recogniser",),
}  # fmt: skip
MANAGER = {"E": "M", "F": "N"}
PEOPLE = ("anna", "bea", "carla", "dora")
HELPER = "P"
_KIND = {
    "E": OrganisationKind.COMPANY, "F": OrganisationKind.COMPANY,
    "P": OrganisationKind.SOCIAL_ENTERPRISE, "Q": OrganisationKind.SOCIAL_ENTERPRISE,
    "M": OrganisationKind.MUNICIPALITY, "N": OrganisationKind.MUNICIPALITY,
}  # fmt: skip
_MEETS = {"admin", "coordinator", "guide"}  # who records progress
_KEEPS = {"admin", "coordinator", "recogniser"}  # who keeps contracts
_AT_WORK = {"placed", "ended"}
_BEFORE = {"wanted", "agreed", "meeting", "trial"}
_NOT_SENT = {LineStatus.PROMISED, LineStatus.DECLARED}


@dataclass(frozen=True)
class Player:
    """Somebody of an organisation, in a role."""

    letter: str
    role: str

    @property
    def is_company(self) -> bool:
        return self.letter in MANAGER

    def __str__(self) -> str:
        return f"{self.letter} {self.role}"


def build_companies(app: Flask, session: Session) -> City:
    """All of it, committed."""
    city = City()
    for letter, kind in _KIND.items():
        fact = "company" if letter in MANAGER else "came"
        word = city.plant(fact, letter) if letter in "EFPQ" else letter
        status = OrganisationStatus.REGISTERED if letter == "Q" else OrganisationStatus.VERIFIED
        row = make.organisation(
            session, f"{word} {letter}", kind, slug=f"org-{letter.lower()}", status=status
        )
        city.ids[letter] = row.id
        for role in ROLES_OF[letter]:
            user = User(email=f"{role}@{letter.lower()}.example", name=f"{role} {letter}")
            session.add(Membership(user=user, organisation=row, role=Role(role)))
            session.flush()
            city.logins[f"{letter} {role}"] = (user.id, row.id)
    for letter in MANAGER:
        city.slugs[letter] = _work(session, city, letter, "Inpakken bij " + letter).slug
        _work(session, city, letter, city.plant("place", letter), OfferingStatus.DRAFT)
    _people(session, city)
    _scheme(session, city)
    session.commit()
    for letter in MANAGER:
        _contract(session, city, letter)
        session.commit()
    return city


def _work(
    session: Session, city: City, letter: str, title: str,
    status: OfferingStatus = OfferingStatus.PUBLISHED,
) -> WorkPlace:  # fmt: skip
    row = WorkPlace(
        organisation_id=city.ids[letter], kind=WorkKind.JOB, status=status,
        published_at=clock.now(), slug=f"work-{len(city.facts)}-{letter.lower()}", title=title,
        summary="U pakt in.", what="U pakt dozen in.", work_word=WorkWord.AANPAKKEN, needed=[],
        learned=[], times=["1-morning"], week_minutes=720, dutch_level=DutchLevel.A1,
        area_code="BU05990110", address="Kade 1", places=9,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def _people(session: Session, city: City) -> None:
    """Everybody is with P and with Q, in a programme of her own."""
    for person in PEOPLE:
        her = make.participant(session, f"{city.plant('first', '', person)} X")
        her.name = f"{her.name[:-2]} {city.plant('last', '', person)}"
        city.people[person] = her.id
        for letter in "PQ":
            provider = session.get_one(Organisation, city.ids[letter])
            stay = make.enrolment(session, make.offering(session, provider), her)
            make.observation(session, stay, example=city.plant("example", letter, person))
        programme = Programme(name=city.plant("programme", "", person), valid_from=clock.today())
        session.add(programme)
        session.flush()
        term = {"programme_id": programme.id, "from_on": clock.today()}
        session.add(ProgrammeTerm(participant_id=her.id, **term))


def _scheme(session: Session, city: City) -> None:
    tariffs: list[dict[str, Any]] = [
        {"key": key, "way": "work", "group": city.plant("group", ""), "per": "year", "euros": euros}
        for key, euros in TARIFFS.items()
    ]
    gift = {"key": "gift", "way": "activity", "group": "uren", "per": "hour", "euros": 41}
    text = {
        "key": SCHEME, "version": 1, "name": "Planten", "source": "https://example.org",
        "entered_on": "2026-01-01", "tariffs": [*tariffs, gift], "bonuses": [],
    }  # fmt: skip
    session.add(SchemeVersion(key=SCHEME, version=1, text=json.dumps(text)))


def _contract(session: Session, city: City, letter: str) -> None:
    """A contract with a line that was sent, one that wasn't, and hours for P."""
    user_id, organisation_id = city.logins[f"{letter} admin"]
    member = select(Membership).filter_by(user_id=user_id, organisation_id=organisation_id)
    actor = staff_actor(session, session.get_one(User, user_id), session.scalars(member).one())
    manager = MANAGER[letter]
    year = clock.today().year
    whole: dict[str, Any] = {"from_on": date(year, 1, 1), "until_on": date(year, 12, 31)}
    with reading_as(session, actor):
        of = social_return.register(
            session, actor, title=city.plant("contract", letter, manager),
            number=city.plant("contract", letter, manager), scheme=SCHEME,
            manager_id=city.ids[manager], value_cents=900_000_00, percent=5_00, duty_cents=None,
            **whole,
        )  # fmt: skip
        session.flush()
        for number, month in enumerate((1, 4), start=ord(letter)):
            day = date(year, month, 1)
            claim = Claim(next(iter(TARIFFS)), day, day + timedelta(days=59), 720 + number, 0)
            seen: dict[str, Any] = {
                "seen_by": city.plant("seen", letter, str(month)),
                "seen_on": day,
            }
            line = social_return.declare(session, actor, of, claim, f"{letter}{month}", **seen)
            session.flush()
            if month == 1:
                social_return.decide(session, actor, line, LineMove.SEND)
        words, day = city.plant("gift", letter), whole["from_on"]
        to: dict[str, Any] = {
            "provider_id": city.ids["P"],
            "words": words,
            "seen_by": "",
            "seen_on": day,
        }
        claim = Claim("gift", day, day, 0, 180)
        social_return.declare(session, actor, of, claim, f"{letter} gift", **to)


class Rights:
    """Who may read a fact now, by the decisions on who sees what, asked of the bare tables."""

    def __init__(self, app: Flask, city: City) -> None:
        self.app, self.city = app, city

    def may(self, who: Player, path: str, fact: Fact) -> bool:
        """Whether a player is entitled to a fact, at an address; "letter" is a message."""
        return bool(getattr(self, f"_{fact.kind}")(who, path, fact))

    def _first(self, who: Player, path: str, fact: Fact, at: frozenset[str] = frozenset()) -> bool:
        if not who.is_company:
            return who.letter in "PQ"
        if path == "letter" or who.role not in _MEETS:
            return False
        with house(self.app) as session:
            rows = session.scalars(
                select(Introduction).filter_by(
                    participant_id=self.city.people[fact.person],
                    organisation_id=self.city.ids[who.letter],
                )
            )
            return any(self._is_shown(session, row, at) for row in rows)

    def _last(self, who: Player, path: str, fact: Fact) -> bool:
        return self._first(who, path, fact, frozenset({"at work"}))

    @staticmethod
    def _is_shown(session: Session, row: Introduction, at: frozenset[str] = frozenset()) -> bool:
        if row.status.value in _AT_WORK:
            return True
        if at or row.status.value not in _BEFORE:
            return False
        switches = session.scalars(
            select(Visibility).filter_by(participant_id=row.participant_id, ended_at=None)
        )
        return any(
            one.until_on >= clock.today() and one.employer_id in (None, row.organisation_id)
            for one in switches
        )

    def _met(self, who: Player, path: str, fact: Fact) -> bool:
        """What stands in one introduction; `fact.person` is its number."""
        if path == "letter" or who.role not in _MEETS:
            return False
        with house(self.app) as session:
            row = session.get(Introduction, int(fact.person))
            if row is None:
                return False
            if who.letter == HELPER:
                is_on = row.status.value in _AT_WORK | _BEFORE
                return is_on and row.guide_organisation_id == self.city.ids[HELPER]
            is_theirs = row.organisation_id == self.city.ids.get(who.letter)
            return who.is_company and is_theirs and self._is_shown(session, row)

    @staticmethod
    def _example(who: Player, path: str, fact: Fact) -> bool:
        return who.letter == fact.owner

    @staticmethod
    def _programme(who: Player, path: str, fact: Fact) -> bool:
        return who.letter in "PQ"

    @staticmethod
    def _came(who: Player, path: str, fact: Fact) -> bool:
        """P is public, and never beside who meets a company; Q is not checked yet."""
        if who.letter in "PQ":
            return True
        return fact.owner == "P" and not path.startswith("/work/introductions")

    @staticmethod
    def _place(who: Player, path: str, fact: Fact) -> bool:
        return who.letter == fact.owner

    @staticmethod
    def _contract(who: Player, path: str, fact: Fact) -> bool:
        return who.role in _KEEPS and who.letter in (fact.owner, fact.person)

    def _seen(self, who: Player, path: str, fact: Fact) -> bool:
        return self._of_line(who, fact, ContractLine.seen_by)

    def _gift(self, who: Player, path: str, fact: Fact) -> bool:
        if who.letter == "P":
            return who.role in _KEEPS
        return self._of_line(who, fact, ContractLine.words)

    def _of_line(self, who: Player, fact: Fact, column: Any) -> bool:
        """The contractor's who keep contracts; the account manager's once it was sent."""
        if who.role not in _KEEPS or who.letter not in (fact.owner, MANAGER[fact.owner]):
            return False
        if who.letter == fact.owner:
            return True
        word = next(word for word, one in self.city.facts.items() if one is fact)
        with house(self.app) as session:
            rows = session.scalars(select(ContractLine.status).where(column.contains(word))).all()
        return any(status not in _NOT_SENT for status in rows)

    @staticmethod
    def _group(who: Player, path: str, fact: Fact) -> bool:
        """The table is public; a statement, and what is about a line, names no group of it."""
        is_declaring = "/lines/new" in path and who.is_company
        return path.startswith("/social-return") or is_declaring

    @staticmethod
    def _company(who: Player, path: str, fact: Fact) -> bool:
        """Companies are public, and whose contract something stands on is not."""
        if not path.startswith("/work/contracts"):
            return True
        return who.letter in (fact.owner, MANAGER[fact.owner])

    def amounts(self) -> dict[str, set[tuple[str, bool]]]:
        """What each line counts for, as a page says it: whose it is, and whether it was sent."""
        letters = {id_: letter for letter, id_ in self.city.ids.items()}
        found: dict[str, set[tuple[str, bool]]] = {}
        with house(self.app) as session:
            for stated in state(session, session.scalars(select(Contract)).all()):
                for line, counted in stated.lines:
                    said = f"{counted.cents / 100:,.2f}".translate(str.maketrans(",.", ".,"))
                    of = letters[line.organisation_id], line.status not in _NOT_SENT
                    if counted.cents % 100:
                        found.setdefault(said, set()).add(of)
        return found

    @staticmethod
    def may_read_amount(who: Player, of: set[tuple[str, bool]]) -> bool:
        """Two only: who keeps contracts where it is declared, and who agrees to it once sent."""
        return who.role in _KEEPS and any(
            who.letter == letter or (is_sent and who.letter == MANAGER[letter])
            for letter, is_sent in of
        )
