"""Every field of every form meets what nobody should type: refused in words, and never a failure.

The forms are found by walking the access matrix, so a new form is in the sweep by itself. Nothing
the sweep sends is kept: what would be committed is written to the database and rolled back.
"""

import html
import re
from collections.abc import Iterator
from itertools import zip_longest
from typing import NamedTuple
from urllib.parse import urlencode

import pytest
from flask import url_for
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal.web.throttle import Throttle
from tests import databases
from tests.cast import COLUMNS, VISITOR
from tests.house.access import taking
from tests.house.access_matrix import MATRIX
from tests.house.forms import Filled, Pair, Values, forms_of
from tests.house.test_access_matrix import changes, rows_of
from tests.page_audit import Page
from tests.pages import AuditingClient, current_of, page_of

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
        alone = list(_wrong_values(filled, scanned=_NEVER_KEPT.get(endpoint)))
        if engine.dialect.name != databases.DATABASES[0]:
            alone = [wrong for wrong in alone if HARD_TO_KEEP.intersection(wrong.values)]
        for _time in range(2):  # what a form takes hides behind what it refuses in other fields
            for together in list(_one_of_each_field(alone)):
                answer = _post(world.cast.client(who), filled, together)
                if answer.status_code not in MAY_ANSWER:
                    faults.append(f"{filled.url} {together}: {answer.status_code}")
                told = _told(answer, together)
                alone = [wrong for wrong in alone if wrong not in told]
        for wrong in alone:
            fault = _fault(_post(world.cast.client(who), filled, [wrong]), wrong)
            if fault:
                faults.append(f"{filled.url} {wrong.name}={str(wrong.values)[:60]}: {fault}")
    assert not faults, "\n".join(faults)
    assert changes(before, rows_of(engine)) == {}


class Wrong(NamedTuple):
    """A field of a form, of a kind, and what nobody should send in it."""

    name: str
    kind: str
    values: Values

    @property
    def must_be_refused(self) -> bool:
        return bool(self.values) and self.values[0] in MUST_BE_REFUSED.get(self.kind, ())


def _one_of_each_field(wrongs: list[Wrong]) -> Iterator[list[Wrong]]:
    """Wrong values of all fields to send in one form, which says what of each.

    Of what is hidden one alone decides about all of the form.
    """
    fields: dict[str, list[Wrong]] = {}
    for wrong in wrongs:
        if wrong.kind != "hidden":
            fields.setdefault(wrong.name, []).append(wrong)
    for together in zip_longest(*fields.values()):
        if len(found := [wrong for wrong in together if wrong]) > 1:
            yield found


def _post(client: AuditingClient, filled: Filled, wrongs: list[Wrong]) -> TestResponse:
    client.audits = False
    names = {wrong.name for wrong in wrongs}
    pairs: list[Pair] = [("csrf_token", client.csrf_token())]
    pairs += [pair for pair in filled.pairs if pair[0] not in names]
    pairs += [(wrong.name, value) for wrong in wrongs for value in wrong.values]
    kind = "application/x-www-form-urlencoded"
    return client.post(filled.url, data=urlencode(pairs), content_type=kind)


def _told(answer: TestResponse, together: list[Wrong]) -> set[Wrong]:
    """Those that the answer refused, in words beside what was typed; or took, if it may."""
    if answer.status_code < 400:
        return {one for one in together if not (one.must_be_refused or one.kind == "unseen")}
    if answer.status_code != 422 or "error-summary" not in answer.text:
        return set()
    page = Page(answer.text, is_good=True)
    led_to = {str(link["href"]) for link in page.select(".error-summary a[href]")}
    told = set()
    for wrong in together:
        fields = [tag for tag in page.tags if tag.get("name") == wrong.name]
        is_kept = any(str(value) in current_of(tag) for tag in fields for value in wrong.values)
        may_be_lost = wrong.kind == "choice" or not wrong.must_be_refused
        if f"#{wrong.name}" in led_to and (is_kept or may_be_lost):
            told.add(wrong)
    return told


def _wrong_values(filled: Filled, *, scanned: str | None) -> Iterator[Wrong]:
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
            yield Wrong(name, "scanned" if name == scanned else kind, values)
        if tag.has_attr("required") and kind not in {"choice", "hidden", "file"}:
            yield Wrong(name, "scanned" if name == scanned else "unseen", (UNSEEN,))


def _fault(answer: TestResponse, wrong: Wrong) -> str | None:
    status, text = answer.status_code, html.unescape(answer.text)
    if status not in MAY_ANSWER:
        return str(status)
    if status == 422 and "error-summary" not in text:
        return "422 without a summary of what is wrong"
    if wrong.kind == "unseen" and f'href="#{wrong.name}' not in text:
        return f"a text that nobody sees was taken: {status}"
    if not wrong.must_be_refused:
        return None
    if status != 422:
        return f"it was taken: {status}"
    group = f'href="#{re.sub("-[0-9]+$", "", wrong.name)}"'  # boxes for one thing, side by side
    if f'href="#{wrong.name}' not in text and group not in text:
        return "the summary doesn't lead to the field"
    if wrong.kind != "choice" and str(wrong.values[0]) not in text:
        return "what was typed is lost"
    return None
