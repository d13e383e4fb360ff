"""When a message may go, and what fits in an SMS."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.core.clock import to_local
from portal.notices.rules import (
    AT_ONCE,
    OPTIONAL,
    Channel,
    Recipient,
    cannot_wait,
    is_quiet,
    may_go_from,
    next_attempt,
    next_daytime,
    sms,
)

# Summer time begins in the night to 29 March 2026, and ends in the night to 25 October.
NIGHTS = [datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 10, 24, tzinfo=UTC)]


def at(text: str) -> datetime:
    """A moment on Amsterdam's winter clock in 2026."""
    return datetime.strptime(f"2026-{text}+0100", "%Y-%m-%d %H:%M%z").astimezone(UTC)


def goes(now: str, *, own: bool = False, until: str | None = None, ago: int = 0) -> str:
    moment = may_go_from(
        at(now),
        told_at=at(now) - timedelta(minutes=ago),
        is_own_action=own,
        not_after=at(until) if until else None,
    )
    return f"{to_local(moment):%d %H:%M}"


@pytest.mark.parametrize(
    ("now", "options", "then"),
    [
        ("01-12 12:00", {}, "12 12:00"),
        ("01-12 20:59", {}, "12 20:59"),
        ("01-12 21:00", {}, "13 09:00"),
        ("01-13 07:59", {}, "13 09:00"),
        ("01-13 08:00", {}, "13 08:00"),
        ("01-12 23:30", {"own": True}, "12 23:30"),  # she is looking at it
        ("01-13 03:30", {"own": True, "ago": 240}, "13 09:00"),  # she was, hours ago
        ("01-12 23:00", {"until": "01-13 10:00"}, "13 09:00"),
        ("01-12 23:00", {"until": "01-13 08:30"}, "13 07:00"),  # cancelled, and it began at 8.30
        ("01-13 07:20", {"until": "01-13 08:30"}, "13 07:20"),
        ("01-12 23:00", {"until": "01-13 06:30"}, "12 23:00"),
        ("01-12 23:00", {"until": "01-13 09:00"}, "13 07:00"),  # at nine it would be too late
        ("01-12 23:00", {"until": "01-13 07:00"}, "12 23:00"),
        ("01-13 07:00", {"until": "01-13 08:30"}, "13 07:00"),
        ("01-12 23:30", {"own": True, "ago": 29}, "12 23:30"),
        ("01-12 23:30", {"own": True, "ago": 30}, "13 09:00"),
    ],
)
def test_nobody_is_woken_without_need(now, options, then):
    assert goes(now, **options) == then


@pytest.mark.parametrize("night", NIGHTS)
def test_a_night_in_which_the_clock_changes_is_quiet_until_morning(night):
    for half_hours in range(48 * 2):
        moment = night + timedelta(minutes=30 * half_hours)
        then = next_daytime(moment)
        assert not is_quiet(then)
        if then != moment:
            assert f"{to_local(then):%H:%M}" == "09:00"
            assert then - moment <= timedelta(hours=13)


def test_what_can_not_wait_until_tomorrow():
    noon = at("01-12 12:00")
    assert cannot_wait("enrolments/offered", noon, None)
    assert cannot_wait("enrolments/session_cancelled", noon, at("01-13 11:00"))
    assert not cannot_wait("enrolments/session_cancelled", noon, at("01-14 11:00"))
    assert cannot_wait("enrolments/session_cancelled", noon, at("01-13 11:59"))
    assert not cannot_wait("enrolments/session_cancelled", noon, at("01-13 12:00"))
    assert not cannot_wait("enrolments/accepted", noon, None)
    assert not cannot_wait("enrolments/reminder", noon, at("01-13 08:00"))


def test_what_is_at_once_is_not_optional():
    assert not AT_ONCE & OPTIONAL


def test_a_gateway_that_is_away_for_a_night_loses_nothing():
    now, tries = at("01-12 17:00"), 1
    while then := next_attempt(now, tries):
        now, tries = then, tries + 1
    assert now - at("01-12 17:00") > timedelta(hours=12)


def test_who_has_no_address_is_told_by_staff():
    assert Recipient("A", "", "nl", 1, Channel.SMS).channel is Channel.CALL
    assert Recipient("A", "", "nl", 1, Channel.LETTER).channel is Channel.LETTER


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("ع" * 70, 1),
        ("ع" * 71, 2),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("", 1),
    ],
)
def test_parts(text, parts):
    assert sms.count_parts(text) == parts


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("Café “De Rots” – één", 'Café "De Rots" - één'),
        ("Coördinatie, ï en ê", "Coördinatie, i en e"),
        ("Ayşe", "Ayse"),
        ("مرحبا Café", "مرحبا Café"),  # nothing is gained by taking off what can be kept
        ("Łódź", "Łódź"),  # the Ł has no letter under it, so the name stays whole
    ],
)
def test_accents_go_only_where_that_saves_the_alphabet(text, sent):
    assert sms.plain(text) == sent


def test_the_wait_doubles_up_to_four_hours_and_ends():
    noon = at("01-12 12:00")
    waits = [next_attempt(noon, tries) for tries in range(1, 14)]
    minutes = [then and (then - noon).total_seconds() / 60 for then in waits]
    assert minutes == [1, 2, 4, 8, 16, 32, 64, 128, 240, 240, 240, None, None]
