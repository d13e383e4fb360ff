"""Where somebody is signed in, how long that lasts, and what ends it."""

from base64 import urlsafe_b64decode
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.accounts.commands import issue_reset
from portal.accounts.models import User
from portal.accounts.rules import passwords
from portal.core import clock
from portal.core.browser_session import BrowserSession, device_of, forget_old_sessions
from portal.notices.models import Notice
from portal.web.throttle import ThrottleCount, forget_old_counts
from tests.cast import Cast
from tests.pages import AuditingClient

PASSWORD, WRONG = "kaasbroodje42", "kaasbroodje43"
EMAIL = "guide@example.org"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0"


@pytest.fixture
def guide(session: Session, cast: Cast) -> User:
    """The guide of the cast, with a password."""
    user = session.scalars(select(User).where(User.email == EMAIL)).one()
    user.password_hash = passwords.hash_password(PASSWORD)
    session.commit()
    return user


def sign_in(client: AuditingClient, password: str = PASSWORD, address: str = "10.0.0.1") -> int:
    form = {"csrf_token": client.csrf_token(), "email": EMAIL, "password": password}
    at = {"REMOTE_ADDR": address}
    return client.post("/sign-in", data=form, environ_base=at).status_code


def staff(cast: Cast) -> AuditingClient:
    client = cast.client()
    assert sign_in(client) == 303
    return client


def her_page(cast: Cast) -> AuditingClient:
    client = cast.client()
    assert client.get("/card/card-of-fatma").status_code in {200, 303}
    return client


KINDS = [(staff, "/work", 12 * HOUR, 7 * DAY), (her_page, "/my", 60 * DAY, 365 * DAY)]


@pytest.mark.slow
@pytest.mark.parametrize(("begin", "path", "idle", "longest"), KINDS)
def test_a_session_ends_unused_and_after_its_longest(cast, guide, begin, path, idle, longest):
    client, begun = begin(cast), clock.now()
    with clock.freeze(begun + idle + HOUR):
        assert client.get(path).status_code == 303
    step, passed = idle * 0.9, timedelta()
    while (passed := passed + step) < longest:  # used meanwhile, it goes on
        with clock.freeze(begun + passed):
            assert client.get(path).status_code == 200, passed
    with clock.freeze(begun + longest + HOUR):
        assert client.get(path).status_code == 303


@pytest.mark.parametrize(("begin", "path", "idle", "longest"), KINDS)
def test_a_clock_that_was_wrong_leaves_no_session_that_lasts(
    cast, guide, begin, path, idle, longest
):
    now, known = clock.now(), begin(cast)
    for wrong in (now + 400 * DAY, now - 400 * DAY):
        with clock.freeze(wrong):
            strange = begin(cast)
            assert known.get(path).status_code == 303
        with clock.freeze(now + HOUR):
            assert known.get(path).status_code == 200  # as if nothing had been
            assert strange.get(path).status_code == 303


def test_signing_in_takes_another_token(cast, guide, session):
    """Whoever put a cookie into a browser beforehand is not in when she signs in there."""
    client = staff(cast)
    planted = client.get_cookie("portal").value
    assert sign_in(client) == 303
    thief = cast.client()
    thief.set_cookie("portal", planted)
    assert thief.get("/work").status_code == 303
    assert client.get("/work").status_code == 200
    ended = select(func.count()).where(BrowserSession.ended_at.is_not(None))
    assert session.scalar(ended) == 1


@pytest.mark.slow
@pytest.mark.parametrize("who", ["staff", "card"])
def test_she_sees_where_she_is_signed_in_and_ends_it_there(cast, guide, session, who):
    begin, page, path = (
        (staff, "/account", "/work") if who == "staff" else (her_page, "/my/sessions", "/my")
    )
    elsewhere, here, stranger = begin(cast), begin(cast), cast.client("stranger")
    elsewhere.get(path, headers={"User-Agent": FIREFOX})
    stranger.get("/work")
    listed = here.page(page)
    assert len(listed.select(".lines form")) == 1
    other = session.scalars(select(BrowserSession).order_by(BrowserSession.id.desc())).first()
    session.rollback()
    to = "/account/sessions" if who == "staff" else page
    form = {"csrf_token": here.csrf_token(), "end": str(other.uuid)}
    here.post(to, data=form)  # somebody else's
    assert stranger.get("/work").status_code == 200
    here.submit(listed, form=".lines form")
    assert elsewhere.get(path).status_code == 303
    assert here.get(path).status_code == 200
    assert not here.page(page).select(".lines form")


@pytest.mark.parametrize("who", ["staff", "card"])
def test_where_she_was_last_stands_first(cast, guide, who):
    begin, page, path = (
        (staff, "/account", "/work") if who == "staff" else (her_page, "/my/sessions", "/my")
    )
    now, clients = clock.now(), [begin(cast) for _ in range(3)]
    for hours, number in enumerate((2, 0, 1), start=1):
        with clock.freeze(now + hours * HOUR):
            assert clients[number].get(path).status_code == 200
    listed = clients[1].page(page).select(".lines form [name=end]")
    ids = [one["value"] for one in listed]
    with clock.freeze(now + 4 * HOUR):
        clients[1].post(
            "/account/sessions" if who == "staff" else page,
            data={"csrf_token": clients[1].csrf_token(), "end": ids[0]},
        )
    assert [one.get(path).status_code for one in clients] == [303, 200, 200]


