"""What is known of a word, and what of all that is found goes first."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.finding.rules.vocabulary import all_said
from portal.finding.rules.words import words_of
from portal.offerings.models import Offering
from portal.offerings.rules import OfferingStatus
from tests import factories as make
from tests.finding.five import BIKES, COOKING, GARDEN, SEWING, found, titles

KNOWN_OF_IT: tuple[tuple[str, list[str]], ...] = (
    ("bahçe", [GARDEN]),
    ("gotowanie", [COOKING]),
    ("w kuchni", [COOKING]),  # another form of `kuchnia`
    ("bahçede", [GARDEN]),
    ("في المطبخ", [COOKING]),  # with an article
    ("horeca", [COOKING]),
    ("horreca", [COOKING]),  # as it sounds
    ("haar", []),  # and not all
    ("dinsdag", [SEWING]),
    ("dinsdagochtend", [SEWING]),
    ("dinsdagmiddag", []),
    ("dinsdagmorgen", [SEWING]),
    ("dinsdag-ochtend", [SEWING]),
    ("di ochtend", [SEWING]),
    ("tuesday mornings", [SEWING]),
    ("salı sabahı", [SEWING]),
    ("wtorkowy poranek", [SEWING]),
    ("يوم ثلاثاء صباحا", [SEWING]),
    ("dinsdagnamiddag", []),
    ("tuesday night", []),
    ("wtorek po południu", []),
    ("salı öğleden sonra", []),
    ("الثلاثاء بعد الظهر", []),
    ("naaien dinsdag", [SEWING]),
    ("naaien woensdag", []),
    ("rotterdam koken", [COOKING]),
    ("oost", [BIKES]),
    ("west", []),
    ("gratis koken", [COOKING]),
    ("gratis naaien", []),
    ("3000", [SEWING]),
    ("3000 AB", [SEWING]),
    ("3009", [SEWING]),  # where there is nothing: what is around
    ("3100", []),
    ("kookhulp", [COOKING]),  # an end that says nothing
    ("horecawerk", [COOKING]),
    ("schoolhoreca", [COOKING]),  # a known word at the end
    ("hoceca", [COOKING]),  # letters wrong in a known word
    ("goken", []),  # but not the first
    ("kralingen-oost", [BIKES]),
    ("rubroek", [BIKES]),  # where there is nothing: its district
)


def test_what_is_known_of_a_word_does_as_well_as_a_text_that_has_it(city: Session):
    row = city.scalars(select(Offering).where(Offering.title == SEWING)).one()
    row.address = "Kade 1, 3000 AB"
    city.commit()
    assert {q: titles(city, q) for q, _ in KNOWN_OF_IT} == dict(KNOWN_OF_IT)


def test_a_word_in_the_title_goes_before_one_in_the_text_and_a_closed_one_comes_last(
    city: Session,
):
    house = make.organisation(city, "De Kade")
    for title, status, what in (
        ("Soep voor de straat", OfferingStatus.PUBLISHED, "Samen."),
        ("Soep van gisteren", OfferingStatus.CLOSED, "Samen."),
    ):
        make.offering(city, house, title=title, what=what, status=status)
    city.commit()
    assert titles(city, "soep") == ["Soep voor de straat", COOKING, "Soep van gisteren"]


def test_a_tuin_is_found_in_a_moestuin_and_not_the_other_way_round(city: Session):
    house = make.organisation(city, "De Kade")
    make.offering(city, house, title="Werken in de tuin", status=OfferingStatus.PUBLISHED)
    make.offering(city, house, title="De moestuin", status=OfferingStatus.PUBLISHED)
    city.commit()
    assert set(titles(city, "tuin")) == {"Werken in de tuin", "De moestuin"}
    assert "Werken in de tuin" not in titles(city, "moestuin")


def test_each_line_of_what_is_said_means_something():
    assert len(all_said()) > 300
    assert all(one.words or one.marks for one in all_said().values())
    assert [word for word in all_said() if not words_of(word)] == []


def test_it_is_said_that_what_is_around_a_postcode_is_shown(city: Session):
    row = city.scalars(select(Offering).where(Offering.title == SEWING)).one()
    row.address = "Kade 1, 3000 AB"
    city.commit()
    assert [one.instead for one in found(city, "3009").instead] == [("3000",)]
    assert not found(city, "3000").instead
