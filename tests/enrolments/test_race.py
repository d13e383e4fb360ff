"""Many at one moment, through HTTP: no place is given twice, none is lost, and all is explained."""

import re
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise
from threading import Barrier
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, object_session

from portal.core import clock
from portal.core.actor import HOUSE
from portal.core.audit import AuditEvent
from portal.core.guard import set_actor
from portal.core.links import Purpose
from portal.enrolments import jobs
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import (
    HOLDS_PLACE,
    TRANSITIONS,
    DeclineReason,
    EnrolmentStatus,
    Move,
)
from portal.notices.models import Notice
from portal.notices.rules import Channel, NoticeStatus
from portal.offerings.models import Offering
from portal.offerings.rules import OfferingStatus
from portal.participants.models import Participant
from portal.participants.rules import new_card_token
from tests import factories as make, patience
from tests.enrolments.racing import Tapper, ask, cookie_with, serving, tap
from tests.links import link_to

pytestmark = pytest.mark.slow

S = EnrolmentStatus
PEOPLE, PLACES, DOUBLE_SENDERS = 200, 20, 20
WON, REFUSED = 303, 422


@pytest.fixture(scope="module")
def port(app: Flask, database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The real server on the same database, with two workers."""
    with serving(app, database_url, tmp_path_factory.mktemp("server")) as port:
        yield port


def _group(session, cast, places, *statuses, **values):
    """An offering, and a sign-up in each of these states, in this order."""
    offering = make.offering(session, cast.enterprise, places=places, **values)
    people = [make.participant(session, f"P{n}", card_token=new_card_token()) for n in statuses]
    rows = [
        make.enrolment(session, offering, person, status, started_on=_started(status))
        for person, status in zip(people, statuses, strict=True)
    ]
    if offering.places_taken == places:
        offering.status = OfferingStatus.FULL
    session.commit()
    return offering, rows


def _started(status):
    return clock.today() if status is S.ENROLLED else None


def _session_of(row):
    return object_session(row)


def _by_card(app, port, row, do, once=None):
    """She taps on her own page."""
    login = make.card_login(_session_of(row), row.participant)
    form = {"once": once} if once else {}
    return Tapper(app, port, f"/my/enrolments/{row.uuid}/{do}", login, **form)


def _by_link(app, port, row, do):
    """She taps in a message."""
    token = link_to(row, Purpose.ENROLMENT)
    object_session(row).commit()
    return Tapper(app, port, f"/a/{token}", do=do)


def _by_staff(app, port, cast, path, **form):
    return Tapper(app, port, path, cast.logins["coordinator"], **form)


def _check(session, *offerings):
    """What holds after any race: places, states, and a trail that leads to each state."""
    session.expire_all()
    for offering in offerings:
        rows = session.scalars(
            select(Enrolment).where(Enrolment.offering_id == offering.id).order_by(Enrolment.id)
        ).all()
        assert offering.places_taken == sum(row.status in HOLDS_PLACE for row in rows)
        assert offering.places_taken <= offering.places
        for row in rows:
            events = session.scalars(
                select(AuditEvent)
                .where(AuditEvent.subject == "enrolment", AuditEvent.subject_id == row.id)
                .order_by(AuditEvent.id)
            ).all()
            steps = [one.data for one in events if "before" in one.data]
            for earlier, later in pairwise(steps):
                assert _after(earlier) is S(later["before"])
            assert not steps or _after(steps[-1]) is row.status
            assert sum(_after(step) is S.OFFERED for step in steps) <= 1
        assert len({row.participant_id for row in rows}) == len(rows)


def _after(step):
    return TRANSITIONS[S(step["before"]), Move(step["move"])]


def test_a_freed_place_is_accepted_once_by_who_was_offered_it(app, session, cast, port):
    offering, (first, *line) = _group(session, cast, 1, S.OFFERED, *[S.WAITING] * 100)
    one_tap = "a" * 32
    hers = [
        *[_by_card(app, port, first, "confirm", one_tap) for _ in range(50)],
        *[_by_card(app, port, first, "confirm") for _ in range(25)],
        *[_by_link(app, port, first, "take") for _ in range(25)],
    ]
    theirs = [_by_card(app, port, row, "confirm") for row in line]
    answers = tap(session, [*hers, *theirs])
    assert Counter(answers[:100]) == {WON: 100}  # a hundred taps are one yes
    assert Counter(answers[100:]) == {REFUSED: 100}
    _check(session, offering)
    assert first.status is S.ENROLLED
    assert {row.status for row in line} == {S.WAITING}
    assert [
        event.data["move"]
        for event in session.scalars(select(AuditEvent).where(AuditEvent.subject == "enrolment"))
    ] == ["confirm"]


def test_her_no_against_her_yes_and_staffs_no_against_her_yes(app, session, cast, port):
    groups = [_group(session, cast, 1, S.OFFERED, S.WAITING, S.WAITING) for _ in range(24)]
    taps = []
    for number, (_, (first, *_rest)) in enumerate(groups):
        taps += [_by_card(app, port, first, "confirm"), _by_link(app, port, first, "take")]
        if number % 2:
            taps += [_by_card(app, port, first, "withdraw"), _by_link(app, port, first, "leave")]
        else:
            address = f"/work/enrolments/{first.uuid}/decide"
            taps += [_by_staff(app, port, cast, address, move="return") for _ in range(2)]
    answers = tap(session, taps)
    assert set(answers) <= {WON, REFUSED}
    _check(session, *[offering for offering, _ in groups])
    for number, (_, (first, second, third)) in enumerate(groups):
        assert third.status is S.WAITING
        if number % 2:  # whoever says no in the end has no place, and the next one is offered it
            assert (first.status, second.status) == (S.WITHDRAWN, S.OFFERED)
        else:
            assert (first.status, second.status) in {
                (S.ENROLLED, S.WAITING),
                (S.WAITING, S.OFFERED),
            }


def test_capacity_is_lowered_while_people_sign_up(app, session, cast, port):
    people, places = 50, 60
    offering, _ = _group(session, cast, places, competences=["samenwerken"])
    edit = f"/work/offerings/{offering.slug}/edit/joining"

    def lower(places):
        form = f"form[action='{edit}']"
        return _by_staff(app, port, cast, edit).fill_in(edit, form, places=places)

    def go_down():
        """Step by step, each time from the page as it is; how often she was not refused."""
        return sum(lower(places)() == WON for places in range(people + 1, 4, -5))

    at_once = [lower(places) for places in range(places - 1, people + 1, -1)]  # of one page
    sign_ups = [_by_draft(app, port, offering.slug, number) for number in range(people)]
    won, *answers = tap(session, [go_down, *sign_ups, *at_once])
    assert Counter(answers[:people]) == {WON: people}
    edits = Counter(answers[people:])
    assert edits[WON] <= 1  # who saw a number that another changed meanwhile changes nothing
    assert won + edits[WON] >= 1
    assert edits[WON] + edits[REFUSED] == len(at_once)
    _check(session, offering)
    rows = session.scalars(select(Enrolment).where(Enrolment.offering_id == offering.id)).all()
    states = Counter(row.status for row in rows)
    print(f"places {offering.places}, {dict(states)}, lowered {won} times, at once {edits}")
    assert offering.places < places
    assert states[S.ENROLLED] + states[S.WAITING] == people
    assert not (states[S.WAITING] and offering.places_free)  # no empty chair


def test_double_taps_free_thirty_places_for_the_thirty_next(app, session, cast, port):
    offering, rows = _group(session, cast, 30, *[S.ENROLLED] * 30, *[S.WAITING] * 40)
    taps = [tapper for row in rows[:30] for tapper in [_by_card(app, port, row, "withdraw")] * 2]
    answers = tap(session, taps + [_by_link(app, port, row, "leave") for row in rows[:30]])
    assert Counter(answers) == {WON: 90}
    _check(session, offering)
    assert [row.status for row in rows] == (
        [S.WITHDRAWN] * 30 + [S.OFFERED] * 30 + [S.WAITING] * 10
    )


def test_two_workers_and_her_yes_at_the_deadline(app, session, cast, engine: Engine, port):
    groups = [_group(session, cast, 1, S.OFFERED, S.WAITING, S.WAITING) for _ in range(20)]
    for _, (first, *_rest) in groups:
        first.offer_until = clock.now() - timedelta(seconds=1)
        first.offered_at = clock.now() - timedelta(days=2)
        session.add(_offer_that_arrived(first))
    session.commit()

    def worker() -> int:
        with Session(engine) as own:
            set_actor(own, HOUSE)
            for job in (jobs.lapse_offers, jobs.fill_lines, jobs.answer_where_it_stopped):
                job(own)
        return 0

    yes = [_by_card(app, port, first, "confirm") for _, (first, *_rest) in groups]
    answers = tap(session, [*yes, worker, worker])
    _check(session, *[offering for offering, _ in groups])
    for (_, (first, second, third)), answer in zip(groups, answers, strict=False):
        assert third.status is S.WAITING
        if answer == WON:
            assert (first.status, second.status) == (S.ENROLLED, S.WAITING)
        else:
            assert answer == REFUSED
            assert (first.status, second.status) == (S.DECLINED, S.OFFERED)
            assert first.decline_reason is DeclineReason.NO_ANSWER


def _offer_that_arrived(row):
    return Notice(
        kind="enrolments/offered", channel=Channel.SMS, status=NoticeStatus.SENT,
        participant_id=row.participant_id, not_before=clock.now(),
    )  # fmt: skip


def _by_draft(app, port, slug, number):
    """A new person on the last page of signing up."""
    tapper = Tapper(app, port, f"/offerings/{slug}/sign-up/check?run=run")
    tapper.cookie = _cookie(app, slug, number)
    return tapper


def _cookie(app: Flask, slug: str, number: int) -> str:
    """What a person has in her browser after the questions; the pages test how it comes there."""
    draft = {
        "slug": slug,
        "run": "run",
        "began": clock.now().timestamp() - 30,
        "card": new_card_token(),
        "name": f"Person {number}",
        "contact_way": "email" if number % 2 else "phone",
        "phone": "" if number % 2 else "+31612345678",
        "email": f"person{number}@example.org" if number % 2 else "",
        "language": "nl",
    }
    return cookie_with(app, sign_up=[draft])


class _Person:
    """A browser that stands at the last page, with its finger on the button."""

    def __init__(self, port: int, slug: str, cookie: str) -> None:
        self.port, self.path = port, f"/offerings/{slug}/sign-up/check?run=run"
        status, body, fresh, _ = ask(port, "GET", self.path, cookie)
        assert status == 200, body[:300]
        self.cookie = fresh or cookie
        self.form = urlencode(dict(re.findall(r'name="(csrf_token|once)" value="([^"]+)"', body)))

    def send(self, together: Barrier) -> tuple[int, str]:
        together.wait(patience.SECONDS)
        status, _, _, location = ask(self.port, "POST", self.path, self.cookie, self.form)
        return status, location


def test_the_last_place_is_given_once(app, session, cast, port):
    offering = make.offering(session, cast.enterprise, places=PLACES)
    session.commit()
    cookies = [_cookie(app, offering.slug, number) for number in range(PEOPLE)]
    with ThreadPoolExecutor(PEOPLE + DOUBLE_SENDERS) as pool:
        people = list(pool.map(lambda cookie: _Person(port, offering.slug, cookie), cookies))
        senders = people + people[:DOUBLE_SENDERS]  # some press the button twice
        together = Barrier(len(senders))
        began = time.monotonic()
        answers = list(pool.map(lambda person: person.send(together), senders))
        took = time.monotonic() - began
    print(f"{len(senders)} sends in {took:.1f} s: {len(senders) / took:.0f} a second")

    assert Counter(answers) == {(303, f"/offerings/{offering.slug}/sign-up/done"): len(senders)}
    session.expire_all()
    rows = session.scalars(
        select(Enrolment).where(Enrolment.offering_id == offering.id).order_by(Enrolment.id)
    ).all()
    assert [row.status for row in rows] == (
        [EnrolmentStatus.ENROLLED] * PLACES + [EnrolmentStatus.WAITING] * (PEOPLE - PLACES)
    )
    names = session.scalars(
        select(Participant.name).where(Participant.id.in_([row.participant_id for row in rows]))
    )
    assert sorted(names) == sorted(f"Person {number}" for number in range(PEOPLE))
    again = session.get(Offering, offering.id)
    assert (again.places_taken, again.status) == (PLACES, OfferingStatus.FULL)
