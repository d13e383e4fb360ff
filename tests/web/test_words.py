"""The words of values: labels, days, times."""

import re
from datetime import date, time, timedelta

import pytest

from portal.core import clock
from portal.core.areas import area_of
from portal.enrolments.rules import EndReason
from portal.progress.rules import LadderChange
from portal.web.words import day, hours, label


def test_two_enums_with_one_value_keep_words_of_their_own(app):
    with app.test_request_context():
        assert EndReason.UNKNOWN.value == LadderChange.UNKNOWN.value
        assert label(EndReason.UNKNOWN) == "Niet bekend"
        assert label(LadderChange.UNKNOWN) != label(EndReason.UNKNOWN)


def test_half_of_a_tenth_of_an_hour_goes_up_in_the_parts_as_in_their_total(app):
    with app.test_request_context():
        assert [hours(minutes) for minutes in (72 * 60 + 30, 36 * 60, 32 * 60 + 15)] == [
            "72,5", "36", "32,3"
        ]  # fmt: skip
        assert hours(140 * 60 + 45) == "140,8"
        assert [hours(minutes) for minutes in (0, 2, 3, 60, 2040 * 60 + 44)] == [
            "0", "0", "0,1", "1", "2.040,7"
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "near", "far"),
    [
        ("nl", "dinsdag 29 februari", "dinsdag 29 februari 2028"),
        ("tr", "29 Şubat Salı", "29 Şubat 2028 Salı"),
        ("en", "Tuesday 29 February", "Tuesday 29 February 2028"),
    ],
)
def test_a_day_half_a_year_away_has_its_year(app, language, near, far):
    one = date(2028, 2, 29)
    for days, said in ((-181, far), (-180, near), (0, near), (180, near), (181, far)):
        with (
            clock.freeze(clock.from_local(one - timedelta(days), time(12))),
            app.test_request_context(headers={"Cookie": f"language={language}"}),
        ):
            assert day(one) == said
            assert day(one, has_year=True) == far


def test_a_list_in_arabic_has_the_comma_of_its_letters(app):
    parts = (
        "{{ one }}, {{ two }}", "<b>{{ one }}</b>, <i>{{ two }}</i>", "{{ [one, two]|join(', ') }}",
        "{% if one %}{{ one }}{% endif %}, {{ two }}", "{{ one }}<span>, {{ two }}</span>",
    )  # fmt: skip
    for language, comma in (("ar", "،"), ("nl", ",")):
        with app.test_request_context(headers={"Cookie": f"language={language}"}):
            for part in parts:
                said = app.jinja_env.from_string(part).render(one="a", two="b")
                assert re.sub("<[^>]*>", "", said) == f"a{comma} b"


def test_a_neighbourhood_is_named_with_its_district_unless_both_have_one_name():
    assert area_of("BU05991080").in_district == "Vreewijk, Feijenoord"
    assert area_of("BU05991087").in_district == "Feijenoord"
    assert area_of(None).in_district == ""
