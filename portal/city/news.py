"""Who signed up lately, by name, and what came with it: referrals, agreements, messages."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from portal.agreements.models import Agreement
from portal.agreements.rules import ConfirmedHow
from portal.attendance.models import AttendanceChange, AttendanceMark
from portal.attendance.rules import AttendanceStatus, RecordedHow
from portal.city import texts
from portal.city.days import Calendar
from portal.city.groups import Group
from portal.city.houses import House, Team
from portal.city.people import Person
from portal.city.rows import Rows
from portal.city.stays import Running, Stay, whose
from portal.core import clock
from portal.enrolments.rules import DeclineReason, EndReason, EnrolmentStatus, answer_due
from portal.notes.models import StaffNote
from portal.notices.models import Notice
from portal.notices.rules import Channel, NoticeStatus
from portal.participants.rules import ContactWay
from portal.referrals.models import Referral
from portal.referrals.rules import OUTCOME_FOLLOWED, AgreedHow, history_until
from portal.schedule.rules import minutes_between
from portal.talks.models import Message

_REFERRER = ("zuiderkruin", "referrer")
_AGREED_IN = "volle-zaal"
# Of who is in that group, one after the other: her yes (None: not yet), and the guide's.
_ANSWERS: tuple[tuple[ConfirmedHow | None, bool], ...] = (
    (ConfirmedHow.CARD, True),
    (ConfirmedHow.PAPER, True),
    (ConfirmedHow.LINK, False),
)
_MONTHS_SHARED = 12
_ANSWER_DAYS = 5
_HOUSE = "kaapstander"
_LATELY = timedelta(weeks=13)


@dataclass
class Newcomer:
    """One of them, with what the text file says of her."""

    entry: texts.Entry
    group: Group
    stay: Stay


@dataclass
class MovingOn:
    """Somebody who goes on to the demo enterprise from another provider."""

    group: Group
    stay: Stay
    old_group: Group
    old_stay: Stay


class Newcomers:
    """Lets them sign up; in a small city only where their group is there."""

    def __init__(self, calendar: Calendar, seed: str, running: list[Running]) -> None:
        self._calendar, self._seed = calendar, seed
        self.running = {one.group.key: one for one in running}
        self.by_key: dict[str, Newcomer] = {}
        self.moving_on: list[MovingOn] = []

    def sign_up(self) -> list[Person]:
        """Add all their sign-ups, and return who is new in the city."""
        for entry in texts.read("news")["sign_ups"]:
            if one := self.running.get(entry["group"]):
                self.by_key[entry["key"]] = Newcomer(entry, one.group, self._stay(entry, one))
        self._move_on("tafel-voor-tien", EnrolmentStatus.ENDED)
        self._move_on("volle-zaal", EnrolmentStatus.ENROLLED)
        for one in self.running.values():
            one.stays.sort(key=lambda stay: stay.created_at)
        return [newcomer.stay.person for newcomer in self.by_key.values()]

    def _stay(self, entry: texts.Entry, one: Running) -> Stay:
        person = self._person(entry)
        person.groups.add(one.group.key)
        created_at = self._calendar.before(entry["days_ago"], 10, 40)
        stay = Stay(person, EnrolmentStatus(entry["status"]), created_at)
        stay.answer_due_at = answer_due(created_at, _ANSWER_DAYS)
        stay.reminders = entry.get("reminders", 0)
        if "decline_reason" in entry:
            stay.decline_reason = DeclineReason(entry["decline_reason"])
        if "started" in entry:
            stay.started_on = self._calendar.today - timedelta(days=entry["started"])
        if "together" in entry:
            draw = random.Random(f"{self._seed}/{entry['together']}")
            stay.together = UUID(int=draw.getrandbits(128), version=4)
        one.stays.append(stay)
        return stay

    def _person(self, entry: texts.Entry) -> Person:
        who = entry["person"]
        return Person(
            name=who["name"],
            language=who["language"],
            is_woman=True,
            way=ContactWay(who["way"]),
            email=who.get("email", ""),
            phone=who.get("phone", ""),
            birth_year=None,
            arrived_on=self._calendar.today - timedelta(days=entry["days_ago"]),
            is_there=0.85,
        )

    def _move_on(self, key: str, old_status: EnrolmentStatus) -> None:
        """From a place that she ended for it, or that she keeps until she is answered."""
        one = self.running.get(key)
        if one is None:
            return
        found = max(
            self._who_may_move(one.group, old_status),
            key=lambda moving: (moving[1].ended_on or moving[1].started_on, moving[1].created_at),
            default=None,
        )
        if found is None:
            return
        old, old_stay = found
        stay = Stay(old_stay.person, EnrolmentStatus.APPLIED, self._calendar.before(2, 15))
        stay.answer_due_at = answer_due(stay.created_at, _ANSWER_DAYS)
        if old_stay.ended_on is not None:
            stay.status, stay.started_on = EnrolmentStatus.ENROLLED, old_stay.ended_on
            days = (self._calendar.today - old_stay.ended_on).days
            stay.created_at = self._calendar.before(days + 1, 15)
        stay.person.groups.add(key)
        one.stays.append(stay)
        self.moving_on.append(MovingOn(one.group, stay, old, old_stay))

    def _who_may_move(
        self, group: Group, status: EnrolmentStatus
    ) -> Iterator[tuple[Group, Stay]]:  # fmt: skip
        """People of other providers who have or had a place there for a while, and are free."""
        today = self._calendar.today
        ours = {
            id(stay.person)
            for one in self.running.values()
            for stay in one.stays
            if one.group.house.key == _HOUSE
        }
        for one in self.running.values():
            for stay in one.stays:
                if one.group.house.key == _HOUSE or stay.status is not status:
                    continue
                if id(stay.person) in ours or stay.started_on is None:
                    continue
                until = stay.ended_on or today
                is_long_enough = until - stay.started_on > timedelta(weeks=8)
                is_lately = today - _LATELY < until and until <= today
                is_for_it = stay.end_reason in (None, EndReason.OTHER_ACTIVITY)
                is_free = stay.person.can_join(group.key, until, today, group.times)
                if is_long_enough and is_lately and is_for_it and is_free:
                    yield one.group, stay


class News:
    """Writes it, once the sign-ups themselves are written."""

    def __init__(
        self, rows: Rows, houses: dict[str, House], team: Team, newcomers: Newcomers
    ) -> None:
        self._rows, self._calendar, self._newcomers = rows, rows.calendar, newcomers
        self._houses, self._team = houses, team

    def write(self, cast: Person | None) -> None:
        """Write all of it; `cast` has yet to say yes to her agreement."""
        for newcomer in self._newcomers.by_key.values():
            if "referral" in newcomer.entry:
                self._write_referral(newcomer)
            if newcomer.entry.get("excuses_herself"):
                self._write_excuse(newcomer.group, newcomer.stay)
        for moving in self._newcomers.moving_on:
            self._write_moving_on(moving)
        if one := self._newcomers.running.get(_AGREED_IN):
            self._write_agreements(one.group, one.stays, cast)
            self._write_talk(one.group, one.stays, cast)
            if cast:
                self._write_notes(one.group, cast)
        for entry in texts.read("news")["messages"]:
            if to := self._newcomers.by_key.get(entry["to"]):
                self._write_message(to, entry)

    def _write_referral(self, newcomer: Newcomer) -> None:
        house, user = _REFERRER
        words = newcomer.entry["referral"]
        days = words.get("taken_back_days_ago")
        self._add_referral(
            newcomer.group,
            newcomer.stay,
            from_organisation_id=self._houses[house].id,
            user_id=self._team.ids[user],
            good_to_know=words["good_to_know"],
            agreed_how=AgreedHow(words["agreed"]),
            withdrawn_at=self._calendar.before(days, 19) if days else None,
        )

    def _write_moving_on(self, moving: MovingOn) -> None:
        signed_up_on = clock.to_local(moving.stay.created_at).date()
        self._add_referral(
            moving.group,
            moving.stay,
            from_organisation_id=moving.old_group.house.id,
            agreed_how=AgreedHow.CARD,  # she did it herself, on her own page
            from_enrolment_id=moving.old_stay.id,
            shares_history=True,
            history_until=history_until(signed_up_on, _MONTHS_SHARED),
        )

    def _add_referral(self, group: Group, stay: Stay, **values: Any) -> None:
        """A referral of which is told how the sign-up stands."""
        self._rows.add(
            Referral,
            created_at=stay.created_at,
            enrolment_id=stay.id,
            participant_id=stay.person.id,
            to_organisation_id=group.house.id,
            outcome_until=clock.to_local(stay.created_at).date() + OUTCOME_FOLLOWED,
            told_status=stay.status,
            **values,
        )

    def _write_excuse(self, group: Group, stay: Stay) -> None:
        """She said yesterday evening that she does not come next time."""
        today = self._calendar.today
        ahead = (one for one in group.meetings if one.day >= today and not one.is_cancelled)
        meeting = next(ahead, None)
        if meeting is None:
            return
        at = self._calendar.before(1, 19, 20)
        event_id = self._rows.new_uuid()
        for of, more in ((AttendanceMark, {"is_counted": False}), (AttendanceChange, {})):
            self._rows.add(
                of,
                created_at=at,
                session_id=meeting.id,
                **whose(group, stay),
                status=AttendanceStatus.EXCUSED,
                minutes=0,
                recorded_at=at,
                how=RecordedHow.BY_HERSELF,
                event_id=event_id,
                **more,
            )

    def _write_agreements(self, group: Group, stays: list[Stay], cast: Person | None) -> None:
        since = self._calendar.today - timedelta(days=7)
        inside = [
            stay
            for stay in stays
            if stay.status is EnrolmentStatus.ENROLLED and (stay.started_on or since) < since
        ]
        others = [stay for stay in inside if stay.person is not cast]
        written = texts.read("news")["agreements"]
        for number, (answer, stay) in enumerate(zip(_ANSWERS, others, strict=False)):
            at = self._calendar.before(6 - number, 13)
            self._write_agreement(group, stay, written[number % len(written)], at, *answer)
        for stay in inside:
            if stay.person is cast:
                self._write_agreement(
                    group, stay, written[0], self._calendar.before(2, 13), None, True
                )

    def _write_agreement(
        self,
        group: Group,
        stay: Stay,
        entry: texts.Entry,
        at: datetime,
        hers: ConfirmedHow | None,
        is_guide_there: bool,
    ) -> None:
        weekly = len(group.times.weekdays) * minutes_between(group.times.starts, group.times.ends)
        until: date | None = group.rounds[-1].last_on
        self._rows.add(
            Agreement,
            created_at=at,
            **whose(group, stay),
            version=1,
            goals=entry["goals"],
            minutes_per_week=weekly,
            from_on=stay.started_on,
            until_on=until,
            participant_does=entry["participant_does"],
            guide_does=entry["guide_does"],
            written_by_id=group.guide_id,
            participant_confirmed_at=at + timedelta(hours=5) if hers else None,
            participant_confirmed_how=hers,
            guide_confirmed_at=at + timedelta(minutes=10) if is_guide_there else None,
            guide_id=group.guide_id if is_guide_there else None,
        )

    def _write_talk(self, group: Group, stays: list[Stay], cast: Person | None) -> None:
        """What she and her guide wrote to each other; the last answer is still to be read."""
        talk = texts.read("news")["talk"]
        for stay in (one for one in stays if one.person is cast and one.started_on):
            for number, entry in enumerate(talk, 1):
                at = self._calendar.before(entry["days_ago"], entry["hour"])
                is_hers = entry["by"] == "her"
                self._rows.add(
                    Message,
                    created_at=at,
                    **whose(group, stay),
                    user_id=None if is_hers else group.guide_id,
                    name=stay.person.name if is_hers else self._team.names[group.entry["guide"]],
                    body=entry["body"],
                    read_at=at + timedelta(hours=1) if number < len(talk) else None,
                )

    def _write_notes(self, group: Group, about: Person) -> None:
        for entry in texts.read("news")["notes"]:
            due = entry.get("due_in_days")
            self._rows.add(
                StaffNote,
                created_at=self._calendar.before(entry["days_ago"], 16),
                organisation_id=group.house.id,
                participant_id=about.id,
                user_id=group.guide_id,
                name=self._team.names[group.entry["guide"]],
                body=entry["body"],
                due_on=None if due is None else self._calendar.today + timedelta(days=due),
                done_at=self._calendar.before(2, 12) if "done" in entry else None,
            )

    def _write_message(self, to: Newcomer, entry: texts.Entry) -> None:
        """One that staff see; what was said is kept as long as it was not told."""
        status, channel = NoticeStatus(entry["status"]), Channel(entry["channel"])
        at = self._calendar.before(entry["days_ago"], 11)
        is_sent = status is NoticeStatus.SENT
        person = to.stay.person
        address = {Channel.SMS: person.phone, Channel.EMAIL: person.email}.get(channel, "")
        self._rows.add(
            Notice,
            created_at=at,
            kind=entry["kind"],
            channel=channel,
            status=status,
            address=address,
            name=person.name,
            language=person.language,
            data={} if is_sent else self._words(to),
            participant_id=person.id,
            organisation_id=to.group.house.id,
            is_own_action=False,
            not_before=at,
            attempts=0 if status is NoticeStatus.WAITING else 1,
            sent_at=at + timedelta(minutes=1) if is_sent else None,
            last_error=entry.get("error", ""),
        )

    def _words(self, to: Newcomer) -> dict[str, Any]:
        """What its template needs."""
        now = self._calendar.now
        ahead = (one for one in to.group.meetings if one.starts_at > now + timedelta(days=3))
        due = to.stay.answer_due_at
        house = next(
            one
            for one in texts.organisations(self._calendar.today.weekday())
            if one["key"] == to.group.house.key
        )
        return {
            "title": to.group.entry["title"],
            "organisation": house["name"],
            "phone": to.group.house.phone,
            "address": to.group.entry["address"],
            "starts_at": next(ahead).starts_at.isoformat(),
            "due": due.isoformat() if due else "",
            "number": 0,
        }
