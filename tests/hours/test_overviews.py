"""Her hours on a page, and an overview that anybody can check without us."""

import io
import json
from datetime import UTC, datetime, timedelta
from itertools import product

import pypdf
import pytest
from joserfc.jwk import KeySet
from joserfc.jws import deserialize_compact
from sqlalchemy import select

from portal.attendance import commands as attendance
from portal.attendance.commands import closing
from portal.attendance.models import AttendanceMark
from portal.attendance.rules import AttendanceStatus, RecordedHow
from portal.core import clock
from portal.core.guard import reading_as
from portal.core.signing import jwks_of, key_set, new_key, verified
from portal.core.signing_keys import open_keys
from portal.hours import commands, queries
from portal.hours.models import HoursOverview
from portal.participants.commands.keys import actor_by
from portal.schedule.models import OfferingSession
from portal.schedule.rules import SessionStatus
from tests import factories as make
from tests.hours import made

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)  # a Friday
MONDAY = datetime(2026, 3, 16, 9, tzinfo=UTC)
SECRET = "s" * 32
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def hers(session, cast):
    """Four hours that count, two that wait, and two elsewhere at the same time as two here."""
    cast.offering_session.status = SessionStatus.CANCELLED
    with clock.freeze(NOW):
        made.mark(session, cast.enrolment, MONDAY, how=RecordedHow.CHECKED_IN)
        made.mark(session, cast.enrolment, MONDAY + DAY, recorded_at=NOW + DAY)
        made.mark(session, cast.enrolment, MONDAY + 2 * DAY, is_counted=False)
        away = AttendanceStatus.EXCUSED
        made.mark(session, cast.enrolment, MONDAY + 3 * DAY, status=away, minutes=0)
        elsewhere = make.enrolment(
            session, make.offering(session, cast.other_enterprise), cast.participant
        )
        made.mark(session, elsewhere, MONDAY, how=RecordedHow.IMPORTED)
        term = made.term(session, cast.participant, MONDAY.date() - 12 * DAY)
        session.commit()
        yield term


def test_what_counts_is_seen_by_her_whole_and_by_her_guide_in_part(session, cast, hers):
    with reading_as(session, actor_by(session, make.opened(session, "card-of-fatma"))):
        own = queries.hours_of(session, cast.participant.id)
    with reading_as(session, cast.actor("guide")):
        ours = queries.hours_of(session, cast.participant.id)
    assert (own.all.minutes, own.all.waiting, own.all.twice) == (240, 120, 120)
    assert len(own.all.conflicts) == 1
    assert (ours.all.minutes, ours.all.twice, ours.all.conflicts) == (240, 0, [])
    assert own.now.term.id == hers.id
    assert [week.minutes for week in own.now.tally.weeks] == [240]
    assert own.week.minutes == 240


def test_two_places_at_once_are_a_signal_for_the_day(session, cast, hers):
    with reading_as(session, cast.actor("guide")):
        assert queries.list_conflicts(session, cast.actor("guide"), NOW) == []  # one is elsewhere
    made.mark(session, cast.enrolment, MONDAY + DAY + HOUR)
    for who in ("guide", "cooperative"):
        with reading_as(session, cast.actor(who)):
            (found,) = queries.list_conflicts(session, cast.actor(who), NOW)
        assert found.person.name == cast.participant.name
        assert found.starts_at == MONDAY + DAY
    assert queries.list_conflicts(session, cast.actor("stranger"), NOW) == []


def test_a_mark_never_counts_for_more_than_its_session_lasts_by_now(session, cast, hers):
    row = made.mark(session, cast.enrolment, MONDAY + 3 * DAY + 5 * HOUR, lasts=180)
    row.ends_at = row.starts_at + HOUR  # made shorter after the mark
    session.flush()
    assert queries.hours_of(session, cast.participant.id).all.minutes == 240 + 60


def test_an_overview_is_signed_and_names_nobody(session, cast, app, hers):
    keys = open_keys(session, SECRET)
    with reading_as(session, cast.actor("participant")):
        overview = _make(session, cast, "participant", keys)
    data, text = overview.data, json.dumps(overview.data)
    assert data["minutes"] == overview.minutes == 240
    assert cast.participant.name not in text
    assert str(cast.participant.uuid) not in text
    assert not {"participant", "participant_id", "name"} & set(data)
    assert sum(data["by_provenance"].values()) == 240
    assert sum(week["minutes"] for week in data["weeks"]) == 240
    # Whoever has the published keys needs nothing of ours.
    published = KeySet.import_key_set(json.loads(json.dumps(jwks_of(keys.published))))
    payload = deserialize_compact(overview.signature, published, ["ES256"]).payload
    assert json.loads(payload) == data
    assert "d" not in jwks_of(keys.published)["keys"][0]
    changed = json.loads(payload.replace(b'"minutes":240', b'"minutes":241'))
    assert changed != verified(overview.signature, keys.published) == data
    head, body, tail = overview.signature.split(".")
    forged = ".".join((head, body[:-8] + "AAAAAAAA", tail))
    assert verified(forged, keys.published) is None
    assert verified(overview.signature, key_set([new_key().as_dict(private=False)])) is None


