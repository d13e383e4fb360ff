"""Signing in, operators and links that set a password."""

from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts import commands, queries
from portal.accounts.models import User
from portal.accounts.rules import passwords
from portal.core import clock, links
from portal.core.actor import HOUSE
from portal.core.errors import NotFound, RuleBroken
from portal.core.links import Link, Purpose
from portal.notices.models import Notice
from tests.deeds import deeds
from tests.links import link_of

PASSWORD = "kaasbroodje42"


@pytest.fixture
def user(session: Session) -> User:
    user = User(
        email="guide@example.org", name="Guide", password_hash=passwords.hash_password(PASSWORD)
    )
    session.add(user)
    session.flush()
    return user


def test_sign_in_knows_the_right_password_in_any_case_of_the_address(session, user):
    assert commands.sign_in(session, email="Guide@Example.org", password=PASSWORD) is user
    assert user.last_signed_in_at is not None
    assert deeds(session) == ["account.signed_in"]


def test_sign_in_says_the_same_for_a_wrong_password_and_an_unknown_address(session, user):
    said = set()
    for email in ("guide@example.org", "nobody@example.org"):
        with pytest.raises(RuleBroken) as refused:
            commands.sign_in(session, email=email, password="something else")
        said.add((refused.value.field, str(refused.value)))
    assert len(said) == 1


def test_sign_in_hashes_an_unknown_address_too(session, monkeypatch):
    """The work done is the same, so the time tells nothing either."""
    asked = []

    def is_right(kept, password):
        asked.append(kept)
        return False

    monkeypatch.setattr(passwords, "is_right", is_right)
    with pytest.raises(RuleBroken):
        commands.sign_in(session, email="nobody@example.org", password="something")
    assert asked == [None]


def test_sign_in_renews_a_hash_made_with_old_parameters(session, user):
    old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    user.password_hash = old
    commands.sign_in(session, email=user.email, password=PASSWORD)
    assert user.password_hash != old
    assert passwords.is_right(user.password_hash, PASSWORD)


def test_reset_sets_a_password_once_and_ends_other_sessions(session, user):
    commands.ask_reset(session, email="Guide@example.org")
    token = link_of(session, session.scalars(select(Notice)).one(), Purpose.RESET)
    earlier = commands.issue_reset(session, user)
    assert token not in session.scalars(select(Link.token_hash)).all()
    commands.reset_password(session, token=token, password="nieuwe zeilboot")
    assert user.session_version == 2
    assert passwords.is_right(user.password_hash, "nieuwe zeilboot")
    for used in (token, earlier, "made up"):
        with pytest.raises(NotFound):
            commands.reset_password(session, token=used, password="nog een zeilboot")
    assert deeds(session) == ["account.reset_asked", "account.password_reset"]


def test_reset_link_ends_after_an_hour(session, user):
    token = commands.issue_reset(session, user)
    session.flush()
    almost = clock.now() + timedelta(minutes=59)
    with clock.freeze(almost):
        assert queries.find_resetting(session, token) is not None
    with clock.freeze(almost + timedelta(minutes=2)):
        assert queries.find_resetting(session, token) is None


def test_reset_with_a_bad_password_keeps_the_link(session, user):
    token = commands.issue_reset(session, user)
    with pytest.raises(RuleBroken):
        commands.reset_password(session, token=token, password="wachtwoord1234")
    assert queries.find_resetting(session, token) is not None


def test_ask_reset_does_nothing_for_a_stranger(session):
    commands.ask_reset(session, email="nobody@example.org")
    assert session.scalars(select(Notice)).all() == []


def test_create_operator_makes_one_and_gives_her_a_link(session):
    token = commands.create_operator(session, HOUSE, email=" Root@Example.org ")
    user = queries.find_resetting(session, token)
    assert user is not None
    assert user.email == "root@example.org"
    assert user.is_operator
    with pytest.raises(RuleBroken):
        commands.create_operator(session, HOUSE, email="root")


def test_create_operator_raises_a_user_who_exists(session, user):
    commands.create_operator(session, HOUSE, email=user.email)
    assert user.is_operator
    assert "account.made_operator" in deeds(session)
    assert len(session.scalars(select(User)).all()) == 1


def test_forget_old_links(session, user):
    commands.issue_reset(session, user)
    session.flush()
    links.forget_old_links(session)
    assert session.scalars(select(Link)).all()
    with clock.freeze(clock.now() + timedelta(days=31)):
        links.forget_old_links(session)
    assert not session.scalars(select(Link)).all()
