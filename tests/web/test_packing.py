"""Answers are packed for the way, and never one whose size could tell a secret."""

import gzip

import brotli
import pytest

from portal.config import ROOT
from portal.web.layout import static_url
from tests.cast import Cast

UNPACK = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}


def fetch(client, path, takes="gzip, br", **options):
    client.audits = False
    options.setdefault("method", "GET")
    return client.open(path, headers={"Accept-Encoding": takes}, **options)


@pytest.mark.parametrize(
    ("takes", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0, *", "gzip"),
        ("br;q=0.1, gzip", "gzip"),
        ("identity", None),
        ("", None),
    ],
)
@pytest.mark.parametrize(
    "path", ["/", "/sign-in", "/static/css/site.css", "/feeds/offerings.schema.json"]
)
def test_what_a_browser_takes(cast: Cast, path, takes, encoding):
    plain = fetch(cast.client(), path, "")
    answer = fetch(cast.client(), path, takes)
    assert answer.headers.get("Content-Encoding") == encoding
    assert "Accept-Encoding" in answer.vary
    if path != "/sign-in":  # each of which has a token of its own
        assert UNPACK[encoding](answer.data) == plain.data
    assert answer.content_length == len(answer.data)


@pytest.mark.parametrize("who", ["participant", "guide", "coordinator"])
def test_what_the_asker_chose_is_not_packed_beside_what_is_somebodys(cast: Cast, who):
    client = cast.client(who)
    own = "/my" if who == "participant" else "/work"
    for path, is_packed in (
        (own, True),
        (f"{own}?lang=ar", True),
        (f"{own}?lang=xx", False),
        (f"{own}?lang=ar&x=Aisha", False),
        (f"{own}?csrf_token=IjA", False),
        ("/offerings?q=Aisha", False),
        ("/no-such-page/Aisha", False),
    ):
        answer = fetch(client, path)
        assert ("Content-Encoding" in answer.headers) is is_packed, path


def test_a_refused_form_is_not_packed(cast: Cast):
    client = cast.client("coordinator")
    client.audits = False
    page = client.page("/work/offerings/new")
    form = {one["name"]: one.get("value", "") for one in page.select("main form input[name]")}
    answer = fetch(client, "/work/offerings/new", method="POST", data={**form, "title": ""})
    assert answer.status_code == 422
    assert "Content-Encoding" not in answer.headers


def test_a_visitors_search_is_packed_until_there_is_something_of_hers(cast: Cast):
    client = cast.client()
    assert fetch(client, "/offerings?q=werk").headers["Content-Encoding"] == "br"
    with client.session_transaction() as cookie:
        cookie["something"] = "of hers"
    assert "Content-Encoding" not in fetch(client, "/offerings?q=werk").headers


def test_a_file_is_kept_for_a_year_under_the_address_of_its_content_only(app, engine):
    client = app.test_client()
    with app.test_request_context():
        address = static_url("css/site.css")
    for path, is_kept in ((address, True), (f"{address}0", False), ("/static/css/site.css", False)):
        answer = fetch(client, path)
        assert ("immutable" in answer.headers["Cache-Control"]) is is_kept, path
        assert answer.vary.to_header() == "Accept-Encoding"
        with client.get(path, headers={"If-None-Match": answer.headers["ETag"]}) as same:
            assert same.status_code == 304
    with client.get(address, headers={"Range": "bytes=0-9", "Accept-Encoding": "br"}) as part:
        assert (part.status_code, len(part.data)) == (206, 10)


def test_a_file_that_is_packed_by_itself_goes_as_it_is(app, engine):
    answer = fetch(app.test_client(), "/static/img/app-192.png")
    assert "Content-Encoding" not in answer.headers
    assert answer.data == (ROOT / "static/img/app-192.png").read_bytes()
