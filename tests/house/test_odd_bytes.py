"""Numbers too large, halves of letters and bad bytes anywhere: refused, never a failure."""

import json
import uuid
from typing import Any

import pytest
from werkzeug.routing import IntegerConverter

from tests.cast import CAST
from tests.house.access_matrix import MATRIX
from tests.house.test_access_matrix import methods_of

pytestmark = pytest.mark.slow

NUMBERS = (2**31, 2**32, 2**63 - 1, 2**63, 2**64, 10**30, 10**400)
MAY_ANSWER = {200, 303, 304, 308, 400, 401, 403, 404, 405, 409, 411, 413, 415, 422, 429}
HALF = "\ud800"
ODD: tuple[Any, ...] = (
    HALF, f"x{HALF}y", "\x00", "\ufffe", "\U0010ffff", "x" * 100_000, 2**63, -(2**63), 10**400,
    1e308, -1, True, None, [], {}, [[[]]], "9" * 5_000, "2026-13-40", "0000-00-00T00:00:00Z",
    "99999-01-01", "2026-11-29T25:00:00Z", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59",
    str(uuid.UUID(int=0)), "٣",
)  # fmt: skip


def test_a_number_in_an_address_that_no_row_has(app, world):
    for rule in app.url_map.iter_rules():
        kinds = rule._converters
        numbers = [name for name in kinds if isinstance(kinds[name], IntegerConverter)]
        if not numbers:
            continue
        row = MATRIX[rule.endpoint]
        for name in sorted(row.who & set(CAST)):
            client = world.cast.client(name)
            client.audits = False
            for number in NUMBERS:
                values = {**row.url_values(world), **dict.fromkeys(numbers, "NUMBER")}
                parts = {k: str(v) for k, v in values.items()}
                url = "".join(
                    str(number) if is_gap and part in numbers else parts[part] if is_gap else part
                    for is_gap, part in rule._trace
                ).lstrip("|")
                for method in methods_of(app, rule.endpoint):
                    data = {"csrf_token": client.csrf_token()} if method == "POST" else None
                    answer = client.open(url, method=method, data=data)
                    assert answer.status_code == 404, f"{method} {url}"


FIELDS = (
    "id", "kind", "session", "person", "status", "minutes", "replaces", "tapped_at", "reason",
    "batch", "name", "chosen",
)  # fmt: skip


def send(client, said, body):
    raw = body if isinstance(body, bytes) else json.dumps(body)
    headers = {"X-CSRFToken": said["csrf"]}
    return client.post(
        "/registers/events", data=raw, headers=headers, content_type="application/json"
    )


@pytest.mark.slow
@pytest.mark.parametrize("field", FIELDS)
def test_an_event_with_something_odd_in_it_harms_no_other(app, world, engine, field):
    client = world.cast.client("guide")
    said = client.get("/registers/offline.json").get_json()
    whole = {
        "kind": "mark",
        "session": str(world.offering_session.uuid),
        "person": str(world.enrolment.uuid),
        "status": "present",
    }
    kinds = ["mark", "walk_in", "settle", "undo"]
    if field in {"id", "session"}:
        kinds.append("close")
    faults = []
    for odd in ODD:
        # All kinds in one batch, but for what is too much together, or of which only the first of
        # an id is looked at.
        is_alone = field == "id" or len(repr(odd)) > 10_000
        for batch in [[kind] for kind in kinds] if is_alone else [kinds]:
            good = {**whole, "id": str(uuid.uuid4())}
            events: list[dict[str, Any]] = []
            for kind in batch:
                person = str(uuid.uuid4()) if kind == "walk_in" else whole["person"]
                bad = {"id": str(uuid.uuid4()), "kind": kind, "name": "Amina", "person": person}
                events.append({**whole, **bad, field: odd})
            body = {"user": said["user"], "sent_at": "2026-01-01T00:00:00Z"}
            answer = send(client, said, {**body, "events": [*events, good]})
            if answer.status_code != 200:
                faults.append(f"{batch} {field}={str(odd)[:30]!r}: {answer.status_code}")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("field", ["user", "sent_at", "events"])
def test_odd_values_around_the_events(app, world, field):
    client = world.cast.client("guide")
    said = client.get("/registers/offline.json").get_json()
    for odd in ODD:
        body = {"user": said["user"], "events": [], field: odd}
        answer = send(client, said, body)
        assert answer.status_code in MAY_ANSWER, f"{field}={str(odd)[:30]!r}: {answer.status_code}"
    for raw in (b"\xff\xfe", b'"\\ud800"', b"[" * 100_000, b"1" * 10_000, b"NaN", b'{"a": "\xed"}'):
        answer = send(client, said, raw)
        assert answer.status_code in {400, 409}, raw[:20]
