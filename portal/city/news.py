"""Who signed up lately, by name, and what came with it: referrals, agreements, messages."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
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
from portal.city.stays import Stay
from portal.core import clock
from portal.enrolments.rules import DeclineReason, EndReason, EnrolmentStatus, answer_due
from portal.notes.models import StaffNote
from portal.notices.models import Notice
from portal.notices.rules import Channel, NoticeStatus
from portal.participants.rules import ContactWay
from portal.referrals.models import Referral
from portal.referrals.rules import OUTCOME_FOLLOWED, AgreedHow, history_until
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


class Newcomers:
    """Lets them sign up; in a small city only where their group is there."""

    def __init__(self, calendar: Calendar, seed: str, groups: list[Group]) -> None:
        self._calendar, self._seed = calendar, seed
        self.groups = {one.key: one for one in groups}
        self.by_key: dict[str, tuple[texts.Entry, Stay]] = {}
        self.moving_on: list[tuple[Stay, Stay]] = []  # from another provider to ours: new and old

    def sign_up(self) -> list[Person]:
        """Add all their sign-ups, and return who is new in the city."""
        for entry in texts.read("news")["sign_ups"]:
            if group := self.groups.get(entry["group"]):
                self.by_key[entry["key"]] = entry, self._stay(entry, group)
        self._move_on("tafel-voor-tien", EnrolmentStatus.ENDED)
        self._move_on("volle-zaal", EnrolmentStatus.ENROLLED)
        for group in self.groups.values():
            group.sort()
        return [stay.person for _, stay in self.by_key.values()]

    def _stay(self, entry: texts.Entry, group: Group) -> Stay:
        person = self._person(entry)
        person.groups.add(group.key)
        created_at = self._calendar.before(entry["days_ago"], 10, 40)
        stay = Stay(group, person, EnrolmentStatus(entry["status"]), created_at)
        stay.answer_due_at = answer_due(created_at, _ANSWER_DAYS)
        stay.reminders = entry.get("reminders", 0)
        if "decline_reason" in entry:
            stay.decline_reason = DeclineReason(entry["decline_reason"])
        if "started" in entry:
            stay.started_on = self._calendar.today - timedelta(days=entry["started"])
        if "together" in entry:
            draw = random.Random(f"{self._seed}/{entry['together']}")
            stay.together = UUID(int=draw.getrandbits(128), version=4)
        group.stays.append(stay)
        return stay

    def _person(self, entry: texts.Entry) -> Person:
        who = entry["person"]
        return Person(
            name=who["name"], language=who["language"], is_woman=True,
            way=ContactWay(who["way"]), email=who.get("email", ""), phone=who.get("phone", ""),
            birth_year=None,
            arrived_on=self._calendar.today - timedelta(days=entry["days_ago"]), is_there=0.85,
        )  # fmt: skip

    def _move_on(self, key: str, old_status: EnrolmentStatus) -> None:
        """From a place that she ended for it, or that she keeps until she is answered."""
        group = self.groups.get(key)
        found = list(self._who_may_move(group, old_status)) if group else []
        if group is None or not found:
            return
        old = max(found, key=lambda stay: (stay.ended_on or stay.started_on, stay.created_at))
        stay = Stay(group, old.person, EnrolmentStatus.APPLIED, self._calendar.before(2, 15))
        stay.answer_due_at = answer_due(stay.created_at, _ANSWER_DAYS)
        if old.ended_on is not None:
            stay.status, stay.started_on = EnrolmentStatus.ENROLLED, old.ended_on
            days = (self._calendar.today - old.ended_on).days
            stay.created_at = self._calendar.before(days + 1, 15)
        stay.person.groups.add(key)
        group.stays.append(stay)
        self.moving_on.append((stay, old))

    def _who_may_move(self, group: Group, status: EnrolmentStatus) -> Iterator[Stay]:
        """People of other providers who have or had a place there for a while, and are free."""
        today = self._calendar.today
        stays = [stay for one in self.groups.values() for stay in one.stays]
        ours = {id(stay.person) for stay in stays if stay.group.house.entry["key"] == _HOUSE}
        for stay in stays:
            if id(stay.person) in ours or stay.status is not status or stay.started_on is None:
                continue
            until = stay.ended_on or today
            is_long_enough = until - stay.started_on > timedelta(weeks=8)
            is_lately = today - _LATELY < until and until <= today
            is_for_it = stay.end_reason in (None, EndReason.OTHER_ACTIVITY)
            is_free = stay.person.can_join(group, until, today)
            if is_long_enough and is_lately and is_for_it and is_free:
                yield stay


class News:
    """Writes it, once the sign-ups themselves are written."""

    def __init__(
        self, rows: Rows, houses: dict[str, House], team: Team, newcomers: Newcomers
    ) -> None:
        self._rows, self._calendar, self._newcomers = rows, rows.calendar, newcomers
        self._houses, self._team = houses, team

    def write(self, cast: Person | None) -> None:
        """Write all of it; `cast` has yet to say yes to her agreement."""
        for entry, stay in self._newcomers.by_key.values():
            if "referral" in entry:
                self._write_referral(entry["referral"], stay)
            if entry.get("excuses_herself"):
                self._write_excuse(stay)
        for stay, old in self._newcomers.moving_on:
            self._write_moving_on(stay, old)
        if group := self._newcomers.groups.get(_AGREED_IN):
            self._write_agreements(group, cast)
            self._write_talk(group, cast)
            if cast:
                self._write_notes(group, cast)
        for entry in texts.read("news")["messages"]:
            if entry["to"] in self._newcomers.by_key:
                self._write_message(self._newcomers.by_key[entry["to"]][1], entry)

    def _write_referral(self, words: texts.Entry, stay: Stay) -> None:
        house, user = _REFERRER
        days = words.get("taken_back_days_ago")
        self._add_referral(
            stay, from_organisation_id=self._houses[house].id, user_id=self._team[user].id,
            good_to_know=words["good_to_know"], agreed_how=AgreedHow(words["agreed"]),
            reference="" if days else f"WT-{stay.id}",
            withdrawn_at=self._calendar.before(days, 19) if days else None,
        )  # fmt: skip

    def _write_moving_on(self, stay: Stay, old: Stay) -> None:
        signed_up_on = clock.to_local(stay.created_at).date()
        self._add_referral(
            stay,
            from_organisation_id=old.group.house.id,
            agreed_how=AgreedHow.CARD,  # she did it herself, on her own page
            from_enrolment_id=old.id,
            shares_history=True,
            history_until=history_until(signed_up_on, _MONTHS_SHARED),
        )

    def _add_referral(self, stay: Stay, **values: Any) -> None:
        """A referral of which is told how the sign-up stands."""
        self._rows.add(
            Referral, created_at=stay.created_at, enrolment_id=stay.id,
            participant_id=stay.person.id, to_organisation_id=stay.group.house.id,
            outcome_until=clock.to_local(stay.created_at).date() + OUTCOME_FOLLOWED,
            told_status=stay.status, **values,
        )  # fmt: skip

    def _write_excuse(self, stay: Stay) -> None:
        """She said yesterday evening that she does not come next time."""
        today = self._calendar.today
        ahead = (one for one in stay.group.meetings if one.day >= today and not one.is_cancelled)
        meeting = next(ahead, None)
        if meeting is None:
            return
        at = self._calendar.before(1, 19, 20)
        event_id = self._rows.new_uuid()
        for of, more in ((AttendanceMark, {"is_counted": False}), (AttendanceChange, {})):
            self._rows.add(
                of, created_at=at, session_id=meeting.id, **stay.whose,
                status=AttendanceStatus.EXCUSED, minutes=0, recorded_at=at,
                how=RecordedHow.BY_HERSELF, event_id=event_id, **more,
            )  # fmt: skip

    def _write_agreements(self, group: Group, cast: Person | None) -> None:
        since = self._calendar.today - timedelta(days=7)
        inside = [
            stay
            for stay in group.stays
            if stay.status is EnrolmentStatus.ENROLLED and (stay.started_on or since) < since
        ]
        others = [stay for stay in inside if stay.person is not cast]
        written = texts.read("news")["agreements"]
        for number, (answer, stay) in enumerate(zip(_ANSWERS, others, strict=False)):
            at = self._calendar.before(6 - number, 13)
            self._write_agreement(stay, written[number % len(written)], at, *answer)
        for stay in (one for one in inside if one.person is cast):
            self._write_agreement(stay, written[0], self._calendar.before(2, 13), None, True)

    def _write_agreement(
        self,
        stay: Stay,
        entry: texts.Entry,
        at: datetime,
        hers: ConfirmedHow | None,
        is_guide_there: bool,
    ) -> None:
        group = stay.group
        self._rows.add(
            Agreement, created_at=at, **stay.whose, version=1, goals=entry["goals"],
            minutes_per_week=group.weekly, from_on=stay.started_on,
            until_on=group.rounds[-1].last_on, participant_does=entry["participant_does"],
            guide_does=entry["guide_does"], written_by_id=group.guide.id,
            participant_confirmed_at=at + timedelta(hours=5) if hers else None,
            participant_confirmed_how=hers,
            guide_confirmed_at=at + timedelta(minutes=10) if is_guide_there else None,
            guide_id=group.guide.id if is_guide_there else None,
        )  # fmt: skip

    def _write_talk(self, group: Group, cast: Person | None) -> None:
        """What she and her guide wrote to each other; the last answer is still to be read."""
        talk = texts.read("news")["talk"]
        for stay in (one for one in group.stays if one.person is cast and one.started_on):
            for number, entry in enumerate(talk, 1):
                at = self._calendar.before(entry["days_ago"], entry["hour"])
                is_hers = entry["by"] == "her"
                self._rows.add(
                    Message, created_at=at, **stay.whose,
                    user_id=None if is_hers else group.guide.id,
                    name=stay.person.name if is_hers else group.guide.name, body=entry["body"],
                    read_at=at + timedelta(hours=1) if number < len(talk) else None,
                )  # fmt: skip

    def _write_notes(self, group: Group, about: Person) -> None:
        for entry in texts.read("news")["notes"]:
            due = entry.get("due_in_days")
            self._rows.add(
                StaffNote, created_at=self._calendar.before(entry["days_ago"], 16),
                organisation_id=group.house.id, participant_id=about.id, user_id=group.guide.id,
                name=group.guide.name, body=entry["body"],
                due_on=None if due is None else self._calendar.today + timedelta(days=due),
                done_at=self._calendar.before(2, 12) if "done" in entry else None,
            )  # fmt: skip

    def _write_message(self, to: Stay, entry: texts.Entry) -> None:
        """One that staff see; what was said is kept as long as it was not told."""
        status, channel = NoticeStatus(entry["status"]), Channel(entry["channel"])
        at = self._calendar.before(entry["days_ago"], 11)
        is_sent = status is NoticeStatus.SENT
        person = to.person
        address = {Channel.SMS: person.phone, Channel.EMAIL: person.email}.get(channel, "")
        self._rows.add(
            Notice, created_at=at, kind=entry["kind"], channel=channel, status=status,
            address=address, name=person.name, language=person.language,
            data={} if is_sent else self._words(to), participant_id=person.id,
            organisation_id=to.group.house.id, is_own_action=False, not_before=at,
            attempts=0 if status is NoticeStatus.WAITING else 1,
            sent_at=at + timedelta(minutes=1) if is_sent else None,
            last_error=entry.get("error", ""),
        )  # fmt: skip

    def _words(self, to: Stay) -> dict[str, Any]:
        """What its template needs."""
        now = self._calendar.now
        ahead = (one for one in to.group.meetings if one.starts_at > now + timedelta(days=3))
        due = to.answer_due_at
        return {
            "title": to.group.entry["title"],
            "organisation": to.group.house.entry["name"],
            "phone": to.group.house.phone,
            "address": to.group.entry["address"],
            "starts_at": next(ahead).starts_at.isoformat(),
            "due": due.isoformat() if due else "",
            "number": 0,
        }
