"""The rule that compares work with what somebody seeks: the reasons, the order, and the count."""

from dataclasses import fields
from types import SimpleNamespace

import pytest
from hypothesis import given, strategies as st

from portal.core.areas import areas
from portal.offerings.rules import DutchLevel
from portal.work_places.rules import TIMES, Seeks, Shown, WorkKind, coarse, count_whole, fit

AREA = next(iter(areas().values()))
WORDS = ("a", "b", "c", "d")


def place(**values):
    given = {
        "needed": ["a"], "learned": ["b"], "times": ["4-evening", "0-morning"],
        "kind": WorkKind.JOB,
        "area_code": AREA.code, "dutch_level": DutchLevel.A2,
    }  # fmt: skip
    return SimpleNamespace(**(given | values))


def some(words, most=3):
    return st.frozensets(st.sampled_from(words), max_size=most)


PLACES = st.builds(
    place,
    needed=some(WORDS).map(sorted), learned=some(WORDS).map(sorted),
    times=some(TIMES[:4]).map(sorted),
    kind=st.sampled_from(WorkKind), dutch_level=st.sampled_from(DutchLevel),
    area_code=st.sampled_from([AREA.code, "", *list(areas())[:40:13]]),
)  # fmt: skip
PEOPLE = st.builds(
    Seeks,
    can=some(WORDS, 4), times=some(TIMES[:4], 4), dutch=st.sampled_from(["", *DutchLevel]),
    kinds=some([*WorkKind]), districts=some([AREA.district_code, "WK059908"]),
)  # fmt: skip


def test_the_reasons_are_said_in_words_of_the_list():
    found = fit(place(), Seeks.of(can=["a"], times=["0-morning"], districts=["elsewhere"]))
    assert (found.can, found.lacks, found.learns) == (["a"], [], ["b"])
    assert (found.not_then, found.is_elsewhere, found.is_whole) == (["4-evening"], True, False)
    assert fit(place(), Seeks.of(can=["a"])).is_whole  # nothing said excludes nothing
    assert fit(place(), Seeks.of("a1", can=["a"])).asks_more_dutch
    assert not fit(place(), Seeks.of("a2", can=["a"])).asks_more_dutch
    assert fit(place(), Seeks()).is_near
    assert not fit(place(needed=["a", "b"]), Seeks()).is_near
    assert not fit(place(), Seeks.of(can=["a"], kinds=["trial"])).is_near


def test_times_come_before_travel_and_travel_before_competences():
    her = Seeks.of(can=["a", "b", "c"], times=["0-morning"], districts=[AREA.district_code])
    away = next(one for one in areas().values() if one.district_code != AREA.district_code)
    in_order = [
        place(times=["0-morning"], needed=["a", "b", "c"], learned=[]),
        place(times=["0-morning"], needed=["a"], learned=[]),
        place(times=["0-morning"], needed=["a", "d"], learned=["b", "c"]),
        place(times=["0-morning"], needed=["a", "b", "c"], learned=[], area_code=away.code),
        place(needed=["a", "b", "c"], learned=[]),
    ]
    found = in_order[::-1]
    found.sort(key=lambda one: fit(one, her).order)
    assert found == in_order


@given(PLACES, st.lists(PEOPLE, max_size=8))
def test_a_count_is_of_those_whom_the_reasons_say_that_it_fits(one, people):
    assert count_whole(one, people) == sum(fit(one, her).is_whole for her in people)


@given(PLACES, PEOPLE, st.frozensets(st.sampled_from([*Shown])))
def test_what_she_does_not_show_changes_no_count(one, her, lines):
    shown = Seeks.of(**her.shown(lines))
    other = Seeks.of(
        can=her.can if Shown.COMPETENCES in lines else ["d"],
        times=her.times if Shown.TIMES in lines else TIMES[9:10],
        districts=her.districts if Shown.AREAS in lines else ["x"],
        dutch=her.dutch if Shown.DUTCH in lines else "none",
        kinds=her.kinds,
    )
    assert Seeks.of(**other.shown(lines)) == shown
    assert count_whole(one, [shown]) == count_whole(one, [Seeks.of(**other.shown(lines))])


def test_of_what_she_seeks_only_the_lines_are_kept_that_she_shows():
    her = Seeks.of(
        can=["b", "a"], times=TIMES[:2], districts=["WK059908"], dutch=DutchLevel.A2,
        kinds=[WorkKind.JOB],
    )  # fmt: skip
    kept = {"can": ["a", "b"], "times": sorted(TIMES[:2]), "districts": ["WK059908"],
        "dutch": DutchLevel.A2, "kinds": [WorkKind.JOB]}  # fmt: skip
    nothing = {"can": [], "times": [], "districts": [], "dutch": "", "kinds": [WorkKind.JOB]}
    assert her.shown([*Shown]) == kept
    assert her.shown([]) == nothing
    of_line = {Shown.COMPETENCES: "can", Shown.TIMES: "times", Shown.AREAS: "districts",
        Shown.DUTCH: "dutch"}  # fmt: skip
    for line, name in of_line.items():
        assert her.shown([line]) == nothing | {name: kept[name]}


def test_the_rule_has_no_field_for_who_somebody_is():
    assert {one.name for one in fields(Seeks)} == {"can", "times", "districts", "kinds", "dutch"}


@pytest.mark.parametrize(
    ("count", "least", "said"),
    [
        (0, 5, None), (4, 5, None), (5, 5, (5, 10)), (9, 5, (5, 10)), (10, 5, (10, 20)),
        (9, 10, None), (19, 10, (10, 20)), (99, 5, (90, 100)), (450, 5, (400, 500)),
        (5000, 5, (900, None)),
    ],
)  # fmt: skip
def test_a_count_is_told_in_steps_and_a_small_one_not_at_all(count, least, said):
    assert coarse(count, least) == said
