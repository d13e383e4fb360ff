"""Every field of every form meets what nobody should type: refused in words, and never a failure.

The forms are found by walking the access matrix, so a new form is in the sweep by itself. Nothing
the sweep sends is kept: what would be committed is written to the database and rolled back.
"""

import html
import re
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from flask import url_for
from sqlalchemy.orm import Session

from portal.web.throttle import Throttle
from tests.cast import COLUMNS, VISITOR
from tests.house.access_matrix import MATRIX, taking
from tests.house.forms import Filled, Values, forms_of
from tests.house.test_access_matrix import changes, rows_of
from tests.pages import page_of

BSN = "nr. 111 222 333, bsn"
UNSEEN = "\u3164\u2800\u0301\u200b\U000e0061"
_LEFT_OUT: Values = ()
_NUMBERS: tuple[Values, ...] = (("9" * 20,), ("9e99999999999",), ("--1",))
WRONG: dict[str, tuple[Values, ...]] = {
    "choice": (_LEFT_OUT, ("None",), ("", "x"), ("\x00",), (b"\xff\xed\xa0\x80",)),
    "number": (_LEFT_OUT, *_NUMBERS),
    "date": (_LEFT_OUT, ("2026-02-30",), ("9999-12-31",), ("0001-01-01",)),
    "time": (_LEFT_OUT, ("24:00",), ("9.5",)),
    "hidden": (_LEFT_OUT, ("x\x00y" * 99,)),
    "text": (
        _LEFT_OUT,
        (BSN,),
        ("x" * 6_000,),
        ("x\x00y",),
        ("\u200b",),
        (b"\xff\xed\xa0\x80",),
        ("{0} {name} %(x)s\r\n\r\nBcc: x@example.org",),
    ),
}
MUST_BE_REFUSED = {"choice": {"None"}, "number": {"--1"}, "date": {"2026-02-30"}, "text": {BSN}}
# What a database may choke on, each in its own way. The rest is refused by the form itself, so one
# database is enough for it.
HARD_TO_KEEP = {
    *(b"\xff\xed\xa0\x80", "\x00", "x\x00y", "x\x00y" * 99, "x" * 6_000),
    *("9" * 20, "9e99999999999", "9999-12-31", "0001-01-01"),
}
MAY_ANSWER = {200, 303, 404, 409, 422}
_NEVER_KEPT = {"check_in.kiosk": "card"}  # a scanner's text: looked for, and forgotten at once


@pytest.mark.parametrize(
    "endpoint", [one for one in taking("GET", "POST") if "sign_out" not in one]
)
@pytest.mark.slow
def test_a_wrong_value_is_refused_in_words(app, engine, session, world, monkeypatch, endpoint):
    before = rows_of(engine)
    monkeypatch.setattr(Session, "commit", lambda self: (self.flush(), self.rollback()))
    monkeypatch.setattr(Throttle, "check", lambda *_: None)
    row = MATRIX[endpoint]
    with app.test_request_context():
        url = url_for(endpoint, **row.url_values(world))
    session.rollback()  # what was looked up for the address holds no lock on SQLite
    who = min(row.who, key=COLUMNS.index, default=VISITOR)
    client = world.cast.client(who)
    client.audits = False  # each page is audited where it is tested
    answer = client.get(url)
    faults = []
    for filled in forms_of(page_of(answer)) if answer.status_code == 200 else ():
        for name, kind, values in _wrong_values(filled):
            if engine.dialect.name != "sqlite" and not HARD_TO_KEEP.intersection(values):
                continue
            body = urlencode(filled.with_values(name, values))
            client = world.cast.client(who)
            client.audits = False
            token = urlencode({"csrf_token": client.csrf_token()})
            answer = client.post(
                filled.url, data=f"{token}&{body}", content_type="application/x-www-form-urlencoded"
            )
            kind = "scanned" if _NEVER_KEPT.get(endpoint) == name else kind
            fault = _fault(answer, name, kind, values)
            if fault:
                faults.append(f"{filled.url} {name}={str(values)[:60]}: {fault}")
    assert not faults, "\n".join(faults)
    assert changes(before, rows_of(engine)) == {}


def _wrong_values(filled: Filled) -> Iterator[tuple[str, str, Values]]:
    sent = dict(filled.pairs)
    for name, tag in filled.fields.items():
        if name.replace("minutes-", "fewer-") in sent.keys() - {name}:
            continue  # the button that was tapped last says it, whatever stands in the field
        kind = str(tag.get("type", "text"))
        if kind == "checkbox" and tag.get("value") == "y":
            continue  # a box is ticked by whatever it sends
        if tag.name == "select" or kind in {"radio", "checkbox"}:
            kind = "choice"
        elif tag.get("inputmode") in {"numeric", "decimal"} and kind == "text":
            kind = "number"
        for values in WRONG.get(kind, WRONG["text"]):
            yield name, kind, values
        if tag.has_attr("required") and kind not in {"choice", "hidden", "file"}:
            yield name, "unseen", (UNSEEN,)


def _fault(answer, name: str, kind: str, values: Values) -> str | None:
    status, text = answer.status_code, html.unescape(answer.text)
    if status not in MAY_ANSWER:
        return str(status)
    if status == 422 and "error-summary" not in text:
        return "422 without a summary of what is wrong"
    if kind == "unseen" and f'href="#{name}' not in text:
        return f"a text that nobody sees was taken: {status}"
    if not values or values[0] not in MUST_BE_REFUSED.get(kind, ()):
        return None
    if status != 422:
        return f"it was taken: {status}"
    group = f'href="#{re.sub("-[0-9]+$", "", name)}"'  # boxes for one thing, side by side
    if f'href="#{name}' not in text and group not in text:
        return "the summary doesn't lead to the field"
    if kind != "choice" and str(values[0]) not in text:
        return "what was typed is lost"
    return None
