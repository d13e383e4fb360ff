"""Nobody passes for another: whatever staff of one organisation do, they see and do no more.

ATTACK_STEPS says how many steps the attacker takes on each database, ATTACK_SEED which ones.
"""

import os
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from portal.core import guard
from portal.core.actor import Actor
from portal.participants import commands
from portal.participants.commands import keys
from portal.participants.models import Participant, ParticipantLink
from portal.participants.rules import KeyKind
from tests.house.attack.browser import Browser, current_of
from tests.house.attack.city import ROLES, City, build_city, house, sign_in
from tests.house.attack.doors import FORMS_ON, Doors
from tests.house.attack.machine import Attack, attack
from tests.house.attack.walk import LEFT_OUT, Finding
from tests.kept import kept
from tests.pages import OWN_PAGES

STEPS = int(os.environ.get("ATTACK_STEPS", "100"))
SEED = int(seed) if (seed := os.environ.get("ATTACK_SEED")) else None  # without one always the same


@pytest.fixture
def machine(app: Flask, engine: Engine) -> type[Attack]:
    """The attack on this database."""

    class Here(Attack):
        pass

    Here.app, Here.engine = app, engine
    return Here


@pytest.mark.slow
@pytest.mark.timeout(0)
def test_staff_of_one_organisation_come_to_nothing_of_another(machine):
    taken = attack(machine, STEPS, SEED)
    print(f"{taken} steps, seed {SEED}")


def _everything_is_hers(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(
        guard, "hers_where_opened", lambda actor, person, _: person == actor.participant_id
    )
    patch.setattr(guard, "_KEPT", {})


def _a_card_opens_everything(patch: pytest.MonkeyPatch) -> None:
    made = keys.add_key

    def add(session: Session, actor: Actor, her: Participant, kind: KeyKind, token: Any, *_: Any):
        return made(session, actor, her, kind, token, range(1, 9))

    patch.setattr(keys, "add_key", add)


def _a_hold_never_ends(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(ParticipantLink, "has_her", classmethod(lambda cls: cls.knows_her))
    patch.setattr(guard, "_KEPT", {})


def _a_contact_is_everybodys(patch: pytest.MonkeyPatch) -> None:
    """What staff of one organisation set is set with all."""
    set_contact = commands.change_contact

    def change(session: Session, actor: Actor, her: Participant, **values: Any) -> Any:
        changed = set_contact(session, actor, her, **values)
        of_her = select(ParticipantLink).where(ParticipantLink.participant_id == her.id)
        session.flush()
        with guard.as_house(session):
            for link in session.scalars(of_her):
                link.email, link.phone = values["email"], values["phone"]
        return changed

    patch.setattr(commands, "change_contact", change)


@pytest.mark.deep
@pytest.mark.timeout(0)
@pytest.mark.parametrize(
    ("broken", "found"),
    [
        (_everything_is_hers, "reads the|/my: 500"),
        (_a_card_opens_everything, "reads the"),
        (_a_hold_never_ends, "of carla at B"),
        (_a_contact_is_everybodys, "changed participant_link"),
    ],
)
def test_the_attacker_finds_each_rule_that_is_broken(machine, monkeypatch, broken, found):
    """Within 200 steps, so that she isn't blind."""
    broken(monkeypatch)
    with pytest.raises(Finding, match=found):
        attack(machine, 200)
    print(f"{broken.__name__}: found after {machine.found_after} steps")


@pytest.fixture
def city(app: Flask, session: Session) -> City:
    city: City = kept(session, "city under attack", lambda: build_city(app, session))
    return city


def _card(app: Flask, city: City, who: str, person: str, **pressed: str) -> str:
    """A card that staff make for somebody; "lost" says that one was lost."""
    desk = Browser(app, lambda *_: None, who)
    sign_in(desk, app, *city.logins[who])
    with house(app) as session:
        uuid = session.get_one(Participant, city.people[person]).uuid
    seen = desk.get(f"/participants/{uuid}/card")
    button = next(one for one in seen.posts[-1].buttons if one.name == pressed.get("button", ""))
    seen = desk.send(seen.posts[-1], button, current_of)
    return next(link for link in seen.links if link.startswith("/card/"))


def _opens(app: Flask, city: City, *cards: str) -> set[str]:
    """Whose facts of her stand on her page, in a browser that opened these cards."""
    browser = Browser(app, lambda *_: None, "her")
    for card in cards:
        browser.get(card)
    pages = [browser.get(path) for path in OWN_PAGES]
    grown = {link for page in pages for link in page.links if "/growth/" in link}
    pages += map(browser.get, sorted(grown))
    facts = city.facts_in(" ".join(page.text for page in pages))
    return {fact.owner for fact in facts if fact.kind == "observation"}


@pytest.mark.slow
@pytest.mark.parametrize("person", ["anna", "bea"])
def test_a_lost_card_stops_at_once_and_shuts_nobody_out_elsewhere(app, city, person):
    of_a, of_b = (_card(app, city, f"{letter} guide", person) for letter in "AB")
    own = city.cards[person]
    elsewhere = _opens(app, city, own)
    assert "B" in elsewhere
    assert _opens(app, city, of_b) == {"B"}
    phone = Browser(app, lambda *_: None, "her")
    phone.get(of_a)
    anew = _card(app, city, "A guide", person, button="do")
    assert Browser(app, lambda *_: None, "finder").get(of_a).status == 404
    assert not phone.get("/my").path.startswith("/my")  # a phone that it was opened on
    assert _opens(app, city, own) == elsewhere
    assert _opens(app, city, of_b) == {"B"}
    assert _opens(app, city, anew) == set()
    assert _opens(app, city, anew, of_b) == {"B"}
    again = _card(app, city, "A guide", person)  # the one before is of no use then
    assert Browser(app, lambda *_: None, "finder").get(anew).status == 404
    assert Browser(app, lambda *_: None, "her").get(again).path.startswith("/my")


def test_each_command_of_staff_is_played(app):
    """By the form on its own page, by one on another's, or it stands on a list with the reason."""
    doors = Doors(app)
    commands = {name for role in (*ROLES, "visitor") for name in doors.of(role, method="POST")}
    without_page = {name for name in commands if "GET" not in (doors.rules[name].methods or ())}
    assert without_page - set(LEFT_OUT) == set(FORMS_ON)
    assert set(LEFT_OUT) <= commands
    assert {page for page in FORMS_ON.values() if "." in page} <= set(doors.of("admin"))
