"""Who somebody is changes no list, count or invitation: not sex, origin, age, benefit, programme.

Of these the model holds a birth year, a name, a language and a programme; the others no table has.
All that other rooms keep of her can't be gone by either, since nothing of it is read.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from portal.core import HOUSE, Base, clock, reading_as, set_actor
from portal.core.guard import as_house
from portal.participants.models import Participant, ParticipantLink, Programme, ProgrammeTerm
from portal.work_places import queries
from portal.work_places.models import WorkPlace, WorkWish
from tests import factories as make
from tests.work_places.made import TIMES, visible, wish, work_place

OTHERS = {
    "name": "Mohammed Öztürk", "language": "ar", "birth_year": 1951, "has_only_name": True,
    "folded_name": "z", "created_at": clock.now() - timedelta(days=9000),
}  # fmt: skip
# All that may be read to say what fits whom: what is asked, what she says and can, who may look.
_READ = {
    "work_place", "organisation", "work_wish", "visibility", "observation", "own_say",
    "participant", "participant_link",
}  # fmt: skip
_WHO_SHE_IS = re.compile(
    r"sex|gender|geslacht|origin|ethnic|nationali|religio|health|disab|benefit|uitkering|marit"
)


@pytest.fixture
def seen(session, cast) -> Callable[[], dict[str, Any]]:
    """What each sees and who is invited, of five people who are visible, one of them ours."""
    work_place(session, cast)
    work_place(session, cast, title="Avond", slug="avond", times=["5-evening"])
    make.observation(session, cast.enrolment, competence="samenwerken")
    wish(session, cast.participant)
    for who in [*(make.participant(session) for _ in range(4)), cast.participant]:
        if who is not cast.participant:
            make.enrolment(session, make.offering(session, cast.enterprise), who)
        visible(session, who, cast.enterprise.id)
    session.commit()
    her_id = cast.participant.id

    def look() -> dict[str, Any]:
        session.expire_all()
        found: dict[str, Any] = {}
        with reading_as(session, cast.actor("participant")):
            can = queries.list_seen(session, [her_id])[her_id]
            hers = queries.list_matches(
                session, queries.seeks_of(queries.find_wish(session, her_id), can)
            )
            found["her list"] = [(one.id, fits) for one, fits in hers]
        with reading_as(session, cast.actor("employer")):
            own = queries.list_own(session, cast.actor("employer")).rows
            found["the employer's counts"] = queries.count_fitting(session, own)
        with reading_as(session, cast.actor("guide")):
            places = session.scalars(select(WorkPlace).order_by(WorkPlace.id)).all()
            found["the guide's people"] = [
                {her.id for her in queries.list_fitting(session, one)} for one in places
            ]
            can = queries.list_seen(session, [her_id])[her_id]
            of_her = queries.list_matches(
                session, queries.seeks_of(queries.find_wish(session, her_id), can)
            )
            found["the guide's list for her"] = [(one.id, fits) for one, fits in of_her]
        set_actor(session, HOUSE)
        found["who is invited"] = [sorted(queries.whom_to_tell(session, one)) for one in places]
        return found

    return look


def test_each_field_of_who_she_is_changes_nothing(session, cast, seen):
    before = seen()
    assert all(before.values())
    assert before["the employer's counts"] == {1: 5, 2: 0}
    of = {column.key for column in Participant.__table__.columns}
    assert of - {"id", "uuid", "merged_into_id"} == set(OTHERS), "is the rule to go by it?"
    for name, value in OTHERS.items():
        row = session.get_one(Participant, cast.participant.id)
        own = getattr(row, name)
        for swapped in (value, own):
            setattr(session.get_one(Participant, cast.participant.id), name, swapped)
            session.commit()
            assert seen() == before, name


def test_her_programme_her_reach_and_where_she_went_on_change_nothing(session, cast, seen):
    before = seen()
    for name in ("Bijstand", "Vrouwen 50+"):
        programme = Programme(name=name, valid_from=clock.today())
        session.add(programme)
        session.flush()
        term = {"programme_id": programme.id, "from_on": clock.today()}
        session.add(ProgrammeTerm(participant_id=cast.participant.id, **term))
        session.commit()
        assert seen() == before, name
    make.outflow(session, cast.enrolment)
    make.rating(session, cast.enrolment)
    for link in session.scalars(select(ParticipantLink)):
        link.phone, link.email = "+31699999999", "x@example.org"
    session.commit()
    assert seen() == before
    with as_house(session):
        session.scalars(select(WorkWish)).one().times = TIMES[:1]
    session.commit()
    assert seen() != before  # and what it goes by does


@contextmanager
def _reading(session) -> Iterator[set[str]]:
    """The tables that are read meanwhile."""
    tables: set[str] = set()

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        tables.update(re.findall(r'(?:FROM|JOIN) "?(\w+)', statement))

    engine = session.get_bind().engine
    event.listen(engine, "before_cursor_execute", note)
    yield tables
    event.remove(engine, "before_cursor_execute", note)


def test_nothing_that_another_room_keeps_of_her_is_read(session, seen):
    with _reading(session) as tables:
        seen()
    assert tables == _READ


def test_no_table_holds_what_nobody_may_go_by():
    columns = {
        f"{table.name}.{one.name}" for table in Base.metadata.sorted_tables for one in table.columns
    }
    assert {one for one in columns if _WHO_SHE_IS.search(one)} == set()
