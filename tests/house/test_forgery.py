"""Whole, well-formed requests with one's own good token and another organisation's numbers."""

import pytest
from flask import url_for

from portal.core import clock
from portal.enrolments.rules import EnrolmentStatus
from tests import factories as make
from tests.cast import CAST
from tests.house.access import taking
from tests.house.access_matrix import MATRIX
from tests.house.test_access_matrix import changes, rows_of

# Who does not belong there, the door, and what she sends: all that would make it succeed at home.
FORGED = [
    ("stranger", "enrolments.decide", {"move": "accept"}),
    ("stranger", "enrolments.cancel_session", {"confirm": "y"}),
    (
        "stranger",
        "enrolments.move_session",
        {"day": "2030-01-01", "starts": "09:00", "ends": "10:00"},
    ),
    ("stranger", "offerings.take_step", {"step": "archive"}),
    ("stranger", "offerings.publish", {"when": "now"}),
    ("stranger", "enrolments.remove_series", {"step": "apply"}),
    ("stranger", "organisations.change_role", {"role": "viewer"}),
    ("stranger", "organisations.remove", {}),
    ("stranger", "organisations.withdraw_invitation", {}),
    ("stranger", "organisations.edit_tie", {"until_on": "2026-01-01"}),
    ("stranger", "attendance.register", {"all": "1"}),
    ("stranger", "participants.reissue_card", {}),
    ("stranger", "progress.state_step", {"step": "5"}),
    ("stranger", "home.told", {}),
    ("stranger", "agreements.confirm_as_guide", {"version": "1"}),
    ("stranger", "agreements.note_paper", {"signed_on": "2026-01-01"}),
    (
        "stranger",
        "agreements.write",
        {
            "goals": "x",
            "minutes_per_week": "8",
            "from_on": "2026-01-01",
            "participant_does": "x",
            "guide_does": "x",
        },
    ),
    ("stranger", "recognition.submit", {"recogniser_id": "1"}),
    ("cooperative", "recognition.submit", {"recogniser_id": "1"}),
    ("cooperative", "enrolments.decide", {"move": "accept"}),
    ("referrer", "offerings.take_step", {"step": "archive"}),
]


@pytest.mark.parametrize(("who", "endpoint", "body"), FORGED)
def test_another_organisations_row_is_not_found_and_stays_as_it_is(
    app, engine, world, who, endpoint, body
):
    with app.test_request_context():
        url = url_for(endpoint, **MATRIX[endpoint].url_values(world))
    assert changes_by(engine, world, who, url, body, {404}) == {}


def test_a_foreign_number_in_the_body_is_not_found(app, engine, session, cast, world):
    own = make.offering(session, cast.other_enterprise, title="Van ons")
    today = make.offering_session(session, own, clock.now())
    make.enrolment(session, own)
    session.commit()
    known = {"person": str(world.participant.uuid), "name": "Fatma"}
    for url, body in (
        ("/work/switch", {"organisation": str(cast.enterprise.id)}),
        (f"/work/offerings/{own.slug}/sign-up/known", known),
        (f"/registers/{today.uuid}", {f"mark-{world.enrolment.id}": "present"}),
    ):
        assert changes_by(engine, world, "stranger", url, body, {404, 422}) == {}, url


def test_a_participant_does_not_reach_another_participants_rows(app, engine, session, cast, world):
    other = make.participant(session, "Iemand Anders", card_token="another-card")
    offered = make.enrolment(
        session, make.offering(session, cast.enterprise), other, EnrolmentStatus.OFFERED
    )
    session.commit()
    for act in ("confirm", "withdraw"):
        url = f"/my/enrolments/{offered.uuid}/{act}"
        assert changes_by(engine, world, "participant", url, {}, {404}) == {}


ELSEWHERE = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.example"},
    {"Origin": "http://localhost.evil.example", "Sec-Fetch-Site": "same-origin"},
)
HERE: tuple[dict[str, str], ...] = (
    {"Sec-Fetch-Site": "same-origin"},
    {"Origin": "http://localhost"},
    {"Origin": "null"},
    {},
)


@pytest.mark.one_database  # refused by its headers
@pytest.mark.parametrize("endpoint", taking("POST"))
def test_what_another_sites_page_sends_is_refused(app, session, world, endpoint):
    """With a good token, at each door, whether a form or JSON is taken there."""
    row = MATRIX[endpoint]
    with app.test_request_context():
        url = url_for(endpoint, **row.url_values(world))
    session.rollback()  # what was looked up for the address holds no lock on SQLite
    who = next(name for name in CAST if name in row.who)
    client = world.cast.client(who)
    token = client.csrf_token()
    for headers in ELSEWHERE:
        answer = client.post(url, data={"csrf_token": token}, headers=headers)
        assert answer.status_code == 400, headers
        json = {**headers, "X-CSRFToken": token}
        assert client.post(url, json={}, headers=json).status_code == 400, headers
    for headers in HERE:
        client = world.cast.client(who)
        client.audits, token = False, client.csrf_token()
        answer = client.post(url, json=None, headers={**headers, "X-CSRFToken": token})
        assert answer.status_code != 400 or row.is_json, headers


def changes_by(engine, world, who, url, body, expected):
    """What a POST changed that had to be refused."""
    before = rows_of(engine)
    client = world.cast.client(who)
    answer = client.post(url, data={"csrf_token": client.csrf_token(), **body})
    assert answer.status_code in expected, f"{who} {url}: {answer.status_code}"
    return changes(before, rows_of(engine))
