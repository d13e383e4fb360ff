"""Introductions of some people to work places, in every state, with the portal's own commands."""

from datetime import time, timedelta

from sqlalchemy import delete, func, select

from portal.city.later import Later
from portal.core import HOUSE, Actor, Permission, as_house, clock, participant_actor
from portal.introductions import commands
from portal.introductions.queries import find_text
from portal.introductions.rules import IntroductionMove, IntroductionStatus, Side, WhyNot
from portal.notices.models import Notice
from portal.offerings.rules import OfferingStatus
from portal.participants.models import Participant, ParticipantLink
from portal.work_places.models import WorkPlace
from portal.work_places.queries import seen

# How many went how far: each step a few days after the one before.
_WAYS = {
    "": 4, "yes": 4, "yes meet": 5, "yes meet trial": 4, "yes meet placed": 13,
    "yes meet trial placed": 2, "yes meet placed end": 2, "no": 2, "yes no": 3, "lapse": 1,
}  # fmt: skip


def write_introductions(later: Later) -> None:
    """Introduce forty people, where there is work; their messages were told long ago."""
    session = later.session
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
            _walk(later, place, participant_actor(id_, name, [helper]), way.split())
    session.execute(delete(Notice).where(Notice.kind.startswith("introductions/")))


def _walk(later: Later, place: WorkPlace, her: Actor, steps: list[str]) -> None:
    """Take each step, the last one some days ago."""
    employer, guide = (
        later.staff(one, Permission.RECORD_PROGRESS)
        for one in (place.organisation_id, min(her.opens))
    )
    ago = later.draw.randrange(2, 6) + ("placed" in steps) * later.draw.randrange(5, 150)
    at = later.calendar.now - timedelta(days=ago + 4 * len(steps))
    helper = guide.organisation_id if later.draw.random() < 0.7 else None
    with clock.freeze(at):
        row = later.by(her, commands.want, place, guide_organisation_id=helper)
    for step in steps:
        at += timedelta(days=4)
        with clock.freeze(at):
            if step == "lapse":
                later.by(HOUSE, commands.go_on, row, IntroductionMove.LAPSE, tells=Side.HER)
                continue
            if step not in ("trial", "placed"):
                later.by(
                    her if step in ("no", "end") else employer, commands.take_step, row,
                    IntroductionMove(step), why=WhyNot.TIMES if step == "no" else WhyNot.TASKS,
                    meets_at=clock.from_local(clock.today() + timedelta(days=3), time(10)),
                    meets_where=place.address or "bij de balie",
                )  # fmt: skip
                continue
            last = clock.today() + timedelta(days=12) if step == "trial" else None
            later.by(
                employer, commands.write, row, leads_to=IntroductionStatus(step), until_on=last,
                minutes_per_week=place.week_minutes, from_on=clock.today(),
                participant_does=place.summary,
                employer_does="Een vaste collega helpt, elke dag een kwartier.",
            )  # fmt: skip
            with as_house(later.session):
                text = find_text(later.session, row)
            assert text is not None
            for one in (her, guide) if helper else (her,):
                later.by(one, commands.agree, row, str(text.version))