@pytest.mark.slow
def test_another_password_ends_all_other_sessions_and_is_told(cast, guide, session):
    elsewhere, here = staff(cast), staff(cast)
    page = here.page("/account?lang=en")
    new = "vijf natte laarzen"
    here.page(here.submit(page, password=WRONG, new_password=new), status=422)
    for refused in ("kort", "wachtwoord1234", EMAIL):
        answer = here.submit(page, password=PASSWORD, new_password=refused)
        assert here.page(answer, status=422).select_one("#new_password-error, .field.invalid")
    done = here.page(here.submit(page, password=PASSWORD, new_password=new))
    assert "Your new password is set." in done.words
    assert elsewhere.get("/work").status_code == 303
    assert here.get("/work").status_code == 200
    assert not here.page("/account").select(".lines form")  # it is signed in nowhere else
    assert session.scalars(select(Notice.kind)).all() == ["accounts/password_changed"]
    session.rollback()
    assert [sign_in(cast.client(), one) for one in (PASSWORD, new)] == [422, 303]


@pytest.mark.slow
def test_nobody_can_lock_somebody_else_out(cast, guide, session, monkeypatch):
    """Where she was before, a new browser elsewhere, a link to her mailbox: one goes on always."""
    hers = staff(cast)
    quick = {PASSWORD, "vijf natte laarzen"}
    monkeypatch.setattr(passwords, "is_right", lambda _hash, password: password in quick)
    hers.post("/sign-out", data={"csrf_token": hers.csrf_token()})
    assert [sign_in(cast.client(), WRONG) for _ in range(11)] == [422] * 10 + [429]
    assert sign_in(cast.client(), PASSWORD) == 429  # a new browser where the guesser is
    assert sign_in(hers) == 303
    assert sign_in(cast.client(), address="10.0.0.2") == 303
    for number in range(3, 40):  # from many addresses at once
        for _ in range(9):
            assert sign_in(cast.client(), WRONG, f"10.0.0.{number}") in {422, 429}
    new = cast.client()
    assert sign_in(new, address="10.0.1.1") == 429
    assert sign_in(hers) == 303
    token = issue_reset(session, guide)
    session.commit()
    new.submit(f"/reset-password/{token}", password="vijf natte laarzen")
    assert sign_in(new, address="10.0.1.1") == 303


@pytest.mark.slow
def test_a_guesser_in_her_own_browser_must_wait_there_only(cast, guide):
    hers = staff(cast)
    assert [sign_in(hers, WRONG) for _ in range(11)] == [422] * 10 + [429]
    assert sign_in(cast.client()) == 303


@pytest.mark.slow
def test_one_house_is_one_address(cast, guide):
    tries = [sign_in(cast.client(), WRONG, f"2001:db8:1:1::{n}") for n in range(11)]
    assert tries == [422] * 10 + [429]
    assert sign_in(cast.client(), PASSWORD, "2001:db8:1:2::1") == 303


@pytest.mark.slow
def test_what_was_counted_in_the_future_is_over(cast, guide, session):
    with clock.freeze(clock.now() + 400 * DAY):
        for _ in range(10):
            sign_in(cast.client(), WRONG)
        assert sign_in(cast.client()) == 429
    assert sign_in(cast.client()) == 303
    forget_old_counts(session)
    assert session.scalars(select(ThrottleCount)).all() == []


def test_old_sessions_are_forgotten(cast, guide, session):
    staff(cast)
    with clock.freeze(clock.now() + 80 * DAY):
        forget_old_sessions(session)
        assert session.scalar(select(func.count(BrowserSession.id))) == 1
    with clock.freeze(clock.now() + 100 * DAY):
        forget_old_sessions(session)
        assert session.scalar(select(func.count(BrowserSession.id))) == 0


def test_the_cookie_says_nothing_to_who_reads_it(cast, guide):
    client = staff(cast)
    sealed = client.get_cookie("portal").value
    with client.session_transaction() as cookie:
        held = dict(cookie)
    for part in sealed.split("."):
        assert held["_user_id"].encode() not in urlsafe_b64decode(part + "==")
    client.set_cookie("portal", sealed[:-2] + ("A" if sealed[-2] != "A" else "B") + sealed[-1])
    assert client.get("/work").status_code == 303  # changed by one letter


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox, Windows"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) "
         "SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36", "Samsung Internet, Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 "
         "(KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
         "Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0", "Edge, Windows"),
        ("curl/8.5", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_a_device_is_called_by_what_people_see(agent, words):
    assert device_of(agent) == words


@pytest.mark.slow
def test_her_page_stays_open_on_her_own_phone_only(cast: Cast) -> None:
    """A cookie without a day goes with the browser: so it is until she says that it is hers."""
    client = her_page(cast)

    def lasts() -> bool:
        kept = client.get_cookie("portal")
        return kept is not None and kept.expires is not None

    assert not lasts()
    page = client.page("/my")
    assert "eigen telefoon" in page.words
    client.submit(page, form="[action='/my/own-phone']")
    assert lasts()
    page = client.page("/my")
    assert "eigen telefoon" not in page.words
    client.submit("/my/sessions", form="[action='/my/own-phone']")
    assert not lasts()
    client.submit("/my", form="[action='/my/own-phone']")
    assert client.get("/card/card-of-fatma").status_code == 303  # her card again: still her phone
    assert lasts()
    other = cast.client()
    other.set_cookie("portal", client.get_cookie("portal").value)
    assert other.post("/sign-out", data={"csrf_token": other.csrf_token()}).status_code == 303
    assert client.get("/my").status_code == 303  # the row ends it, whatever the cookie says


def test_who_signs_in_next_on_that_phone_does_not_stay(cast: Cast, guide: User) -> None:
    client = her_page(cast)
    client.submit("/my", form="[action='/my/own-phone']")
    assert sign_in(client) == 303
    assert client.get_cookie("portal").expires is None
