"""Every field of every form meets what nobody should type: refused in words, kept, never a failure.

The forms are found by walking the access matrix, so a new form is in the sweep by itself. Nothing
the sweep sends is kept: what would be committed is written to the database and rolled back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode, urljoin

import pytest
from bs4 import Tag
from flask import url_for
from sqlalchemy.orm import Session

from portal.core import clock
from tests.cast import CAST
from tests.house.access_matrix import MATRIX
from tests.house.test_access_matrix import methods_of, rows_of
from tests.house.world import build_world
from tests.page_audit import text_of
from tests.pages import AuditingClient, Page, _controls, _current, _is_button, page_of

Pairs = list[tuple[str, str | bytes]]

ANYTHING = (
    "", " ", "\x00", "x\x00y", "x" * 6_000, "-1", "0", "1e9", "99999999999999999999", "2147483648",
    "9223372036854775808", "NaN", "-", "--1", "٣", "1_0", "12,5,5", "2026-02-30", "0001-01-01", "9999-12-31",
    "24:00", "23:59", "{0} {name} %(x)s %s", "<b>&amp;\"'</b>", "' OR 1=1 --", "مرحبا \u202e\u0301", "👩🏽‍🍳" * 30,
    "\r\n\r\nBcc: x@example.org", "None", "../../etc", b"\xff\xfe\xed\xa0\x80",
)  # fmt: skip
BSN = (
    "111222333",
    "nr. 111 222 333.",
    "111.222.333",
    "111-222-333",
    "BSN:111222333",
    "١١١٢٢٢٣٣٣",
    "۱۱۱۲۲۲۳۳۳",
    "１１１２２２３３３",
    "1112 22 333",
    "(111222333)",
    "bsn111222333",
    "111\u00a0222\u202f333",
    "111222333x",
    "111  222  333",
    "111\n222\n333",
    "111/222/333",
    "111,222,333",
    "111\u200b222\u200b333",
    "111_222_333",
    "0111222333",
)


@pytest.fixture
def world(cast, session):
    world = build_world(cast, session)
    session.commit()
    return world


@dataclass
class Filled:
    """A form of a page with a sensible answer in every field."""

    url: str
    names: list[str]
    pairs: Pairs
    controls: dict[str, Tag]
    buttons: list[tuple[str, str]]

    def with_value(self, name: str, *values: str | bytes) -> Pairs:
        return [pair for pair in self.pairs if pair[0] != name] + [(name, v) for v in values]


def forms_of(page: Page) -> Iterator[Filled]:
    for form in (page.main or page).find_all("form"):
        if form.get("method") != "post":
            continue
        url = urljoin(page.url, str(form.get("action") or page.url))
        pairs: Pairs = []
        controls: dict[str, Tag] = {}
        buttons = [("", "")]
        for tag in _controls(page, form):
            name = str(tag.get("name") or "")
            if not name:
                continue
            if _is_button(tag):
                buttons.append((name, str(tag.get("value", ""))))
                continue
            first = name not in controls
            controls.setdefault(name, tag)
            pairs += [(name, v) for v in sensible(tag, first)]
        yield Filled(url, [n for n in controls if n != "csrf_token"], pairs, controls, buttons)


def sensible(tag: Tag, first: bool) -> list[str]:
    """What is there already, or an answer of the right kind."""
    kind = tag.get("type", "text")
    if tag.name == "select":
        return [v for v in _current(tag) if v] or [
            str(o["value"]) for o in tag.find_all("option") if o.get("value")
        ][:1]
    if kind == "radio":
        return [str(tag.get("value", "on"))] if first else []
    if kind == "checkbox":
        return [str(tag.get("value", "on"))] if first else []
    now = [v for v in _current(tag) if v]
    if now:
        return now
    return {
        "email": ["nieuw@example.org"],
        "tel": ["0612345678"],
        "date": [clock.today().isoformat()],
        "time": ["10:00"],
        "number": ["10"],
        "hidden": [],
    }.get(str(kind), ["10" if tag.get("inputmode") in {"numeric", "decimal"} else "Goed zo"])


def send(client: AuditingClient, url: str, pairs: Pairs):
    return client.post(url, data=urlencode(pairs), content_type="application/x-www-form-urlencoded")


class TestSweep:
    def test_sweep(self, app, engine, world, monkeypatch, capsys):
        import os

        before = rows_of(engine)
        monkeypatch.setattr(Session, "commit", lambda s: (s.flush(), s.rollback()))
        tally = Counter()
        faults = []
        seen = set()
        for endpoint, row in MATRIX.items():
            if os.environ.get("ONLY") and os.environ["ONLY"] not in endpoint:
                continue
            with app.test_request_context():
                url = url_for(endpoint, **row.url_values(world))
            who = sorted(row.who, key=CAST.index)[0]
            if endpoint.startswith("enrolments.sign_up"):
                pass
            if "GET" not in methods_of(app, endpoint):
                continue
            client = world.cast.client(who)
            client.audits = False
            answer = client.get(url)
            if answer.status_code != 200 or answer.mimetype != "text/html":
                tally[f"get {answer.status_code}"] += 1
                continue
            for filled in forms_of(page_of(answer)):
                key = (filled.url.partition("?")[0], tuple(filled.names))
                if key in seen or "sign-out" in filled.url:
                    continue
                seen.add(key)
                for button in filled.buttons:
                    base = [*filled.pairs, *([button] if button[0] else [])]
                    ok = send(client, filled.url, base)
                    print(
                        "FORM",
                        who,
                        filled.url,
                        filled.names,
                        button,
                        ok.status_code,
                        ok.location
                        or [
                            text_of(t)
                            for t in page_of(ok).select(".error-summary li, .error-summary p")
                        ][:4],
                    )
                    if len(filled.buttons) > 4 and button != filled.buttons[1]:
                        continue
                    for name in filled.names:
                        tag = filled.controls[name]
                        free = (
                            tag.name == "textarea"
                            or tag.get("type", "text") in {"text", "email", "tel"}
                        ) and tag.name != "select"
                        junk = (
                            [(j,) for j in ANYTHING]
                            + [(j,) for j in BSN if free]
                            + [(), ("1", "2"), ("", "x")]
                        )
                        for values in junk:
                            pairs = filled.with_value(name, *values) + (
                                [button] if button[0] else []
                            )
                            client2 = client
                            answer2 = send(client2, filled.url, pairs)
                            code = answer2.status_code
                            tally[f"post {code}"] += 1
                            if code >= 500 or code in (400, 401, 403):
                                faults.append(
                                    (code, who, filled.url, button, name, values and values[0][:40])
                                )
                            if values and values[0] in BSN and code < 400:
                                faults.append(("bsn", filled.url, button, name, values[0]))
                            if code == 422:
                                p = page_of(answer2)
                                if not p.select_one(".error-summary"):
                                    faults.append(
                                        (
                                            "no summary",
                                            filled.url,
                                            button,
                                            name,
                                            values and values[0][:40],
                                            p.words[:100],
                                        )
                                    )
                                elif name != "once":
                                    text = answer2.text
                        if code == 429:
                            break
        print(tally)
        assert not faults, "\n".join(map(str, faults[:400]))
