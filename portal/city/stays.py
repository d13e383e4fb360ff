"""Who joined which group, from when till when, and what became of it."""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from portal.city import texts
from portal.city.days import Calendar
from portal.city.groups import Group, Round
from portal.city.people import Person, Pool
from portal.city.rows import Rows
from portal.core import clock
from portal.core.grouped import grouped
from portal.enrolments import rules as enrolments_rules
from portal.enrolments.models import Enrolment
from portal.offerings.rules import Intake, OfferingStatus
from portal.participants.models import ParticipantKey, ParticipantLink
from portal.participants.rules import KeyKind

_S = enrolments_rules.EnrolmentStatus
# What a row of an enrolment has as it is here.
_AS_IT_IS = (
    "created_at", "status", "started_on", "ended_on", "end_reason", "decline_reason", "reminders",
    "together",
)  # fmt: skip
_LEAVES = frozenset({enrolments_rules.EndReason.FOUND_WORK, enrolments_rules.EndReason.MOVED})
_STOPS_EARLY = 0.22  # of those who begin a pre-trajectory
_ANSWER_DAYS, _OFFER_HOURS = 5, 48  # where the offering does not say
# Full groups in which somebody has yet to say yes.
_ONE_OFFERED = frozenset({"dieren-ochtend", "marktkraam-zaterdag"})
_KEPT_FREE = {"soep-voor-de-straat": 2, "tafel-voor-tien": 2}  # for those of news.toml
_APPLICATIONS = {"volle-zaal": 1, "tafel-en-dienblad": 2, "jam-en-zuur": 2}
_WAITING_WITH_ROOM = {"jam-en-zuur": 2}  # a signal for the cast's coordinator


@dataclass
class Stay:
    """One enrolment."""

    group: Group
    person: Person
    status: enrolments_rules.EnrolmentStatus
    created_at: datetime
    started_on: date | None = None
    ended_on: date | None = None
    end_reason: enrolments_rules.EndReason | None = None
    decline_reason: enrolments_rules.DeclineReason | None = None
    answer_due_at: datetime | None = None
    reminders: int = 0
    together: UUID | None = None
    id: int = 0

    def includes(self, day: date) -> bool:
        """Whether she is on the register of that day."""
        return self.started_on is not None and clock.is_within(day, self.started_on, self.ended_on)

    @property
    def pair(self) -> dict[str, int]:
        """Whose a row is that was written of her there, by column."""
        return {"organisation_id": self.group.house.id, "participant_id": self.person.id}

    @property
    def whose(self) -> dict[str, int]:
        """The same of her enrolment."""
        return {**self.pair, "enrolment_id": self.id}


