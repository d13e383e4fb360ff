"""Whatever goes wrong, a person gets a page she understands; the client audits each of them."""

import traceback

import pytest
from sqlalchemy.exc import IntegrityError, OperationalError

from tests import factories as make
from tests.house.conftest import REFUSALS, make_trial
from tests.pages import page_of


@pytest.mark.parametrize(
    ("how", "status"),
    [("not-found", 404), ("not-allowed", 403), ("conflict", 409), ("rule-broken", 422)],
)
def test_a_refusal_becomes_a_page(browser, how, status):
    page = browser.page(f"/trial/refuse/{how}", status=status)
    assert str(status) in page.words
    assert page.select_one('main a[href="/"]')


def test_a_broken_rule_says_which(browser):
    assert (
        "There are 3 people already." in browser.page("/trial/refuse/rule-broken", status=422).words
    )


def test_an_address_that_leads_nowhere(browser):
    browser.page("/nowhere", status=404)
    browser.page("/nowhere/%00", status=404)
    assert browser.post("/nowhere").status_code in {400, 404}


@pytest.mark.parametrize("who", ["participant", "coordinator", "recogniser", "operator"])
def test_an_address_that_leads_nowhere_knows_who_is_here(cast, who):
    client = cast.client(who)
    for answer in (client.get("/nowhere"), client.get("/my/own-phone"), client.post("/nowhere")):
        assert answer.status_code in {404, 405}
        bar = page_of(answer).select_one("header")
        assert bar.select_one('a[href^="/sign-in"]') is None
        assert "no-store" in answer.headers["Cache-Control"]


def test_a_wrong_method_says_which_are_right(browser):
    answer = browser.open("/trial/keep", method="GET")
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"POST", "OPTIONS"}
    answer = browser.send("/trial/count")
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_too_large_a_form(browser):
    assert browser.send("/trial/keep", name="x" * 300_000).status_code == 413


@pytest.mark.parametrize("token", [None, "", "made-up"])
def test_a_form_without_its_token(browser, session, token):
    values = {"name": "Forged"} if token is None else {"name": "Forged", "csrf_token": token}
    assert browser.post("/trial/keep", data=values).status_code == 400


def test_a_token_of_another_browser(trial, browser):
    token = trial.test_client().get("/trial/token").text
    assert browser.post("/trial/keep", data={"name": "x", "csrf_token": token}).status_code == 400


def test_a_failure_of_ours_shows_nothing_of_the_inside(browser, caplog):
    page = browser.page("/trial/refuse/failure", status=500)
    assert "secret of the house" not in str(page)
    assert "secret of the house" in caplog.text  # but we can find it


@pytest.mark.slow
def test_a_lost_database(tmp_path, caplog):
    for url in (
        f"sqlite:///{tmp_path}/no/such/folder/portal.db",
        f"postgresql+psycopg://nobody@/nothing?host={tmp_path}",
    ):
        browser = make_trial(url, tmp_path).test_client()
        answer = browser.get("/trial/count")
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "60"
        assert str(tmp_path) not in answer.text
        assert "database:" in caplog.text


@pytest.mark.parametrize("twice", [{"slug": "zwaantje-q"}, {"slug": None, "name": "zwaantje-q"}])
def test_an_error_does_not_repeat_what_it_was_about(session, twice):
    """A token, a number, an address: it would stand in the log, and in a mail about the error."""
    make.organisation(session, **{"name": "Eerst", **twice, "slug": "zwaantje-q"})
    with pytest.raises(IntegrityError) as caught:
        make.organisation(session, **{"name": "Toen", **twice})
    told = "".join(traceback.format_exception(caught.value))
    assert "INSERT INTO organisation" in told
    assert "zwaantje-q" not in told


def test_a_lost_database_while_somebody_is_signed_in(tmp_path):
    browser = make_trial(f"sqlite:///{tmp_path}/no/folder/portal.db", tmp_path).test_client()
    with browser.session_transaction() as cookie:
        cookie["_user_id"] = "a token"
    assert browser.get("/trial/count").status_code == 503
    assert browser.post("/trial/keep").status_code in {400, 503}


def test_a_database_that_is_lost_while_committing(trial, browser, monkeypatch):
    def lose(*_args):
        raise OperationalError("COMMIT", {}, Exception("gone"))

    token = browser.get("/trial/token").text
    with monkeypatch.context() as patched:
        patched.setattr("sqlalchemy.orm.Session.commit", lose)
        answer = browser.post("/trial/keep", data={"csrf_token": token, "name": "Nieuw"})
    assert answer.status_code == 503
    assert browser.get("/trial/count").text == "0"


@pytest.mark.parametrize("how", sorted(REFUSALS))
def test_an_error_for_head_has_no_body(browser, how):
    assert browser.head(f"/trial/refuse/{how}").data == b""


def test_a_static_file_that_is_not_there(browser):
    browser.page("/static/css/none.css", status=404)
    assert browser.get("/static/../portal/config.py").status_code == 404
