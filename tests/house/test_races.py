"""Two at the same moment: one of them is first, and what is true stays true."""

import json
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Barrier, Event

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from portal import backup
from portal.accounts.models import User
from portal.core.actor import HOUSE, Role
from portal.core.base import Base
from portal.core.errors import RuleBroken
from portal.core.guard import set_actor
from portal.enrolments import commands as enrolments
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import HOLDS_PLACE, EnrolmentStatus
from portal.impact.models import ImpactReport
from portal.offerings import commands as offerings
from portal.offerings.models import Offering
from portal.organisations.models import Membership
from portal.participants.models import Participant
from portal.recognition.models import ReportDecision
from portal.recognition.rules import Decision
from tests import factories as make, patience
from tests.cast import Cast
from tests.house.world import build_world
from tests.pages import AuditingClient
from tests.signed_in import Login

pytestmark = pytest.mark.slow


def together(jobs: list[Callable[[], TestResponse]]) -> list[int]:
    """Let all begin at one moment, each in a thread of its own; the answers' statuses."""
    start = Barrier(len(jobs))

    def run(job: Callable[[], TestResponse]) -> int:
        start.wait(patience.SECONDS)
        return job().status_code

    with ThreadPoolExecutor(len(jobs)) as pool:
        return sorted(pool.map(run, jobs))


def sender(client: AuditingClient, url: str, once: str = "", **values: str):
    """A POST that is ready to go; its audit of the answer waits for nobody."""
    client.audits = False
    form = {"csrf_token": client.csrf_token(), "once": once, **values}
    return partial(client.post, url, data=form)


def second_of(session: Session, cast: Cast, name: str, role: Role) -> tuple[AuditingClient, int]:
    """A colleague of one of the cast, signed in, and the id of her place in the team."""
    user = User(email=f"second-{name}@example.org", name=f"Second {name}")
    session.add(user)
    membership = Membership(
        user=user, organisation_id=cast.actor(name).organisation_id or 0, role=role
    )
    session.add(membership)
    session.flush()
    cast.logins["second"] = Login(
        "staff", user.id, user.session_version, membership.organisation_id
    )
    return cast.client("second"), membership.id


def check_places(session: Session, offering_id: int) -> tuple[int, int]:
    """The places taken and all places, after the counter was held against the rows."""
    session.rollback()
    session.expire_all()
    offering = session.get_one(Offering, offering_id)
    rows = session.scalar(
        select(func.count()).where(
            Enrolment.offering_id == offering_id, Enrolment.status.in_(HOLDS_PLACE)
        )
    )
    found = offering.places_taken, offering.places
    session.rollback()
    assert found[0] == rows
    assert found[0] <= found[1]
    return found


def test_of_two_admins_who_leave_one_stays(session, cast):
    client, second = second_of(session, cast, "admin", Role.ADMIN)
    first = session.scalars(
        select(Membership.id).where(Membership.user_id == cast.actor("admin").user_id)
    ).one()
    session.commit()
    statuses = together(
        [
            sender(cast.client("admin"), f"/work/team/{first}/remove"),
            sender(client, f"/work/team/{second}/remove"),
        ]
    )
    assert statuses == [303, 422]
    admins = session.scalars(
        select(Membership.id).where(
            Membership.organisation_id == cast.enterprise.id, Membership.role == Role.ADMIN
        )
    ).all()
    assert len(admins) == 1


def test_of_two_answers_to_one_application_one_counts(session, cast):
    offering = make.offering(session, cast.enterprise, places=5)
    applied = make.enrolment(session, offering, status=EnrolmentStatus.APPLIED)
    client, _ = second_of(session, cast, "coordinator", Role.COORDINATOR)
    session.commit()
    url = f"/work/enrolments/{applied.uuid}/decide"
    statuses = together(
        [sender(one, url, move="accept") for one in (cast.client("coordinator"), client)]
    )
    assert statuses[0] == 303
    assert statuses[1] in (409, 422)
    assert check_places(session, offering.id) == (1, 5)


def test_the_last_place_goes_to_one_of_two_applications(session, cast):
    offering = make.offering(session, cast.enterprise, places=1)
    people = [make.enrolment(session, offering, status=EnrolmentStatus.APPLIED) for _ in range(2)]
    client, _ = second_of(session, cast, "coordinator", Role.COORDINATOR)
    session.commit()
    statuses = together(
        [
            sender(one, f"/work/enrolments/{row.uuid}/decide", move="accept")
            for one, row in zip((cast.client("coordinator"), client), people, strict=True)
        ]
    )
    assert statuses[0] == 303
    assert statuses[1] in (409, 422)
    assert check_places(session, offering.id) == (1, 1)


