"""People are found and sorted by their folded names, the same on both databases."""

import random

from sqlalchemy import text

from portal.core.names import folded
from portal.participants.models import Participant
from portal.participants.queries import list_known_to
from tests import factories as make

FIRST = ["Jan", "Żaneta", "İbrahim", "Dilek", "Øystein", "محمد", "Олексій", "Nguyễn", "Anne‑Marie",
         "ሰምሃር", "कमला", "김", "美玲", "Zoë", "ŁUKASZ", "O’Neill", "%", "_a_", "Ægir",
         "שרה"]  # fmt: skip
LAST = ["de Vries", "El Amrani", "van den Berg", "in 't Veld", "Yılmaz", "Đorđević", "Strauß",
        "Al-Hassan", "ÇELİK", "علی"]  # fmt: skip
ASKED = ["jan vries", "VRIES, JAN DE", "elamrani", "z", "ł", "lukasz", "yilmaz", "İ", "محمد علي",
         "straus", "op 't", "in ’t veld", "कमला", "al", "%", "_", "\\", "oneill", "anne marie",
         "annemarie", "celik zoe", "x" * 80, "김", "ann"]  # fmt: skip


def _is_called(name: str, part: str) -> bool:
    found, words = folded(name), folded(part).split()
    return bool(words) and all(
        word in (found if len(word) < 4 else found.replace(" ", "")) for word in words
    )


def test_two_hundred_odd_names_are_found_and_sorted_alike(session):
    kitchen = make.organisation(session)
    names = [f"{last}, {first}" if number % 2 else f"{first} {last}"
             for number, first in enumerate(FIRST) for last in LAST]  # fmt: skip
    random.Random(1).shuffle(names)
    people = [make.participant(session, name) for name in names]
    for person in people:
        make.known(session, kitchen, person)
    in_order = sorted(people, key=lambda person: (folded(person.name), person.id))
    for part in ASKED:
        found = [link.participant.name for link in list_known_to(session, kitchen.id, part, 999)]
        assert found == [one.name for one in in_order if _is_called(one.name, part)], part
    assert len(list_known_to(session, kitchen.id, "vries jan", 999)) == 1


def test_a_new_name_is_found_at_once(session):
    person = make.participant(session, "Jan")
    person.name = "Vries, Ján de"
    session.flush()
    session.expire(person)
    assert session.get_one(Participant, person.id).folded_name == "jan de vries"


def test_postgresql_sorts_it_by_letter_and_not_by_its_place(session):
    if session.get_bind().dialect.name == "postgresql":
        kept_in = text(
            "SELECT collation_name FROM information_schema.columns"
            " WHERE table_name = 'participant' AND column_name = 'folded_name'"
        )
        assert session.scalar(kept_in) == "C"
