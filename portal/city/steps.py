"""Attendance, progress and profiles: who was there, what they showed, where they went on to."""

import random
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from portal.attendance.models import AttendanceChange, AttendanceMark, Register
from portal.attendance.rules import AttendanceStatus, CorrectionReason, RecordedHow
from portal.city import texts
from portal.city.days import Calendar
from portal.city.groups import Group, Meeting, picture
from portal.city.houses import House
from portal.city.people import Person
from portal.city.rows import Rows
from portal.city.stays import Stay
from portal.core import ActorKind, AuditEvent, clock
from portal.enrolments.rules import TOOK_PART, EndReason, EnrolmentStatus
from portal.profile.models import ProfileChoice, ProfileShare
from portal.profile.queries import OPENED
from portal.progress import rules
from portal.progress.models import Aftercare, LadderStep, Observation, Outflow, OwnSay, Rating

_BETWEEN = timedelta(weeks=17)  # measured at the start, the end, and three times a year
_AFTER_ENDING = {
    EndReason.FOUND_WORK: rules.OutflowKind.PAID_WORK,
    EndReason.EDUCATION: rules.OutflowKind.EDUCATION,
    EndReason.OTHER_ACTIVITY: rules.OutflowKind.NEXT_OFFERING,
}
_STEP_AFTER = {
    rules.OutflowKind.PAID_WORK: 6,
    rules.OutflowKind.PAID_WORK_WITH_SUPPORT: 5,
    rules.OutflowKind.VOLUNTEER_WORK: 4,
}
_A = rules.AftercareAnswer
_AFTERWARDS = (_A.STILL_THERE, None, _A.STILL_THERE, _A.HARD, _A.STILL_THERE, None, _A.LEFT)
_F = rules.Face
_FOUND = (_F.GOOD, None, _F.GOOD, _F.SO_SO, _F.GOOD, _F.GOOD, None, _F.BAD, _F.GOOD, _F.SO_SO)
_MADE = "spools-1.jpg"  # what the demo participant made
_OBJECTION = "Ik doe dit thuis al lang alleen."
_LEVELS = (rules.SkillLevel.WITH_HELP, rules.SkillLevel.ALONE, rules.SkillLevel.CAN_TEACH)


