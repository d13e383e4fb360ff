"""Whose voice it is, which steps are whose, and what counts as a change."""

from datetime import date, timedelta

import pytest

from portal.core.actor import Actor, ActorKind, Role, participant_actor
from portal.core.errors import RuleBroken
from portal.progress.rules import (
    AftercareAnswer,
    AftercareMoment,
    LadderChange,
    Voice,
    check_document,
    check_ladder_step,
    check_not_in_future,
    is_still_there,
    ladder_change,
    moment_due,
    steps_for,
    voice_of,
)

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize("step", range(-1, 9))
@pytest.mark.parametrize("voice", Voice)
def test_steps_1_and_2_are_only_hers_to_state(step, voice):
    may = 1 <= step <= 6 and (step > 2 or voice is Voice.PARTICIPANT)
    assert (step in steps_for(voice)) is may
    if may:
        check_ladder_step(step, voice)
    else:
        with pytest.raises(RuleBroken):
            check_ladder_step(step, voice)


@pytest.mark.parametrize(
    ("first", "last", "change"),
    [(3, 4, "rose"), (3, 3, "held"), (4, 2, "fell"), (3, None, "unknown"), (None, None, "unknown")],
)
def test_held_is_a_result_and_once_is_unknown(first, last, change):
    assert ladder_change(first, last) is LadderChange(change)


def test_an_expert_by_experience_has_a_voice_of_her_own():
    staff = Actor(kind=ActorKind.STAFF, role=Role.EXPERT)
    assert voice_of(staff) is Voice.EXPERT
    assert voice_of(Actor(kind=ActorKind.STAFF, role=Role.ADMIN)) is Voice.GUIDE
    assert voice_of(participant_actor(1, "Fatma", ())) is Voice.PARTICIPANT


def test_tomorrow_was_not_seen_yet():
    check_not_in_future("observed_on", TODAY, TODAY)
    with pytest.raises(RuleBroken) as refusal:
        check_not_in_future("observed_on", TODAY + timedelta(days=1), TODAY)
    assert refusal.value.field == "observed_on"


@pytest.mark.parametrize(
    ("seen_on", "seen_by", "field"),
    [(None, "", None), (TODAY, "Karin", None), (TODAY, "", "document_seen_by"),
     (None, "Karin", "document_seen_on"), (TODAY + timedelta(days=1), "Karin", "document_seen_on")],
)  # fmt: skip
def test_a_document_is_seen_by_somebody_on_a_day_or_not_at_all(seen_on, seen_by, field):
    if field is None:
        check_document(seen_on, seen_by, TODAY)
    else:
        with pytest.raises(RuleBroken) as refusal:
            check_document(seen_on, seen_by, TODAY)
        assert refusal.value.field == field


def test_three_times_she_is_asked_for_three_weeks():
    asked: dict[AftercareMoment, list[int]] = {}
    for days in range(-30, 400):
        if moment := moment_due(TODAY, TODAY + timedelta(days=days)):
            asked.setdefault(moment, []).append(days)
    assert asked == {
        AftercareMoment.WEEKS_4: list(range(28, 49)),
        AftercareMoment.MONTHS_3: list(range(91, 112)),
        AftercareMoment.MONTHS_6: list(range(182, 203)),
    }


def test_who_says_nothing_or_asks_for_rest_is_unknown_and_not_gone():
    said = {answer: is_still_there(answer) for answer in (None, *AftercareAnswer)}
    assert said == {None: None, "still_there": True, "hard": True, "left": False, "stop": None}
