"""What lines count for, against sums made by hand: each says in words how it was reckoned."""

import random
import tomllib
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from hashlib import sha256

import pytest
from hypothesis import given, strategies as st

from portal.config import ROOT
from portal.core.errors import RuleBroken
from portal.social_return.rules import Per, Way, duty_of
from portal.social_return.rules.counting import (
    Before,
    Claim,
    count,
    count_all,
    months_between,
)
from portal.social_return.rules.schemes import (
    Bonus,
    Scheme,
    Tariff,
    read_rows,
    read_scheme,
    schemes,
    version_of,
    version_on,
    written,
)

FILE = ROOT / "portal/social_return/rules/schemes.toml"
YEAR = date(2026, 1, 1), date(2026, 12, 31)
HALF = date(2026, 1, 1), date(2026, 6, 30)
TWO_AND_A_HALF = date(2026, 1, 1), date(2028, 6, 30)
PART = date(2026, 1, 15), date(2026, 3, 10)  # 17/31 + 1 + 10/31 = 1 27/31 months = 58/31


def newest(key: str) -> Scheme:
    return schemes()[key][-1]


def cents_of(key, tariff, days=YEAR, hours=36.0, given=0, bonuses=()):
    from_on, until_on = days
    claim = Claim(tariff, from_on, until_on, int(hours * 60), given, tuple(bonuses))
    return count(newest(key), claim).cents


