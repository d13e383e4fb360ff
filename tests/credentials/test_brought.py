"""A badge that another gave her: shown as what it is, never more, and hers to take out."""

import io
import json
from base64 import urlsafe_b64encode
from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from portal.core import clock
from portal.credentials.models import BroughtBadge
from portal.credentials.pages import in_words
from portal.credentials.rules import claims_of
from tests.credentials import made
from tests.credentials.badges import NAME, SCHOOL, badge, baked, tampered

RIGHT, UNKNOWN, WRONG = "niets is veranderd", "niet controleren", "klopt niet"


def brings(her, *, file=None, text=""):
    sent = {"file": (io.BytesIO(file), "badge.png")} if file else {}
    data = {**sent, "text": text, "csrf_token": her.csrf_token()}
    return her.post("/my/can/badges/new", data=data, content_type="multipart/form-data")


@pytest.mark.parametrize(
    ("token", "state"),
    [
        (badge(), RIGHT),
        (badge(brings_key=False), UNKNOWN),
        (tampered(badge()), WRONG),
        (badge(validUntil="2025-06-01T00:00:00Z"), "Het gold tot"),
    ],
    ids=["right", "unknown", "wrong", "over"],
)
def test_it_is_shown_as_what_it_is_where_she_lets_it_and_taken_out(session, cast, token, state):
    her = cast.client("participant")
    assert brings(her, file=baked(token)).status_code == 303
    (row,) = session.scalars(select(BroughtBadge)).all()
    hers = her.page("/my/can").select_one("#brought").text
    for word in (NAME, SCHOOL, "6 mei 2025", "Van een ander", state):
        assert word in hers
    assert NAME not in her.get("/my/can/preview").text, "she did not say yet that others see it"
    her.post("/my/can/line", data={"line": f"badge:{row.uuid}", "csrf_token": her.csrf_token()})
    shown = her.page("/my/can/preview").main.text
    assert state in shown
    assert her.get("/my/can.pdf").status_code == 200
    taken = f"/my/can/badges/{row.uuid}/remove"
    her.post(taken, data={"csrf_token": her.csrf_token()})
    assert NAME not in her.get("/my/can").text
    session.rollback()
    assert session.scalars(select(BroughtBadge)).all() == []


def test_what_is_none_and_what_is_from_here_are_refused(session, cast):
    ours = made.proof(session, cast).token
    session.commit()
    her = cast.client("participant")
    assert "geen badge" in her.page(brings(her, text="https://127.0.0.1/b"), status=422).words
    assert "van hier" in her.page(brings(her, text=ours), status=422).words
    head, body, signature = ours.split(".")
    changed = {**claims_of(ours), "name": "Lasser"}
    body = urlsafe_b64encode(json.dumps(changed).encode()).rstrip(b"=").decode()
    for forged in (f"{head}.{body}.{signature}", badge(issuer=changed["issuer"])):
        assert "klopt niet" in her.page(brings(her, text=forged), status=422).words
    assert session.scalars(select(BroughtBadge)).all() == []


@pytest.mark.parametrize(("days", "is_over"), [(0, False), (1, True)])
def test_it_is_valid_through_its_last_day(app, days, is_over):
    row = BroughtBadge(token=badge(validUntil="2026-06-01T00:00:00Z"))
    at = clock.from_local(date(2026, 6, 1) + timedelta(days=days), time(23))
    with clock.freeze(at), app.test_request_context():
        assert ("2026" in in_words(row)["state"]) is is_over
