"""The search forgives, and finds the same on both databases."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.orm import Session

from portal.core import clock
from portal.finding.queries import entries_of, find, find_open, snapshot
from portal.finding.rules import Filters, Miss, Weekday, Wish
from portal.offerings.models import Offering, OfferingText
from portal.offerings.rules import DutchLevel, OfferingStatus, WorkWord
from portal.organisations.rules import OrganisationStatus
from portal.schedule.models import Series
from portal.schedule.rules import DayPart
from tests import factories as make
from tests.finding.five import (
    ALL,
    BIKES,
    COOKING,
    COOL,
    DE_ESCH,
    GARDEN,
    NOW,
    PERNIS,
    SEWING,
    TALKING,
    found,
    titles,
)

pytestmark = pytest.mark.usefixtures("monday_morning")


FORGIVEN: tuple[tuple[str, list[str]], ...] = (
    ("", ALL),
    ("koken", [COOKING]),
    ("KOKEN", [COOKING]),
    ("kook", [COOKING]),
    ("gekookt", [COOKING]),
    ("kookgroep", [COOKING]),
    ("kookclub", [COOKING]),  # nobody wrote it, nor is there a club: it begins the same
    ("ik wil graag koken", [COOKING]),
    ("kokn", [COOKING]),
    ("kokken", [COOKING]),
    ("groep", [COOKING]),  # in the kookgroep
    ("50", [COOKING]),
    ("5", []),
    ("fiets", [BIKES]),
    ("fietsen", [BIKES]),
    ("sgoonmake", [BIKES]),
    ("schoon maken", [BIKES]),
    ("naaiatelier", [SEWING]),
    ("naai-atelier", [SEWING]),
    ("naai atelier", [SEWING]),
    ("atelier", [SEWING]),
    ("naaien", [SEWING]),
    ("moestuin", [GARDEN]),
    ("moestuintje", [GARDEN]),
    ("cafe", [TALKING]),
    ("CAFÉ", [TALKING]),
    ("cafe\u0301", [TALKING]),
    ("caffee", [TALKING]),
    ("خياطة", [SEWING]),
    ("الخِيَاطَة", [SEWING]),
    ("dress", [SEWING]),
    ("缝纫", [SEWING]),
    ("工作", [SEWING]),
    ("缝工", []),
    ("pernis", [TALKING]),
    ("oever", ALL),
    ("oever koffie", [TALKING]),
    ("koffie soep", []),
    ("de", ALL),  # says nothing
    ("a", ALL),
    ("ik wil iets doen", ALL),
    ('"koken"', [COOKING]),
    ("'koken'", [COOKING]),
    ("koken AND NOT soep OR NEAR(x)", []),
    ("koken*", [COOKING]),
    ("koken & soep", [COOKING]),
    ("koken | !soep", [COOKING]),
    ("title:koken", []),
    ("koken -soep", [COOKING]),
    ("(koken", [COOKING]),
    ("koken:*", [COOKING]),
    ("\\", []),
    ("%", []),
    ("🍲", []),
    ("koken 🍲", [COOKING]),
    ("\x00koken", [COOKING]),
    ("ruimtevaart", []),
    ("zwaantje", []),  # a person is nobody's to find
    ("x" * 5000, []),
    (" ".join(f"koken{number}" for number in range(500)), []),
    ("nl:kok", []),
    ("--", []),
    ("-koken-", [COOKING]),
)


def test_search_forgives(city: Session):
    """In one test, as the city is what takes the time."""
    assert {q: titles(city, q) for q, _ in FORGIVEN} == dict(FORGIVEN)


def test_search_says_what_it_took_a_word_for(city: Session):
    (meaning,) = found(city, "kokn koffie").instead
    assert (meaning.word, meaning.instead) == ("kokn", ("koken",))
    assert not found(city, "koken").instead


FILTERED: tuple[tuple[dict[str, Any], list[str]], ...] = (
    ({"work": {WorkWord.MAKEN}}, [SEWING, BIKES]),
    ({"area": {PERNIS}}, [TALKING]),
    ({"area": {"WK059901"}}, [COOKING, SEWING, GARDEN]),
    ({"area": {"WK059901"}, "also": {Wish.NEAR}}, [COOKING, SEWING, BIKES, GARDEN]),
    ({"area": {"WK059908"}, "also": {Wish.NEAR}}, [COOKING, SEWING, BIKES, GARDEN]),
    ({"area": {"WK059916"}}, []),
    ({"area": {"WK059916"}, "also": {Wish.NEAR}}, [TALKING]),
    ({"area": {"BU05990110"}, "also": {Wish.NEAR}}, [COOKING, SEWING, GARDEN]),
    ({"area": {"nowhere"}, "also": {Wish.NEAR}}, []),
    ({"day": {Weekday.TUESDAY, Weekday.FRIDAY}}, [SEWING, TALKING]),
    ({"part": {DayPart.MORNING}}, ALL),
    ({"part": {DayPart.EVENING}}, []),
    ({"language": "ar"}, [GARDEN]),
    ({"level": DutchLevel.A1}, ALL[:4]),
    ({"also": {Wish.NO_COSTS}}, [COOKING, BIKES, GARDEN, TALKING]),
    ({"also": {Wish.NO_COSTS}, "q": "koken"}, [COOKING]),
    ({"also": {Wish.SCHOOL}}, ALL),
)


def test_filters(city: Session):
    for wishes, expected in FILTERED:
        asked: dict[str, Any] = {}
        for name, one in wishes.items():
            asked[name] = frozenset(one) if isinstance(one, set) else one
        assert titles(city, **asked) == expected, wishes


def test_counts_say_what_each_choice_would_leave(city: Session):
    counts = found(city, work=frozenset({WorkWord.MAKEN}), area=frozenset({COOL})).counts
    assert counts["work"] == {"maken": 1, "helpen": 2}  # of that place, whatever the work
    assert counts["area"][COOL] == counts["area"]["WK059901"] == 1  # of that work, anywhere
    assert counts["area"][DE_ESCH] == 1
    assert counts["area"][PERNIS] == 0
    assert counts["day"] == {"mon": 0, "tue": 1, "wed": 0, "thu": 0, "fri": 0}
    assert counts["also"] == {"school": 1, "free": 1, "gratis": 0, "near": 1}
    assert counts["level"]["b1"] == counts["level"]["none"] == 1


def test_every_count_is_what_one_finds(city: Session):
    asked = {"q": "oever", "part": frozenset({DayPart.MORNING})}
    counts = found(city, **asked).counts  # type: ignore[arg-type]
    for day, count in counts["day"].items():
        assert found(city, **asked, day=frozenset({Weekday(day)})).count == count  # type: ignore[arg-type]
    for code, count in counts["area"].items():
        assert found(city, **asked, area=frozenset({code})).count == count  # type: ignore[arg-type]
    for wish, count in counts["also"].items():
        assert found(city, **asked, also=frozenset({Wish(wish)})).count == count  # type: ignore[arg-type]


def test_school_hours_and_days_are_of_one_time(city: Session):
    row = make.offering(city, make.organisation(city), title="Avond en ochtend")
    for day, starts, ends in ((0, time(19), time(21)), (2, time(9), time(13))):
        city.add(
            Series(
                offering_id=row.id, weekdays=[day], starts=starts, ends=ends, first_on=NOW.date()
            )
        )  # fmt: skip
    city.commit()
    school = frozenset({Wish.SCHOOL})
    assert row.title not in titles(city, also=school)  # Wednesday ends at half past twelve
    assert titles(city, day=frozenset({Weekday.MONDAY}), part=frozenset({DayPart.MORNING})) == [
        COOKING
    ]
    assert row.title not in titles(city, "maandagochtend")  # nor when the two are typed
    assert row.title in titles(city, "maandagavond")
    city.add(
        Series(
            offering_id=row.id, weekdays=[3], starts=time(8, 45), ends=time(14, 30),
            skips_school_holidays=True, first_on=NOW.date(), last_on=NOW.date() + timedelta(days=7),
        )
    )  # fmt: skip
    city.commit()
    assert row.title in titles(city, also=school)
    with clock.freeze(NOW + timedelta(days=7)):  # its last day, read anew on it
        row.summary = "Op twee dagen."
        city.commit()
        assert row.title in titles(city, also=school)
    with clock.freeze(NOW + timedelta(days=8)):  # that series is over
        assert row.title not in titles(city, also=school)


def test_free_and_soonest_go_first_and_time_passes(city: Session):
    first = city.query(Offering).filter_by(title=COOKING).one()
    assert titles(city)[0] == COOKING
    with clock.freeze(NOW + timedelta(hours=1)):  # its session has begun, there is no other
        assert titles(city) == [SEWING, BIKES, GARDEN, TALKING, COOKING]
    second = city.query(Offering).filter_by(title=SEWING).one()
    second.places_taken, second.status = second.places, OfferingStatus.FULL
    city.commit()
    with clock.freeze(NOW + timedelta(hours=1)):
        assert titles(city) == [BIKES, GARDEN, TALKING, SEWING, COOKING]
        assert SEWING not in titles(city, also=frozenset({Wish.FREE}))
    make.offering_session(city, first, NOW + timedelta(days=1))
    city.commit()
    assert titles(city)[0] == COOKING


def test_what_takes_nobody_new_is_told_to_nobody_who_waits_for_something(city: Session):
    row = city.query(Offering).filter_by(title=SEWING).one()
    assert SEWING in [one.title for one in find_open(city, Filters())]
    row.status = OfferingStatus.CLOSED
    city.commit()
    assert SEWING not in [one.title for one in find_open(city, Filters())]
    assert SEWING in titles(city)  # it can still be read


def test_what_one_organisation_offers_stands_by_title(city: Session):
    house = make.organisation(city, "Het Huis")
    for title in ("Zingen", "Breien", "Koor", "Aardappels schillen"):
        make.offering(city, house, title=title)
    make.offering(city, house, title="Dicht", status=OfferingStatus.CLOSED)
    city.commit()
    assert [one.title for one in entries_of(city, house.id)] == [
        "Aardappels schillen", "Breien", "Koor", "Zingen"
    ]  # fmt: skip


def test_nothing_found_offers_what_comes_nearest(city: Session):
    asked: dict[str, Any] = {
        "work": frozenset({WorkWord.HELPEN}),
        "area": frozenset({"WK059908"}),
        "q": "koken",
    }
    assert found(city, **asked).misses == [
        Miss(1, leave_out=("near",)),
        Miss(1, leave_out=("area",)),
    ]
    assert found(city, "koken koffie").misses == [
        Miss(1, q="koffie"),
        Miss(1, q="koken"),
        Miss(5, leave_out=("q",)),
    ]
    near = found(city, "koken koffie").near
    assert [one.title for one in near] == [TALKING, COOKING, SEWING, BIKES]
    assert found(city, **asked).near[0].title == COOKING
    assert found(city, "koken").near == []
    assert Miss(1, q="kruiden") in found(city, "krxqdxn").misses
    assert found(city, "🍲").misses == [Miss(5, leave_out=("q",))]
    assert not found(city, "koken").misses
    evening = frozenset({DayPart.EVENING})
    assert found(city, "koken", part=evening, language="pl").misses == [
        Miss(1, leave_out=("part", "language"))
    ]


def test_a_page_out_of_range_is_the_last_one(city: Session):
    for extra in range(11):
        make.offering(city, make.organisation(city), title=f"Extra {extra}")
    city.commit()
    for number in (-5, 0, 1, 2, 999, 10**30):
        page = find(city, Filters(), number).page
        assert (len(page.rows), page.number, page.has_next) == (16, 1, False)


def test_a_change_is_found_at_once(city: Session):
    assert titles(city, "zwemles") == []
    offering = city.query(Offering).filter_by(title=GARDEN).one()
    offering.what = "Zwemles voor volwassenen."
    city.commit()
    assert titles(city, "zwemles") == [GARDEN]
    assert titles(city, "kruiden") == []
    city.add(OfferingText(offering_id=offering.id, language="tr", what="Yüzme dersleri"))
    city.commit()
    assert titles(city, "yuzme") == [GARDEN]
    offering.organisation.name = "Het Zwembad"
    city.commit()
    assert GARDEN in titles(city, "zwembad")
    offering.status = OfferingStatus.HIDDEN
    city.commit()
    assert titles(city, "zwemles") == []
    offering.status = OfferingStatus.PUBLISHED
    offering.organisation.status = OrganisationStatus.REFUSED
    city.commit()
    assert titles(city) == []


def test_what_is_rolled_back_is_not_found(city: Session):
    city.query(Offering).filter_by(title=GARDEN).one().title = "Zwemles"
    city.flush()
    city.rollback()
    assert titles(city, "zwemles") == []
    assert titles(city, "buurtmoestuin") == [GARDEN]


def test_one_change_does_not_read_all_anew(city: Session, monkeypatch: pytest.MonkeyPatch):
    found(city)
    read: list[object] = []
    really_read = snapshot._read

    def note(connection: Connection, now: datetime, ids: set[int]) -> object:
        read.append(ids)
        return really_read(connection, now, ids)

    monkeypatch.setattr(snapshot, "_read", note)
    offering = city.query(Offering).filter_by(title=GARDEN).one()
    offering.places_taken = offering.places - 1
    city.commit()
    found(city)
    found(city, "koken")
    with clock.freeze(NOW + timedelta(hours=1)):
        found(city)
        found(city, "soep")
    first = city.query(Offering).filter_by(title=COOKING).one()
    assert read == [{offering.id}, {first.id}]


def test_an_index_that_grew_is_the_one_that_is_read_whole(city: Session, engine: Engine):
    """After all sorts of changes it is what it would be if it were made now."""
    found(city)
    rows = city.query(Offering).order_by(Offering.id).all()
    rows[0].title, rows[1].status, rows[2].costs_cents = "Zwemles", OfferingStatus.ARCHIVED, 500
    rows[3].places_taken = 12
    city.commit()
    grown = snapshot.current(city)
    whole = snapshot._whole(city.connection(), grown.epoch, grown.version)
    assert grown.order == whole.order
    assert dict(grown.entries) == dict(whole.entries)
    assert {k: v for k, v in grown.bits.items() if v} == dict(whole.bits)
    assert grown.vocabulary._counts == whole.vocabulary._counts


def test_the_worker_gives_words_to_what_came_without(city: Session):
    from portal.finding.commands import complete_index

    city.execute(text("DELETE FROM search_text"))
    city.commit()
    assert titles(city, "koken") == []
    complete_index(city)
    city.commit()
    assert titles(city, "koken") == [COOKING]


def test_a_change_around_the_orm_is_told_by_bump(city: Session):
    from portal.finding.commands import bump

    found(city)
    city.connection().execute(text("UPDATE offering SET what = 'Zwemles', summary = ''"))
    bump(city)
    city.commit()
    assert len(titles(city, "zwemles")) == 5


def test_a_search_asks_the_database_a_few_things(city: Session, engine: Engine):
    found(city)
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        found(city, "koken")
    finally:
        event.remove(engine, "before_cursor_execute", note)
    asked = [statement for statement in seen if not statement.startswith("SET ")]
    assert len(asked) <= 6, asked


def test_neighbours_are_mutual():
    from portal.core.areas import districts
    from portal.finding.rules import neighbours

    for code in districts():
        assert all(code in neighbours(other) for other in neighbours(code))
        assert code not in neighbours(code)