class Progress:
    """Writes the progress of everybody in one group."""

    def __init__(self, rows: Rows, group: Group, draw: random.Random) -> None:
        self._rows, self._calendar, self._group, self._draw = rows, rows.calendar, group, draw
        self._fitting = _fitting(group)
        self._held_on = [
            meeting.day
            for meeting in group.meetings
            if meeting.day < rows.calendar.today and not meeting.is_cancelled
        ]

    def write(self, cast: Person | None) -> None:
        """Write of all who took part; of the cast's participant there is more to tell."""
        until = self._calendar.today - timedelta(days=3)
        for stay in self._group.stays:
            if stay.status in TOOK_PART and stay.started_on and stay.started_on < until:
                is_rich = stay.person is cast
                kind = None if is_rich else self._write_outflow(stay)
                self._write_rating(stay)
                self._write_steps(stay, kind)
                self._write_observations(stay, 7 if is_rich else None)

    def _last_day(self, stay: Stay) -> date:
        return stay.ended_on or self._calendar.yesterday

    def _write_outflow(self, stay: Stay) -> rules.OutflowKind | None:
        draw, kind = self._draw, None
        if stay.status is EnrolmentStatus.COMPLETED:
            after = texts.choose(draw, "after_completing")
            kind = None if after == "nothing" else rules.OutflowKind(after)
        elif stay.end_reason in _AFTER_ENDING and draw.random() < 0.8:
            kind = _AFTER_ENDING[stay.end_reason]
        if kind is None or stay.ended_on is None:
            return None
        started_on = stay.ended_on + timedelta(days=draw.randrange(1, 21))
        if started_on >= self._calendar.today:
            return None
        is_seen = draw.random() < 0.62
        seen_on = min(started_on + timedelta(days=draw.randrange(2, 30)), self._calendar.yesterday)
        outflow_id = self._rows.add(
            Outflow, **_about(stay, started_on, self._group.guide.id), kind=kind,
            started_on=started_on, document_seen_on=seen_on if is_seen else None,
            document_seen_by=self._group.guide.name if is_seen else "",
        )  # fmt: skip
        self._write_aftercare(stay, outflow_id, started_on)
        return kind

    def _write_aftercare(self, stay: Stay, outflow_id: int, started_on: date) -> None:
        for moment, after in rules.ASKED_AFTER.items():
            if started_on + after >= self._calendar.today:
                return
            at = _written_at(started_on + after)
            answer = _AFTERWARDS[(outflow_id + after.days) % len(_AFTERWARDS)]
            self._rows.add(
                Aftercare, created_at=at, **stay.pair, outflow_id=outflow_id, moment=moment,
                answer=answer,
                met_at=at + timedelta(days=1) if answer in rules.RELAPSE else None,
            )  # fmt: skip

    def _write_rating(self, stay: Stay) -> None:
        """Write how she found what ended; nobody asks a guest."""
        if stay.ended_on is None or stay.end_reason is EndReason.CAME_ONCE:
            return
        if face := _FOUND[(stay.id + stay.ended_on.day) % len(_FOUND)]:
            at = _written_at(stay.ended_on)
            self._rows.add(Rating, created_at=at, **stay.whose, face=face)

    def _write_steps(self, stay: Stay, kind: rules.OutflowKind | None) -> None:
        assert stay.started_on is not None
        draw = self._draw
        if draw.random() < 0.1:
            return  # nobody asked: unknown
        step = int(texts.choose(draw, "first_steps"))
        # One voice all the way: steps stated by different people are never compared.
        is_hers = step in rules.ONLY_HER_OWN or draw.random() < 0.15
        voice = rules.Voice.PARTICIPANT if is_hers else rules.Voice.GUIDE
        day = min(stay.started_on + timedelta(days=draw.randrange(12)), self._last_day(stay))
        self._write_step(stay, step, day, voice)
        while (day := day + _BETWEEN) < self._last_day(stay) - timedelta(days=14):
            if draw.random() < 0.8:
                step = self._change(step, voice)
                self._write_step(stay, step, day, voice)
        if stay.ended_on is not None and draw.random() < 0.78:
            step = _STEP_AFTER[kind] if kind in _STEP_AFTER else self._change(step, voice)
            self._write_step(stay, step, stay.ended_on, voice)

    def _change(self, step: int, voice: rules.Voice) -> int:
        change = int(texts.choose(self._draw, "changes"))
        edge = min if voice is rules.Voice.PARTICIPANT else max
        lowest = edge(rules.ONLY_HER_OWN) + 1
        return min(4, max(lowest, step + change)) if step < 5 else step

    def _write_step(self, stay: Stay, step: int, day: date, voice: rules.Voice) -> None:
        self._rows.add(
            LadderStep,
            **_about(stay, day, self._group.guide.id if voice is rules.Voice.GUIDE else None),
            step=step, stated_on=day, voice=voice,
        )  # fmt: skip

    def _write_observations(self, stay: Stay, wanted: int | None) -> None:
        draw = self._draw
        days = [day for day in self._held_on if stay.includes(day)]
        is_rich, wanted = bool(wanted), wanted or min(6, draw.randrange(2) + len(days) // 8)
        found = draw.sample(self._fitting, min(wanted, len(self._fitting), len(days)))
        began = draw.randrange(2)
        for place, (entry, day) in enumerate(
            zip(found, sorted(draw.sample(days, len(found))), strict=True)
        ):
            level = _LEVELS[min(2, began + place * 3 // max(3, len(found)))]
            self._write_observation(stay, entry, day, level, has_photo=is_rich and not place)

    def _write_observation(
        self,
        stay: Stay,
        entry: texts.Entry,
        day: date,
        level: rules.SkillLevel,
        *,
        has_photo: bool,
    ) -> None:
        voice = rules.Voice(entry["voice"])
        writer = {
            rules.Voice.GUIDE: self._group.guide.id,
            rules.Voice.EXPERT: next(iter(self._group.house.experts), None),
            rules.Voice.PARTICIPANT: None,
        }[voice]
        is_hidden = self._draw.random() < 0.03 and not has_photo
        observation_id = self._rows.add(
            Observation, **_about(stay, day, writer), competence=entry["competence"],
            example=entry["text"], level=level, voice=voice, observed_on=day,
        )  # fmt: skip
        objects = voice is not rules.Voice.PARTICIPANT and observation_id % 29 == 0
        at = _written_at(day)
        if is_hidden or objects or has_photo:
            made = picture(_MADE) if has_photo else {}
            self._rows.add(
                OwnSay, created_at=at, **stay.pair, observation_id=observation_id,
                hidden_at=min(at + timedelta(days=2), self._calendar.now) if is_hidden else None,
                objection=_OBJECTION if objects and not is_hidden else "",
                photo=made.get("webp_720"), photo_digest=made.get("digest"),
            )  # fmt: skip


def _written_at(day: date) -> datetime:
    return clock.day_bounds(day, day)[0] + timedelta(hours=15)


def _about(stay: Stay, day: date, writer: int | None) -> dict[str, Any]:
    return {"created_at": _written_at(day), **stay.whose, "recorded_by_id": writer}


def _fitting(group: Group) -> list[texts.Entry]:
    """Examples of what this group trains; an expert's only where one is in the team."""
    found = [
        entry
        for entry in texts.read("words")["observations"]
        if (not entry["themes"] or group.entry["theme"] in entry["themes"])
        and (entry["voice"] != rules.Voice.EXPERT or group.house.experts)
    ]
    trained = [entry for entry in found if entry["competence"] in group.entry["competences"]]
    return trained if len(trained) >= 7 else found


_ONE_IN, _ONE_SHARES_IN = 5, 15


def write_profiles(rows: Rows, groups: Iterable[Group], cast: Person | None) -> None:
    """Give one in five people, and the cast, a profile; some share it."""
    written = texts.read("words")["profiles"]
    houses: dict[int, dict[int, House]] = {}
    people: dict[int, Person] = {}
    for stay in (stay for group in groups for stay in group.stays):
        if stay.status in TOOK_PART and stay.started_on:
            houses.setdefault(stay.person.id, {})[stay.group.house.id] = stay.group.house
            people[stay.person.id] = stay.person
    for id_, person in sorted(people.items()):
        if person is not cast and id_ % _ONE_IN:
            continue
        entry = written[id_ % len(written)]
        rows.add(
            ProfileChoice, created_at=rows.calendar.before(20, 11), participant_id=id_,
            headline=entry["headline"], wish=entry["wish"],
            switched=[f"photo:{picture(_MADE)['digest']}", *(["hours"] if id_ % 2 else [])],
        )  # fmt: skip
        if person is cast or not id_ % _ONE_SHARES_IN:
            is_stopped = person is not cast and bool(id_ % 2)
            _write_share(rows, id_, houses[id_], is_stopped=is_stopped)
            if len(houses[id_]) > 1:  # those of one place read what those of another wrote
                _write_share(rows, id_, houses[id_], guides=houses[id_][min(houses[id_])])


def _write_share(
    rows: Rows,
    id_: int,
    opens: Iterable[int],
    *,
    guides: House | None = None,
    is_stopped: bool = False,
) -> None:
    made_at = rows.calendar.before(8, 10)
    share_id = rows.add(
        ProfileShare, created_at=made_at, participant_id=id_,
        for_whom=guides.entry["name"] if guides else "Bakkerij Zonderdak",
        organisation_id=guides and guides.id, opens=sorted(opens),
        until_on=made_at.date() + timedelta(days=30),
        stopped_at=rows.calendar.before(2, 10) if is_stopped else None,
    )  # fmt: skip
    rows.add(
        AuditEvent, created_at=rows.calendar.before(5, 14), event=OPENED,
        subject=ProfileShare.__tablename__, subject_id=share_id,
        actor_kind=ActorKind.STAFF if guides else ActorKind.VISITOR,
        user_id=guides and guides.users[0], organisation_id=guides and guides.id, data={},
    )  # fmt: skip


_NOT_LOGGED = frozenset({"jam-en-zuur", "boeken-en-speelgoed"})  # the last time
_FADES = timedelta(weeks=4)
_SILENT = frozenset({EndReason.UNKNOWN, EndReason.OWN_CHOICE})

_CHECKS_IN = 0.06  # of who is there: by the code on the tablet
_FROM_FILE = 0.02  # kept in a spreadsheet, and read in later

Version = tuple[AttendanceStatus, int, datetime, RecordedHow]


def logged(calendar: Calendar, group: Group, draw: random.Random) -> list[Meeting]:
    """List sessions held and written down; a few of this week's are not yet."""
    held = [m for m in group.meetings if m.day < calendar.today and not m.is_cancelled]
    if held and group.key in _NOT_LOGGED:
        held.pop()
    week = calendar.today - timedelta(days=6)
    return [m for m in held if m.day < week or draw.random() > 0.04]


def write_marks(rows: Rows, group: Group, draw: random.Random) -> None:
    """Write every mark with its history."""
    fading = {
        stay.id
        for stay in group.stays
        if stay.end_reason in _SILENT
        or (stay.status is EnrolmentStatus.ENROLLED and draw.random() < 0.04)
    }
    for meeting in group.held:
        logger = group.guide.id
        if group.house.logged_by and draw.random() < 0.2:
            logger = group.house.logged_by[0]
        rows.add(
            Register, created_at=meeting.ends_at, session_id=meeting.id,
            organisation_id=group.house.id, version=1, closed_at=_closed_at(meeting),
            closed_by_id=logger,
        )  # fmt: skip
        for stay in (one for one in group.stays if one.includes(meeting.day)):
            chance = stay.person.is_there
            last_on = stay.ended_on or rows.calendar.today
            if stay.id in fading and meeting.day > last_on - _FADES:
                chance = 0.1
            versions = _versions(rows.calendar, meeting, chance, draw)
            _write_mark(rows, meeting, stay, versions, logger)


def _write_mark(
    rows: Rows, meeting: Meeting, stay: Stay, versions: list[Version], logger: int
) -> None:
    """All that was written down of one person, the last of it as her mark."""
    shown: dict[str, Any] = {}
    for status, minutes, at, how in versions:
        is_put_right = at > _closed_at(meeting)
        shown = {
            "session_id": meeting.id,
            **stay.whose,
            "status": status,
            "minutes": minutes,
            "recorded_at": at,
            "recorded_by_id": logger,
            "how": how,
            "event_id": rows.new_uuid(),
        }
        reason = CorrectionReason.HEARD_LATER if is_put_right else None
        rows.add(AttendanceChange, created_at=at, reason=reason, **shown)
    rows.add(AttendanceMark, created_at=versions[0][2], is_counted=True, **shown)


def _closed_at(meeting: Meeting) -> datetime:
    return meeting.ends_at + timedelta(minutes=5)


def _versions(
    calendar: Calendar, meeting: Meeting, chance: float, draw: random.Random
) -> list[Version]:
    """What was written down, the last of it holding now."""
    at = meeting.ends_at - timedelta(minutes=20)
    everyone: Version = (AttendanceStatus.PRESENT, meeting.minutes, at, RecordedHow.ALL_AT_ONCE)
    found = draw.random()
    if found < chance * _CHECKS_IN:
        came = meeting.ends_at - timedelta(minutes=meeting.minutes - 5)
        return [(AttendanceStatus.PRESENT, meeting.minutes, came, RecordedHow.CHECKED_IN)]
    if found < chance * (_CHECKS_IN + _FROM_FILE):
        file_read = min(meeting.ends_at + timedelta(days=9), calendar.now)
        return [(AttendanceStatus.PRESENT, meeting.minutes, file_read, RecordedHow.IMPORTED)]
    by_hand = at + timedelta(minutes=1)
    if found < chance * 0.96:
        versions = [everyone]
    elif found < chance:  # she came late or left early
        minutes = max(15, meeting.minutes - draw.choice((30, 45, 60, 90)))
        versions = [
            everyone, (AttendanceStatus.PRESENT, minutes, by_hand, RecordedHow.BY_HAND)
        ]  # fmt: skip
    else:
        status = AttendanceStatus.EXCUSED if draw.random() < 0.6 else AttendanceStatus.ABSENT
        versions = [(status, 0, by_hand, RecordedHow.BY_HAND)]
        if draw.random() < 0.3:  # one tap for all of them first
            versions.insert(0, everyone)
    next_day = at + timedelta(hours=19)
    if draw.random() < 0.01 and next_day < calendar.now:
        was_here = versions[-1][0] is AttendanceStatus.PRESENT
        right = (AttendanceStatus.EXCUSED, 0) if was_here else everyone[:2]
        versions.append((*right, next_day, RecordedHow.BY_HAND))
    return versions
