"""What is done with several people at once: a message, an end, another group."""

import io
from datetime import timedelta
from typing import Any

import pypdf
import pytest
from sqlalchemy import select

from portal.core import clock
from portal.core.actor import HOUSE
from portal.core.audit import AuditEvent
from portal.core.guard import as_house, reading_as
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EndReason, EnrolmentStatus
from portal.notices.models import Notice
from portal.notices.rules import CARRIED, Channel, NoticeStatus
from portal.offerings.rules import Intake
from portal.participants.commands.keys import find_key
from portal.participants.rules import ContactWay
from portal.talks.commands import mark_read
from portal.talks.models import Message
from tests import factories as make
from tests.pages import page_of

SEND = "Stuur naar"
BODY = "Maandag is de keuken dicht.\nKijk op www.kwaad.example voor meer."
WAYS: dict[str, dict[str, Any]] = {
    "Abir": {"contact_way": ContactWay.PHONE, "phone": "+31612345678"},
    "Bo": {"contact_way": ContactWay.EMAIL, "email": "bo@example.org"},
    "Cem": {"contact_way": ContactWay.VISIT},
    "Dana": {"contact_way": ContactWay.CALL, "phone": "+31687654321"},
}


@pytest.fixture
def group(session, cast):
    made = make.offering(session, cast.enterprise, title="Soep voor de straat", places=10)
    for name, contact in WAYS.items():
        person = make.participant(session, name)
        make.enrolment(session, made, person)
        make.reach(session, person, **contact)
    session.commit()
    return made


@pytest.fixture
def address(group):
    return f"/participants/message?group={group.slug}"


def shown(client, address, **values):
    return page_of(client.submit(address, body=BODY, button="look", **values))


def told(session):
    session.rollback()
    with reading_as(session, HOUSE):
        found = session.scalars(select(Notice).where(Notice.kind == "talks/told"))
        return {notice.name: notice for notice in found}


@pytest.mark.slow
@pytest.mark.parametrize("status", [EnrolmentStatus.WAITING, EnrolmentStatus.APPLIED])
def test_who_waits_is_found_written_to_and_answers(session, cast, group, status):
    group.places = 4
    waits = make.participant(session, "Wacht", card_token="card-of-who-waits")
    row = make.enrolment(session, group, waits, status)
    make.reach(session, waits, contact_way=ContactWay.PHONE, phone="+31611111111")
    login = make.card_login(session, waits)
    session.commit()
    guide = cast.client("guide")
    found = guide.page(guide.submit("/participants", group=group.slug, place="waits"))
    assert [one.text for one in found.select(".people tbody th")] == ["Wacht"]
    page = shown(guide, f"/participants/message?who={waits.uuid}")
    guide.submit(page, button=SEND)
    assert set(told(session)) == {"Wacht"}
    coordinator = cast.client("coordinator")
    ended = coordinator.page(f"/participants/end?who={waits.uuid}")
    assert coordinator.submit(ended, group=group.slug, end_reason="own_choice").status_code == 422
    cast.logins["waits"] = login
    her = cast.client("waits")
    own = f"/my/enrolments/{row.uuid}/messages"
    assert "keuken dicht" in her.page(own).words
    assert her.submit(own, body="Goed.").status_code == 200


