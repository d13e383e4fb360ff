"""Every form with a key: sent again it is answered as before; corrected after Back it says so."""

from __future__ import annotations

import pytest
from flask import url_for

from portal.web.throttle import Throttle
from tests.cast import COLUMNS, VISITOR
from tests.house.access_matrix import MATRIX, taking
from tests.house.forms import forms_of
from tests.house.test_access_matrix import changes, rows_of
from tests.pages import page_of

pytestmark = pytest.mark.slow

CORRECTED = "Een andere tekst dan eerst"


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
