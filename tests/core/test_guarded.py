"""The guard of a session by itself, in memory: whose rows a statement returns, and none without."""

import gc
import weakref
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, strategies as st
from sqlalchemy import Integer, Select, create_engine, delete, event, select, update
from sqlalchemy.engine.interfaces import CacheStats
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    aliased,
    mapped_column,
    with_loader_criteria,
)
from sqlalchemy.types import TypeDecorator

from portal.core import clock, guard
from portal.core.actor import HOUSE, VISITOR, Actor, ActorKind, Role, participant_actor
from portal.core.asked import asks_all, asks_rare, asks_rows
from portal.core.base import Base
from portal.core.guard import Guarded, actor_of, as_house, reading_as, set_actor
from portal.progress.models import LadderStep
from portal.progress.rules import Voice
from portal.searches.models import SavedOffering
from tests.core import guarded_world as world

HERE, THERE, HER, OTHER = 1, 2, 11, 12
STAFF = Actor(kind=ActorKind.STAFF, user_id=1, organisation_id=HERE)


@pytest.fixture
def session() -> Iterator[Session]:
    """Steps of two people at two organisations, in a database in memory without other rows."""
    guard._KEPT.clear()  # what an earlier test let it keep
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine, [Base.metadata.tables[LadderStep.__tablename__]])
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
    (replace(VISITOR, organisation_id=HERE), set()),
    (STAFF, {1, 2}),
    (Actor(kind=ActorKind.STAFF, user_id=1, is_operator=True), set()),
    (Actor(kind=ActorKind.STAFF, user_id=2, organisation_id=THERE), {3}),
    (participant_actor(HER, "Fatma", [HERE, THERE]), {1, 3}),
    (participant_actor(HER, "Fatma", [THERE]), {3}),
    (participant_actor(HER, "Fatma", []), set()),
    (participant_actor(OTHER, "Semhar", [HERE, THERE]), {2}),
    (replace(participant_actor(HER, "Fatma", [HERE]), organisation_id=HERE), {1}),
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


def test_what_is_hers_alone_is_shown_where_her_keys_open_and_to_no_staff(session):
    Base.metadata.create_all(session.get_bind(), [Base.metadata.tables["saved_offering"]])
    session.add(SavedOffering(participant_id=HER, organisation_id=HERE, offering_id=1))
    session.flush()
    hers = participant_actor(HER, "Zij", opens=[HERE])
    others = [
        participant_actor(OTHER, "Een ander", opens=[HERE]),
        participant_actor(HER, "Zij, met een andere kaart", opens=[THERE]),
        replace(STAFF, participant_id=HER, opens=frozenset({HERE}), role=Role.COORDINATOR),
        VISITOR,
    ]
    session.expunge_all()
    for actor in (hers, *others):
        with reading_as(session, actor):
            seen = session.scalars(select(SavedOffering.offering_id)).all()
        assert seen == ([1] if actor is hers else []), actor


@pytest.fixture(scope="module")
def everybody() -> Iterator[tuple[Session, list[Actor]]]:
    """Rows of all the house in memory, and who may look at them; statements stay compiled."""
    guard._KEPT.clear()
    guard._READS.clear()
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        set_actor(session, HOUSE)
        yield session, world.rows(session)


LOOKS = st.lists(
    st.tuples(st.integers(0, 99), st.sampled_from(sorted(world.STATEMENTS)), st.booleans()),
    min_size=2, max_size=9,
)  # fmt: skip


@pytest.mark.slow
@given(LOOKS)
def test_whoever_looked_before_each_finds_what_criteria_made_anew_show(everybody, looks):
    session, actors = everybody
    for number, name, forget in looks:
        actor = actors[number % len(actors)]
        if forget:
            guard._KEPT.clear()
        expected = world.read_slowly(session, actor, world.STATEMENTS[name]())
        assert world.read(session, actor, world.STATEMENTS[name]()) == expected


def test_actors_alike_share_what_is_compiled_and_no_value(everybody):
    """Each finds her own; only those whose criteria read otherwise have it compiled anew."""
    session, actors = everybody
    hits: list[CacheStats] = []

    def note(_connection, _cursor, _sql, _values, context, _many):
        hits.append(context.cache_hit)

    event.listen(session.get_bind(), "before_cursor_execute", note)
    also = aliased(LadderStep, name="looked_at_by_this_test_only")
    found: dict[Actor, list[object]] = {}
    for actor in (*actors, *reversed(actors)):
        rows = world.read(session, actor, select(also.step).order_by(also.step))
        assert found.setdefault(actor, rows) == rows
    event.remove(session.get_bind(), "before_cursor_execute", note)
    compiled = [hit is CacheStats.CACHE_MISS for hit in hits]
    # A visitor, an operator, nobody of a house, staff, those who log for others, a participant.
    assert (sum(compiled[: len(actors)]), sum(compiled[len(actors) :])) == (6, 0)
    assert len({repr(rows) for rows in found.values()}) > 8


