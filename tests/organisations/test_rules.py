"""Teams, ties and names, as plain decisions."""

from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from portal.core import clock
from portal.core.actor import Role
from portal.core.errors import RuleBroken
from portal.organisations.rules import (
    PROVIDING_KINDS,
    OrganisationKind,
    OrganisationStatus,
    check_may_invite,
    is_left_without_admin,
    read_kvk,
    roles_in,
    slug_of,
)

DAYS = st.dates(date(2025, 1, 1), date(2025, 3, 1))


@pytest.mark.parametrize("kind", OrganisationKind)
def test_only_who_stands_apart_recognises(kind):
    may = kind in {OrganisationKind.MUNICIPALITY, OrganisationKind.SUPPORT_ORGANISATION}
    assert (Role.RECOGNISER in roles_in(kind)) == may
    assert Role.ADMIN in roles_in(kind)
    assert (kind in PROVIDING_KINDS) == (kind is not OrganisationKind.MUNICIPALITY)


@pytest.mark.parametrize(
    ("roles", "to", "is_left"),
    [
        ({1: Role.ADMIN}, None, True),
        ({1: Role.ADMIN}, Role.GUIDE, True),
        ({1: Role.ADMIN}, Role.ADMIN, False),
        ({1: Role.ADMIN, 2: Role.GUIDE}, None, True),
        ({1: Role.ADMIN, 2: Role.ADMIN}, None, False),
        ({1: Role.ADMIN, 2: Role.ADMIN}, Role.VIEWER, False),
        ({1: Role.GUIDE, 2: Role.ADMIN}, None, False),
        ({1: Role.GUIDE}, None, False),  # nobody was admin: she may go
    ],
)
def test_a_team_keeps_an_admin(roles, to, is_left):
    assert is_left_without_admin(roles, 1, to) == is_left


@given(DAYS, st.none() | DAYS, DAYS, st.none() | DAYS)
def test_ties_overlap_when_a_day_is_in_both(a, a_until, b, b_until):
    days = [date(2025, 1, 1) + timedelta(days=n) for n in range(70)]
    shared = any(clock.is_within(d, a, a_until) and clock.is_within(d, b, b_until) for d in days)
    if (a_until is not None and a_until < a) or (b_until is not None and b_until < b):
        return
    assert clock.share_a_day(a, a_until, b, b_until) == shared
    assert clock.share_a_day(b, b_until, a, a_until) == shared


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Keuken aan de Kade", "keuken-aan-de-kade"),
        ("Coöperatie 't Zuid & Co.", "cooperatie-t-zuid-co"),
        ("Register", "register-organisation"),
        ("مطبخ", "organisation"),
        ("--", "organisation"),
    ],
)
def test_slug_of_a_name(name, slug):
    assert slug_of(name) == slug
    assert slug_of(name, 2) == f"{slug}-2"


@given(st.text())
def test_slug_of_any_name_fits_an_address(name):
    slug = slug_of(name)
    assert 1 <= len(slug) <= 80
    assert slug.replace("-", "").isalnum()
    assert slug.isascii()


@pytest.mark.parametrize("status", OrganisationStatus)
def test_who_was_not_looked_at_yet_invites_nobody(status):
    if status is OrganisationStatus.VERIFIED:
        check_may_invite(status)
        return
    why = "suspended" if status is OrganisationStatus.SUSPENDED else "checked yet"
    with pytest.raises(RuleBroken, match=why) as refusal:
        check_may_invite(status)
    assert refusal.value.field == ""


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("12345678", "12345678"), ("1234 5678", "12345678"), ("12.34.56.78", "12345678"),
        (" 02345678 ", "02345678"), ("1234567", ""), ("123456789", ""), ("00000000", ""),
        ("1234567a", ""), ("nr 12345678", ""), ("", ""),
    ],
)  # fmt: skip
def test_a_number_in_the_trade_register_is_read_as_people_write_it(typed, number):
    assert read_kvk(typed) == number
