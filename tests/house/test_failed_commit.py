"""A save that fails leaves nothing: each writing route with a commit that the disk refuses.

The forms are found by walking the access matrix, so a new form is in the sweep by itself. Each is
sent until one send would have been kept; that one is refused by the database, as on a full disk.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask, url_for
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from portal.extensions import db
from portal.web.page import see_other
from portal.web.signing_in import sign_in
from tests.cast import CAST
from tests.house.access_matrix import MATRIX
from tests.house.test_access_matrix import changes, methods_of, rows_of
from tests.house.test_bad_input import Filled, forms_of
from tests.house.world import World
from tests.pages import AuditingClient, page_of


@dataclass
class Disk:
    """A disk that may be full: then it takes no commit, and counts how many it refused."""

    engine: Engine
    refused: int = 0

    @contextmanager
    def full(self) -> Iterator[None]:
        self.refused = 0
        event.listen(self.engine, "commit", self._refuse)
        yield
        event.remove(self.engine, "commit", self._refuse)

    def _refuse(self, _connection: Any) -> None:
        self.refused += 1
        raise OperationalError("COMMIT", {}, Exception("database or disk is full"))


@dataclass
class Sent:
    """A form as one of the cast sends it."""

    who: str
    filled: Filled


def forms_by_endpoint(app: Flask, world: World) -> dict[str, list[Sent]]:
    """Every form that the pages of the matrix hold, by the endpoint that it is sent to."""
    found: dict[str, list[Sent]] = {}
    adapter = app.url_map.bind("localhost")
    for endpoint, row in MATRIX.items():
        if "GET" not in methods_of(app, endpoint) or endpoint == "participants.card_sign_in":
            continue
        with app.test_request_context():
            url = url_for(endpoint, **row.url_values(world))
        for who in sorted(row.who, key=CAST.index)[:2]:
            answer = client_of(world, who).get(url)
            if answer.status_code != 200 or answer.mimetype != "text/html":
                continue
            for filled in forms_of(page_of(answer)):
                try:
                    to, _values = adapter.match(filled.url.partition("?")[0], method="POST")
                except HTTPException:
                    continue
                found.setdefault(to, []).append(Sent(who, filled))
    return found


def client_of(world: World, who: str) -> AuditingClient:
    client = world.cast.client(who)
    client.audits = False  # each page is audited where it is tested
    return client


def test_no_writing_route_leaves_a_trace_of_what_was_not_kept(
    app, engine, session, world, monkeypatch
):
    writing = {one for one in MATRIX if "POST" in methods_of(app, one)}
    forms = forms_by_endpoint(app, world)
    session.rollback()
    before = rows_of(engine)
    tried, faults = set(), []
    with app.app_context():
        disk = Disk(db.engine)
    for endpoint in sorted(writing):
        for sent in forms.get(endpoint, ()):
            found = refused(disk, world, sent)
            if found is not None:
                tried.add(endpoint)
                faults += [f"{endpoint}: {fault}" for fault in found]
                break
    assert len(tried) > 60, sorted(writing - tried)
    for endpoint in sorted(writing - tried):  # no page of theirs has a form that would be kept
        monkeypatch.setitem(app.view_functions, endpoint, _does_everything)
        row = MATRIX[endpoint]
        with app.test_request_context():
            url = url_for(endpoint, **row.url_values(world))
        session.rollback()
        found = refused(disk, world, Sent(min(row.who, key=CAST.index), Filled(url, {}, [])))
        assert found is not None, endpoint
        faults += [f"{endpoint}: {fault}" for fault in found]
    assert not faults, "\n".join(faults)
    assert changes(before, rows_of(engine)) == {}


def _does_everything(**_values: Any) -> Any:
    """A view that signs somebody in, says so, and leads on."""
    sign_in("staff", 1, 1)
    return see_other("home.work", done="Done")


def refused(disk: Disk, world: World, sent: Sent) -> list[str] | None:
    """What a form leaves behind that could not be kept; None when there was nothing to keep."""
    client = client_of(world, sent.who)
    values = {"csrf_token": client.csrf_token()}
    for name, value in sent.filled.pairs:
        values.setdefault(name, str(value))
    client.get("/accessibility")
    came = client.get_cookie("portal")
    with disk.full():
        answer = client.post(sent.filled.url, data=values)
    return list(traces(client, came, answer)) if disk.refused else None


def traces(client: AuditingClient, came: Any, answer: TestResponse) -> Iterator[str]:
    """What there is in an answer, or on the next page, of something that did not happen."""
    if answer.status_code != 503:
        yield f"answered {answer.status_code}"
    if "Set-Cookie" in answer.headers:
        yield f"sets {answer.headers['Set-Cookie'][:80]}"
    if "Location" in answer.headers:
        yield f"leads to {answer.location}"
    now = client.get_cookie("portal")
    if (now and now.value) != (came and came.value):
        yield "changed the cookie"
    for page in (page_of(answer), page_of(client.get("/accessibility"))):
        if page.select(".flash"):
            yield f"says {page.select('.flash')[0].text.strip()!r}"
