"""Impact reports in every state, made with the portal's own commands on days gone by."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import delete, or_, select

from portal.accounts.models import User
from portal.city import texts
from portal.city.houses import House
from portal.city.later import Later
from portal.core import Actor, Role, Session, clock, participant_actor
from portal.impact.commands import compile_report, save_month
from portal.impact.commands.pictures import tell_story
from portal.impact.commands.words import agree, ask_words
from portal.impact.models import ImpactReport
from portal.impact.queries.held import minutes_held
from portal.impact.queries.words import list_to_ask
from portal.impact.rules import Period, ReportStatus
from portal.impact.rules.investment import COSTS, PAID, RATE, whole_months
from portal.notices.models import Notice
from portal.organisations.models import Membership
from portal.organisations.queries import staff_actor
from portal.recognition import commands
from portal.recognition.commands import explain, look_at, show
from portal.recognition.queries.sample import list_items

_SMALL_COUNT = 5
_SETTLED = timedelta(days=30)  # a quarter is reported about when it has been over for a while
_COSTS_AN_HOUR = 1400  # cents of direct costs for each hour of guidance
_AN_HOUR = 3600  # cents that an hour of guidance costs
_COSTS, _PAID = (0.45, 0.35, 0.1, 0.1), (0.35, 0.15, 0.1, 0)  # parts, in the order of the method
_STATES = ReportStatus
# Who decides so, and where the words for it stand.
_DECIDE = {
    _STATES.RECOGNISED: (commands.recognise, "recognised"),
    _STATES.RETURNED: (commands.send_back, "returned"),
    _STATES.DECLINED: (commands.decline, "declined"),
    _STATES.APPEALED: (commands.decline, "declined"),
    _STATES.CLOSED: (commands.decline, "declined"),
}
Signing = Callable[[Session], object]  # what was recognised, on the day that it was


@dataclass(frozen=True)
class _Plan:
    """A report as reports.toml plans it: over which quarters, and how far it got."""

    house: str
    first: int
    last: int
    fate: ReportStatus
    recogniser: str = "stadsbestuur"
    days_after: int = 12
    again: bool = False
    talk: str = ""  # asked, or answered too
    story: str = ""  # what was done, in words
    words: Sequence[str] = field(default=(), hash=False)  # of participants, who said yes to them


class Reporter:
    """Makes the reports of those with people, by the day it was done."""

    def __init__(self, later: Later, sign: Signing) -> None:
        self._session, self._calendar, self._houses = later.session, later.calendar, later.houses
        self._draw, self._sign = later.draw, sign
        self._quarters = _quarters(later.calendar.today - _SETTLED)
        self._reports: dict[_Plan, ImpactReport] = {}
        self._latest: dict[str, ImpactReport] = {}
        remarks = texts.read("words")["recogniser_remarks"]
        self._remarks = {fate: list(remarks[said]) for fate, (_, said) in _DECIDE.items()}

    def run(self) -> None:
        steps: list[tuple[datetime, int, Callable[[_Plan], None], _Plan]] = []
        for number, entry in enumerate(texts.read("reports")["reports"]):
            plan = _Plan(**{**entry, "fate": ReportStatus(entry["fate"])})
            if self._houses[plan.house].has_people:
                at = clock.day_bounds(*[self._period(plan).until_on] * 2)[1]
                compiled_at = at + timedelta(days=plan.days_after - 1, hours=10, minutes=number)
                steps.append((compiled_at, number, self._compile, plan))
                if plan.fate is not _STATES.COMPILED:
                    steps.append((compiled_at + timedelta(days=2), number, self._submit, plan))
                    steps.append((compiled_at + timedelta(days=3), number, self._look, plan))
                if plan.fate in _DECIDE:
                    steps.append((compiled_at + timedelta(days=9), number, self._decide, plan))
        for at, _, step, plan in sorted(steps, key=lambda one: one[:2]):
            if at < self._calendar.now:
                with clock.freeze(at):
                    step(plan)
                    self._session.flush()
        # Letters of long ago are not to be sent today.
        to_staff = Notice.participant_id.is_(None)
        self._session.execute(delete(Notice).where(or_(to_staff, Notice.kind == "impact/words")))

    def _compile(self, plan: _Plan) -> None:
        house, period = self._houses[plan.house], self._period(plan)
        admin = self._actor(house, Role.ADMIN)
        self._put_in(house, admin, period)
        self._reports[plan] = self._latest[plan.house] = compile_report(
            self._session, admin, period=period, small_count=_SMALL_COUNT,
            replaces=self._latest[plan.house] if plan.again else None,
        )  # fmt: skip
        if plan.story:
            tell_story(self._session, admin, report=self._reports[plan], story=plan.story)
        self._quote(plan, admin)

    def _quote(self, plan: _Plan, admin: Actor) -> None:
        session, report = self._session, self._reports[plan]
        for person, said in zip(list_to_ask(session, report), plan.words, strict=False):
            row = ask_words(session, admin, report=report, person=person, words=said, language="nl")
            row.salt = f"{row.id:032x}"  # the same in each city
            her = participant_actor(person.id, person.name, [report.organisation_id])
            agree(session, her, row, said)

    def _submit(self, plan: _Plan) -> None:
        admin, to = self._actor(self._houses[plan.house], Role.ADMIN), self._houses[plan.recogniser]
        commands.submit(self._session, admin, report=self._reports[plan], recogniser_id=to.id)

    def _decide(self, plan: _Plan) -> None:
        recogniser = self._actor(self._houses[plan.recogniser], Role.RECOGNISER)
        decide, _ = _DECIDE[plan.fate]
        remarks, report = self._remarks[plan.fate], self._reports[plan]
        remarks.append(remarks.pop(0))  # each in its turn
        decide(self._session, recogniser, report=report, remark=remarks[-1])
        admin = self._actor(self._houses[plan.house], Role.ADMIN)
        if plan.fate in {_STATES.APPEALED, _STATES.CLOSED}:
            again = texts.read("words")["report_talk"]["appeal"]
            commands.appeal(self._session, admin, report=report, remark=again)
        if plan.fate is _STATES.CLOSED:
            commands.withdraw(self._session, admin, report=report)
        if plan.fate is _STATES.RECOGNISED:
            self._sign(self._session)

    def _look(self, plan: _Plan) -> None:
        """What was drawn is shown and looked at, and somebody may ask about a figure."""
        session, report = self._session, self._reports[plan]
        admin = self._actor(self._houses[plan.house], Role.ADMIN)
        judge = self._actor(self._houses[plan.recogniser], Role.RECOGNISER)
        self._sign(session)
        names = [item.name for item in list_items(session, report)]
        show(session, admin, report=report, names=names, seen_by=admin.name, seen_on=clock.today())
        talk = texts.read("words")["report_talk"]
        asked = {"paid_cents": talk["question"]} if plan.talk else {}
        look_at(session, judge, report=report, accepted=["people"], questions=asked, seen=names)
        if plan.talk == "answered":
            explain(session, admin, report=report, words={"paid_cents": talk["answer"]})

    def _period(self, plan: _Plan) -> Period:
        return Period(
            self._quarters[plan.first - 1].from_on, self._quarters[plan.last - 1].until_on
        )

    def _actor(self, house: House, role: Role) -> Actor:
        membership = self._session.scalars(
            select(Membership)
            .where(Membership.organisation_id == house.id, Membership.role == role)
            .order_by(Membership.id)
        ).first()
        assert membership is not None
        user = self._session.get_one(User, membership.user_id)
        return staff_actor(self._session, user, membership)

    def _put_in(self, house: House, admin: Actor, period: Period) -> None:
        """Guidance as it was held with preparing, volunteers beside it, and half or so paid."""
        draw = self._draw
        for month in whole_months(period):
            last = (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
            minutes = minutes_held(self._session, house.id, Period(month, last)) * 5 // 4
            costs = minutes / 60 * _COSTS_AN_HOUR * draw.uniform(0.8, 1.2)
            amounts = {
                "guidance_minutes": minutes // 60 * 60,
                "volunteer_minutes": round(minutes / 60 * draw.uniform(0.15, 0.4)) * 60,
                RATE: _AN_HOUR,
                **{name: _to_fifty(costs * part) for name, part in zip(COSTS, _COSTS, strict=True)},
                **{name: _to_fifty(costs * part) for name, part in zip(PAID, _PAID, strict=True)},
            }
            save_month(self._session, admin, month=month, amounts=amounts)


def _quarters(day: date) -> list[Period]:
    """The five quarters that were over by a day, the last first."""
    ends_on = date(day.year, (day.month - 1) // 3 * 3 + 1, 1) - timedelta(days=1)
    found = []
    for _ in range(5):
        found.append(Period(date(ends_on.year, ends_on.month - 2, 1), ends_on))
        ends_on = found[-1].from_on - timedelta(days=1)
    return found


def _to_fifty(cents: float) -> int:
    return round(cents / 5000) * 5000
