"""The third lock: every endpoint, by every method, for every member of the cast."""

from __future__ import annotations

import pytest
from flask import Flask, url_for
from sqlalchemy import Engine, select

from portal.core.base import Base
from tests.cast import COLUMNS, VISITOR
from tests.house.access_matrix import MATRIX, Row
from tests.house.world import World

# Counted for everybody who tries, and said so at the privacy page; the cast signs in as it goes.
_MAY_CHANGE = {"throttle_count", "browser_session"}


def methods_of(app: Flask, endpoint: str) -> list[str]:
    found = {method for rule in app.url_map.iter_rules(endpoint) for method in rule.methods or ()}
    return sorted(found - {"HEAD", "OPTIONS"})


def test_every_endpoint_has_a_row_and_every_row_an_endpoint(app):
    assert set(MATRIX) == {rule.endpoint for rule in app.url_map.iter_rules()} - {"static"}


def test_every_address_is_filled_in(app):
    for endpoint, row in MATRIX.items():
        for rule in app.url_map.iter_rules(endpoint):
            assert rule.arguments == set(row.values), endpoint


@pytest.mark.parametrize("endpoint", MATRIX)
def test_who_gets_in(app, engine, world, endpoint, quick):
    row = MATRIX[endpoint]
    with app.test_request_context():
        url = url_for(endpoint, **row.url_values(world))
    before = rows_of(engine)
    for name in (*sorted(row.shut_out), *sorted(row.elsewhere)):
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
        # The quick run lets a few in and reads one page; it shuts out everybody, as the whole does.
        welcomed = [name for name in COLUMNS if name in row.who]
        for number, name in enumerate(welcomed[:: len(welcomed) // 3 or 1] if quick else welcomed):
            answer = ask(world, name, method, url, audits=not (quick and number))
            assert answer.status_code in welcome, f"{name} {method} {url}"
            assert not (answer.location or "").startswith("/sign-in?next="), name
            if method == "POST" and answer.status_code == 303:
                welcome |= {404, 409, 422}


def ask(world: World, name: str, method: str, url: str, *, audits: bool = False):
    """One request by one of the cast; an empty form with a good token when it is a POST."""
    client = world.cast.client(name)
    client.audits = audits
    data = {"csrf_token": client.csrf_token()} if method == "POST" else None
    return client.open(url, method=method, data=data)


def _refusal(row: Row, name: str, method: str) -> int:
    if name in row.elsewhere:
        return 404
    if name != VISITOR:
        return 403
    return 303 if method == "GET" and not row.is_json else 401


def rows_of(engine: Engine) -> dict[str, set[str]]:
    """All rows of all tables, as texts."""
    with engine.connect() as connection:
        found = {
            name: {repr(row) for row in connection.execute(select(table))}
            for name, table in Base.metadata.tables.items()
            if name not in _MAY_CHANGE
        }
        connection.rollback()
    return found


def changes(before: dict[str, set[str]], after: dict[str, set[str]]) -> dict[str, set[str]]:
    """The rows that are new or other than they were, by table."""
    return {name: rows ^ before[name] for name, rows in after.items() if rows != before[name]}