# scheme, tariff, what was done, cents, how it was reckoned by hand
BY_HAND = [
    # Den Haag, Haaglanden en Zuid-Holland Centraal
    ("den-haag", "participatiewet", {}, 40_000_00, "a full year of 36 hours is the amount itself"),
    ("den-haag", "participatiewet", {"hours": 24, "days": HALF}, 13_333_33,
     "40,000 x 24/36 = 26,666.66..; half a year of it is 13,333.33.."),
    ("den-haag", "participatiewet", {"hours": 18, "days": PART}, 3_118_28,
     "40,000 / 2 = 20,000 a year, 1,666.66.. a month; x 58/31 months = 3,118.2795.."),
    ("den-haag", "participatiewet", {"days": TWO_AND_A_HALF}, 80_000_00,
     "30 months, of which 24 count: 2 x 40,000"),
    ("den-haag", "banenafspraak-wajong-wsw-doelgroepregister", {"days": TWO_AND_A_HALF},
     125_000_00, "always counts: 2.5 x 50,000"),
    ("den-haag", "ww", {"days": TWO_AND_A_HALF, "hours": 20}, 11_111_11,
     "12 of 30 months: 20,000 x 20/36 = 11,111.11.."),
    ("den-haag", "participatiewet", {"hours": 24, "days": HALF, "bonuses": ["55-plus"]}, 16_666_67,
     "(40,000 + 10,000) x 24/36 x 6/12 = 16,666.666.., rounded once and not twice"),
    ("den-haag", "stagiair-vso-pro",
     {"days": HALF, "hours": 32, "bonuses": ["dienstverband-vso-pro-na-stage-vanaf-6-mnd"]},
     28_333_33, "7,500 x 32/36 x 6/12 = 3,333.33.., and 25,000 once"),
    ("den-haag", "bbl-niveau-3-plus", {"days": (date(2026, 1, 1), date(2029, 12, 31))}, 45_000_00,
     "48 months, of which 36 count: 3 x 15,000"),
    ("den-haag", "opleidings-en-bijzondere-begeleidingskosten", {"given": 3_200_07}, 3_200_07,
     "what was paid, as it is"),
    # Oost-Nederland: 36 hours assumed
    ("oost-nederland", "participatiewet-tot-2-jaar", {"hours": 32}, 26_666_67,
     "30,000 x 32/36 = 26,666.66.."),
    ("oost-nederland", "ww-boven-1-jaar", {"days": TWO_AND_A_HALF}, 15_000_00,
     "12 of 30 months: a year"),
    ("oost-nederland", "werkervaringsplek-proefplaatsing", {"days": PART, "hours": 0}, 1_403_23,
     "750 a month x 58/31 months = 1,403.2258.."),
    ("oost-nederland", "bbl-niveau-1-2", {"days": HALF, "hours": 8}, 10_000_00,
     "a year of learning at 20,000, whatever the hours: half of it"),
    # Utrecht, the old amounts
    ("utrecht-oud", "participatiewet-boven-2-jaar", {"days": TWO_AND_A_HALF}, 100_000_00,
     "no longest time: 2.5 x 40,000"),
    ("utrecht-oud", "bbl", {"hours": 0, "days": HALF}, 15_000_00, "a trajectory of any length"),
    ("utrecht-oud", "bol", {"hours": 0, "bonuses": ["vast-contract"]}, 20_000_00,
     "10,000 a trajectory and 10,000 once"),
    ("utrecht-oud", "ww-tot-1-jaar", {"hours": 40, "bonuses": ["50-plus"]}, 20_000_00,
     "more than 36 hours counts as 36: 15,000, and 5,000 once"),
    ("utrecht-oud", "uren", {"given": 7 * 60 + 30}, 750_00, "7.5 hours of staff at 100"),
    ("utrecht-oud", "factuur", {"given": 2_870_00}, 2_870_00, "the invoice"),
    # Utrecht, the new amounts
    ("utrecht", "doelgroepregister-uwv", {"hours": 28.5, "days": HALF}, 19_791_67,
     "50,000 x 28.5/36 = 39,583.33..; half of it is 19,791.66.."),
    ("utrecht", "bol-niveau-2-4", {"hours": 16, "days": (date(2026, 2, 1), date(2026, 6, 30))},
     3_703_70, "20,000 x 16/36 x 5/12 = 3,703.7037.."),
    ("utrecht", "participatiewet",
     {"days": HALF, "bonuses": ["50-plus", "statushouder-taalachterstand", "vast-contract"]},
     50_000_00, "20,000 for half a year, and three times 10,000 once"),
    ("utrecht", "inkoop-bij-sociale-bedrijven", {"given": 12_345_67}, 12_345_67, "the invoice"),
    ("utrecht", "uren", {"given": 40 * 60}, 4_000_00, "40 hours at 100"),
    # Leiden en omgeving: 36 hours assumed
    ("leiden", "participatiewet-zonder-beperking", {"hours": 30}, 25_000_00, "30,000 x 30/36"),
    ("leiden", "wajong", {"hours": 24, "days": HALF, "bonuses": ["55-plus"]}, 13_333_33,
     "(25,000 + 15,000) x 24/36 x 6/12"),
    ("leiden", "pro-vso-indienst-na-uitstroom", {"bonuses": ["na-stage"]}, 35_000_00,
     "25,000 a year and 10,000 once after a traineeship of six months"),
    ("leiden", "bbl", {"bonuses": ["na-stage"]}, 25_000_00, "that extra amount isn't of this one"),
    ("leiden", "maatschappelijke-activiteit", {"given": 3}, 3_000_00, "3 days at 1,000 at most"),
    # Harlingen: of two tariffs at least 12 hours a week
    ("harlingen", "participatiewet-tot-2-jaar", {"hours": 12}, 11_666_67, "35,000 x 12/36"),
    ("harlingen", "participatiewet-tot-2-jaar", {"hours": 11.5, "bonuses": ["55-plus"]}, 0,
     "fewer than 12 hours a week: nothing, and nothing on top"),
    ("harlingen", "ww-boven-1-jaar", {"hours": 8}, 4_444_44, "no least hours: 20,000 x 8/36"),
    ("harlingen", "wajong-banenafspraak", {"hours": 36, "days": HALF, "bonuses": ["50-plus"]},
     22_500_00, "(40,000 + 5,000) / 2"),
    ("harlingen", "werkervaringsplaats", {"hours": 20, "days": PART}, 649_64,
     "7,500 x 20/36 = 4,166.66.. a year, 347.22.. a month; x 58/31 months = 649.6415.."),
    ("harlingen", "bbl-bestaand", {"hours": 32}, 8_888_89, "10,000 x 32/36 = 8,888.88.."),
    ("harlingen", "stage-mbo-3-4-hbo", {"hours": 32, "days": (date(2026, 2, 1), date(2026, 6, 30))},
     925_93, "2,500 x 32/36 x 5/12 = 925.9259.."),
    # Hilversum: 36 hours assumed
    ("hilversum", "bijstand-tot-2-jaar", {"hours": 20, "days": HALF}, 8_333_33,
     "30,000 x 20/36 x 6/12 = 8,333.33.."),
    ("hilversum", "wia-wao", {"bonuses": ["55-plus"]}, 35_000_00, "30,000 + 5,000 a year"),
    ("hilversum", "bbl-traject", {"days": PART}, 1_559_14,
     "10,000 / 12 = 833.33.. a month; x 58/31 = 1,559.1397.."),
    ("hilversum", "wsw-inzet", {"given": 999_99}, 999_99, "the bill of the sheltered workshop"),
    ("hilversum", "mvo-activiteiten", {"given": 20}, 33_33, "20 minutes at 100 an hour: 33.33.."),
]  # fmt: skip


