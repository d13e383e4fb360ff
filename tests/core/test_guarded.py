"""The guard of a session by itself, in memory: whose rows a statement returns, and none without."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session, aliased

from portal.core import guard
from portal.core.actor import HOUSE, VISITOR, Actor, ActorKind, participant_actor
from portal.core.base import Base
from portal.core.guard import Guarded, actor_of, as_house, reading_as, set_actor
from portal.progress.models import LadderStep
from portal.progress.rules import Voice

HERE, THERE, HER, OTHER = 1, 2, 11, 12
STAFF = Actor(kind=ActorKind.STAFF, user_id=1, organisation_id=HERE)


@pytest.fixture
def session() -> Iterator[Session]:
    """Steps of two people at two organisations, in a database in memory without other rows."""
    guard._KEPT.clear()  # what an earlier test let it keep
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine, [LadderStep.__table__])  # type: ignore[list-item]
    with Session(engine) as session:
        for number, (organisation, person) in enumerate(
            ((HERE, HER), (HERE, OTHER), (THERE, HER)), start=1
        ):
            row = LadderStep(
                step=number, voice=Voice.GUIDE, stated_on=date(2026, 3, 2), enrolment_id=number,
                organisation_id=organisation, participant_id=person,
            )  # fmt: skip
            session.add(row)
        set_actor(session, HOUSE)
        session.commit()
        yield session


SEES = [
    (HOUSE, {1, 2, 3}),
    (VISITOR, set()),
    (STAFF, {1, 2}),
    (Actor(kind=ActorKind.STAFF, user_id=1, is_operator=True), set()),
    (Actor(kind=ActorKind.STAFF, user_id=2, organisation_id=THERE), {3}),
    (participant_actor(HER, "Fatma", [HERE, THERE]), {1, 3}),
    (participant_actor(HER, "Fatma", [THERE]), {3}),
    (participant_actor(HER, "Fatma", []), set()),
    (participant_actor(OTHER, "Semhar", [HERE, THERE]), {2}),
]


@pytest.mark.parametrize(("actor", "steps"), SEES)
def test_each_actor_sees_the_same_rows_by_any_statement(session, actor, steps):
    set_actor(session, actor)
    assert actor_of(session) is actor
    for _ in range(2):  # what the guard adds is kept from the first time on
        assert set(session.scalars(select(LadderStep.step))) == steps
        assert {row.step for row in session.scalars(select(LadderStep))} == steps
    also = aliased(LadderStep)
    assert set(session.scalars(select(also.step))) == steps
    for number in (1, 2, 3):
        session.expunge_all()
        assert (session.get(LadderStep, number) is not None) == (number in steps)


def test_without_an_actor_nothing_is_read(session):
    session.info.clear()
    for read in (lambda: session.scalars(select(LadderStep)).all(), lambda: actor_of(session)):
        with pytest.raises(RuntimeError, match=r"^this session has no actor: say who is reading"):
            read()


def test_a_row_that_she_has_is_read_anew_whoever_she_is(session):
    row = session.get(LadderStep, 1)
    set_actor(session, VISITOR)
    session.expire(row)
    assert row.step == 1


def test_reading_as_another_ends_when_it_ends_or_fails(session):
    set_actor(session, VISITOR)
    with as_house(session):
        assert actor_of(session) is HOUSE
        with pytest.raises(ValueError, match="inner"):
            _fail_as(session, STAFF)
        assert actor_of(session) is HOUSE
    assert actor_of(session) is VISITOR


def _fail_as(session, actor):
    with reading_as(session, actor):
        assert actor_of(session) is actor
        raise ValueError("inner")


def test_what_is_kept_of_actors_does_not_grow_without_end(session, monkeypatch):
    monkeypatch.setattr(guard, "_MOST_ACTORS_KEPT", 3)
    monkeypatch.setattr(guard, "_KEPT", {})
    sizes = []
    for number in range(8):
        set_actor(session, Actor(kind=ActorKind.STAFF, user_id=number, organisation_id=HERE))
        assert set(session.scalars(select(LadderStep.step))) == {1, 2}
        sizes.append(len(guard._KEPT))
    assert sizes == [1, 2, 3, 1, 2, 3, 1, 2]


def test_a_guarded_table_that_says_nothing_shows_nothing():
    class Forgotten(Guarded):
        """It was forgotten to say who sees its rows."""

    with pytest.raises(NotImplementedError, match=r"^Forgotten$"):
        Forgotten.visible_to(VISITOR)
