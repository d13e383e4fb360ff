"""The SMS gateway: what is asked of it, and what each kind of answer comes to."""

import json
import logging
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from portal import worker
from portal.core import clock
from portal.notices import commands
from portal.notices.jobs.transport import HttpGateway, SmsFiles, SmsTransport, sms_transport_for
from portal.notices.models import Notice
from portal.notices.rules import LEASE, Channel, NoticeStatus
from portal.notices.rules.outcome import NotNow, Refused
from portal.participants.rules import ContactWay
from tests import factories as make
from tests.notices.gateway import SLOW, Gateway, open_gateway

PATIENCE = SLOW / 2


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with open_gateway() as found:
        yield found


def carrier(gateway: Gateway) -> HttpGateway:
    return HttpGateway(gateway.url, PATIENCE)


def test_a_message_is_taken_with_its_name(gateway):
    assert carrier(gateway).send("+31612345678", "Dag", "key-1") == "gw-key-1"
    assert gateway.asked == [{"to": "+31612345678", "text": "Dag", "id": "key-1"}]
    assert gateway.headers[0]["Idempotency-Key"] == "key-1"


@pytest.mark.parametrize(
    ("mood", "reason"),
    [
        ("broken", "HTTP 500"),
        ("busy", "HTTP 429"),
        ("locked", "HTTP 401"),
        ("moved", "HTTP 302"),
        ("a_page", "nonsense"),
        ("silent", "nonsense"),
        ("nonsense", "nonsense"),
        ("deep", "nonsense"),
        ("half", ""),
        ("gone", ""),
        ("late", "TimeoutError"),
        ("dripping", "TimeoutError"),
    ],
)
def test_what_is_not_surely_taken_is_asked_again(gateway, mood, reason):
    gateway.mood = mood
    with pytest.raises(NotNow) as refusal:
        carrier(gateway).send("+31612345678", "Dag", "key-1")
    assert reason in refusal.value.reason
    assert refusal.value.wait == (600 if mood == "busy" else 0)
    assert len(gateway.asked) == 1  # nothing follows a redirect


def test_an_answer_that_comes_twice_counts_once(gateway):
    gateway.mood = "twice"
    for key in ("key-1", "key-2"):
        assert carrier(gateway).send("+31612345678", "Dag", key) == f"gw-{key}"


def test_what_was_seen_before_is_taken(gateway):
    gateway.mood = "seen"
    assert carrier(gateway).send("+31612345678", "Dag", "key-1") == ""


def test_a_wrong_number_is_refused_for_good(gateway):
    gateway.mood = "strict"
    with pytest.raises(Refused):
        carrier(gateway).send("+31612345678", "Dag", "key-1")


def test_nobody_at_home():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(NotNow):
        HttpGateway(f"http://127.0.0.1:{port}/").send("+31612345678", "Dag", "key-1")


@pytest.mark.parametrize(
    ("who", "said"),
    [("t%2Fken@", "Bearer t/ken"), ("me:pass%40word@", "Basic bWU6cGFzc0B3b3Jk"), ("", None)],
)
def test_the_key_travels_in_a_header_only(gateway, who, said):
    url = gateway.url.replace("//", f"//{who}") + "sms?account=7"
    HttpGateway(url).send("+31612345678", "Dag", "key-1")
    assert gateway.headers[0].get("Authorization") == said
    assert gateway.headers[0]["Host"] == gateway.url.split("/")[2]


@pytest.mark.parametrize("url", ["http://s3cret@no-such-host.invalid/", "http://s3cret@[::1]:1/"])
def test_the_key_is_in_no_error(url):
    with pytest.raises(NotNow) as refusal:
        HttpGateway(url).send("+31612345678", "Dag", "key-1")
    assert "s3cret" not in repr(refusal.value)
    assert refusal.value.__suppress_context__


def test_without_a_gateway_messages_are_files(tmp_path: Path):
    sms_transport_for("", tmp_path).send("+31612345678", "Dag é", "key-1")
    [file] = tmp_path.iterdir()
    assert json.loads(file.read_text(encoding="utf-8"))["text"] == "Dag é"