@pytest.mark.parametrize(("key", "tariff", "done", "cents", "by_hand"), BY_HAND)
def test_a_line_counts_for_what_was_reckoned_by_hand(key, tariff, done, cents, by_hand):
    assert cents_of(key, tariff, **done) == cents, by_hand


def test_all_seven_schemes_are_reckoned_by_hand_in_all_that_they_measure():
    """Each scheme by several cases, and every way of measuring that it knows by one of them."""
    done: dict[str, list[str]] = {}
    for key, tariff, *_ in BY_HAND:
        done.setdefault(key, []).append(newest(key).tariffs[tariff].per)
    assert {key: set(pers) for key, pers in done.items()} == {
        key: {one.per for one in newest(key).tariffs.values()} for key in schemes()
    }
    assert len(done) == 7
    assert min(map(len, done.values())) >= 4


# What was stated under a version stays: its fingerprint never changes. Add a version instead.
STATED = {
    ("den-haag", 1): "9ed63687d2d7f041",
    ("oost-nederland", 1): "47114de14bf2873e",
    ("utrecht-oud", 1): "0f2eb04711b31fa5",
    ("utrecht", 1): "528ecacddba10cc9",
    ("leiden", 1): "8f99f1aa06264770",
    ("harlingen", 1): "16a1e3abc1871a0b",
    ("hilversum", 1): "9b941b33c20cd7dd",
}


def test_a_version_that_was_stated_never_changes():
    found = {
        (row["key"], row["version"]): sha256(repr(sorted(row.items())).encode()).hexdigest()[:16]
        for row in tomllib.loads(FILE.read_text(encoding="utf-8"))["scheme"]
    }
    assert found == STATED, "add the new version with its valid_from, and its fingerprint here"


def test_each_scheme_says_where_its_amounts_come_from():
    for versions in schemes().values():
        for one in versions:
            assert one.source.startswith("https://")
            assert version_of(versions, one.version) is one
            assert {
                tariff.per is Per.COSTS for tariff in one.tariffs.values() if not tariff.euros
            } <= {True}
            named = {key for bonus in one.bonuses.values() for key in bonus.only}
            assert named <= set(one.tariffs)
    undated = {key for key, versions in schemes().items() if versions[0].valid_from is None}
    assert undated == {"oost-nederland", "utrecht-oud", "utrecht", "harlingen", "hilversum"}
    assert list(newest("den-haag").by_way()) == list(Way)
    with pytest.raises(RuleBroken):
        newest("den-haag").tariff("none")


def made(version=1, valid_from=None, euros=12_000, **of):
    tariff = {"key": "job", "way": "work", "group": "x", "euros": euros, "per": "year", **of}
    return read_scheme(
        {
            "key": "made", "version": version, "name": "x", "source": "https://x",
            "entered_on": date(2026, 1, 1), "valid_from": valid_from, "tariffs": [tariff],
        }
    )  # fmt: skip


def test_a_line_is_counted_by_the_scheme_that_is_valid_on_its_first_day():
    """New amounts from 1 July: 6 months of before at 12,000 a year, 12 of after at 24,000."""
    old, new = made(), made(2, date(2026, 7, 1), 24_000)
    assert version_on([new, old], date(2026, 6, 30)) is old
    assert version_on([new, old], date(2026, 7, 1)) is new
    through = Claim("job", date(2026, 6, 1), date(2026, 11, 30), 36 * 60)
    assert count(version_on([old, new], through.from_on), through).cents == 6_000_00
    after = replace(through, from_on=date(2026, 12, 1), until_on=date(2027, 11, 30))
    lines = {
        n: (0, version_on([old, new], c.from_on), "a", c) for n, c in enumerate((after, through))
    }
    assert {n: one.cents for n, one in count_all(lines).items()} == {0: 24_000_00, 1: 6_000_00}


def test_before_the_first_version_nothing_counts():
    with pytest.raises(RuleBroken, match="01-07-2023"):
        version_on(schemes()["den-haag"], date(2023, 6, 30))
    assert version_on(schemes()["den-haag"], date(2023, 7, 1)).version == 1


