"""Addresses and headers that nobody should send: a page that says so, never a failure."""

from typing import Any, ClassVar

import pytest
from flask import url_for
from werkzeug.datastructures import ImmutableMultiDict

from portal import create_app
from portal.config import Settings
from portal.extensions import db
from tests.house.access_matrix import MATRIX

PARTS = (
    "%00",
    "x%00y",
    "%FF%FE",
    "%ED%A0%80",
    "x" * 3_000,
    "..%2F..",
    "%27%25_",
    "-1",
    "%E2%80%AE",
)
QUERIES = (
    "page=-1",
    "page=abc",
    "page=99999999999999999999",
    "page=%00",
    "page=10000",
    "lang=xx",
    "q=%00",
    "q=%FF",
    "q=%27%25_",
    "area=junk",
    "day=%00&part=x&level=9&kind=&work=%ED%A0%80&language=%00",
    "status=%00",
    "day=0001-01-01",
    "day=9999-12-31",
    "until=9999-12-31",
    "show=card",
    "next=//evil.example",
    "enrolment=0&session=%00",
    "from=x",
)


NAMES_NOTHING = (
    "offering=%00",
    "offering=%ED%A0%80&q=%00",
    "offering=x&together=%00&text=%00&ask=%00",
    "together=11111111-1111-1111-1111-111111111111&text=xx",
    "afterTimestamp=9e99",
    "afterTimestamp=99999999999999999999&afterId=%00",
    "afterTimestamp=-1&afterId=x",
    "afterId=11111111-1111-1111-1111-111111111111",
)


@pytest.mark.slow
def test_a_part_of_an_address_that_names_nothing(app, world):
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static" or not rule.arguments:
            continue
        who = min(MATRIX[rule.endpoint].who - {"participant"} or {"participant"})
        client = world.cast.client(who)
        client.audits = False
        for part in PARTS:
            url = "".join(part if is_gap else text for is_gap, text in rule._trace).lstrip("|")
            answer = client.open(url, method="GET" if "GET" in rule.methods else "POST")
            assert answer.status_code in {200, 303, 308, 400, 404}, f"{url}: {answer.status_code}"
            assert answer.status_code != 200 or rule.arguments == {"token"}, url


class Noted(ImmutableMultiDict[str, str]):
    """A query that notes by which names it is asked; who goes through all of it asks for none."""

    asked: ClassVar[set[str]] = set()

    def __getitem__(self, key: str) -> str:
        self.asked.add(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self.asked.add(str(key))
        return super().__contains__(key)

    def getlist(self, key: str, *args: Any) -> Any:
        self.asked.add(key)
        return super().getlist(key, *args)


@pytest.fixture
def asked(app, monkeypatch):
    """By which names the queries were asked that were sent since it was emptied."""
    kind = type("Noting", (app.request_class,), {"parameter_storage_class": Noted})
    monkeypatch.setattr(app, "request_class", kind)
    return Noted.asked


@pytest.mark.slow
def test_a_query_that_means_nothing(app, world, asked):
    """All of them at once to every page, and by itself each of which a page asks for something.

    Where nobody asks for any of its names, a query is to that page as none.
    """
    every = "&".join((*QUERIES, *NAMES_NOTHING))
    for endpoint, row in MATRIX.items():
        with app.test_request_context():
            url = url_for(endpoint, **row.url_values(world))
        client = world.cast.client(min(row.who, default="visitor"))
        client.audits = False
        asked.clear()
        left = [every, *QUERIES, *NAMES_NOTHING]
        while query := next((one for one in left if one == every or asked & names_of(one)), None):
            left.remove(query)
            answer = client.get(f"{url}?{query}")
            may = {200, 303, 405, 422, *({400, 404} if not row.who or query not in QUERIES else ())}
            assert answer.status_code in may, f"{url}?{query}: {answer.status_code}"
            assert "evil" not in (answer.location or "")


def names_of(query):
    return {part.partition("=")[0] for part in query.split("&")}


@pytest.mark.parametrize(
    "cookie",
    ["x", "", "\x01", ".eJw", "a.b.c", "eyJfdXNlcl9pZCI6InN0YWZmOjE6MSJ9.x.y", "x" * 4_000],
)
def test_a_broken_cookie_is_no_cookie(app, world, cookie):
    client = app.test_client()
    client.set_cookie(app.config["SESSION_COOKIE_NAME"], cookie)
    client.set_cookie("language", cookie)
    assert client.get("/").status_code == 200
    assert client.get("/work").status_code == 303


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", '{"email": "x"}'),
        ("application/json", "{"),
        ("multipart/form-data", "x"),
        ("multipart/form-data; boundary=x", "--x\r\nbroken"),
        ("text/plain", "email=x"),
        ("", ""),
        ("application/x-www-form-urlencoded; charset=utf-7", "email=%FF"),
        ("application/x-www-form-urlencoded", "&".join(["a=1"] * 2_000)),
    ],
)
def test_a_body_of_another_kind_is_a_form_without_its_token(app, engine, content_type, body):
    answer = app.test_client().post("/sign-in", data=body, content_type=content_type)
    assert answer.status_code == 400


def test_a_card_holds_our_own_address_whatever_the_request_calls_us(app, session, cast):
    client = cast.client("guide")
    url = f"/participants/{cast.participant.uuid}/card"
    done = client.submit(client.page(url), form="main form")
    shown = client.get(done.request.full_path, headers={"Host": "evil.example"})
    assert f"{app.config['SETTINGS'].base_url}/card/" in done.text
    assert "evil.example/card" not in done.text + shown.text


EVIL = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}


@pytest.mark.slow
def test_no_redirect_takes_the_host_of_the_request(app, world):
    for endpoint, row in MATRIX.items():
        with app.test_request_context():
            url = url_for(endpoint, **row.url_values(world))
        world.session.rollback()
        client = app.test_client()
        client.audits = False
        for asked in (url, f"/{url}", url.replace("/", "//"), f"{url}/"):
            answer = client.open(asked, headers=EVIL, base_url="http://evil.example")
            assert "evil" not in (answer.location or ""), asked
            if answer.status_code in {301, 302, 303, 307, 308}:
                assert "evil.example" not in answer.text, asked
                assert answer.location.startswith("/")
                assert not answer.location.startswith("//")


def test_a_portal_that_is_no_demo_knows_its_own_name_only(database_url, engine, tmp_path):
    real = create_app(
        Settings.from_environment(
            {
                "PORTAL_DATABASE_URL": database_url, "PORTAL_INSTANCE": str(tmp_path),
                "PORTAL_DEMO": "0", "PORTAL_SECRET_KEY": "k" * 64,
                "PORTAL_BASE_URL": "https://meedoen.example.org",
            }
        )
    )  # fmt: skip
    for host, status in {
        "meedoen.example.org": 200, "meedoen.example.org:443": 200, "127.0.0.1:8000": 200,
        "localhost": 200, "evil.example": 400, "meedoen.example.org.evil.example": 400,
        "x.meedoen.example.org": 400, "": 400, "evil.example@meedoen.example.org": 400,
    }.items():  # fmt: skip
        answer = real.test_client().get("/sign-in", environ_overrides={"HTTP_HOST": host})
        assert answer.status_code == status, host
    with real.app_context():
        db.engine.dispose()
