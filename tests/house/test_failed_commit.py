"""A save that fails leaves nothing: each writing route with a commit that the disk refuses."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
from flask import url_for
from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from portal.extensions import db
from tests.cast import CAST
from tests.house.access import taking
from tests.house.access_matrix import MATRIX
from tests.house.post import Post
from tests.house.posts import POSTS
from tests.house.test_access_matrix import changes, rows_of
from tests.pages import AuditingClient, page_of

pytestmark = pytest.mark.slow


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


@pytest.mark.one_database  # the failure comes from here: `test_errors.py` has it on each
@pytest.mark.parametrize("endpoint", taking("POST"))
def test_what_could_not_be_kept_leaves_no_trace(app, engine, world, endpoint):
    """With a post that would be kept: signing up, joining a team, a new card, a new password."""
    post, row = POSTS.get(endpoint, Post()), MATRIX[endpoint]
    post.before(world)
    world.session.commit()
    with app.test_request_context():
        url = url_for(endpoint, **row.url_values(world))
    world.session.rollback()
    client = world.cast.client(post.who or min(row.who & set(CAST), key=CAST.index))
    client.audits = False
    client.csrf_token()
    post.prepare(client, world)
    values = post.values(world)  # some are asked of a page, while there is room
    client.get(url)
    came, before = client.get_cookie("portal"), rows_of(engine)
    with app.app_context():
        disk = Disk(db.engine)
    with disk.full():
        answer = replace(post, values=lambda _world: values).send(client, url, world)
    assert disk.refused, "give it a post that is kept in posts.py"
    assert list(traces(client, came, answer)) == []
    assert changes(before, rows_of(engine)) == {}


def traces(client: AuditingClient, came: Any, answer: TestResponse) -> Iterator[str]:
    """What there is in an answer, or on the next page, of something that did not happen."""
    if answer.status_code != 503:
        yield f"answered {answer.status_code}"
    yield from (f"sets {value[:80]}" for value in answer.headers.getlist("Set-Cookie"))
    if "Location" in answer.headers:
        yield f"leads to {answer.location}"
    now = client.get_cookie("portal")
    if (now and now.value) != (came and came.value):
        yield "changed the cookie"
    for page in (page_of(answer), page_of(client.get("/accessibility"))):
        yield from (f"says {line.text.strip()!r}" for line in page.select(".flash"))
