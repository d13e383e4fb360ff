"""Two who act at one moment: one is first, the other reads so in words."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.core import RuleBroken, participant_actor, set_actor
from portal.core.errors import PortalError
from portal.enrolments.rules import EnrolmentStatus
from portal.introductions import commands
from portal.introductions.models import Introduction
from portal.introductions.queries import find_text
from portal.introductions.rules import (
    IntroductionMove as Move,
    IntroductionStatus as Status,
    WhyNot,
)
from portal.work_places.models import WorkPlace
from tests import factories as make, patience
from tests.introductions.made import Walk, visible

pytestmark = pytest.mark.slow


def at_once(engine, *jobs):
    """Do each in a session and a thread of its own; what was refused."""
    start = Barrier(len(jobs))

    def run(job):
        actor, do = job
        with Session(engine) as session:
            set_actor(session, actor)
            start.wait(patience.SECONDS)
            try:
                do(session, actor)
                session.commit()
            except PortalError as error:
                return error
        return None

    with ThreadPoolExecutor(len(jobs)) as pool:
        return [one for one in pool.map(run, jobs) if one is not None]


def test_both_say_no_at_once(engine, session, cast):
    visible(session, cast)
    walk = Walk(session, cast).meeting()
    session.commit()
    refused = at_once(
        engine,
        (walk.her, partial(_no, walk.row, WhyNot.TIMES)),
        (walk.employer, partial(_no, walk.row, WhyNot.FILLED)),
    )
    assert len(refused) == 1
    session.expire_all()
    assert session.scalars(select(Introduction.status)).all() == [Status.DECLINED]


def _no(row, why, session, actor):
    commands.take_step(session, actor, row, Move.NO, why=why)


def test_she_asks_twice_at_once(engine, session, cast):
    visible(session, cast)
    walk = Walk(session, cast).step(cast.actor("participant"), Move.NO, why=WhyNot.TIMES)
    place_id = walk.place.id
    session.commit()

    def want(session, actor):
        place = session.get_one(WorkPlace, place_id)
        commands.want(session, actor, place, guide_organisation_id=None)

    assert at_once(engine, *[(walk.her, want)] * 4) == []
    running = session.scalars(select(Introduction.status)).all()
    assert sorted(running) == [Status.DECLINED, Status.WANTED]


def test_two_last_yeses_for_one_place(engine, session, cast):
    """Four people say yes at one moment, where two places are: two work there."""
    visible(session, cast)
    first = Walk(session, cast, guide=False).meeting().text()
    walks = [first]
    for _ in range(3):
        her = make.participant(session, "Samira")
        make.enrolment(session, cast.offering, her, EnrolmentStatus.ENROLLED)
        visible(session, cast, who=her)
        actor = participant_actor(her.id, her.name, [cast.enterprise.id])
        walks.append(
            Walk(session, cast, guide=False, place=first.place, her=actor).meeting().text()
        )
    version = str(find_text(session, first.row).version)
    place_id = first.place.id
    session.commit()

    def agree(row, session, actor):
        commands.agree(session, actor, row, version)

    refused = at_once(engine, *[(one.her, partial(agree, one.row)) for one in walks])
    assert [type(one) for one in refused] == [RuleBroken, RuleBroken]
    session.expire_all()
    assert session.get_one(WorkPlace, place_id).places_taken == 2
    found = session.scalars(select(Introduction.status)).all()
    assert sorted(found) == [Status.MEETING] * 2 + [Status.PLACED] * 2
