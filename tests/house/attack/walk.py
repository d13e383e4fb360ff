"""The attacker at work: what staff of one organisation do, keep and open, step by step."""

import email
import email.policy
import json
from collections.abc import Iterable
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from portal import worker
from portal.core import clock
from portal.enrolments.models import Enrolment
from portal.participants.commands import keys
from portal.participants.models import Participant
from portal.schedule.models import OfferingSession
from tests.house.attack.belongings import Belongings, Merges
from tests.house.attack.browser import Browser, Form, Seen, addresses_in
from tests.house.attack.city import PEOPLE, ROLES, City, house, sign_in, words_in
from tests.house.attack.doors import Doors
from tests.house.attack.filling import CONTROLLED, Filler
from tests.pages import OWN_PAGES

_MOST_NEW = 6  # keys that are opened at once after a step
# What these do is done by her hand: the attacker opens them, and presses on purpose only.
_ACTS = {"home.answer", "organisations.accept", "accounts.reset_password"}
# What an attacker doesn't do: it would take her hands away, or is about nobody.
LEFT_OUT = {
    "organisations.remove": "she would put herself out",
    "organisations.change_role": "she would make her own role smaller",
}


class Finding(AssertionError):
    """The attacker saw or did what she may not."""


class Walk:
    """One city, one attacking organisation, and all that it got hold of."""

    def __init__(self, app: Flask, city: City, attacker: str = "A") -> None:
        self.app, self.city, self.attacker = app, city, attacker
        self.own_id = city.ids[attacker]
        self.doors = Doors(app)
        self.clock = ExitStack()
        self.at = clock.now()
        self.pass_time(0)
        self.outbox = Path(app.instance_path) / "outbox"
        self.read_letters: set[Path] = set(self.outbox.glob("*"))
        self.keys: dict[str, str] = {}  # address -> who made it, "staff" or "visitor"
        self.unopened: list[str] = []
        self.staff = {role: self._staff(attacker, role) for role in ROLES}
        self.visitor = Browser(app, self.look, "visitor")
        self.colleagues = {
            letter: self._staff(letter, "coordinator") for letter in "BCR" if letter != attacker
        }
        self.phones = {person: self._phone(person) for person in PEOPLE}
        self.given = self._before()  # facts that she knows, or that their owner gave
        self.accepted: dict[str, int] = {}
        others = [id_ for letter, id_ in city.ids.items() if letter != attacker]
        self.belongings = Belongings(app, others, set(city.people.values()))
        self.merges = Merges(app, city.ids[attacker])
        self.opened = 0
        self._came = self._signed_up()
        self.everybody = set(city.people.values())
        self.made_by_visitor: set[int] = set()
        self.with_card = set(PEOPLE)  # whose card from B works
        self.hand = ""  # whose browser sent something last

    def close(self) -> None:
        self.clock.close()

    # -- what she sees

    def look(self, browser: Browser, seen: Seen) -> None:
        """Keep each key, and find each word that she may not read."""
        kind = "visitor" if browser.who in {"visitor", "key visitor"} else "staff"
        self.keep(seen.links, kind)
        self.scan(seen.text, f"{browser.who} at {seen.path}")
        if seen.status >= 500:
            raise Finding(f"{browser.who} at {seen.path}: {seen.status}")

    def keep(self, links: Iterable[str], kind: str) -> None:
        for link in links:
            if link not in self.keys and self.doors.is_key(link):
                self.keys[link] = kind
                self.unopened.append(link)

    def scan(self, text: str, where: str) -> None:
        for word in words_in(text) - self.given:
            fact = self.city.facts.get(word)
            if fact is not None and fact.owner != self.attacker:
                raise Finding(f"{where}: reads the {fact.kind} of {fact.person} at {fact.owner}")

    def _before(self) -> set[str]:
        """What the attacker's organisation knew before: how two who are there now are reached."""
        knew = {"A": {"anna", "bea"}}.get(self.attacker, set())
        reach = {"email", "phone"}
        facts = self.city.facts.items()
        return {word for word, fact in facts if fact.kind in reach and fact.person in knew}

    # -- what she does

    def act(self, role: str, endpoint: str, luck: Random, path: str = "", **fixed: Any) -> None:
        """Send a form of a page, filled in, and go on with the pages that follow."""
        browser = self.visitor if role == "visitor" else self.staff[role]
        if not path:
            with house(self.app) as session:
                path = self.doors.path(session, endpoint, luck, self.own_id)
        if path and not self._is_left_out(path):
            self.press(browser, self._open(browser, path), luck, **fixed)

    def _open(self, browser: Browser, path: str) -> Seen:
        """A page; who was signed out, by what she did, signs in again."""
        seen = browser.get(path)
        if seen.path.startswith("/sign-in") and browser.who in ROLES:
            sign_in(browser, self.app, *self.city.logins[f"{self.attacker} {browser.who}"])
            seen = browser.get(path)
        return seen

    def _is_left_out(self, path: str) -> bool:
        return self.doors.match(path)[0] in LEFT_OUT

    def press(self, browser: Browser, seen: Seen, luck: Random, **fixed: Any) -> None:
        for _ in range(5):
            forms = [form for form in seen.posts if not self.doors.is_of_the_frame(form.action)]
            if not forms:
                return
            own = [
                form
                for form in forms
                if form.action.partition("?")[0] == seen.path.partition("?")[0]
            ]
            form = luck.choice(own or forms) if luck.random() < 0.8 else luck.choice(forms)
            before, seen = seen.path, self._send(browser, form, luck, fixed)
            self.pass_time(3)
            if seen.status >= 400 or seen.path == before or luck.random() < 0.1:
                return

    def _send(self, browser: Browser, form: Form, luck: Random, fixed: dict[str, Any]) -> Seen:
        with house(self.app) as session:
            found = session.scalars(select(Participant.name).order_by(Participant.id))
            names = [name for name in found if name and not words_in(name)]
        is_staff = not browser.who.endswith("visitor")
        self.hand = browser.who
        fill = Filler(luck, [*names, "Nadia N."], form, is_staff=is_staff, **fixed)
        button = luck.choice(form.buttons) if form.buttons else None
        seen = browser.send(form, button, fill)
        if seen.status < 400:
            path = (button.action if button else "") or form.action
            endpoint = self.doors.match(path)[0]
            self.accepted[endpoint] = self.accepted.get(endpoint, 0) + 1
        return seen

    def about(self, role: str, page: str, person: str, luck: Random, **fixed: Any) -> None:
        """Send the form of a page about one person."""
        self.act(role, "", luck, f"/participants/{self.uuid(person)}{page}", **fixed)

    def send_events(self, role: str, luck: Random) -> None:
        """What a phone sends that was offline: about any session, and any person."""
        with house(self.app) as session:
            sessions = session.scalars(select(OfferingSession.uuid)).all()
            people = session.scalars(select(Participant.uuid)).all()
            enrolments = session.scalars(select(Enrolment.uuid)).all()
        events = [
            {
                "id": str(UUID(int=luck.getrandbits(128))),
                "kind": luck.choice(["mark", "walk_in", "walk_in", "close"]),
                "session": str(luck.choice(sessions)),
                "person": str(luck.choice([*people, *enrolments])),
                "chosen": str(luck.choice(people)),
                "name": luck.choice(["Anna", "Nadia"]),
                "status": "present",
                "tapped_at": clock.now().isoformat(),
            }
            for _ in range(4)
        ]
        browser = self.staff[role]
        kept = self._open(browser, "/registers/offline.json").text
        if kept.startswith("{"):
            user = json.loads(kept)["user"]
            browser.send_json("/registers/events", {"user": user, "events": events})

    # -- what her keys open

    def open_new(self) -> None:
        for _ in range(_MOST_NEW):
            if not self.unopened:
                return
            self.open_key(self.unopened.pop())

    def open_key(self, key: str, browser: Browser | None = None) -> Browser:
        """Open one key, in a new browser or beside others, and all that it leads to."""
        browser = browser or Browser(self.app, self.look, f"key {self.keys[key]}")
        seen = browser.get(key)
        self.opened += 1
        endpoint = self.doors.match(key)[0]
        own = [
            form for form in seen.posts if form.action.partition("?")[0] == key.partition("?")[0]
        ]
        if endpoint not in _ACTS and own and not endpoint.startswith("check_in."):
            browser.send(own[0], own[0].buttons[0] if own[0].buttons else None, lambda c: c.value)
        self.look_around(browser)
        return browser

    def open_together(self, most: int = 8) -> Browser:
        """Open the newest keys that staff made in one browser."""
        browser = Browser(self.app, self.look, "key staff")
        for key in [key for key, kind in self.keys.items() if kind == "staff"][-most:]:
            browser.get(key)
        self.look_around(browser)
        return browser

    def look_around(self, browser: Browser) -> None:
        seen = browser.get("/my")
        if not seen.path.startswith("/my"):
            return
        for link in dict.fromkeys(seen.links):
            if link.startswith("/my") and "?" not in link:
                browser.get(link)

    def try_as_her(self, browser: Browser, luck: Random, most: int = 6) -> None:
        """Try what a participant does, on everybody's rows, with what a browser is signed in as."""
        with house(self.app) as session:
            endpoints = self.doors.of("her", method="POST")
            wanted = luck.sample(endpoints, min(most, len(endpoints)))
            own = [name for name in wanted if name.split(".")[0] != "accounts"]
            paths = [(name, self.doors.path(session, name, luck)) for name in own]
            other = luck.choice([letter for letter in "BC" if letter != self.attacker])
            code = self.doors.code(session, self.city.ids[other])
            kiosk = self.doors.kiosk(session, self.city.ids[other])
        for name, path in paths:
            if not path.startswith("/my"):
                continue
            if "GET" in (self.doors.rules[name].methods or ()):
                seen = browser.get(path)
                self.press(browser, seen, luck)
            else:
                browser.post(path)
        browser.post("/check-in", [("code", code)])
        browser.post(f"/check-in/{code}")
        for key in list(self.keys)[-3:]:
            if "/card/" in key:
                Browser(self.app, lambda *_: None, "kiosk").post(kiosk, [("card", key)])

    # -- what others do meanwhile

    def colleague(self, letter: str, path: str, luck: Random, **fixed: Any) -> Seen:
        """Staff of another organisation send a form of theirs."""
        browser = self.colleagues[letter]
        seen = browser.get(path)
        forms = [
            form for form in seen.posts if form.action.partition("?")[0] == path.partition("?")[0]
        ]
        if forms:
            fill = Filler(luck, ["Nadia N."], forms[0], is_staff=False, **fixed)
            buttons = [one for one in forms[0].buttons if one.value == fixed.get("button")]
            button = next(iter(buttons or forms[0].buttons), None)
            seen = browser.send(forms[0], button, fill)
        return seen

    def deliver(self) -> None:
        """Let the worker send what is due; she reads what comes to an address of hers."""
        with self.app.app_context():
            worker.deliver_due()
        for file in sorted(set(self.outbox.glob("*")) - self.read_letters):
            self.read_letters.add(file)
            to, text = read_letter(file)
            if to in CONTROLLED:
                self.scan(text, f"a letter to {to}")
                self.keep(addresses_in(text), CONTROLLED[to])

    def pass_time(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)
        self.clock.close()
        self.clock.enter_context(clock.freeze(self.at))

    # -- what holds after each step

    def settle(self, *, is_hers: bool) -> None:
        """Check what she did, and open what she got."""
        with house(self.app) as session:
            now = set(session.scalars(select(Participant.id)))
        if self.hand.endswith("visitor"):
            self.made_by_visitor |= now - self.everybody
        self.everybody = now
        self._came_to_know(is_hers=is_hers)
        is_merged = self._settle_merges()
        self._compare(is_hers=is_hers and not is_merged)
        self.open_new()
        self.check_not_locked_out(is_hers=is_hers and not is_merged)

    def _settle_merges(self) -> bool:
        changed = self.merges.look()
        for merge in changed:
            if merge.without_yes:
                letters = [one for one, id_ in self.city.ids.items() if id_ in merge.without_yes]
                raise Finding(f"two people became one, and {letters} had not said yes")
            ids = {merge.kept, merge.merged}
            people = {name for name, id_ in self.city.people.items() if id_ in ids}
            owners = {one for one, id_ in self.city.ids.items() if id_ in merge.agreed}
            is_own = bool(ids & self.made_by_visitor)
            for word, fact in self.city.facts.items():
                is_theirs = fact.owner in owners and fact.person in people
                if is_theirs and (fact.kind == "name" or is_own):
                    self.given.add(word)
        return bool(changed)

    def _came_to_know(self, *, is_hers: bool) -> None:
        """Who signed up with the attacker's organisation herself told it how she is reached."""
        before, self._came = self._came, self._signed_up()
        people = {id_ for enrolment, id_ in self._came if (enrolment, id_) not in before}
        names = {name for name, id_ in self.city.people.items() if id_ in people}
        if not is_hers:
            self.given |= {
                word
                for word, fact in self.city.facts.items()
                if fact.person in names and fact.kind in {"name", "email", "phone"}
            }

    def _signed_up(self) -> set[tuple[int, int]]:
        query = select(Enrolment.id, Enrolment.participant_id)
        with house(self.app) as session:
            rows = session.execute(query.where(Enrolment.organisation_id == self.own_id))
            return {(enrolment, person) for enrolment, person in rows}

    def _compare(self, *, is_hers: bool) -> None:
        if fault := self.belongings.compare(is_hers=is_hers):
            raise Finding(fault)

    def check_not_locked_out(self, *, is_hers: bool) -> None:
        """What she has from B still opens B, unless she or B's own staff changed that."""
        with house(self.app) as session:
            works = {
                person
                for person in self.with_card
                if (key := keys.find_key(session, self.city.cards[person].rpartition("/")[2]))
                and self.city.ids["B"] in key.opens
            }
        if is_hers and (lost := self.with_card - works):
            raise Finding(f"the cards that {sorted(lost)} have from B open nothing of B any more")
        self.with_card = works

    def look_with_the_cards(self) -> None:
        """What they open is not only kept so: it is what their pages show."""
        for person in sorted(self.with_card):
            browser = Browser(self.app, lambda *_: None, "her")
            browser.get(self.city.cards[person])
            text = " ".join(browser.get(path).text for path in OWN_PAGES)
            if "B" not in {fact.owner for fact in self.city.facts_in(text)}:
                raise Finding(f"the card that {person} has from B shows nothing of B")

    # -- small help

    def uuid(self, person: str) -> str:
        with house(self.app) as session:
            return str(session.get_one(Participant, self.city.people[person]).uuid)

    def enrolments_at(self, letter: str) -> list[str]:
        with house(self.app) as session:
            query = select(Enrolment.uuid).where(
                Enrolment.organisation_id == self.city.ids[letter],
            )
            return [str(uuid) for uuid in session.scalars(query.order_by(Enrolment.id))]

    def _staff(self, letter: str, role: str) -> Browser:
        is_hers = letter == self.attacker
        browser = Browser(self.app, self.look if is_hers else lambda *_: None, role)
        sign_in(browser, self.app, *self.city.logins[f"{letter} {role}"])
        return browser

    def _phone(self, person: str) -> Browser:
        browser = Browser(self.app, lambda *_: None, person)
        browser.get(self.city.cards[person])
        return browser


def read_letter(file: Path) -> tuple[str, str]:
    """To whom a letter or an SMS went, and what it says."""
    if file.name.endswith(".sms.json"):
        sent = json.loads(file.read_text())
        return str(sent.get("to", "")), str(sent.get("text", ""))
    if file.suffix != ".eml":
        return "", ""
    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    address = message["To"].addresses[0].addr_spec if message["To"] else ""
    parts = [
        part.get_content() for part in message.walk() if part.get_content_type() == "text/plain"
    ]
    return address, "\n".join(parts)
