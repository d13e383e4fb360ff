"""The third lock: every endpoint, by every method, for every member of the cast.

What holds of each page is looked at here too, as this opens all of them for everybody anyway.
"""

from typing import Any

import pytest
from flask import Flask, url_for
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from portal.core.base import Base
from portal.web.room import ANYONE, doors
from tests import databases
from tests.cast import CAST, COLUMNS, VISITOR
from tests.house.access import CHANGES_WHO, Row
from tests.house.access_matrix import MATRIX, SAME_FOR_ALL
from tests.house.forms import forms_of
from tests.house.world import World
from tests.pages import current_of, page_of, shape_of

# Counted for everybody who tries, and said so at the privacy page; the cast signs in as it goes.
_MAY_CHANGE = {"throttle_count", "browser_session"}

# Something stands in these from the start, and it is of nothing that is kept.
BEGINS_WITH_A_PROPOSAL = {
    "agreements.note_paper",  # today, and the version that holds: the form says which
    "duplicates.compare",  # which of the two stays
    "enrolments.sign_up_at_desk",  # the language that most speak
    "home.end_places",  # today
    "home.move_places",
    "home.list_people",  # a search, and which columns it shows
    "hours.own",
    "hours.person",
    "impact.compile_report",
    "imports.correct",  # a step of an import is taken once
    "imports.show",
    "impact.show_sheet",  # what its words mean
    "introductions.write",  # today, and the hours that the work has
    "offerings.copy",
    "offerings.new",
    "organisations.accept",
    "organisations.add_tie",
    "participants.assign_programme",
    "progress.correct",  # what stands there
    "progress.correct_own",
    "progress.observe",
    "progress.observe_own",
    "progress.state_own_step",
    "progress.state_step",
    "social_return.contracts",  # the first municipality
    "social_return.declare",  # what was chosen, and today
    "social_return.schemes",  # the newest amounts
    "work_places.post",
    "work_places.show_me",  # how long
}

_SAY_VERSIONS: set[int] = set()  # pages of one shape have the same forms, with the same in them

# Buttons that decide about a row, which say what it was when they were drawn.
DECIDE = {
    "enrolments.decide", "enrolments.withdraw", "enrolments.cancel_session",
    "referrals.withdraw", "recognition.submit", "recognition.withdraw", "recognition.review",
    "recognition.appeal", "recognition.explain", "recognition.review_again", "impact.together",
    "duplicates.compare", "impact.show_sheet",
    "duplicates.show", "organisations.remove", "organisations.verify", "organisations.refuse",
    "organisations.suspend", "organisations.lift",
    "offerings.publish", "offerings.take_step", "presentation.remove_picture", "imports.show",
    "imports.correct", "home.answer", "social_return.statement", "social_return.got",
    "calls.check",
    "introductions.own", "introductions.show",
    "work_places.take_step",
}  # fmt: skip


def methods_of(app: Flask, endpoint: str) -> list[str]:
    found = {method for rule in app.url_map.iter_rules(endpoint) for method in rule.methods or ()}
    return sorted(found - {"HEAD", "OPTIONS"})


def test_every_endpoint_has_a_row_and_every_row_an_endpoint(app):
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()} - {"static"}
    assert set(MATRIX) == endpoints, "say in access_matrix.py who may open the new page, who not"


def test_every_address_is_filled_in(app):
    for endpoint, row in MATRIX.items():
        for rule in app.url_map.iter_rules(endpoint):
            assert rule.arguments == set(row.values), endpoint


def test_each_door_opens_for_those_of_its_row(app, cast):
    """As the gate decides it, without a request for each: those whose row it is not come in too."""
    for endpoint, row in MATRIX.items():
        allow = doors(app)[endpoint].allow
        opens = {name for name in CAST if allow is ANYONE or cast.actor(name).may(allow)}
        assert opens == (row.who | row.elsewhere) & set(CAST), endpoint