@pytest.mark.slow
def test_the_criteria_of_an_actor_are_made_once_and_told_to_no_statement_that_is_gone(session):
    kept = guard._criteria_for(STAFF)
    assert guard._criteria_for(STAFF) is kept
    assert guard._criteria_for(VISITOR) is not kept
    statement = select(LadderStep.step)
    assert kept.added_to(statement) is kept.added_to(statement)
    assert statement._with_options == ()
    set_actor(session, STAFF)
    session.scalars(statement).all()
    gone = weakref.ref(statement)
    del statement
    gc.collect()
    assert gone() is None


def test_a_statement_of_which_less_is_asked_afterwards_keeps_its_criteria(session):
    criteria = guard._criteria_for(STAFF)
    narrowed = criteria.added_to(select(LadderStep)).with_only_columns(LadderStep.step)
    assert set(session.scalars(narrowed)) == {1, 2}  # the house reads: nothing else is added


def test_a_question_that_is_made_once_shows_each_actor_her_own(session):
    @asks_rows
    def steps_of(least: int) -> Select[int]:
        later = aliased(LadderStep)
        gone = select(later.id).where(later.step == LadderStep.step, later.step > 9).exists()
        return select(LadderStep.step).where(LadderStep.step >= least, ~gone)

    @asks_all
    def all_of() -> Select[LadderStep]:
        return select(LadderStep)

    @asks_rare
    def rare(steps: Collection[int]) -> Select[LadderStep]:
        return select(LadderStep).where(LadderStep.step.in_(steps))

    for actor, steps in (*SEES, *reversed(SEES), (HOUSE, {1, 2, 3})):
        with reading_as(session, actor):
            assert {row.step for row in steps_of(session, 2)} == steps - {1}
            assert {row.step for row in all_of(session)} == steps
            assert {row.step for row in rare(session, {2, 3})} == steps - {1}
            assert not rare(session, [9])
    with Session(session.get_bind()) as nobodys, pytest.raises(RuntimeError, match="no actor"):
        steps_of(nobodys, 1)


def test_a_question_that_is_made_once_holds_no_moment(session):
    @asks_rows
    def since() -> Select[int]:
        return select(LadderStep.step).where(LadderStep.stated_on >= clock.today())

    with pytest.raises(AssertionError, match="this moment"):
        since(session)


@pytest.mark.parametrize(("actor", "steps"), SEES)
def test_what_is_written_to_many_rows_at_once_is_written_to_her_own_only(session, actor, steps):
    set_actor(session, actor)
    session.execute(update(LadderStep).values(step=LadderStep.step + 3))
    with as_house(session):
        assert set(session.scalars(select(LadderStep.step))) == {
            step + 3 * (step in steps) for step in (1, 2, 3)
        }
    session.execute(delete(LadderStep))
    with as_house(session):
        assert set(session.scalars(select(LadderStep.step))) == {1, 2, 3} - steps


def test_criteria_that_can_not_be_told_apart_are_refused():
    class Other(DeclarativeBase):
        """Tables of this test only."""

    class NoKey(TypeDecorator[int]):
        impl = Integer
        cache_ok = False

    class Odd(Other):
        __tablename__ = "odd"
        id: Mapped[int] = mapped_column(NoKey, primary_key=True)

    with pytest.raises(AssertionError, match=r"^criteria that can't be kept"):
        guard.Criteria([with_loader_criteria(Odd, Odd.id == 1)])


def test_an_expert_sees_only_what_says_that_it_is_for_experts(session, monkeypatch):
    expert = replace(STAFF, role=Role.EXPERT)
    for actor, is_for_experts, seen in (
        (STAFF, False, {1, 2}),
        (STAFF, True, {1, 2}),
        (expert, False, set()),
        (expert, True, {1, 2}),
    ):
        monkeypatch.setattr(LadderStep, "for_experts", is_for_experts)
        guard._KEPT.clear()
        session.expunge_all()
        with reading_as(session, actor):
            assert {row.step for row in session.scalars(select(LadderStep))} == seen
