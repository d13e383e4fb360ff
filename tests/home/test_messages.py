"""What staff do for messages: hand over letters, mend what failed, call; each for their own."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from portal.core import clock
from portal.notices.models import Notice
from portal.notices.rules import MOST_ATTEMPTS, Channel, NoticeStatus
from portal.participants.rules import ContactWay
from tests import factories as make
from tests.cast import Cast


def notice(session: Session, cast: Cast, **values: Any) -> Notice:
    values = {
        "kind": "enrolments/confirmed",
        "channel": Channel.SMS,
        "status": NoticeStatus.FAILED,
        "attempts": 1,
        "name": cast.participant.name,
        "data": {"title": "Koken voor de buurt", "address": "Kadeweg 1"},
        "participant_id": cast.participant.id,
        "organisation_id": cast.enterprise.id,
        "not_before": clock.now(),
        **values,
    }
    row = Notice(**values)
    session.add(row)
    session.commit()
    return row


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "Het nummer of het adres klopt niet"),
        ({"attempts": MOST_ATTEMPTS}, "Het is niet gelukt"),
        ({"status": NoticeStatus.LAPSED}, "Het kwam te laat"),
    ],
)
def test_what_failed_is_shown_with_what_to_do(session, cast, values, said):
    notice(session, cast, **values)
    page = cast.client("guide").page("/work/messages")
    assert said in page.words
    assert "Fatma A." in page.words
    assert "tel:+31612345678" in str(page.main)


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "enrolments/reminder", "status": NoticeStatus.LAPSED},
        {"status": NoticeStatus.SENT},
        {"participant_id": None},
    ],
)
def test_what_nobody_need_do_is_not_shown(session, cast, values):
    notice(session, cast, **values)
    assert "Fatma A." not in cast.client("guide").page("/work/messages").words


def test_a_wrong_number_is_corrected_and_the_message_goes_again(session, cast):
    row = notice(session, cast)
    client = cast.client("guide")
    page = client.page("/work/messages")
    reach = client.page(f"/participants/{cast.participant.uuid}/contact")
    client.submit(reach, contact_way="phone", phone="06 87 65 43 21")
    client.submit(page, button="Opnieuw versturen")
    session.expire_all()
    assert make.link(session, cast.participant).phone == "+31687654321"
    assert (row.status, row.attempts) == (NoticeStatus.WAITING, 0)


def test_a_landline_gets_no_sms(session, cast):
    client = cast.client("guide")
    address = f"/participants/{cast.participant.uuid}/contact"
    answer = client.submit(address, contact_way="phone", phone="010 123 45 67")
    assert answer.status_code == 422
    assert client.submit(address, contact_way="call", phone="010 123 45 67").status_code == 200
    session.expire_all()
    assert make.link(session, cast.participant).contact_way is ContactWay.CALL


def test_who_called_says_so(session, cast):
    row = notice(session, cast)
    client = cast.client("guide")
    client.submit(client.page("/work/messages"), form=1, button="Verteld")
    session.expire_all()
    assert (row.status, row.data) == (NoticeStatus.SENT, {})


def test_a_letter_is_printed_and_handed_over(session, cast):
    letter = {"channel": Channel.LETTER, "status": NoticeStatus.WAITING, "attempts": 0}
    first, second = (notice(session, cast, **letter) for _ in range(2))
    client = cast.client("guide")
    page = client.page("/work/letters")
    assert len(page.select("main .lines li")) == 1
    page = client.page(f"/work/letters/{second.uuid}")
    later = notice(session, cast, **letter)  # comes while the printer hums
    assert "Koken voor de buurt" in page.words
    client.submit(page, button="Gegeven")
    session.expire_all()
    assert [first.status, second.status] == [NoticeStatus.SENT] * 2
    assert later.status is NoticeStatus.WAITING


def test_a_letter_is_in_its_readers_language(session, cast):
    row = notice(session, cast, channel=Channel.LETTER, status=NoticeStatus.WAITING, language="en")
    text = cast.client("guide").page(f"/work/letters/{row.uuid}").select_one("#letter")
    assert text is not None
    assert text["lang"] == "en"
    assert "Hello Fatma A." in text.text


def test_her_page_tells_what_became_of_each(session, cast):
    for status in NoticeStatus:
        notice(session, cast, status=status)
    words = cast.client("guide").page(f"/participants/{cast.participant.uuid}").words
    for word in ("Wacht", "Verteld", "Niet aangekomen", "Te laat"):
        assert word in words
    assert "Zij heeft een plek" in words


def test_a_stranger_sees_none_of_it(session, cast):
    notice(session, cast)
    notice(session, cast, channel=Channel.LETTER, status=NoticeStatus.WAITING)
    stranger = cast.client("stranger")
    for address in ("/work/messages", "/work/letters", "/work"):
        assert "Fatma" not in stranger.page(address).words


def test_the_day_says_that_there_is_something_to_do(session, cast):
    notice(session, cast)
    notice(session, cast, channel=Channel.LETTER, status=NoticeStatus.WAITING)
    words = cast.client("guide").page("/work").words
    assert "1 brief om te printen en te geven" in words
    assert "1 bericht kwam niet aan" in words


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "Geweigerd: het nummer of het adres klopt niet."),
        ({"attempts": MOST_ATTEMPTS}, "keer geprobeerd. Het portaal probeert het niet meer."),
        ({"attempts": 7, "status": NoticeStatus.WAITING}, "7 keer geprobeerd. Het portaal blijft"),
    ],
)
def test_an_operator_reads_of_each_whether_the_portal_goes_on(session, cast, values, said):
    notice(session, cast, last_error="HTTP 422", **values)
    assert said in cast.client("operator").page("/operator/messages").words