@pytest.mark.parametrize("endpoint", MATRIX)
def test_who_gets_in(app, engine, world, endpoint, quick):
    row = MATRIX[endpoint]
    with app.test_request_context():
        url = url_for(endpoint, **row.url_values(world))
    before = rows_of(engine)
    # The quick run lets one in, and sends away one for whom the door is shut, which the test above
    # sees of all, and one who finds nothing behind it. The second database too is asked for each
    # page by each who may; who finds the door shut asks it nothing, and the HTML was read before.
    is_second = engine.dialect.name != databases.DATABASES[0]
    shut_out = sorted(row.shut_out)[-1 if quick or is_second else 0 :]
    for name in (*shut_out, *sorted(row.elsewhere)[-1 if quick else 0 :]):
        for method in methods_of(app, endpoint):
            answer = ask(world, name, method, url)
            expected = _refusal(row, name, method)
            assert answer.status_code == expected, f"{name} {method} {url}"
            if expected == 303:
                assert answer.location.startswith("/sign-in?next=")
    assert changes(before, rows_of(engine)) == {}, "somebody who may not enter changed something"
    for method in methods_of(app, endpoint):
        # Once somebody did it, it may be done: then the others find it gone or changed.
        welcome = {200, 204, 303, *((row.empty_form,) if method == "POST" else ())}
        welcomed = [name for name in COLUMNS if name in row.who]
        for number, name in enumerate(welcomed[:1] if quick else welcomed):
            is_read = not (is_second and number)
            answer = ask(world, name, method, url, audits=is_read)
            assert answer.status_code in welcome, f"{name} {method} {url}"
            assert not (answer.location or "").startswith("/sign-in?next="), name
            if method == "GET":
                assert_kept_by_nobody(endpoint, name, answer)
            if answer.status_code == 200 and is_read and method == "GET":
                assert_says_versions(app, answer)
            if method == "POST" and answer.status_code == 303:
                welcome |= {404, 409, 422}


def ask(world: World, name: str, method: str, url: str, *, audits: bool = False):
    """One request by one of the cast; an empty form with a good token when it is a POST."""
    client = world.cast.client(name)
    client.audits = audits
    data = {"csrf_token": client.csrf_token()} if method == "POST" else None
    return client.open(url, method=method, data=data)


def assert_kept_by_nobody(endpoint: str, name: str, answer: TestResponse) -> None:
    """A page for one person is in no cache, and what is the same for all brings no cookie."""
    if name == VISITOR or endpoint in CHANGES_WHO or answer.status_code == 405:
        return
    if endpoint in SAME_FOR_ALL:
        assert "Set-Cookie" not in answer.headers, endpoint
    else:
        assert answer.headers["Cache-Control"] == "no-store", endpoint


def assert_says_versions(app: Flask, answer: TestResponse) -> None:
    """A form in which something stands that is kept, and a button that decides, say of what."""
    shape = hash(shape_of(answer.text)) if answer.mimetype == "text/html" else None
    if shape is None or shape in _SAY_VERSIONS:
        return
    at = app.url_map.bind("localhost")
    for filled in forms_of(page_of(answer)):
        stands = any(
            tag.get("type") != "hidden" and any(current_of(tag)) for tag in filled.fields.values()
        )
        door = at.match(filled.url.partition("?")[0], method="POST")[0]
        if stands and door not in BEGINS_WITH_A_PROPOSAL:
            assert dict(filled.pairs).get("drawn_from"), f"{filled.url}: Form(of=...) says it"
        is_taken = ("do", "take") in filled.pairs  # a place is offered or it is not
        if door in DECIDE and not is_taken:
            assert dict(filled.pairs).get("seen_as"), f"{filled.url}: ui.hidden(seen=...) says it"
    _SAY_VERSIONS.add(shape)


def _refusal(row: Row, name: str, method: str) -> int:
    if name in row.elsewhere:
        return 404
    if name != VISITOR:
        return 403
    return 303 if method == "GET" and not row.is_json else 401


def rows_of(engine: Engine) -> dict[str, set[Any]]:
    """All rows of all tables, around the models: it is asked before and after each."""
    of_one = "SELECT * FROM" if engine.dialect.name == "sqlite" else "SELECT one::text FROM"
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        found = {}
        for name in Base.metadata.tables.keys() - _MAY_CHANGE:
            cursor.execute(f'{of_one} "{name}" AS one')
            found[name] = set(cursor.fetchall())
    finally:
        connection.close()
    return found


def changes(before: dict[str, set[Any]], after: dict[str, set[Any]]) -> dict[str, set[Any]]:
    """The rows that are new or other than they were, by table."""
    return {name: rows ^ before[name] for name, rows in after.items() if rows != before[name]}
