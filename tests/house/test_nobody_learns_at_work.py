"""No employer, contractor, account manager or guide learns what she isn't entitled to.

ATTACK_STEPS and ATTACK_SEED as of `test_nobody_passes.py`.
"""

import os
from inspect import getattr_static
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import joinedload, object_session

from portal.core import guard
from portal.core.errors import RuleBroken
from portal.core.guard import as_house
from portal.introductions.models import Introduction
from portal.notices import commands as notices
from portal.participants.models import Participant, ParticipantLink, Programme, ProgrammeTerm
from portal.social_return import commands, pages
from portal.social_return.models import Contract, ContractLine
from portal.work_places import labels
from tests.house.attack.at_work import AtWork
from tests.house.attack.walk import Finding

STEPS = int(os.environ.get("ATTACK_STEPS", "100"))
LENGTH, SEED = 100, int(os.environ.get("ATTACK_SEED", "1"))
# Whoever reads none of these in a whole walk, sees nothing and finds nothing.
READ = {
    "first E", "last E", "first F", "first P", "first Q", "met E", "met P", "example P",
    "contract E", "contract M", "contract N", "seen E", "seen M", "gift E", "gift P",
    "amount E", "amount F", "amount M", "amount N", "group E", "place E", "company M", "came P",
    "refused", "letter",
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.one_database
@pytest.mark.timeout(0)
def test_nobody_learns_at_work_what_she_is_not_entitled_to(app, engine):
    read: set[str] = set()
    for number in range(max(1, STEPS // LENGTH)):
        at_work = AtWork(app, engine, SEED + number)
        at_work.walk(min(STEPS, LENGTH))
        read |= at_work.read
    assert not READ - read


def _an_employer_sees_all_introductions(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Introduction, "visible_to", classmethod(lambda *_: sa.true()))
    patch.setattr(guard, "_KEPT", {})


def _who_is_no_longer_visible_stays_in_sight(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Introduction, "is_shown", classmethod(lambda *_: sa.true()))
    patch.setattr(guard, "_KEPT", {})


def _her_whole_name_is_shown_from_the_beginning(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Introduction, "name_at_work", property(lambda row: row.participant.name))


def _an_employer_reads_her_programme(patch: pytest.MonkeyPatch) -> None:
    def name(row: Introduction) -> str:
        of = select(Programme.name).join(ProgrammeTerm)
        session = object_session(row)
        assert session is not None
        with as_house(session):
            hers = ProgrammeTerm.participant_id == row.participant_id
            return f"{row.participant.name.split()[0]} ({session.scalar(of.where(hers))})"

    patch.setattr(Introduction, "name_at_work", property(name))


def _an_employer_reads_whose_guide_comes(patch: pytest.MonkeyPatch) -> None:
    def name(row: Introduction) -> str:
        of = row.guide_organisation
        return f"{row.participant.name.split()[0]} {of.name if of else ''}"

    patch.setattr(Introduction, "name_at_work", property(name))


def _a_guide_sees_what_she_does_not_help_with(patch: pytest.MonkeyPatch) -> None:
    whole = getattr_static(Introduction, "visible_to").__func__

    def visible_to(cls: Any, actor: Any) -> Any:
        knows = select(ParticipantLink.participant_id)
        knows = knows.where(ParticipantLink.organisation_id == actor.organisation_id)
        return whole(cls, actor) | cls.participant_id.in_(knows)

    patch.setattr(Introduction, "visible_to", classmethod(visible_to))
    patch.setattr(guard, "_KEPT", {})


def _a_statement_names_the_group(patch: pytest.MonkeyPatch) -> None:
    shown = pages.notes
    patch.setattr(pages, "notes", lambda one: [one.tariff.group, *shown(one)])


def _a_manager_sees_what_was_not_sent(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(ContractLine, "visible_to", getattr_static(Contract, "visible_to"))
    patch.setattr(guard, "_KEPT", {})


def _a_refusal_says_whose_it_is(patch: pytest.MonkeyPatch) -> None:
    declare = commands.declare

    def say(session: Any, actor: Any, of: Any, claim: Any, mark: str, *rest: Any, **more: Any):
        try:
            return declare(session, actor, of, claim, mark, *rest, **more)
        except RuleBroken as refused:
            line = select(ContractLine).options(joinedload(ContractLine.organisation))
            with as_house(session):
                whose = session.scalars(line.where(ContractLine.mark == mark)).first()
                said = whose and whose.organisation.name
            raise RuleBroken("", f"{refused} {said}") from refused

    patch.setattr(commands, "declare", say)


def _a_small_number_is_said(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(labels, "coarse", lambda count, least: (count, count + 1) if count else None)


def _a_letter_names_her(patch: pytest.MonkeyPatch) -> None:
    def tell(session: Any, to: Any, kind: str, **about: Any) -> Any:
        of = select(Participant.name).join(Introduction)
        with as_house(session):
            name = session.scalar(of.where(Introduction.uuid == UUID(about["introduction"])))
        return notices.tell(session, to, kind, **about | {"title": name})

    patch.setattr("portal.introductions.commands.tell", tell)


@pytest.mark.deep
@pytest.mark.one_database
@pytest.mark.timeout(0)
@pytest.mark.parametrize(
    ("broken", "found"),
    [
        (_an_employer_sees_all_introductions, "reads the (first|last|met)"),
        (_who_is_no_longer_visible_stays_in_sight, "[EF] .* reads the (first|met)"),
        (_her_whole_name_is_shown_from_the_beginning, "[EF] .* reads the last"),
        (_an_employer_reads_her_programme, "[EF] .* reads the programme"),
        (_an_employer_reads_whose_guide_comes, "[EF] .* reads the came of P"),
        (_a_guide_sees_what_she_does_not_help_with, "[PQ] .* reads the met"),
        (_a_statement_names_the_group, "reads the group"),
        (_a_manager_sees_what_was_not_sent, "[MN] recogniser .* (reads the seen|the amount)"),
        (_a_refusal_says_whose_it_is, "lines/new.* reads the company of [EF]"),
        (_a_small_number_is_said, "counts people"),
        (_a_letter_names_her, "at letter: reads the (first|last)"),
    ],
)
def test_the_players_find_each_rule_that_is_broken(app, engine, monkeypatch, broken, found):
    """In as many steps as the walk above takes, so that it isn't blind."""
    broken(monkeypatch)
    at_work = AtWork(app, engine)
    with pytest.raises(Finding, match=found):
        at_work.walk(LENGTH)
    print(f"{broken.__name__}: found after {at_work.steps} steps")