class Enroller:
    """Fills one group with people, over all of the city's history."""

    def __init__(self, calendar: Calendar, pool: Pool, group: Group, draw: random.Random) -> None:
        self._calendar, self._pool, self._group, self._draw = calendar, pool, group, draw

    def fill(self) -> None:
        """Everybody who came, went, waits or was turned down, in the order they signed up."""
        if self._group.status is not OfferingStatus.DRAFT:
            if self._group.is_pre_trajectory:
                for one in self._group.rounds:
                    self._fill_cohort(one)
            else:
                self._fill_places(self._group.rounds[0])
            group, draw = self._group, self._draw
            if group.status is OfferingStatus.FULL:
                self._apply(_S.WAITING, draw.randint(3, 6))
            elif group.status is OfferingStatus.PUBLISHED:
                if group.entry["intake"] == Intake.BY_INVITATION:
                    self._apply(_S.APPLIED, _APPLICATIONS.get(group.key, draw.randrange(3)))
                self._apply(_S.WAITING, _WAITING_WITH_ROOM.get(group.key, 0))
        self._group.sort()

    def add_person(self, person: Person, first_on: date, last_on: date | None = None) -> None:
        """Let one person in particular take part: the cast's participant."""
        person.join(self._group, first_on, last_on or self._calendar.today)
        self._enrol(person, first_on, last_on)

    def _fill_cohort(self, one: Round) -> None:
        assert one.last_on is not None
        places = self._group.entry["places"] - 1  # full are only the groups that say so
        wanted = round(places * self._draw.uniform(0.85, 1.0))
        there = sum(stay.includes(one.first_on) for stay in self._group.stays)
        for _ in range(max(0, wanted - there)):
            late = 7 if self._draw.random() < 0.1 else 0
            first_on = one.first_on + timedelta(days=late)
            stops_on = None
            if self._draw.random() < _STOPS_EARLY:
                days = (one.last_on - first_on).days
                stops_on = first_on + timedelta(days=self._draw.randrange(7, days - 6))
            person = self._find(first_on, stops_on or one.last_on)
            if person is not None:
                self._enrol(person, first_on, stops_on or one.last_on, stops_on is not None)
        for _ in range(self._draw.randrange(3)):
            self._turn_away(one.first_on - timedelta(days=self._draw.randrange(3, 20)))

    def _fill_places(self, one: Round) -> None:
        """Place by place: somebody comes, stays for a while, and somebody else comes."""
        places = self._group.entry["places"]
        is_full = self._group.status is OfferingStatus.FULL
        taken = places if is_full else round((places - 1) * self._draw.uniform(0.7, 1.0))
        taken -= _KEPT_FREE.get(self._group.key, 0)
        if is_full and self._group.key in _ONE_OFFERED:
            taken -= 1
            self._offer()
        ends_on = one.last_on or self._calendar.today
        taken -= sum(stay.status is _S.ENROLLED for stay in self._group.stays)
        for _ in range(taken):
            day = one.first_on + timedelta(days=self._draw.randrange(56))
            while day < ends_on:
                is_short = self._draw.random() < 0.2
                weeks = self._draw.randint(3, 6) if is_short else self._draw.randint(12, 70)
                last_on = day + timedelta(weeks=weeks)
                person = self._find(day, min(last_on, ends_on), is_needed=is_full)
                if person is not None:
                    self._enrol(person, day, last_on, stops=True)
                    day = last_on
                day += timedelta(days=self._draw.randrange(6, 30))
                if is_full and last_on < ends_on <= day:
                    day = max(last_on, ends_on - timedelta(days=2))

    def _enrol(
        self, person: Person, first_on: date, last_on: date | None, stops: bool = False
    ) -> None:
        """Enrolled, and completed or ended if her last day is over."""
        today, draw = self._calendar.today, self._draw
        signed_up_on = min(first_on, today) - timedelta(days=draw.randrange(2, 25))
        stay = self._add(person, _S.ENROLLED, self._at(signed_up_on))
        stay.started_on = first_on
        if first_on >= today:  # accepted for a group that has yet to begin
            stay.started_on = today - timedelta(days=1)
        offering_stopped = self._group.status is OfferingStatus.ARCHIVED
        if offering_stopped and not self._group.is_pre_trajectory:
            round_end = self._group.rounds[0].last_on
            last_on = min(last_on or today, round_end or today)
        if last_on is not None and last_on < today:
            stay.ended_on = last_on
            stay.status = _S.ENDED if stops else _S.COMPLETED
            if stops and offering_stopped and last_on == self._group.rounds[-1].last_on:
                stay.end_reason = enrolments_rules.EndReason.OFFERING_STOPPED
            elif stops and not self._group.is_pre_trajectory and draw.random() < 0.15:
                stay.status = _S.COMPLETED
            elif stops:
                stay.end_reason = enrolments_rules.EndReason(texts.choose(draw, "why_ended"))
            if stay.end_reason in _LEAVES and person.left_on is None:
                person.left_on = last_on

    def _offer(self) -> None:
        person = self._find(self._calendar.today, self._calendar.today, is_needed=True)
        assert person is not None
        self._add(person, _S.OFFERED, self._calendar.before(16, 11))

    def _apply(self, status: enrolments_rules.EnrolmentStatus, people: int) -> None:
        today = self._calendar.today
        for _ in range(people):
            person = self._find(today, today, is_needed=True)
            assert person is not None
            days = self._draw.randrange(1, 60 if status is _S.WAITING else 11)
            self._add(person, status, self._at(today - timedelta(days=days)))

    def _turn_away(self, day: date) -> None:
        """Somebody who applied and was declined, or thought better of it."""
        if day >= self._calendar.today:
            return
        person = self._find(day, day)
        if person is not None:
            self.turn_away(person, day)

    def turn_away(self, person: Person, day: date) -> None:
        """A sign-up that led to nothing."""
        draw = self._draw
        stay = self._add(person, _S.WITHDRAWN, self._at(day))
        if draw.random() < 0.65:
            stay.status = _S.DECLINED
            stay.decline_reason = enrolments_rules.DeclineReason(texts.choose(draw, "why_declined"))
        person.groups.add(self._group.key)

    def _find(self, first_on: date, last_on: date, is_needed: bool = False) -> Person | None:
        return self._pool.find(self._draw, self._group, first_on, last_on, is_needed=is_needed)

    def _add(self, person: Person, status: enrolments_rules.EnrolmentStatus, at: datetime) -> Stay:
        self._group.stays.append(Stay(self._group, person, status, at))
        return self._group.stays[-1]

    def _at(self, day: date) -> datetime:
        minutes = self._draw.randrange(11 * 60)
        return clock.day_bounds(day, day)[0] + timedelta(hours=8, minutes=minutes)


