"""What a page of a well-filled portal weighs cold over the wire, with all that it asks for.

Headers count, as a phone pays for them. Gzip is the heavier of the two ways to pack: a browser that
takes brotli gets less. `tests/browser/test_weight.py` looks at what a real one gets.
"""

import gzip
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from bs4 import Tag
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal.accounts.models import User
from portal.city.people import demo_card_token
from portal.core.actor import HOUSE
from portal.core.base import Base
from portal.core.guard import set_actor
from portal.extensions import db
from portal.impact.models import ImpactReport
from portal.impact.rules import ReportStatus
from portal.organisations.models import Membership
from tests import databases
from tests.city.grown import grow
from tests.page_audit import HTML_BUDGET, STAFF_HTML_BUDGET, Page
from tests.pages import OWN_PAGES, AuditingClient, page_of
from tests.signed_in import Login, in_cookie

pytestmark = pytest.mark.slow

KB = 1024
MOST = {"html": HTML_BUDGET + KB, "css": 9 * KB, "js": 18 * KB, "all": 35 * KB}
# The styles of staff stand apart from hers, and come to a desk.
MOST_OF_ONES_OWN = {"html": STAFF_HTML_BUDGET + KB, "css": 10 * KB, "js": 19 * KB, "all": 45 * KB}
MOST_REQUESTS = 10

PUBLIC = ("/", "/?q=werk", "/sign-in", "/method", "/privacy", "/accessibility", "/no-such-page")
HERS = (*OWN_PAGES, "/my/saved", "/my/observations/new", "/my/ladder/new")
OF_STAFF = (
    ("guide", "/work"),
    ("guide", "/registers"),
    ("guide", "/participants"),
    ("coordinator", "/work"),
    ("coordinator", "/work/offerings"),
    ("coordinator", "/work/offerings/new"),
    ("coordinator", "/work/applications"),
    ("admin", "/work/team"),
    ("admin", "/work/reports"),
    ("cooperative", "/registers"),
    ("recogniser", "/recognition"),
    ("operator", "/operator/organisations"),
    ("operator", "/operator/programmes"),
)
# The first link to one row that such a list holds, which leads to a page with as much on it.
ROWS = (
    ("guide", "/registers", "/registers/"),
    ("guide", "/participants", "/participants/"),
    ("coordinator", "/work/offerings", "/work/offerings/"),
    ("admin", "/work/reports", "/work/reports/"),
)


@pytest.fixture(scope="module")
def demo(app: Flask, of_all: Path) -> Iterator[Session]:
    """The demo city, which these tests only read."""
    with app.app_context():
        engine = db.engine
    with Session(engine, expire_on_commit=False) as session:
        set_actor(session, HOUSE)
        with app.app_context():  # marks are made with the portal's secret
            grow(session, of_all)
        yield session
        session.rollback()
    databases.clean(engine, Base.metadata)


@pytest.fixture
def client(app: Flask, demo: Session) -> Iterator[AuditingClient]:
    """A browser; the audit would weigh the pages too, and here they are to be weighed whole."""
    demo.rollback()
    client = app.test_client()
    assert isinstance(client, AuditingClient)
    client.audits = False
    yield client
    demo.rollback()


def sign_in(client: AuditingClient, demo: Session, name: str) -> None:
    user = demo.scalars(select(User).where(User.email == f"{name}@demo.example")).one()
    joined = select(Membership.organisation_id).where(Membership.user_id == user.id)
    login = Login("staff", user.id, user.session_version, demo.scalars(joined).first())
    demo.rollback()
    with client.session_transaction() as cookie:
        cookie.update(in_cookie(client.application, login))


def on_the_wire(answer: Response) -> int:
    """Bytes of an answer: its line, its headers with the two that the server adds, its body."""
    headers = {**answer.headers, "Server": "granian", "Date": "Sun, 29 Nov 2026 09:26:06 GMT"}
    lines = sum(len(name) + len(value) + 4 for name, value in headers.items())
    return len("HTTP/1.1 200 OK\r\n\r\n") + lines + len(answer.data)


