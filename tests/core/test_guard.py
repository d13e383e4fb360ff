"""The second lock: nobody reads without saying who, and only what is theirs."""

from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest
from sqlalchemy import event, select
from sqlalchemy.engine.interfaces import CacheStats
from sqlalchemy.orm import Session

from portal.core import guard
from portal.core.actor import HOUSE, Actor
from portal.core.guard import set_actor
from portal.enrolments.models import Enrolment
from portal.participants.models import Participant
from tests.cast import Cast
from tests.core import guarded_world as world


def test_a_session_without_an_actor_reads_nothing(engine):
    with Session(engine) as session, pytest.raises(RuntimeError, match="no actor"):
        session.scalars(select(Participant)).all()


@pytest.mark.parametrize(
    ("name", "sees"),
    [
        ("visitor", 0), ("participant", 1), ("guide", 1), ("admin", 1), ("cooperative", 1),
        ("stranger", 0), ("recogniser", 0), ("referrer", 0),
    ],
)  # fmt: skip
def test_people_are_seen_only_where_they_take_part(session: Session, cast: Cast, name, sees):
    session.expunge_all()  # or it would be found without asking the database
    set_actor(session, cast.actor(name))
    assert len(session.scalars(select(Participant)).all()) == sees
    assert len(session.scalars(select(Enrolment)).all()) == sees
    assert (session.get(Enrolment, cast.enrolment.id) is not None) == bool(sees)


def test_who_may_see_alike_shares_a_compiled_statement_and_not_its_values(
    session: Session, cast: Cast
):
    hits = []

    def note(_connection, _cursor, sql, values, context, _many):
        if "FROM enrolment" in sql:  # and not what was asked of who reads
            hits.append((context.cache_hit, values))

    engine = session.get_bind().engine
    engine.clear_compiled_cache()  # it is small, and what others asked would push these out
    event.listen(engine, "before_cursor_execute", note)
    try:
        for name, sees in (("admin", 1), ("stranger", 0), ("admin", 1)):
            session.expunge_all()
            set_actor(session, cast.actor(name))
            assert len(session.scalars(select(Enrolment)).all()) == sees
    finally:
        event.remove(engine, "before_cursor_execute", note)
    of = [found for found in hits if found[0] is not CacheStats.NO_DIALECT_SUPPORT]
    assert [hit for hit, _ in of[-2:]] == [CacheStats.CACHE_HIT] * 2
    assert of[-1][1] != of[-2][1]


@pytest.mark.slow
def test_threads_with_one_actor_each_find_what_criteria_made_anew_show(
    engine, session: Session, monkeypatch
):
    """Statements of everybody, in another order in each thread; few actors are kept."""
    monkeypatch.setattr(guard, "_MOST_ACTORS_KEPT", 7)
    every = [(actor, name) for actor in world.rows(session) for name in world.STATEMENTS]
    looks = every[::5]  # each actor is among them, and each statement
    expected = {
        (actor, name): world.read_slowly(session, actor, world.STATEMENTS[name]())
        for actor, name in looks
    }
    session.rollback()

    def look(seed: int) -> list[tuple[Actor, str]]:
        with Session(engine) as own:
            set_actor(own, HOUSE)
            mine = Random(seed).sample(looks, len(looks))
            return [
                (actor, name)
                for actor, name in mine
                if world.read(own, actor, world.STATEMENTS[name]()) != expected[actor, name]
            ]

    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(look, range(3))) == [[], [], []]