@pytest.mark.slow
def test_she_makes_one_prints_it_and_takes_it_back(session, cast, hers):
    client, visitor = cast.client("participant"), cast.client()
    assert 'href="/my/hours"' in client.get("/my").text
    page = client.page(client.submit("/my/hours", form="#overviews form"))
    (overview,) = _made(session)
    assert overview.data["programme"]["name"] == "Z-route"
    assert overview.number in page.text
    paper = client.get(f"/my/hours/{overview.number}.pdf")
    sheet = pypdf.PdfReader(io.BytesIO(paper.data))
    words = "".join(part.extract_text() for part in sheet.pages)
    assert cast.participant.name in words
    kept = json.loads(sheet.attachments[f"{overview.number}.json"][0])
    published = KeySet.import_key_set(visitor.get("/.well-known/jwks.json").json)
    assert (
        json.loads(deserialize_compact(kept["signature"], published, ["ES256"]).payload)
        == (kept["overview"])
    )
    assert visitor.get(f"/hours/{overview.number}.json").json == kept
    seen = visitor.get(f"/hours/{overview.number}")
    assert seen.headers["X-Robots-Tag"] == "noindex"
    assert cast.participant.name not in seen.text
    assert "notice ok" in seen.text
    client.submit(page, form=f'[action$="{overview.number}/withdraw"]')
    assert "notice stop" in visitor.get(f"/hours/{overview.number}").text


def test_what_replaced_an_overview_is_the_latest_that_was_not_taken_back(session, cast, hers):
    """Of three of the same days each is taken back or not, and each says what holds now."""
    keys = open_keys(session, SECRET)
    for taken_back in product((None, NOW), repeat=3):
        with reading_as(session, cast.actor("guide")):
            rows = [_make(session, cast, "guide", keys) for _ in taken_back]
        for row, withdrawn_at in zip(rows, taken_back, strict=True):
            row.withdrawn_at = withdrawn_at
        session.flush()
        for place, row in enumerate(rows):
            later = [other for other in rows[place + 1 :] if other.withdrawn_at is None]
            assert queries.find_successor(session, row) == (later[-1] if later else None)
        for row in rows:
            row.withdrawn_at = NOW
    with reading_as(session, cast.actor("guide")):
        row = _make(session, cast, "guide", keys)
        commands.make_overview(
            session, cast.actor("guide"), participant=cast.participant, from_on=MONDAY.date(),
            until_on=NOW.date() - DAY, programme=None, keys=keys, issuer="http://localhost",
        )  # fmt: skip
    with reading_as(session, cast.actor("participant")):
        _make(session, cast, "participant", keys)
    assert queries.find_successor(session, row) is None  # other days, and others' hours too
    rows[0].withdrawn_at, number = NOW, rows[0].number
    session.commit()
    boxes = cast.client().page(f"/hours/{number}").select("main > .notice")
    assert [box["class"] for box in boxes] == [["notice", "stop"]]  # taken back, and not replaced


@pytest.mark.slow
def test_a_guide_makes_one_of_her_organisation_only(session, cast, hers):
    about_her = f"/participants/{cast.participant.uuid}/hours"
    guide = cast.client("guide")
    guide.submit(about_her, form="#overviews form")
    (first,) = _made(session)
    assert [row["name"] for row in first.data["organisations"]] == [cast.enterprise.name]
    guide.submit(about_her, form="#overviews form")
    _, second = _made(session)
    assert second.number in cast.client().page(f"/hours/{first.number}").text  # replaced
    refused = guide.submit(
        about_her, form="#overviews form", period="days", from_on="2026-01-01",
        until_on="2026-01-31",
    )  # fmt: skip
    assert refused.status_code == 422
    # She sees it, and takes back only what she made herself.
    herself = cast.client("participant")
    assert first.number in herself.page("/my/hours").text
    token = herself.csrf_token()
    answer = herself.post(f"/my/hours/{first.number}/withdraw", data={"csrf_token": token})
    assert answer.status_code == 403
    assert cast.client("stranger").get(f"{about_her}/{first.number}.pdf").status_code == 404


def _made(session):
    rows = session.scalars(select(HoursOverview).order_by(HoursOverview.id)).all()
    session.commit()
    return rows


def _make(session, cast, who, keys):
    return commands.make_overview(
        session, cast.actor(who), participant=cast.participant, from_on=MONDAY.date(),
        until_on=NOW.date(), programme=None, keys=keys, issuer="http://localhost",
    )  # fmt: skip


@pytest.fixture
def made_one(session, cast, hers):
    """Hers of four hours, made on Friday; later it is Monday and somebody may correct it."""

    def make_one(who):
        with reading_as(session, cast.actor(who)):
            _make(session, cast, who, open_keys(session, SECRET))
        (overview,) = _made(session)
        return overview.number

    return make_one