def test_a_folder_that_can_not_be_written_is_tried_later(tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(NotNow):
        SmsFiles(tmp_path / "file").send("+31612345678", "Dag", "key-1")


# The worker and the gateway together.


def tell(session: Session, cast: Any, **options: Any) -> Notice:
    notice = commands.tell(
        session,
        make.recipient(cast.participant),
        "enrolments/confirmed",
        organisation_id=cast.enterprise.id,
        title=cast.offering.title,
        **{"is_own_action": True, **options},
    )
    session.commit()
    return notice


def deliver(app: Any, session: Session, sms: SmsTransport) -> int:
    session.rollback()
    with app.app_context():
        tried = worker.deliver_due(sms=sms)
    session.expire_all()
    return tried


def test_an_sms_is_sent_and_forgotten(app, session, cast, gateway):
    notice = tell(session, cast)
    assert notice.channel is Channel.SMS
    assert deliver(app, session, carrier(gateway)) == 1
    [message] = gateway.asked
    assert message["text"].startswith("Warm Werkt: ")
    assert cast.offering.title in message["text"]
    assert (notice.status, notice.data) == (NoticeStatus.SENT, {})
    assert notice.gateway_id == f"gw-{message['id'][:8]}"


def test_a_crash_between_sending_and_writing_down_repeats_the_same_name(
    app, session, cast, gateway
):
    tell(session, cast)
    sent = carrier(gateway)

    class Dying:
        def send(self, to: str, text: str, key: str) -> str:
            sent.send(to, text, key)
            raise KeyboardInterrupt  # the process ends here

    with pytest.raises(KeyboardInterrupt):
        deliver(app, session, Dying())
    with clock.freeze(clock.now() + LEASE * 1.01):
        deliver(app, session, sent)
    assert [message["id"] for message in gateway.asked] == [gateway.asked[0]["id"]] * 2
    assert gateway.numbers() == ["+31612345678"]


def test_what_travelled_together_is_repeated_together(app, session, cast, gateway):
    for _ in range(2):
        tell(session, cast)
    gateway.mood = "late"
    assert deliver(app, session, carrier(gateway)) == 1
    tell(session, cast)
    gateway.mood = "well"
    with clock.freeze(clock.now() + timedelta(minutes=2)):
        deliver(app, session, carrier(gateway))
    ids = [message["id"] for message in gateway.asked]
    assert len(ids) == 3
    assert ids[0] in ids[1:]
    assert len(gateway.arrived) == 2


def test_a_wrong_number_is_not_tried_again_and_staff_see_it(app, session, cast, gateway):
    gateway.mood = "strict"
    notice = tell(session, cast)
    deliver(app, session, carrier(gateway))
    assert (notice.status, notice.attempts) == (NoticeStatus.FAILED, 1)
    with clock.freeze(clock.now() + timedelta(days=1)):
        assert deliver(app, session, carrier(gateway)) == 0


def test_when_it_was_mended_it_goes_to_the_new_number_as_a_new_message(app, session, cast, gateway):
    gateway.mood = "strict"
    notice = tell(session, cast)
    deliver(app, session, carrier(gateway))
    gateway.mood = "well"
    make.reach(session, cast.participant, phone="+31687654321")
    commands.try_again(session, cast.actor("guide"), notice)
    session.commit()
    deliver(app, session, carrier(gateway))
    assert gateway.numbers() == ["+31687654321"]
    assert gateway.asked[0]["id"] != gateway.asked[1]["id"]


@pytest.mark.parametrize(
    ("way", "channel"), [(ContactWay.CALL, Channel.CALL), (ContactWay.VISIT, Channel.LETTER)]
)
def test_who_changed_her_way_is_told_in_the_new_one(app, session, cast, gateway, way, channel):
    notice = tell(session, cast)
    make.reach(session, cast.participant, contact_way=way)
    session.commit()
    assert deliver(app, session, carrier(gateway)) == 0
    assert (notice.channel, notice.status) == (channel, NoticeStatus.WAITING)
    assert gateway.asked == []


def test_who_was_entered_twice_is_told_where_she_is_kept(app, session, cast, gateway):
    kept = make.participant(session, phone="+31687654321")
    make.known(session, cast.enterprise, kept)
    tell(session, cast)
    cast.participant.merged_into_id = kept.id
    session.commit()
    deliver(app, session, carrier(gateway))
    assert gateway.numbers() == ["+31687654321"]


def test_a_gateway_that_is_away_holds_nobody_up(app, session, cast, gateway):
    gateway.mood = "locked"
    for number in range(3):
        person = make.participant(session, phone=f"+3161111111{number}")
        commands.tell(session, make.recipient(person), "enrolments/confirmed", is_own_action=True)
    session.commit()
    assert deliver(app, session, carrier(gateway)) == 1  # the others are not tried in vain
    gateway.mood = "well"
    with clock.freeze(clock.now() + timedelta(minutes=2)):
        assert deliver(app, session, carrier(gateway)) == 3
    assert len(gateway.arrived) == 3


def test_a_busy_gateway_is_left_alone_for_as_long_as_it_asks(app, session, cast, gateway):
    gateway.mood = "busy"
    notice = tell(session, cast)
    deliver(app, session, carrier(gateway))
    assert notice.not_before - clock.now() > timedelta(minutes=9)
    with clock.freeze(clock.now() + timedelta(minutes=9)):
        assert deliver(app, session, carrier(gateway)) == 0


def test_no_log_tells_whom_we_write_to(app, session, cast, gateway, caplog):
    caplog.set_level(logging.DEBUG)
    for mood in ("broken", "a_page", "strict"):
        gateway.mood = mood
        tell(session, cast)
        deliver(app, session, carrier(gateway))
    assert "+31612345678" not in caplog.text
    assert cast.participant.name not in caplog.text


def test_what_comes_too_late_lapses_and_is_not_sent(app, session, cast, gateway):
    notice = tell(session, cast, not_after=clock.now() + timedelta(minutes=1))
    with clock.freeze(clock.now() + timedelta(minutes=1)):
        assert deliver(app, session, carrier(gateway)) == 0
        commands.lapse_overdue(session)
    assert notice.status is NoticeStatus.LAPSED
    with clock.freeze(clock.now() + timedelta(days=15)):
        commands.forget_words(session)
    assert notice.data == {}


def test_many_workers_send_each_message_once(app, session, cast):
    keys: list[str] = []

    class Counting:
        def send(self, to: str, text: str, key: str) -> str:
            keys.append(key)
            return key

    for number in range(12):
        person = make.participant(session, phone=f"+316111111{number:02}")
        commands.tell(session, make.recipient(person), "enrolments/confirmed", is_own_action=True)
    session.commit()

    def work(_: int) -> None:
        with app.app_context():
            worker.deliver_due(sms=Counting())

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert len(keys) == len(set(keys)) == 12
