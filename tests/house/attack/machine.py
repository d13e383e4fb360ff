"""The rules by which the attacker and the others take turns, for hypothesis to walk through."""

import os
from collections.abc import Callable
from contextlib import ExitStack
from datetime import time
from random import Random
from typing import Any

from flask import Flask
from hypothesis import HealthCheck, Phase, seed as hypothesis_seed, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.actor import HOUSE
from portal.core.base import Base
from portal.core.guard import set_actor
from tests import databases
from tests.house.attack.city import PEOPLE, ROLES, build_city
from tests.house.attack.walk import Finding, Walk
from tests.kept import kept
from tests.pages import OWN_PAGES

LENGTH = 50

LUCK = st.integers(0, 2**32 - 1)
WHO = st.sampled_from(PEOPLE)
WORKERS = st.sampled_from(["admin", "coordinator", "guide"])  # who may do most
DESK = st.sampled_from(["admin", "coordinator"])


class Attack(RuleBasedStateMachine):
    """Staff of A do all that they can, while the others do their work."""

    app: Flask
    engine: Engine
    attacker = "A"
    steps = 0
    found_after = 0

    def __init__(self) -> None:
        super().__init__()
        self.frozen = ExitStack()
        noon = clock.from_local(clock.today(), time(12))
        self.frozen.enter_context(clock.freeze(noon))
        with Session(self.engine, expire_on_commit=False) as session:
            set_actor(session, HOUSE)
            databases.clean(self.engine, Base.metadata)
            city = kept(session, "attack", lambda: build_city(self.app, session))
        self.walk = Walk(self.app, city, self.attacker)

    def teardown(self) -> None:
        try:
            if not self.found_after:
                self.walk.look_with_the_cards()
        finally:
            self.walk.close()
            self.frozen.close()

    def _hers(self, do: Callable[..., Any], *values: Any, **fixed: Any) -> None:
        type(self).steps += 1
        self._watched(lambda: do(*values, **fixed), is_hers=True)

    def _theirs(self, do: Callable[..., Any], *values: Any, **fixed: Any) -> None:
        type(self).steps += 1
        self._watched(lambda: do(*values, **fixed), is_hers=False)

    def _watched(self, do: Callable[[], Any], *, is_hers: bool) -> None:
        try:
            do()
            self.walk.settle(is_hers=is_hers)
        except Finding:
            type(self).found_after = self.found_after or self.steps
            raise

    # -- what staff of A do

    @rule(role=st.sampled_from((*ROLES, "visitor")), luck=LUCK)
    def does_anything(self, role: str, luck: int) -> None:
        chance = Random(luck)
        self._hers(self.walk.act, role, chance.choice(self.walk.doors.of(role)), chance)

    @rule(role=WORKERS, person=WHO, luck=LUCK)
    def makes_a_card(self, role: str, person: str, luck: int) -> None:
        self._hers(self.walk.about, role, "/card", person, Random(luck))

    @rule(role=WORKERS, person=WHO, luck=LUCK, way=st.sampled_from(["email", "phone"]))
    def changes_a_contact(self, role: str, person: str, luck: int, way: str) -> None:
        self._hers(self.walk.about, role, "/contact", person, Random(luck), contact_way=way)

    @rule(
        role=DESK,
        luck=LUCK,
        endpoint=st.sampled_from(
            [
                "enrolments.sign_up_at_desk",
                "enrolments.sign_up_known",
                "referrals.refer",
                "referrals.move_on",
                "attendance.walk_in",
                "imports.upload",
                "imports.show",
                "enrolments.decide",
                "enrolments.people",
                "agreements.show",
                "organisations.invite",
            ]
        ),
    )
    def works(self, role: str, luck: int, endpoint: str) -> None:
        self._hers(self.walk.act, role, endpoint, Random(luck), contact_way="email")

    @rule(role=WORKERS, luck=LUCK)
    def sends_what_a_phone_kept(self, role: str, luck: int) -> None:
        self._hers(self.walk.send_events, role, Random(luck))

    @rule(role=DESK, luck=LUCK)
    def asks_a_merge(self, role: str, luck: int) -> None:
        self._hers(self.walk.act, role, "duplicates.compare", Random(luck))

    @rule(role=DESK, luck=LUCK)
    def answers_a_merge(self, role: str, luck: int) -> None:
        self._hers(self.walk.act, role, "duplicates.show", Random(luck))

    @rule(luck=LUCK, letter=st.sampled_from("ABC"))
    def signs_up_as_a_visitor(self, luck: int, letter: str) -> None:
        path = f"/offerings/{self.walk.city.slugs[f'{letter} open']}/sign-up"
        self._hers(self.walk.act, "visitor", "", Random(luck), path, contact_way="email")

    @precondition(lambda self: self.walk.keys)
    @rule(luck=LUCK)
    def opens_an_old_key(self, luck: int) -> None:
        key = Random(luck).choice(list(self.walk.keys))
        self._hers(self.walk.open_key, key)

    @precondition(lambda self: self.walk.keys)
    @rule(luck=LUCK)
    def acts_with_a_key(self, luck: int) -> None:
        chance = Random(luck)
        browser = self.walk.open_key(chance.choice(list(self.walk.keys)))
        self._hers(self.walk.try_as_her, browser, chance)

    @precondition(lambda self: self.walk.keys)
    @rule(luck=LUCK)
    def acts_with_all_keys(self, luck: int) -> None:
        self._hers(self.walk.try_as_her, self.walk.open_together(), Random(luck))

    @rule()
    def gets_letters(self) -> None:
        self._hers(self.walk.deliver)

    @rule(hours=st.integers(1, 30))
    def time_goes_by(self, hours: int) -> None:
        self.walk.pass_time(hours * 3600)
        self._hers(self.walk.deliver)

    # -- what the others do

    @rule(person=WHO, luck=LUCK)
    def b_writes_of_her(self, person: str, luck: int) -> None:
        word = self.walk.city.plant("observation", "B", person)
        path = f"/participants/{self.walk.uuid(person)}/observations/new"
        self._theirs(self.walk.colleague, "B", path, Random(luck), example=word)

    @rule(letter=st.sampled_from("BC"), is_same=st.booleans(), luck=LUCK)
    def others_answer_a_merge(self, letter: str, is_same: bool, luck: int) -> None:
        asked = self.walk.merges.asked_of(self.walk.city.ids[letter])
        if asked:
            id_, uuid = Random(luck).choice(asked)
            if is_same:
                self.walk.merges.yes.setdefault(id_, set()).add(self.walk.city.ids[letter])
            button = "agree" if is_same else "refuse"
            self._theirs(
                self.walk.colleague, letter, f"/work/merges/{uuid}", Random(luck), button=button
            )

    @rule(luck=LUCK)
    def b_answers_a_sign_up(self, luck: int) -> None:
        chance = Random(luck)
        uuid = chance.choice(self.walk.enrolments_at("B"))
        self._theirs(self.walk.colleague, "B", f"/work/enrolments/{uuid}/decide", chance)

    @rule(person=WHO, luck=LUCK)
    def she_uses_her_phone(self, person: str, luck: int) -> None:
        phone = self.walk.phones[person]
        chance = Random(luck)
        self._theirs(self.walk.press, phone, phone.get(chance.choice(OWN_PAGES)), chance)

    @rule(person=WHO, letter=st.sampled_from("ABC"), luck=LUCK)
    def she_signs_up(self, person: str, letter: str, luck: int) -> None:
        phone = self.walk.phones[person]
        slug = self.walk.city.slugs[f"{letter} open"]
        self._theirs(self.walk.press, phone, phone.get(f"/offerings/{slug}/sign-up"), Random(luck))

    @precondition(lambda self: self.walk.keys)
    @rule(person=WHO, luck=LUCK)
    def she_opens_what_staff_gave_her(self, person: str, luck: int) -> None:
        staff = [key for key, kind in self.walk.keys.items() if kind == "staff"]
        if staff:
            phone = self.walk.phones[person]
            self._theirs(phone.get, Random(luck).choice(staff))


def attack(machine: type[Attack], steps: int, seed: int | None = None) -> int:
    """Let the attacker walk; how many steps were taken. Raises what she found.

    Without a seed it is the same walk each time. ATTACK_SHRINK asks for the shortest way to what
    was found, which takes some minutes.
    """
    machine.steps = machine.found_after = 0
    options = settings(
        max_examples=max(1, steps // LENGTH),
        stateful_step_count=LENGTH,
        database=None,
        derandomize=seed is None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, *([Phase.shrink] if "ATTACK_SHRINK" in os.environ else [])],
    )
    factory = machine if seed is None else hypothesis_seed(seed)(machine)
    run_state_machine_as_test(factory, settings=options)
    return machine.steps
