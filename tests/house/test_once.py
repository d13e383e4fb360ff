"""Every form with a key: sent again it is answered as before; corrected after Back it says so."""

import uuid
from datetime import timedelta

import pytest
from flask import url_for

from portal.core import clock
from portal.web.throttle import Throttle
from tests.cast import CAST, COLUMNS, VISITOR
from tests.house.access import taking
from tests.house.access_matrix import MATRIX
from tests.house.forms import forms_of
from tests.house.post import Post
from tests.house.posts import POSTS
from tests.house.test_access_matrix import changes, rows_of
from tests.pages import page_of

pytestmark = pytest.mark.slow

CORRECTED = "Een andere tekst dan eerst"


@pytest.mark.one_database  # that a key is kept once: `test_transaction.py`, on each
@pytest.mark.parametrize("endpoint", taking("GET"))
def test_a_correction_is_neither_dropped_nor_done_twice(
    app, engine, session, world, monkeypatch, endpoint
):
    row = MATRIX[endpoint]
    monkeypatch.setattr(Throttle, "check", lambda *_: None)
    with app.test_request_context():
        url = url_for(endpoint, **row.url_values(world))
    session.rollback()
    who = min(row.who, key=COLUMNS.index, default=VISITOR)
    client = world.cast.client(who)
    client.audits = False  # each page is audited where it is tested
    answer = client.get(url)
    if answer.status_code != 200 or answer.mimetype != "text/html":
        return
    for filled in forms_of(page_of(answer)):
        sent: dict[str, list[str | bytes]] = {"csrf_token": [client.csrf_token()]}
        for name, value in filled.pairs:
            sent.setdefault(name, []).append(value)
        if "once" not in sent:
            continue
        first = client.post(filled.url, data=sent)
        if first.status_code != 303:
            continue  # it was not done
        before = rows_of(engine)
        again = client.post(filled.url, data=sent)
        if again.status_code == 401:
            continue  # she stopped the card that she was signed in with
        assert again.status_code == 303, filled.url
        # A door that writes by itself keeps no location: its own page says how far it is.
        assert again.location in {first.location, filled.url.partition("?")[0]}, filled.url
        corrected = client.post(filled.url, data={**sent, "a_text": CORRECTED})
        assert corrected.status_code == 409, filled.url
        assert CORRECTED in corrected.text
        assert changes(before, rows_of(engine)) == {}, filled.url


# What they make has a name, and another answer that may be corrected after Back.
MAKE = {
    "organisations.register": ("about", "Wij koken en bakken samen."),
    "enrolments.sign_up_at_desk": ("phone", "06 87654321"),
    "referrals.refer": ("phone", "06 87654321"),
    "participants.add_programme": ("source", "Het stadhuis"),
    "attendance.walk_in": ("part", ""),
}


@pytest.mark.parametrize("endpoint", MAKE)
def test_a_fresh_page_makes_nothing_a_second_time(
    app, engine, session, world, monkeypatch, endpoint
):
    """An empty page sent with a correction leads to what was made, or it is about another."""
    field, corrected = MAKE[endpoint]
    post, row = POSTS.get(endpoint, Post()), MATRIX[endpoint]
    monkeypatch.setattr(Throttle, "check", lambda *_: None)
    post.before(world)
    session.commit()
    with app.test_request_context():
        url = url_for(endpoint, **row.url_values(world))
    session.rollback()
    client = world.cast.client(post.who or min(row.who & set(CAST), key=CAST.index))

    def send(**more):
        def values(world):
            return {**post.values(world), "once": uuid.uuid4().hex, **more}

        return Post(values, query=post.query).send(client, url, world)

    first = send()
    assert first.status_code == 303, page_of(first).words
    before = rows_of(engine)
    again = send(**{field: corrected})
    assert again.status_code == 409
    page = page_of(again)
    assert first.location in {tag["href"] for tag in page.main.find_all("a")}
    assert changes(before, rows_of(engine)) == {}
    other = client.submit(page, follow=False)  # she says that it is another one
    assert other.status_code in {303, 422}  # where a rule of its own refuses the same
    with clock.freeze(clock.now() + timedelta(hours=1, minutes=1)):
        assert send(**{field: corrected}).status_code in {303, 422}