def test_of_two_extra_amounts_for_an_age_one_counts():
    claim = Claim(
        "bbl-nieuw",
        *YEAR,
        36 * 60,
        0,
        (
            "50-plus",
            "55-plus",
        ),
    )
    with pytest.raises(RuleBroken):
        count(newest("harlingen"), claim)


def test_what_can_not_be_is_refused():
    job = Claim("participatiewet", *YEAR, 24 * 60)
    for wrong in (
        replace(job, until_on=job.from_on - timedelta(days=1)),
        replace(job, week_minutes=168 * 60 + 1),
        replace(job, week_minutes=-1),
    ):
        with pytest.raises(RuleBroken):
            count(newest("den-haag"), wrong)
    one_day = replace(job, until_on=job.from_on, week_minutes=168 * 60)
    assert count(newest("den-haag"), one_day).cents == 107_53  # 40,000 / 12 / 31


days = st.dates(date(2024, 1, 1), date(2029, 12, 31))


@given(days, st.integers(0, 900), st.integers(0, 900))
def test_two_periods_that_follow_count_for_the_one_that_they_make(first, some, more):
    between, last = first + timedelta(days=some), first + timedelta(days=some + 1 + more)
    parts = months_between(first, between) + months_between(between + timedelta(days=1), last)
    assert parts == months_between(first, last)


def test_months_are_of_the_calendar():
    assert months_between(*YEAR) == 12
    assert months_between(date(2026, 1, 15), date(2027, 1, 14)) == 12
    assert months_between(date(2028, 2, 1), date(2028, 2, 15)) == Fraction(15, 29)
    assert months_between(date(2026, 2, 2), date(2026, 2, 1)) == 0


def test_half_a_cent_goes_up():
    """15 minutes at 100 an hour are 25; 3 minutes of 50 an hour 2.50; of 0.30 x 1/20: 1.5 cents."""
    quarter = made(euros=1, per="hour")
    cents = {
        given: count(quarter, Claim("job", *YEAR, 0, given)).cents for given in (15, 3, 9, 21, 33)
    }
    assert cents == {15: 25, 3: 5, 9: 15, 21: 35, 33: 55}
    year = made(euros=3, per="year", hours=100)  # 3 euros x 1/100 x 6/12 are 1.5 cents
    assert count(year, Claim("job", *HALF, 60)).cents == 2


def test_a_duty_is_a_share_to_the_cent():
    assert duty_of(480_000_00, 5_00) == 24_000_00
    assert duty_of(100_01, 2_50) == 2_50
    assert duty_of(1_00, 50) == 1  # half a cent goes up, a little less does not
    assert duty_of(49_99, 1) == 0


PEOPLE = ("a", "b")


@st.composite
def lines_of_a_contract(draw):
    """Placements of two people, one after the other, some under the next version."""
    versions = [
        made(months=12, least_hours=4),
        made(2, date(2026, 7, 1), 24_000, months=12, least_hours=4),
    ]
    lines: dict[int, tuple[int, Scheme, str, Claim]] = {}
    for who in PEOPLE:
        day = draw(days)
        for _ in range(draw(st.integers(0, 4))):
            last = day + timedelta(days=draw(st.integers(0, 500)))
            claim = Claim("job", day, last, 60 * draw(st.integers(0, 40)))
            lines[len(lines)] = (0, version_on(versions, day), who, claim)
            day = last + timedelta(days=draw(st.integers(1, 60)))
    return lines


@given(lines_of_a_contract(), st.randoms(use_true_random=False))
def test_no_order_of_lines_changes_what_any_counts_for(lines, chance: random.Random):
    names = list(lines)
    chance.shuffle(names)
    shuffled = count_all({name: lines[name] for name in names})
    assert shuffled == count_all(lines)
    for who in PEOPLE:  # the longest time is one person's, however many lines it is cut into
        hers = [shuffled[name] for name in names if lines[name][2] == who]
        assert sum(one.months_counted for one in hers if not one.has_too_few_hours) <= 12


def test_what_counts_once_counts_once_for_a_person():
    """A trajectory of 15,000 with 5,000 on top, entered in two lines: 20,000 in all, not 40,000."""
    first = Claim("bbl", *HALF, 0, 0, ("50-plus",))
    second = replace(first, from_on=date(2026, 7, 1), until_on=date(2026, 12, 31))
    old = newest("utrecht-oud")
    found = count_all({1: (0, old, "a", second), 2: (0, old, "a", first), 3: (0, old, "b", second)})
    assert {name: one.cents for name, one in found.items()} == {1: 0, 2: 20_000_00, 3: 20_000_00}
    assert found[1].was_counted_before
    assert count(old, first, Before(once={"bbl"})).cents == 5_000_00