def test_it_is_seen_first_then_goes_to_each_her_own_way_and_is_written_down(session, cast, address):
    client = cast.client("guide")
    page = shown(client, address)
    assert told(session) == {}
    shown_first = page.select_one("#arrives[data-focus]")  # it opens there, with the button below
    assert SEND in shown_first.select_one("button").text
    arrives = shown_first.text
    assert "keuken dicht" in arrives
    assert "www." not in arrives
    words = page.words
    for name, why in {"Cem": "brief", "Dana": "gebeld"}.items():
        row = next(one for one in page.select(".picks li") if name in one.text)
        assert why in row.text
    assert "Stuur naar 2 mensen" in words
    for secret in ("06 12345678", "bo@example.org", "+316"):
        assert secret not in page.select_one("main").text
    status = page_of(client.submit(page, button=SEND))
    notices = told(session)
    assert {name: one.channel for name, one in notices.items()} == {
        "Abir": Channel.SMS, "Bo": Channel.EMAIL, "Cem": Channel.LETTER, "Dana": Channel.CALL,
    }  # fmt: skip
    assert status.url.startswith("/work/messages/sent/")
    assert [one.text.count("Wacht") for one in status.select("main ul li")] == [1, 1, 1, 1]
    with as_house(session):
        events = session.scalars(select(AuditEvent).where(AuditEvent.event == "talk.written"))
        assert len({event.data["together"] for event in events}) == 1
    assert cast.client("coordinator").page(status.url).status == 200
    assert cast.client("stranger").get(status.url).status_code == 404


def test_what_became_of_it_is_seen(session, cast, address):
    client = cast.client("guide")
    status = page_of(client.submit(shown(client, address), button=SEND))
    for notice in told(session).values():
        notice.status = NoticeStatus.SENT if notice.channel in CARRIED else NoticeStatus.WAITING
    session.commit()
    main = client.page(status.url).select_one("main")
    assert [len(main.select(f".tag{kind}")) for kind in (".ok", "")] == [2, 4]
    assert "Bel, of geef de brief" in main.text
    with reading_as(session, HOUSE):
        message = session.scalars(select(Message).where(Message.notice_id.is_not(None))).first()
        her = message.enrolment
        mark_read(session, her, by_her=True)
    session.commit()
    assert "gelezen" in client.page(status.url).words
    assert BODY.split("\n")[0] in client.page(f"/work/enrolments/{her.uuid}/messages").words


def test_letters_are_for_those_whom_no_machine_reaches(session, cast, address):
    client = cast.client("guide")
    status = page_of(client.submit(shown(client, address), button=SEND))
    paper = pypdf.PdfReader(io.BytesIO(client.get(f"{status.url}/letters.pdf").data))
    text = " ".join(page.extract_text() for page in paper.pages)
    assert "Cem" in text
    assert "Dana" in text
    assert "Abir" not in text
    assert "keuken dicht" in text


def test_who_was_left_out_after_the_look_gets_nothing_and_is_looked_at_again(
    session, cast, address
):
    client = cast.client("guide")
    page = shown(client, address)
    keys = [box["value"] for box in page.select("input[name=who]")]
    again = page_of(client.submit(page, who=keys[:1], button=SEND))
    assert "Stuur naar 1 mens" in again.words
    assert told(session) == {}
    client.submit(again, who=keys[:1], button=SEND)
    assert list(told(session)) == ["Abir"]


@pytest.mark.slow
def test_another_organisations_people_are_not_chosen(session, cast, group):
    keys = session.scalars(select(Enrolment).where(Enrolment.offering_id == group.id)).all()
    who = "&".join(f"who={row.participant.uuid}" for row in keys)
    client = cast.client("stranger")
    page = client.page(f"/participants/message?{who}")
    assert not page.select("input[name=who]")
    refused = client.submit(page, body=BODY)
    assert refused.status_code == 422
    assert told(session) == {}


def states(session, group):
    session.rollback()
    with as_house(session):
        rows = session.scalars(select(Enrolment).where(Enrolment.offering_id == group.id))
        return {row.participant.name: row.status for row in rows}


def test_several_stop_at_once_from_the_list(session, cast, group):
    client = cast.client("coordinator")
    client.submit("/participants", group=group.slug)
    page = client.page("/participants")
    keys = {box["aria-label"]: box["value"] for box in page.select("input[name=who]")}
    form = client.submit(page, form="form.pick", who=[keys["Abir"], keys["Bo"]], button="Stoppen")
    client.submit(form, group=group.slug, end_reason=EndReason.FOUND_WORK)
    assert states(session, group) == {
        "Abir": EnrolmentStatus.ENDED, "Bo": EnrolmentStatus.ENDED,
        "Cem": EnrolmentStatus.ENROLLED, "Dana": EnrolmentStatus.ENROLLED,
    }  # fmt: skip