def said(cast, number):
    """What stands about later corrections on the page where anybody checks it."""
    page = cast.client().page(f"/hours/{number}")
    return [box.text for box in page.select(".notice.warn")], page.main.text


@pytest.mark.parametrize("who", ["participant", "guide", "cooperative"])
def test_the_check_page_says_of_which_day_its_figure_is(session, cast, hers, made_one, who):
    number = made_one(who)
    warned, text = said(cast, number)
    assert warned == []
    assert text.count("20 maart 2026") >= 3  # made on, the last day, and as it was on


@pytest.mark.parametrize("who", ["participant", "guide", "cooperative"])
@pytest.mark.parametrize("what", ["fewer", "closed", "cancelled", "elsewhere", "another day"])
def test_the_check_page_says_what_was_corrected_since(session, cast, hers, made_one, who, what):
    number = made_one(who)
    marks = session.scalars(
        select(AttendanceMark)
        .where(AttendanceMark.organisation_id == cast.enterprise.id)
        .order_by(AttendanceMark.id)
    ).all()
    if what == "fewer":
        marks[1].minutes = 30
    elif what == "closed":
        marks[2].is_counted = True
    elif what == "cancelled":
        at = session.get(OfferingSession, marks[1].session_id)
        at.status = SessionStatus.CANCELLED
    elif what == "elsewhere":
        other = make.enrolment(
            session, make.offering(session, cast.other_enterprise), cast.participant
        )
        made.mark(session, other, MONDAY + 5 * HOUR)
    else:
        made.mark(session, cast.enrolment, MONDAY - 14 * DAY)
    session.commit()
    warned, _ = said(cast, number)
    knows = {"another day": False, "elsewhere": who == "participant"}.get(what, True)
    hours = {"fewer": "2,5", "closed": "6", "cancelled": "2", "elsewhere": "6"}.get(what)
    assert [f" {hours} uur" in text for text in warned] == ([True] if knows else [])


def test_one_of_more_houses_is_another_overview(session, cast, hers):
    """Who holds the number of the first does not hear of hours elsewhere."""
    keys = open_keys(session, SECRET)
    days = {"from_on": MONDAY.date(), "until_on": NOW.date()}
    both, found = actor_by(session, make.opened(session, "card-of-fatma")), []
    for who in (cast.actor("participant"), both):
        with reading_as(session, who):
            one = commands.make_overview(
                session, who, participant=cast.participant, **days, programme=None, keys=keys,
                issuer="http://localhost",
            )  # fmt: skip
            found.append(one)
    assert queries.find_successor(session, found[0]) is None


def test_what_is_still_to_come_is_no_hour(session, cast, hers):
    before = queries.list_visits(session, cast.participant.id)
    made.mark(session, cast.enrolment, NOW + HOUR)
    assert queries.list_visits(session, cast.participant.id) == before
    with clock.freeze(NOW + HOUR):
        assert len(queries.list_visits(session, cast.participant.id)) == len(before) + 1


def test_the_day_of_the_last_correction_is_said(session, cast, hers, made_one):
    """By the clock on the wall: it was half past midnight there."""
    number = made_one("guide")
    cast.enrolment.started_on = MONDAY.date()
    row = session.scalars(select(AttendanceMark).order_by(AttendanceMark.id).limit(1)).one()
    at = session.get(OfferingSession, row.session_id)
    session.commit()
    with clock.freeze(NOW + 4 * DAY + 11.5 * HOUR), reading_as(session, cast.actor("guide")):
        attendance.record(
            session, cast.actor("guide"), at,
            {cast.enrolment.id: (AttendanceStatus.PRESENT, 45)}, RecordedHow.BY_HAND,
        )  # fmt: skip
        closing.close(session, cast.actor("guide"), at)
        session.commit()
    warned, _ = said(cast, number)
    assert ["25 maart 2026" in text for text in warned] == [True]


def test_a_change_from_before_it_was_made_gives_a_correction_no_day(session, cast, hers, made_one):
    """What differs since was written down nowhere, so nobody says when."""
    cast.enrolment.started_on = MONDAY.date()
    mark = session.scalars(select(AttendanceMark).order_by(AttendanceMark.id).limit(1)).one()
    said_of_her = {cast.enrolment.id: (AttendanceStatus.PRESENT, 45)}
    at = session.get(OfferingSession, mark.session_id)
    attendance.record(session, cast.actor("guide"), at, said_of_her, RecordedHow.BY_HAND)
    closing.close(session, cast.actor("guide"), at)
    session.commit()
    made_one("guide")
    at.status = SessionStatus.CANCELLED
    session.commit()
    found = queries.find_correction(session, _made(session)[0])
    assert (found.minutes, found.on) == (120, None)


def test_another_name_is_no_correction(session, cast, hers, made_one):
    number = made_one("participant")
    cast.enterprise.name = "Keuken aan de Maas"
    session.commit()
    warned, text = said(cast, number)
    assert warned == []
    assert "Keuken aan de Kade" in text