def weigh(client: AuditingClient, path: str, budget: dict[str, int] | None = None) -> None:
    """Fetch a page and all it asks for, photos apart, and hold it to the budget."""
    client.environ_base["HTTP_ACCEPT_ENCODING"] = "gzip, deflate"
    answer = client.get(path, follow_redirects=True)
    assert answer.status_code == (404 if path == "/no-such-page" else 200), path
    is_packed = "Content-Encoding" in answer.headers
    page = Page((gzip.decompress(answer.data) if is_packed else answer.data).decode())
    weights = {"html": on_the_wire(answer), "css": 0, "js": 0, "other": 0}
    addresses = {address for tag in page.find_all(True) if (address := asked_for(tag))}
    for address in addresses:
        kind = urlsplit(address).path.rpartition(".")[2]
        with client.get(address) as part:
            assert part.status_code == 200, f"{path} asks for {address}"
            weights[kind if kind in weights else "other"] += on_the_wire(part)
    weights["all"] = sum(weights.values())
    for kind, most in (MOST | (budget or {})).items():
        assert weights[kind] <= most, f"{path}: {kind} weighs {weights[kind]}, not {most}"
    assert len(addresses) + 1 <= MOST_REQUESTS, f"{path} asks for {sorted(addresses)}"


def asked_for(tag: Tag) -> str:
    """The file that a browser fetches for a tag by itself."""
    if tag.name == "script":
        return str(tag.get("src") or "")
    if tag.name == "link" and {"stylesheet", "icon"} & set(tag.get("rel") or ()):
        return str(tag["href"])
    if tag.name == "use":
        return str(tag["href"]).partition("#")[0]
    return ""


@pytest.mark.parametrize("path", PUBLIC)
def test_a_page_for_everybody(client, path):
    weigh(client, path)


def test_the_page_of_an_activity_and_of_signing_up(client):
    found = [str(a["href"]) for a in page_of(client.get("/")).select("main a[href^='/offerings/']")]
    weigh(client, found[0])
    weigh(client, f"{found[0]}/sign-up")


def test_the_page_of_a_recognised_report(client, demo):
    recognised = select(ImpactReport.number).where(ImpactReport.status == ReportStatus.RECOGNISED)
    number = demo.scalars(recognised).first()
    demo.rollback()
    weigh(client, f"/reports/{number}")


@pytest.mark.parametrize("path", HERS)
def test_a_page_for_a_participant(client, path):
    client.get(f"/card/{demo_card_token()}")
    form = page_of(client.get(f"/card/{demo_card_token()}"))
    if form.select_one("main form[method=post]"):
        client.submit(form)
    weigh(client, path)


@pytest.mark.parametrize(("name", "path"), OF_STAFF)
def test_a_page_for_staff(client, demo, name, path):
    """Half as much again in HTML: 50 rows with a form each spare a guide of 25 people a walk
    through pages of a list, and she opens it at work, not on the last megabyte of her bundle."""
    sign_in(client, demo, name)
    weigh(client, path, MOST_OF_ONES_OWN)


@pytest.mark.parametrize(("name", "path", "begins"), ROWS)
def test_the_page_of_one_row(client, demo, name, path, begins):
    """As heavy as the staff's lists, because it is one: of sessions, people or figures."""
    sign_in(client, demo, name)
    links = [str(a["href"]) for a in page_of(client.get(path)).select(f"main a[href^='{begins}']")]
    rows = [link for link in links if link.rpartition("/")[2] not in {"new", "earlier"}]
    assert rows, f"{path} leads to no row"
    weigh(client, rows[0].partition("#")[0], MOST_OF_ONES_OWN)


@pytest.mark.parametrize("kind", MOST)
def test_too_heavy_is_refused(client, monkeypatch, kind):
    monkeypatch.setitem(MOST, kind, 10)
    with pytest.raises(AssertionError, match=f"{kind} weighs"):
        weigh(client, "/")


def test_too_many_requests_are_refused(client, monkeypatch):
    monkeypatch.setattr(f"{__name__}.MOST_REQUESTS", 2)
    with pytest.raises(AssertionError, match="asks for"):
        weigh(client, "/")
