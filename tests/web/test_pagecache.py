"""Pages kept in memory reach only visitors whom nobody knows, in their own language."""

import gzip
from datetime import UTC, datetime, timedelta
from secrets import token_hex

import pytest
from flask import Flask, make_response
from sqlalchemy import event

from portal.core import clock
from portal.finding.rules.index import Index
from portal.web.packing import packed
from portal.web.pagecache import PageCache
from tests.cast import Cast

NOW = datetime(2026, 3, 2, 8, 10, tzinfo=UTC)


@pytest.fixture
def queries(engine):
    """Each statement that reaches the database."""
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def test_a_second_visitor_costs_one_read(cast: Cast, queries):
    first = cast.client().get("/offerings")
    queries.clear()
    second = cast.client().get("/offerings")
    assert second.data == first.data
    assert len([text for text in queries if text.startswith("SELECT")]) == 1


def test_no_cookie_is_set(cast: Cast):
    for _ in range(2):
        response = cast.client().get("/")
        assert "Set-Cookie" not in response.headers
        assert {"Cookie", "Accept-Encoding"} <= set(response.vary)
        assert "no-cache" in response.headers["Cache-Control"]
        assert response.headers["Content-Security-Policy"]


def test_languages_stay_apart(cast: Cast):
    for _ in range(2):
        assert '<html lang="nl"' in cast.client().get("/offerings").text
        client = cast.client()
        english = client.get("/offerings?lang=en")
        assert '<html lang="en"' in english.text
        assert "language=en" in english.headers["Set-Cookie"]
        assert '<html lang="en"' in client.get("/offerings").text


@pytest.mark.parametrize("who", ["participant", "coordinator", "operator"])
def test_nothing_passes_to_or_from_who_is_signed_in(cast: Cast, who):
    name = cast.actor(who).name
    anonymous = cast.client().get("/")
    own = cast.client(who).get("/")
    assert name in own.text
    assert own.headers["Cache-Control"] == "no-store"
    assert name not in anonymous.text
    assert cast.client().get("/").data == anonymous.data
    assert name in cast.client(who).get("/").text


def test_a_message_for_one_person_is_not_kept(cast: Cast):
    cast.client().get("/")
    client = cast.client()
    with client.session_transaction() as cookie:
        cookie["_flashes"] = [("message", "Uw aanmelding is binnen.")]
    assert "Uw aanmelding is binnen." in client.get("/").text
    assert "Uw aanmelding is binnen." not in cast.client().get("/").text


def test_a_page_lasts_no_longer_than_the_minute(cast: Cast, queries):
    with clock.freeze(NOW):
        cast.client().get("/")
    for later, reads_again in ((59, False), (60, True)):
        queries.clear()
        with clock.freeze(NOW + timedelta(seconds=later)):
            cast.client().get("/")
        assert (len([text for text in queries if text.startswith("SELECT")]) > 1) is reads_again


def test_a_page_is_sent_small_or_not_at_all(cast: Cast):
    client = cast.client()
    client.audits = False
    plain = client.get("/")
    small = client.get("/", headers={"Accept-Encoding": "gzip, deflate"})
    assert small.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(small.data) == plain.data
    known = client.get("/", headers={"If-None-Match": plain.headers["ETag"]})
    assert (known.status_code, known.data) == (304, b"")


def test_a_page_drawn_anew_is_packed_and_counted_once(cast: Cast, monkeypatch):
    done: list[str] = []

    def note(name, work):
        def noted(*values):
            done.append(name)
            return work(*values)

        return noted

    monkeypatch.setattr("portal.web.pagecache.packed", note("packed", packed))
    monkeypatch.setattr(Index, "counts", note("counted", Index.counts))
    client = cast.client()
    client.audits = False
    for number, takes in enumerate(("br", "br, gzip", "gzip", "")):
        path = f"/offerings?n={number}"
        first = client.get(path, headers={"Accept-Encoding": takes})
        assert client.get(path, headers={"Accept-Encoding": takes}).data == first.data
    assert done == ["counted", "packed", "packed", "packed"]


def test_refusals_are_not_kept(cast: Cast):
    for _ in range(2):
        assert cast.client().get("/offerings/nergens").status_code == 404


def test_it_stays_small(app: Flask, engine):
    cache = PageCache(version=lambda: 1, most_pages=3, most_bytes=50_000)
    drawn: list[str] = []

    @cache
    def view(text: str):
        drawn.append(text)
        return make_response(text)

    def get(text: str) -> None:
        with app.test_request_context(f"/{text[:9]}"):
            app.preprocess_request()
            view(text=text)

    for text in ("a", "b", "c", "a", "d", "a", "b"):
        get(text)
    assert drawn == ["a", "b", "c", "d", "b"]  # the page longest unasked goes first
    large = token_hex(60_000)  # nothing in it is alike
    get(large)
    get(large)
    assert len(drawn) == 7  # too large to keep