def test_amounts_are_read_as_they_are_written():
    for versions in schemes().values():
        for one in versions:
            tariffs, bonuses = written(one.tariffs, Tariff), written(one.bonuses, Bonus)
            assert read_rows(tariffs, Tariff, "x") == list(one.tariffs.values())
            assert read_rows(bonuses, Bonus, "x") == list(one.bonuses.values())


@pytest.mark.parametrize(
    "line",
    [
        "job;work;x;many;year", "job;play;x;1;year", "job;work;x;1;week", ";work;x;1;year",
        "job;work;x;;year", "job;work;x;1;costs", "job;work;x;-1;year",
        "job;work;x;1;year\njob;work;y;1;year",
    ],
)  # fmt: skip
def test_a_line_that_is_none_is_named(line):
    with pytest.raises(RuleBroken) as broken:
        read_rows(f"key;way;group;euros;per\nok;work;x;1;year\n{line}", Tariff, "tariffs")
    assert broken.value.values["number"] == (4 if "\n" in line else 3)


def test_what_a_spreadsheet_leaves_empty_is_not_said():
    text = (
        "key;way;group;per;euros;hours;months;least_hours;note\n"
        "a;learning;A;month;750;;;;\nb;work;B;year;9;0;6;12;x\nc;open;C;costs;;;;;"
    )
    assert read_rows(text, Tariff, "x") == [
        Tariff("a", Way.LEARNING, "A", Per.MONTH, 750),
        Tariff("b", Way.WORK, "B", Per.YEAR, 9, 0, 6, 12, "x"),
        Tariff("c", Way.OPEN, "C", Per.COSTS),
    ]
    extra = "key;group;euros;per;only;one_of;is_unsure\nd;D;1;once;a b;age;true"
    assert read_rows(extra, Bonus, "x") == [Bonus("d", "D", 1, Per.ONCE, ("a", "b"), "age", True)]
    assert read_rows("", Tariff, "x") == []


def test_entered_versions_come_after_those_of_the_file():
    row = '{"key":"leiden","version":2,"name":"L","source":"https://x","entered_on":"2026-01-02",'
    row += '"valid_from":"2026-02-01","tariffs":[{"key":"a","way":"work","group":"A","per":"day"}]}'
    found = schemes((row,))
    assert [one.version for one in found["leiden"]] == [1, 2]
    assert found["leiden"][1].valid_from == date(2026, 2, 1)
    assert len(schemes()["leiden"]) == 1


def test_each_tariff_stands_under_its_way_and_extra_amounts_with_placements_only():
    extra = {"key": "x", "group": "X", "euros": 1, "per": "year", "only": ["a", "b", "c", "d"]}
    row = {
        "key": "made", "version": 1, "name": "x", "source": "https://x", "bonuses": [extra],
        "entered_on": date(2026, 1, 1),
        "tariffs": [
            {"key": "a", "way": "work", "group": "A", "euros": 1, "per": "year"},
            {"key": "b", "way": "learning", "group": "B", "euros": 1, "per": "month"},
            {"key": "c", "way": "activity", "group": "C", "euros": 1, "per": "year"},
            {"key": "d", "way": "work", "group": "D", "euros": 1, "per": "once"},
        ],
    }  # fmt: skip
    scheme = read_scheme(row)
    assert {way: [one.key for one in found] for way, found in scheme.by_way().items() if found} == {
        Way.WORK: ["a", "d"], Way.LEARNING: ["b"], Way.ACTIVITY: ["c"],
    }  # fmt: skip
    bonuses = [[one.key for one in scheme.bonuses_of(of)] for of in scheme.tariffs.values()]
    assert bonuses == [["x"], [], [], []]
    assert read_rows(written(scheme.bonuses, Bonus), Bonus, "x") == [scheme.bonuses["x"]]


def test_a_count_says_what_it_counted():
    scheme, claim = newest("den-haag"), Claim("participatiewet", *TWO_AND_A_HALF, 36 * 60)
    counted = count(scheme, claim)
    assert (counted.tariff, counted.scheme) == (scheme.tariffs["participatiewet"], scheme)
    assert counted.claim == claim
    assert (counted.months, counted.months_counted) == (Fraction(30), Fraction(24))
    assert counted.is_cut
