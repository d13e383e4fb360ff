"""A generated organisation over three quarters, and all that a reader outside sees of it.

She keeps every report that anybody could read, also when it was replaced, what a cooperative sees
of its member, and the places that the feeds gave at the end of each day.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from portal.attendance.rules import AttendanceStatus
from portal.core import clock
from portal.core.errors import RuleBroken
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import WHY_SHE_STOPS, EndReason, EnrolmentStatus
from portal.goals.models import Goal
from portal.goals.rules import GoalOutcome
from portal.impact import queries as impact
from portal.impact.models import ImpactReport
from portal.impact.queries.counting import count_period
from portal.impact.rules import Period
from portal.impact.rules.documents import Counts, public_document
from portal.offerings.models import Offering
from portal.progress.models import Aftercare, LadderStep, Observation, Outflow, Rating
from portal.progress.rules import (
    AftercareAnswer,
    AftercareMoment,
    Face,
    OutflowKind,
    SkillLevel,
    Voice,
)
from portal.recognition import commands as recognition
from tests import factories as make
from tests.cast import Cast
from tests.impact import made

QUARTERS = [
    Period(date(2025, 1, 1), date(2025, 3, 31)),
    Period(date(2025, 4, 1), date(2025, 6, 30)),
    Period(date(2025, 7, 1), date(2025, 9, 30)),
]
DAY = timedelta(days=1)
COMPETENCES = ["working-together", "showing-initiative"]
_AWAY = [AttendanceStatus.ABSENT, AttendanceStatus.EXCUSED]


@dataclass
class Stay:
    """One person in one group; `ended` None is somebody who goes on."""

    offering: Offering
    began: date
    ended: date | None = None
    status: EnrolmentStatus = EnrolmentStatus.ENROLLED
    reason: EndReason | None = None

    def holds_place(self, day: date) -> bool:
        """Whether she has her place at the end of a day."""
        return self.began <= day and (self.ended is None or self.ended > day)


@dataclass
class Reading:
    """A report as a reader has it: its days, its figures (None is hidden), and what is true."""

    period: Period
    small_count: int
    figures: dict[str, int | None]
    truth: Counts
    is_replacement: bool
    parts: list[Period] = field(default_factory=list)  # that it is composed of
    groups: int = 1  # whose free places everybody sees


@dataclass
class Seen:
    """All that was seen of one organisation; `stock` are the bounds of who had a place by day."""

    readings: list[Reading] = field(default_factory=list)
    stock: dict[date, tuple[int, int]] = field(default_factory=dict)


def _parts_of(report: ImpactReport) -> list[Period]:
    return [
        Period(*(date.fromisoformat(part[end]) for end in ("from", "until")))
        for part in report.document.get("parts", ())
    ]


class City:
    """Lives three quarters of a generated organisation and keeps what is seen from outside."""

    def __init__(self, session: Session, cast: Cast, seed: int, said: Callable[..., Any]) -> None:
        self.session, self.cast, self.said = session, cast, said
        self.draw, self.later = random.Random(seed), random.Random(seed)
        self.liked = random.Random(seed).choice([[*Face, None], [Face.GOOD, None], [*Face]])
        self.seen = Seen()
        self.reports: dict[int, tuple[ImpactReport, Counts, bool]] = {}
        self.offerings = [
            make.offering(session, cast.enterprise, places=self.draw.randint(6, 14))
            for _ in range(self.draw.randint(1, 2))
        ]
        self.months: dict[tuple[int, int], int] = {}
        self.stays = list(self._stays())

    def run(self) -> Seen:
        """All three quarters, and everything that was seen of them."""
        self._write(self.stays)
        first, second, third = QUARTERS
        for quarter in QUARTERS:
            self._look_at_places(quarter.from_on - DAY)
            self._look_at_places(quarter.until_on)
        for shift in (1, 2):  # drafts over shifted days
            with suppress(RuleBroken):
                self._compile(Period(first.from_on, first.until_on - shift * DAY))
        self._read()
        report = self._recognised(first)
        late = Stay(self.offerings[0], first.from_on + 40 * DAY, first.until_on - 3 * DAY)
        late.status, late.reason = EnrolmentStatus.ENDED, self.draw.choice(WHY_SHE_STOPS)
        self._write([late])
        self._recognised(first, replaces=report)
        returned = self._compile(second)
        self._submit(returned)
        self._read()
        recognition.send_back(
            self.session, self.cast.actor("recogniser"), report=returned, remark="Kijk nog eens."
        )
        longer = Period(second.from_on, second.until_on + 9 * DAY)
        try:
            self._recognised(longer, replaces=returned)
            third = Period(longer.until_on + DAY, third.until_on)
            self._look_at_places(longer.until_on)
        except RuleBroken:
            self._recognised(second, replaces=returned)
        if self.draw.random() < 0.5:  # else the year is about days that no report is about
            self._recognised(third)
        self._recognised(Period(first.from_on, third.until_on))
        return self.seen

    def _stays(self) -> Iterator[Stay]:
        draw = self.draw
        for offering in self.offerings:
            alive: list[Stay] = []
            eager, steady = draw.uniform(0.02, 0.4), draw.choice([0.002, 0.006, 0.02])
            day = date(2024, 11, 1)
            while day <= QUARTERS[-1].until_on + 15 * DAY:
                if len(alive) < offering.places and draw.random() < eager:
                    alive.append(Stay(offering, day))
                    yield alive[-1]
                for stay in list(alive):
                    if stay.began < day and draw.random() < steady:
                        stay.ended = day
                        stay.status = EnrolmentStatus.COMPLETED
                        if draw.random() < 0.5:
                            stay.status = EnrolmentStatus.ENDED
                            stay.reason = draw.choice(WHY_SHE_STOPS[: draw.choice((2, 4, 10))])
                        alive.remove(stay)
                day += DAY

    def _write(self, stays: list[Stay]) -> None:
        people = [make.participant(self.session, f"Persoon {n}") for n in range(len(stays))]
        rows = [
            Enrolment(
                offering_id=stay.offering.id, organisation_id=stay.offering.organisation_id,
                participant_id=person.id, status=stay.status, started_on=stay.began,
                ended_on=stay.ended, end_reason=stay.reason, created_at=self._applied(stay),
            )
            for stay, person in zip(stays, people, strict=True)
        ]  # fmt: skip
        self.rows = rows
        self.session.add_all(rows)
        self.session.flush()
        for stay, row in zip(stays, rows, strict=True):
            self._live(stay, row)
        self.session.flush()

    def _applied(self, stay: Stay) -> datetime:
        """When she signed up; now and then it was written down when she was there already."""
        on = stay.began - self.draw.choice((7, 8, 31, 32, -1)) * DAY
        return datetime.combine(on, time(12), clock.now().tzinfo)

    def _live(self, stay: Stay, row: Enrolment) -> None:
        """What is written down of somebody: where she was, her steps, what came next."""
        draw = self.draw
        whose = {
            "enrolment_id": row.id, "organisation_id": row.organisation_id,
            "participant_id": row.participant_id,
        }  # fmt: skip
        for month in range(1, 10):
            day = date(2025, month, 15)
            if stay.holds_place(day):
                is_there = draw.random() < 0.85
                made.mark(
                    self.session, self._meeting(stay.offering, day), row,
                    AttendanceStatus.PRESENT if is_there else draw.choice(_AWAY),
                    120 if is_there else 0,
                )  # fmt: skip
        if draw.random() < 0.7:
            steps = (stay.began, 2), (stay.began + 50 * DAY, draw.choice([1, 2, 2, 3, 3, 3]))
            for on, step in steps:
                self.session.add(
                    LadderStep(step=step, stated_on=on, voice=Voice.PARTICIPANT, **whose)
                )
        for _ in range(draw.choice((0, 2, 3, 4))):
            said = [*GoalOutcome, None]
            self.session.add(
                Goal(words="Fietsen.", hers=draw.choice(said), theirs=draw.choice(said), **whose)
            )
        for voice in Voice:
            if draw.random() < 0.6:
                self.session.add(
                    Observation(
                        competence=draw.choice(COMPETENCES), example="Opende de keuken.",
                        voice=voice, level=draw.choice(list(SkillLevel)), **whose,
                        observed_on=stay.began + draw.randint(5, 60) * DAY,
                    )
                )  # fmt: skip
        if stay.ended and (face := self.later.choice(self.liked)):
            self.session.add(Rating(face=face, **whose))
        if stay.ended and draw.random() < 0.6:
            gone_on = Outflow(
                kind=draw.choice(list(OutflowKind)[: draw.randint(1, 5)]),
                started_on=stay.ended, document_seen_on=stay.ended, document_seen_by="Anna",
                **whose,
            )  # fmt: skip
            if self.later.random() < 0.1:
                gone_on.kind = OutflowKind.DAY_STRUCTURE
            self.session.add(gone_on)
            about = {name: whose[name] for name in ("organisation_id", "participant_id")}
            # All at once, so that each report of these few months has answers to hide.
            at = datetime.combine(gone_on.started_on, time(9), clock.now().tzinfo)
            for moment in AftercareMoment:
                answer = self.later.choice([*AftercareAnswer, None])
                told = {"moment": moment, "answer": answer, "created_at": at}
                self.session.add(Aftercare(outflow=gone_on, **told, **about))

    def _meeting(self, offering: Offering, day: date) -> int:
        key = (offering.id, day.month)
        if key not in self.months:
            starts_at = datetime.combine(day, time(9, 30), clock.now().tzinfo)
            self.months[key] = make.offering_session(self.session, offering, starts_at).id
        return self.months[key]

    def _look_at_places(self, day: date) -> None:
        """Keep the feed of a day: how many have a place, as far as it says."""
        low = high = 0
        for offering in self.offerings:
            taken = sum(s.holds_place(day) for s in self.stays if s.offering is offering)
            least, most = self.said(offering.places, taken)
            low, high = low + least, high + most
        self.seen.stock[day] = (low, high)

    def _compile(self, period: Period, **values: Any) -> ImpactReport:
        with clock.freeze(
            datetime.combine(period.until_on + 11 * DAY, time(12), clock.now().tzinfo)
        ):
            actor = self.cast.actor("admin")
            report = made.report(self.session, actor, period, **values)
            counts = count_period(self.session, report.organisation_id, period)
        is_replacement = report.document["previous"] is not None  # of a recognised one
        self.reports[report.id] = (report, counts, is_replacement)
        return report

    def _submit(self, report: ImpactReport) -> None:
        recognition.submit(
            self.session, self.cast.actor("admin"), report=report,
            recogniser_id=self.cast.municipality.id,
        )  # fmt: skip

    def _recognised(self, period: Period, **values: Any) -> ImpactReport:
        report = self._compile(period, **values)
        self._submit(report)
        recognition.recognise(
            self.session, self.cast.actor("recogniser"), report=report, remark="Goed."
        )
        self._read()
        return report

    def published(self, report: ImpactReport) -> dict[str, int | None]:
        """The figures of a report as everybody has them."""
        return {row["id"]: row["value"] for row in public_document(report.document)["figures"]}

    def _read(self) -> None:
        """Keep what everybody and the cooperative can read now and wasn't kept yet."""
        readable = {r.id for r in impact.list_reports(self.session, self.cast.actor("cooperative"))}
        for id_, (report, counts, is_replacement) in list(self.reports.items()):
            if report.number is not None or id_ in readable:
                self.seen.readings.append(
                    Reading(
                        Period(report.from_on, report.until_on), report.document["small_count"],
                        self.published(report), counts, is_replacement, _parts_of(report),
                        report.document["groups"],
                    )
                )  # fmt: skip
                del self.reports[id_]
