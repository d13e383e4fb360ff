"""Referrals, agreements, an excuse and messages: what came with the latest sign-ups."""

from datetime import date, datetime, timedelta
from typing import Any

from portal.agreements.models import Agreement
from portal.agreements.rules import ConfirmedHow
from portal.attendance.models import AttendanceChange, AttendanceMark
from portal.attendance.rules import AttendanceStatus, RecordedHow
from portal.city import texts
from portal.city.groups import Group
from portal.city.houses import House, Team
from portal.city.newcomers import MovingOn, Newcomer, Newcomers
from portal.city.people import Person
from portal.city.rows import Rows
from portal.city.stays import Stay, whose
from portal.core import clock
from portal.enrolments.rules import EnrolmentStatus
from portal.notes.models import StaffNote
from portal.notices.models import Notice
from portal.notices.rules import Channel, NoticeStatus
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
