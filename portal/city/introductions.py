"""Introductions of some people to work places, in every state, with the portal's own commands."""

import random
import uuid
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from portal.core import Actor, ActorKind, Permission, as_house, clock, participant_actor, reading_as
from portal.introductions import commands
from portal.introductions.models import Introduction
from portal.introductions.queries import find_text
from portal.introductions.rules import IntroductionMove, IntroductionStatus, WhyNot
from portal.notices.models import Notice
from portal.offerings.rules import OfferingStatus
from portal.participants.models import Participant, ParticipantLink
from portal.work_places.models import Visibility, WorkPlace
from portal.work_places.queries import seen

# How many went how far: each step a few days after the one before.
_WAYS = {
    "": 5, "yes": 4, "yes meet": 5, "yes meet trial": 4, "yes meet placed": 13,
    "yes meet trial placed": 2, "yes meet placed end": 2, "no": 2, "yes no": 3,
}  # fmt: skip


def write_introductions(session: Session, now: datetime, draw: random.Random) -> None:
    """Introduce forty people, where there is work; their messages were told long ago."""
    open_ = seen().where(WorkPlace.status == OfferingStatus.PUBLISHED)
    places = session.scalars(open_.order_by(WorkPlace.id)).all()
    link = func.min(ParticipantLink.organisation_id)
    query = select(Participant.id, Participant.name, link).join(ParticipantLink)
    query = query.where(ParticipantLink.has_her()).group_by(Participant.id, Participant.name)
    people = session.execute(query.order_by(Participant.id).limit(sum(_WAYS.values()))).all()
    ways = [way for way, number in _WAYS.items() for _ in range(number)]
    for number, ((id_, name, helper), way) in enumerate(zip(people, ways, strict=False)):
        if places:
            place = places[number * 7 % len(places)]
            _Walk(session, draw, place, participant_actor(id_, name, [helper])).go(way, now)
    session.execute(delete(Notice).where(Notice.kind.startswith("introductions/")))
    for switch in session.scalars(select(Visibility).order_by(Visibility.id)):
        switch.uuid = uuid.UUID(int=draw.getrandbits(128), version=4)


class _Walk:
    def __init__(self, session: Session, draw: random.Random, place: WorkPlace, her: Actor) -> None:
        self._session, self._draw, self._place, self._her = session, draw, place, her
        may = frozenset({Permission.RECORD_PROGRESS})
        self._employer, self._guide = (
            Actor(ActorKind.STAFF, organisation_id=one, permissions=may)
            for one in (place.organisation_id, min(her.opens))
        )

    def go(self, way: str, now: datetime) -> None:
        """Take each step, the last one some days ago."""
        steps = way.split()
        ago = self._draw.randrange(2, 6) + ("placed" in way) * self._draw.randrange(5, 150)
        at = now - timedelta(days=ago + 4 * len(steps))
        with clock.freeze(at):
            helper = min(self._her.opens) if self._draw.random() < 0.7 else None
            self._row: Introduction = self._by(
                self._her, commands.want, self._place, guide_organisation_id=helper
            )
            self._row.uuid = uuid.UUID(int=self._draw.getrandbits(128), version=4)
            self._session.flush()
        for step in steps:
            at += timedelta(days=4)
            with clock.freeze(at):
                self._step(step)

    def _step(self, step: str) -> None:
        if step in ("trial", "placed"):
            self._agree(IntroductionStatus(step))
            return
        move, why = IntroductionMove(step), WhyNot.TIMES if step == "no" else None
        meets_at = clock.from_local(clock.today() + timedelta(days=3), time(10))
        who = self._her if step in ("no", "end") else self._employer
        self._by(
            who, commands.take_step, self._row, move, why=why or WhyNot.TASKS, meets_at=meets_at,
            meets_where=self._place.address or "bij de balie",
        )  # fmt: skip

    def _agree(self, to: IntroductionStatus) -> None:
        last = clock.today() + timedelta(days=12)
        self._by(
            self._employer, commands.write, self._row, leads_to=to, from_on=clock.today(),
            minutes_per_week=self._place.week_minutes, participant_does=self._place.summary,
            until_on=last if to is IntroductionStatus.TRIAL else None,
            employer_does="Een vaste collega helpt, elke dag een kwartier.",
        )  # fmt: skip
        with as_house(self._session):
            text = find_text(self._session, self._row)
        assert text is not None
        text.uuid = uuid.UUID(int=self._draw.getrandbits(128), version=4)
        for one in (self._her, *([self._guide] if self._row.guide_organisation_id else [])):
            self._by(one, commands.agree, self._row, str(text.version))

    def _by(self, actor: Actor, do: Callable[..., Any], *args: Any, **values: Any) -> Any:
        with reading_as(self._session, actor):
            made = do(self._session, actor, *args, **values)
            self._session.flush()
            return made
