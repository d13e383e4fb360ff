"""A whole group is entered by its names: asked about first, and at once, with few statements."""

import pytest
from sqlalchemy import event, select

from portal.core.errors import NotFound, RuleBroken
from portal.core.guard import as_house
from portal.enrolments.commands.entering import enter_group
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EnrolmentStatus
from portal.enrolments.rules.entering import LONGEST_NAME, MOST_AT_ONCE, may_be_one, names_of
from portal.participants.models import Participant
from tests import factories as make

TWENTY_FOUR = "\n".join(f"Naam{chr(97 + number)} V." for number in range(24))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Zahra B.\n\n  Emre D.  \n", ["Zahra B.", "Emre D."]),
        ("1. Zahra B.\n2) Emre D.\n3 Noor K.", ["Zahra B.", "Emre D.", "Noor K."]),
        ("- Zahra B.\r\n* Emre D.", ["Zahra B.", "Emre D."]),
        ("Vries, Jan de\nBoer\tAnna", ["Jan de Vries", "Boer Anna"]),
    ],
)
def test_names_are_read_as_they_are_pasted(text: str, names: list[str]):
    assert names_of(text) == names


def test_as_many_and_as_long_as_may_be():
    assert len(names_of("Zahra\n" * MOST_AT_ONCE)) == MOST_AT_ONCE
    assert names_of("a" * LONGEST_NAME) == ["a" * LONGEST_NAME]


@pytest.mark.parametrize("text", ["Zahra B.\n...", "a" * 81, "Zahra\n" * (MOST_AT_ONCE + 1)])
def test_what_is_no_list_of_names_is_refused(text: str):
    with pytest.raises(RuleBroken):
        names_of(text)


@pytest.mark.parametrize(
    ("one", "other", "may_be"),
    [
        ("fatma a", "fatma a", True), ("fatma", "fatma ahmadi", True),
        ("fatma a", "fatma ahmadi", True), ("fatma ahmadi", "fatma bakker", False),
        ("fatma a", "ali a", False), ("fatma el a", "fatma el ahmadi", True),
        ("fatma de boer", "fatma de bakker", False), ("fatma al a", "fatma el ahmadi", True),
    ],
)  # fmt: skip
def test_who_may_be_one_person(one: str, other: str, may_be: bool):
    assert may_be_one(one, other) is may_be_one(other, one) is may_be


@pytest.fixture
def group(session, cast):
    made = make.offering(session, cast.enterprise, title="Naaien", places=25)
    session.commit()
    return made


def entered(session, group) -> dict[str, EnrolmentStatus]:
    with as_house(session):
        rows = session.scalars(
            select(Enrolment).where(Enrolment.offering_id == group.id).order_by(Enrolment.id)
        )
        return {row.participant.name: row.status for row in rows}


def test_twenty_four_people_in_one_form_and_not_twice(session, cast, group):
    client = cast.client("coordinator")
    page = client.page(f"/work/offerings/{group.slug}/people/enter")
    done = client.page(client.submit(page, names=TWENTY_FOUR))
    assert "24 mensen zitten nu in de groep." in done.words
    client.submit(page, names=TWENTY_FOUR)
    assert list(entered(session, group).values()) == [EnrolmentStatus.ENROLLED] * 24
    session.refresh(group)
    assert group.places_taken == 24


def test_who_may_be_known_is_asked_before_anybody_is_entered(session, cast, group):
    client = cast.client("coordinator")
    url, name = f"/work/offerings/{group.slug}/people/enter", cast.participant.name
    asking = client.page(client.submit(url, names=f"Zahra B.\n{name}\nZahra B."))
    assert entered(session, group) == {}
    assert "Er is nog niemand ingevoerd" in asking.select_one(".notice[data-focus]").text
    asked = {str(row.legend.text): row for row in asking.select("main fieldset")}
    assert set(asked) == {name, "Zahra B."}
    fields = {row.input["name"]: "skip" for row in asked.values()}
    fields[asked[name].input["name"]] = str(cast.participant.uuid)
    session.commit()
    client.submit(asking, **fields)
    assert set(entered(session, group)) == {name, "Zahra B."}
    with as_house(session):
        assert len(session.scalars(select(Participant).where(Participant.name == name)).all()) == 1


def test_who_comes_after_the_last_place_waits(session, cast, group):
    group.places = 2
    session.flush()
    actor = cast.actor("coordinator")
    numbers = enter_group(
        session, actor, offering_id=group.id, names=["A", "B", "C"],
        known_ids=[cast.participant.id],
    )  # fmt: skip
    assert numbers == (2, 2)
    places = list(entered(session, group).values())
    assert places == [EnrolmentStatus.ENROLLED] * 2 + [EnrolmentStatus.WAITING] * 2
    again = enter_group(
        session, actor, offering_id=group.id, names=[], known_ids=[cast.participant.id]
    )
    assert again == (0, 0)


def test_nobody_enters_whom_another_organisation_knows(session, cast, group):
    other = make.participant(session, "Van elders")
    session.flush()
    with pytest.raises(NotFound):
        enter_group(
            session, cast.actor("coordinator"), offering_id=group.id, names=["A"],
            known_ids=[other.id],
        )  # fmt: skip


@pytest.mark.parametrize("people", [2, 24])
def test_the_lock_is_held_for_as_many_statements_however_many_come(session, cast, group, people):
    seen: list[str] = []
    connection = session.connection()
    event.listen(connection, "before_cursor_execute", lambda *said: seen.append(said[2]))
    names = [f"Naam {number}" for number in range(people)]
    enter_group(session, cast.actor("coordinator"), offering_id=group.id, names=names, known_ids=[])
    assert len(seen) < 20, seen