def test_fewer_places_while_people_sign_up(engine: Engine, session, cast):
    offering = make.offering(session, cast.enterprise, places=12)
    people = [make.participant(session, f"Persoon {number}") for number in range(12)]
    session.commit()
    start = Barrier(len(people) + 1)

    def sign_up(participant_id: int) -> None:
        start.wait(patience.SECONDS)
        with Session(engine) as own:
            set_actor(own, HOUSE)
            person = own.get_one(Participant, participant_id)
            enrolments.sign_up(own, HOUSE, offering_id=offering_id, participant=person)
            own.commit()

    def lower() -> None:
        start.wait(patience.SECONDS)
        for places in (9, 6, 4):
            with Session(engine) as own:
                set_actor(own, HOUSE)
                try:
                    offerings.edit(own, HOUSE, own.get_one(Offering, offering_id), places=places)
                    own.commit()
                except RuleBroken:
                    own.rollback()

    offering_id = offering.id
    with ThreadPoolExecutor(len(people) + 1) as pool:
        jobs = [pool.submit(sign_up, person.id) for person in people] + [pool.submit(lower)]
        for job in jobs:
            job.result(600)
    taken, places = check_places(session, offering_id)
    assert taken == places  # 12 came: whatever the places, they are all taken
    waiting = select(func.count()).where(
        Enrolment.offering_id == offering_id, Enrolment.status == EnrolmentStatus.WAITING
    )
    assert session.scalar(waiting) == 12 - taken


def test_of_two_decisions_on_a_report_one_counts(session, cast):
    world = build_world(cast, session)
    client, _ = second_of(session, cast, "recogniser", Role.RECOGNISER)
    session.commit()
    url = f"/recognition/{world.submitted.uuid}"
    statuses = together(
        [
            sender(one, url, decision="recognise", remark="Goed.")
            for one in (cast.client("recogniser"), client)
        ]
    )
    assert statuses[0] == 303
    assert statuses[1] in (409, 422)
    session.expire_all()
    numbers = session.scalars(
        select(ImpactReport.number).where(ImpactReport.number.is_not(None))
    ).all()
    assert sorted(number[-4:] for number in numbers) == ["0001", "0002"]  # the world has one
    decisions = session.scalars(
        select(ReportDecision.decision).where(ReportDecision.report_id == world.submitted.id)
    ).all()
    assert sorted(decisions) == [Decision.RECOGNISED, Decision.SUBMITTED]


def test_a_decision_sent_twice_at_once_is_one(session, cast):
    world = build_world(cast, session)
    session.commit()
    one, two = (
        sender(
            cast.client("recogniser"),
            f"/recognition/{world.submitted.uuid}",
            once="k1",
            decision="recognise",
            remark="Goed.",
        )
        for _ in range(2)
    )
    assert together([one, two]) == [303, 303]
    url = f"/work/enrolments/{world.applied.uuid}/decide"
    senders = [sender(cast.client("coordinator"), url, once="k2", move="accept") for _ in range(2)]
    assert together(senders) == [303, 303]
    check_places(session, cast.offering.id)


def test_a_sign_up_sent_twice_at_once_is_one(session, cast):
    offering = make.offering(session, cast.enterprise, places=5)
    session.commit()
    offering_id, slug = offering.id, offering.slug
    url = f"/work/offerings/{slug}/sign-up"
    who = {"name": "Amina B.", "contact_way": "visit", "language": "nl"}
    senders = [sender(cast.client("coordinator"), url, once="k1", **who) for _ in range(4)]
    assert together(senders) == [303] * 4
    assert check_places(session, offering_id) == (1, 5)
    card_holder = [
        sender(cast.client("participant"), f"/offerings/{slug}/sign-up/check", once="k2")
        for _ in range(4)
    ]
    assert together(card_holder) == [303] * 4
    assert check_places(session, offering_id) == (2, 5)


def test_a_backup_is_of_one_moment_while_others_write(
    engine: Engine, session, cast, tmp_path: Path
):
    offering = make.offering(session, cast.enterprise, places=5000)
    session.commit()
    offering_id = offering.id
    stop, going = Event(), Event()

    def write() -> int:
        written = 0
        while not stop.is_set():
            with Session(engine) as own:
                set_actor(own, HOUSE)
                person = make.participant(own, f"Persoon {written}")
                enrolments.sign_up(own, HOUSE, offering_id=offering_id, participant=person)
                own.commit()
            written += 1
            if written == 10:
                going.set()
        return written

    with ThreadPoolExecutor(1) as pool:
        writer = pool.submit(write)
        try:
            assert going.wait(patience.SECONDS)
            files = [tmp_path / f"{number}.zip" for number in range(3)]
            for file in files:
                backup.save(engine, file)
        finally:
            stop.set()
        assert writer.result(600) > 10
    for file in files:
        taken, rows = counted(file, offering_id)
        assert taken == rows >= 10


def counted(file: Path, offering_id: int) -> tuple[int, int]:
    """In a backup: the counter of an offering, and the enrolments that hold its places."""
    with zipfile.ZipFile(file) as archive:

        def rows_of(table: str) -> list[dict[str, object]]:
            names = [column.name for column in Base.metadata.tables[table].columns]
            lines = archive.read(f"{table}.jsonl").splitlines()
            return [dict(zip(names, json.loads(line), strict=True)) for line in lines]

        [taken] = [r["places_taken"] for r in rows_of("offering") if r["id"] == offering_id]
        held = [
            row
            for row in rows_of("enrolment")
            if row["offering_id"] == offering_id and row["status"] in {s.value for s in HOLDS_PLACE}
        ]
    assert isinstance(taken, int)
    return taken, len(held)
