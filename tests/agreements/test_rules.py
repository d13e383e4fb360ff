"""When there is an agreement, and what may stand in it."""

from datetime import date, timedelta

import pytest

from portal.agreements import rules
from portal.core.errors import RuleBroken
from portal.enrolments.rules import EnrolmentStatus
from portal.offerings.rules import OfferingKind

DAY = date(2026, 3, 3)


@pytest.mark.parametrize("kind", OfferingKind)
@pytest.mark.parametrize("status", EnrolmentStatus)
def test_only_with_a_place_in_a_pre_trajectory(kind, status):
    may = (kind, status) == (OfferingKind.PRE_TRAJECTORY, EnrolmentStatus.ENROLLED)
    assert rules.may_have_agreement(kind, status) is may
    if may:
        rules.check_may_write(kind, status)
        return
    with pytest.raises(RuleBroken, match="Only who has a place") as refusal:
        rules.check_may_write(kind, status)
    assert refusal.value.field == ""


@pytest.mark.parametrize(("minutes", "is_right"), [(0, False), (1, True), (2400, True),
                                                   (2401, False), (-60, False)])  # fmt: skip
def test_hours(minutes, is_right):
    if is_right:
        rules.check_hours(minutes)
    else:
        with pytest.raises(RuleBroken):
            rules.check_hours(minutes)


@pytest.mark.parametrize("days", [None, 0, 1, 732])
def test_a_period_that_can_be(days):
    rules.check_period(DAY, None if days is None else DAY + timedelta(days=days))


@pytest.mark.parametrize("days", [-1, 733])
def test_a_period_that_can_not_be(days):
    with pytest.raises(RuleBroken):
        rules.check_period(DAY, DAY + timedelta(days=days))


@pytest.mark.parametrize(("signed", "words"), [(1, "to come"), (-3, "newer")])
def test_paper_is_signed_between_the_writing_and_today(signed, words):
    written = DAY - timedelta(days=2)
    rules.check_signed_on(written, written, DAY)
    rules.check_signed_on(DAY, written, DAY)
    with pytest.raises(RuleBroken, match=words):
        rules.check_signed_on(DAY + timedelta(days=signed), written, DAY)
