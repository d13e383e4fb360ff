"""One request, one transaction; a double send changes nothing; a failed try is still counted."""

from datetime import timedelta
from functools import partial
from hashlib import sha256

import pytest
from sqlalchemy import event, func, select

from portal.core import clock
from portal.extensions import db
from portal.organisations.models import Organisation
from portal.web.once import OnceKey, forget_old_keys
from portal.web.throttle import ThrottleCount
from tests import factories as make
from tests.house.conftest import at_once
from tests.house.test_failed_commit import Disk


def names(session):
    found = list(session.scalars(select(Organisation.name).order_by(Organisation.id)))
    session.rollback()
    return found


def test_a_get_that_writes_fails_and_writes_nothing(browser, session):
    assert browser.get("/trial/write").status_code == 500
    assert names(session) == []


def test_a_get_that_goes_around_the_models_writes_nothing(browser, session):
    make.organisation(session, "Werkplaats")
    session.commit()
    browser.get("/trial/rename")
    assert names(session) == ["Werkplaats"]


@pytest.mark.parametrize(("status", "kept"), [(200, True), (303, True), (400, False), (422, False)])
def test_what_succeeds_is_kept_and_all_else_is_not(browser, session, status, kept):
    assert browser.send("/trial/keep", name="Nieuw", status=status).status_code == status
    assert names(session) == (["Nieuw"] if kept else [])


def test_a_request_commits_once(trial, browser):
    commits = []

    def count(connection):
        commits.append(connection)

    token = browser.get("/trial/token").text
    with trial.app_context():
        engine = db.engine
    event.listen(engine, "commit", count)
    browser.post("/trial/keep", data={"csrf_token": token, "name": "Nieuw"})
    event.remove(engine, "commit", count)
    assert len(commits) == 1


def test_a_double_send_gets_the_same_answer_and_makes_one_row(browser, session):
    token = browser.get("/trial/token").text
    form = {"csrf_token": token, "once": "k1", "name": "Nieuw"}
    first, second = (browser.post("/trial/once", data=form) for _ in range(2))
    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    assert names(session) == ["Nieuw"]


def test_another_key_or_no_key_is_another_form(browser, session):
    for once in ("k1", "k2", "", ""):
        browser.send("/trial/once", once=once, name="Nieuw")
    assert names(session) == ["Nieuw"] * 4


def test_a_form_that_failed_may_be_sent_again(browser, session):
    assert browser.send("/trial/once", once="k1", name="Nieuw", fail=1).status_code == 409
    assert browser.send("/trial/once", once="k1", name="Nieuw").status_code == 303
    assert names(session) == ["Nieuw"]


@pytest.mark.slow
def test_a_form_that_came_back_to_be_read_over_is_not_done_yet(browser, session):
    for name in ("Read over", "Done"):  # a page, as long as it does not lead on to another
        assert browser.send("/trial/keep", once="k1", name=name).status_code == 200
    assert names(session) == ["Read over", "Done"]


def test_two_sends_at_the_same_moment_make_one_row(trial, session):
    browsers = [trial.test_client() for _ in range(6)]
    forms = [
        {"csrf_token": browser.get("/trial/token").text, "once": "k1", "name": "Nieuw"}
        for browser in browsers
    ]
    session.rollback()
    answers = at_once(
        [
            partial(browser.post, "/trial/once", data=form)
            for browser, form in zip(browsers, forms, strict=True)
        ]
    )
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.location for answer in answers}) == 1
    assert names(session) == ["Nieuw"]


def test_old_keys_are_forgotten(session):
    day = timedelta(days=1)
    for age in (1, 3):
        session.add(OnceKey(key=str(age), created_at=clock.now() - age * day))
    forget_old_keys(session)
    assert list(session.scalars(select(OnceKey.key))) == ["1"]


def test_a_failed_try_is_counted_though_the_rest_is_rolled_back(browser, session):
    assert [browser.send("/trial/try").status_code for _ in range(4)] == [400, 400, 400, 429]
    assert names(session) == []
    assert session.scalar(select(ThrottleCount.count)) == 3


def test_a_try_that_can_not_be_counted_is_no_try(trial, browser, session):
    """Else a full disk would let somebody guess for as long as it is full."""
    with trial.app_context():
        disk = Disk(db.engine)
    assert browser.send("/trial/try").status_code == 400
    with disk.full():
        assert browser.send("/trial/try").status_code == 503
    assert session.scalar(select(ThrottleCount.count)) == 1


def test_a_used_up_throttle_says_when_to_come_back(browser):
    for _ in range(3):
        browser.send("/trial/try")
    assert 0 < int(browser.send("/trial/try").headers["Retry-After"]) <= 301
    with clock.freeze(clock.now() + timedelta(minutes=6)):
        assert browser.send("/trial/try").status_code == 400


def test_a_try_that_is_counted_after_a_later_one_counts_too(browser, session):
    """Of two requests at one moment, the one that looked at the clock first may count last."""
    now = clock.now()
    for asked_at in (now, now - timedelta(milliseconds=3), now - timedelta(seconds=1)):
        with clock.freeze(asked_at):
            assert browser.send("/trial/try").status_code == 400
    assert session.scalar(select(ThrottleCount.count)) == 3
    with clock.freeze(now - timedelta(seconds=1)):
        assert browser.send("/trial/try").status_code == 429


def test_tries_at_the_same_moment_are_all_counted(trial, session):
    browsers = [trial.test_client() for _ in range(3)]
    tokens = [browser.get("/trial/token").text for browser in browsers]
    answers = at_once(
        [
            partial(browser.post, "/trial/try", data={"csrf_token": token})
            for browser, token in zip(browsers, tokens, strict=True)
        ]
    )
    assert {answer.status_code for answer in answers} == {400}
    assert session.scalar(select(func.sum(ThrottleCount.count))) == 3


def test_other_answers_under_the_same_key_are_neither_done_nor_dropped(browser, session):
    done = browser.send("/trial/once", once="k1", name="Nieuw")
    corrected = browser.send("/trial/once", once="k1", name="Nieuwe naam")
    assert corrected.status_code == 409
    assert "Nieuwe naam" in corrected.text
    assert f'href="{done.location}"' in corrected.text
    assert browser.send("/trial/once", once="k1", name="Nieuw").location == done.location
    assert names(session) == ["Nieuw"]


def test_nobody_reads_back_what_was_sent(browser, session):
    browser.send("/trial/once", once="a-key-of-its-own", name="06 12345678")
    kept = {row.key for row in session.scalars(select(OnceKey))}
    known = repr(("", [("name", "06 12345678")])).encode()
    assert len(kept) == 2
    assert not kept & {"a-key-of-its-own", sha256(known).hexdigest()}