def groups_at(client, path, *people):
    """Which groups can be chosen there; the first is what a browser sends."""
    page = client.page(f"{path}?" + "&".join(f"who={one.uuid}" for one in people))
    options = page.select("select[name=group] option")
    assert not any(one.has_attr("selected") for one in options)
    return [one["value"] for one in options]


@pytest.mark.parametrize("path", ["/participants/end", "/participants/move"])
def test_the_group_they_leave_is_one_of_theirs_and_nobody_chooses_it_for_her(
    session, cast, group, path
):
    """The first in the alphabet is not the one she meant."""
    earlier = make.offering(session, cast.enterprise, title="Aardbeien plukken")
    make.enrolment(session, earlier)
    person, other = (make.participant(session, name) for name in ("Een", "Twee"))
    for one, where in ((person, group), (other, group), (other, earlier)):
        make.enrolment(session, where, one)
        make.reach(session, one)
    session.commit()
    client = cast.client("coordinator")
    assert groups_at(client, path, person) == [group.slug]
    assert groups_at(client, path, other) == ["", earlier.slug, group.slug]
    values = {"end_reason": "own_choice"} if path.endswith("end") else {"to": earlier.slug}
    page = client.page(f"{path}?who={other.uuid}")
    assert "Kies een groep." in client.page(client.submit(page, **values), status=422).words
    assert states(session, group)["Twee"] is EnrolmentStatus.ENROLLED


def test_who_goes_to_a_talk_first_waits_for_its_answer_and_nobody_moves_to_where_she_is(
    session, cast, group
):
    talk = make.offering(session, cast.enterprise, intake=Intake.BY_INVITATION)
    session.commit()
    client = cast.client("coordinator")
    address = f"/participants/move?group={group.slug}"
    stayed = client.submit(address, group=group.slug, to=group.slug)
    assert "Kies een andere groep." in client.page(stayed, status=422).words
    done = page_of(client.submit(address, group=group.slug, to=talk.slug))
    assert "4 mensen wachten daar op een plek of een antwoord" in done.words
    assert set(states(session, talk).values()) == {EnrolmentStatus.APPLIED}
    assert set(states(session, group).values()) == {EnrolmentStatus.ENROLLED}


def test_who_moves_keeps_her_place_until_the_other_is_hers(session, cast, group):
    to = make.offering(session, cast.enterprise, title="Naaien", places=1)
    session.commit()
    address = f"/participants/move?group={group.slug}"
    done = page_of(cast.client("coordinator").submit(address, to=to.slug))
    assert "1 mens" in done.words
    assert states(session, to)["Abir"] is EnrolmentStatus.ENROLLED
    assert states(session, group) == {
        "Abir": EnrolmentStatus.ENDED, "Bo": EnrolmentStatus.ENROLLED,
        "Cem": EnrolmentStatus.ENROLLED, "Dana": EnrolmentStatus.ENROLLED,
    }  # fmt: skip


def test_cards_of_several_are_made_once_shown_once_and_open_each_hers(session, cast, group):
    client = cast.client("guide")
    shown_ = page_of(client.submit(f"/participants/cards?group={group.slug}"))
    cards = {
        card.select_one("b").text: card.select_one("p.small bdi").text
        for card in shown_.select(".pass")
    }
    assert set(cards) == set(WAYS)
    assert len(set(cards.values())) == len(WAYS)
    session.rollback()
    for name, address in cards.items():
        key = find_key(session, address.rsplit("/", 1)[1])
        assert key.participant.name == name
        assert list(key.opens) == [cast.enterprise.id]
    assert not cast.client("coordinator").page("/participants/cards?show=cards").select(".pass")
    with clock.freeze(clock.now() + timedelta(minutes=16)):
        assert not client.page("/participants/cards?show=cards").select(".pass")