def write_stays(rows: Rows, group: Group) -> None:
    """Write enrolments in order of signing up, which is the line's order."""
    for stay in group.stays:
        is_undecided = stay.status in (_S.APPLIED, _S.WAITING)
        since = stay.created_at + timedelta(hours=0 if is_undecided else 20)
        if stay.status is _S.OFFERED:
            since = rows.calendar.before(1, 14)
        if stay.ended_on is not None:
            since = clock.day_bounds(stay.ended_on, stay.ended_on)[0] + timedelta(hours=16)
        stay.id = rows.add(
            Enrolment, offering_id=group.id, **stay.pair,
            status_since=min(since, rows.calendar.now),
            **{name: getattr(stay, name) for name in _AS_IT_IS},
            **_time_to_answer(rows.calendar, stay),
        )  # fmt: skip


def _time_to_answer(calendar: Calendar, stay: Stay) -> dict[str, datetime | None]:
    """What was promised to who waits for an answer, and until when an offered place is hers."""
    is_applied, is_offered = stay.status is _S.APPLIED, stay.status is _S.OFFERED
    promised = max(
        enrolments_rules.answer_due(stay.created_at, _ANSWER_DAYS),
        enrolments_rules.answer_due(calendar.now, 1),
    )
    offered_at, hours = calendar.before(1, 14), stay.group.entry.get("offer_hours", _OFFER_HOURS)
    until = enrolments_rules.offer_deadline(offered_at, hours)
    return {
        "answer_due_at": stay.answer_due_at or promised if is_applied else None,
        "offered_at": offered_at if is_offered else None,
        "offer_until": until if is_offered else None,
    }


def write_links(rows: Rows, groups: Iterable[Group]) -> None:
    """Let organisations know those on their registers or in line; her own card opens all."""
    known: dict[tuple[int, int], Stay] = {}  # the first one there
    stays = [stay for group in groups for stay in group.stays]
    for stay in sorted(stays, key=lambda stay: stay.created_at):
        if stay.status in enrolments_rules.OPEN | enrolments_rules.TOOK_PART:
            known.setdefault((stay.person.id, stay.group.house.id), stay)
    for her_id, hers in grouped((key[0], known[key]) for key in sorted(known)).items():
        for stay in hers:
            rows.add(
                ParticipantLink, created_at=stay.created_at, **stay.pair,
                contact_way=stay.person.way, phone=stay.person.phone, email=stay.person.email,
                contact_since=stay.created_at,
            )  # fmt: skip
        if card_hash := hers[0].person.card_hash:
            rows.add(
                ParticipantKey, created_at=min(stay.created_at for stay in hers),
                participant_id=her_id, kind=KeyKind.CARD, token_hash=card_hash,
                opens=[stay.group.house.id for stay in hers],
            )  # fmt: skip
