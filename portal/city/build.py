"""Building the city: once for the demo, or copy after copy until there are marks enough."""

import random
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from portal.accounts.rules.passwords import hash_password
from portal.city import texts
from portal.city.assessments import write_assessments
from portal.city.days import Calendar, Plan
from portal.city.groups import Group, plan_group, write_group
from portal.city.houses import House, Team, build_houses
from portal.city.introductions import write_introductions
from portal.city.later import Later
from portal.city.network import (
    write_calls,
    write_contracts,
    write_opportunities,
    write_placements,
)
from portal.city.news import Newcomers, News
from portal.city.people import (
    Person,
    Pool,
    cast_person,
    write_people,
    write_programmes,
    write_terms,
)
from portal.city.reports import Reporter, Signing
from portal.city.rows import Rows
from portal.city.stays import Enroller, Stay, write_links, write_stays
from portal.city.steps import Progress, logged, write_marks, write_profiles
from portal.city.work import write_work
from portal.core import Base, Session, clock
from portal.core.database import set_counters
from portal.enrolments.commands.steps import renew
from portal.enrolments.rules import EnrolmentStatus
from portal.feeds.commands import leave_tombstone
from portal.feeds.rules import Feed
from portal.finding.commands import bump
from portal.schedule import commands as schedule

PASSWORD = "warm-werkt-demo"
PEOPLE = 600
_MARKS = 50_000  # about what one city gives
_FEWEST = 90  # people


def build(session: Session, plan: Plan, sign: Signing, secret: bytes) -> None:
    """Write the whole city; a big one is never in memory as a whole."""
    connection = session.connection()
    calendar = Calendar(clock.today())
    rows = Rows(connection, calendar, f"{plan.seed}/rows")
    programmes = write_programmes(rows)
    password_hash = hash_password(PASSWORD)
    marks, number = 0, 0
    reporting: dict[str, House] = {}
    while not number or (plan.marks is not None and marks < plan.marks):
        left = None if plan.marks is None else plan.marks - marks
        city = _City(rows, f"{plan.seed}/{number}", number, left)
        marks += city.build(password_hash, programmes)
        reporting = reporting or city.houses
        number += 1
    rows.write()
    set_counters(connection, Base.metadata)
    # A session that was taken away long ago: readers of the feed must know such items.
    leave_tombstone(connection, Feed.SCHEDULED_SESSIONS, UUID(int=plan.seed, version=4))
    bump(session)

    def later(name: str) -> Later:
        draw = random.Random(f"{plan.seed}/{name}")
        return Later(session, calendar, reporting, draw, secret)

    Reporter(later("reports"), sign).run()
    writing = write_contracts, write_calls, write_work, write_introductions, write_placements
    for write in (*writing, write_opportunities):
        write(later(write.__name__))


class _City:
    """One city, or one more copy of it."""

    def __init__(self, rows: Rows, seed: str, number: int, marks: int | None) -> None:
        self.houses: dict[str, House] = {}
        self._rows, self._calendar, self._seed, self._number = rows, rows.calendar, seed, number
        self._most_marks = marks
        part = 1.0 if marks is None else min(1.0, marks / _MARKS)
        self._pool = Pool(rows.calendar, seed, max(_FEWEST, round(PEOPLE * part)) - 1, number)
        self._cast: Person | None = None

    def build(self, password_hash: str, programmes: dict[str, tuple[int, texts.Entry]]) -> int:
        """Write it, and say how many marks that were."""
        self.houses, team = build_houses(self._rows, self._seed, self._number, password_hash)
        groups, marks = self._run(team)
        # By name, in the first city only: the others are there for their number.
        newcomers = Newcomers(self._calendar, self._seed, [] if self._number else groups)
        self._pool.people.extend(newcomers.sign_up())
        people = [*([self._cast] if self._cast else []), *self._pool.people]
        if self._most_marks is not None:
            people = [person for person in people if person.groups]
        entered_again = [] if self._number else self._enter_somebody_twice(groups)
        write_people(self._rows, [*people, *entered_again], self._draw("cards"), self._cast)
        write_terms(self._rows, people, programmes, self._draw("terms"), self._cast)
        for group in groups:
            write_group(self._rows, group, self._number)
            write_stays(self._rows, group)
            write_marks(self._rows, group, self._draw(f"{group.key}/marks"))
            Progress(self._rows, group, self._draw(f"{group.key}/progress")).write(self._cast)
        write_links(self._rows, groups)
        if not self._number:
            write_assessments(self._rows, groups, self._cast)
        write_profiles(self._rows, groups, self._cast)
        News(self._rows, self.houses, team, newcomers).write(self._cast)
        self._rows.write()
        renew(self._rows.connection)
        schedule.renew(self._rows.connection)
        return marks

    def _draw(self, what: str) -> random.Random:
        return random.Random(f"{self._seed}/{what}")

    def _run(self, team: Team) -> tuple[list[Group], int]:
        """Let every group run through the city's history."""
        groups: list[Group] = []
        marks = 0
        for entry in texts.offerings(self._calendar.today.weekday()):
            if self._most_marks is not None and marks >= self._most_marks:
                break
            draw = self._draw(entry["key"])
            house = self.houses[entry["organisation"]]
            group = plan_group(self._calendar, entry, house, team, draw)
            enroller = Enroller(self._calendar, self._pool, group, draw)
            if not self._number:
                self._let_cast_join(enroller, group)
            enroller.fill()
            group.held = logged(self._calendar, group, draw)
            marks += sum(stay.includes(one.day) for one in group.held for stay in group.stays)
            house.has_people = house.has_people or bool(group.stays)
            groups.append(group)
        if self._most_marks is None:
            self._turn_away(groups)
        return groups, marks

    def _let_cast_join(self, enroller: Enroller, group: Group) -> None:
        """The cast's participant: in two groups now, after a course that she completed."""
        if self._cast is None:
            self._cast = cast_person(self._calendar)
        last = group.rounds[-1]
        match group.key:
            case "volle-zaal":
                enroller.add_person(self._cast, last.first_on, last.last_on)
            case "naaien-deur-open":
                enroller.add_person(self._cast, self._calendar.today - timedelta(weeks=41))
            case "jam-en-zuur":
                earlier = group.rounds[-3]
                enroller.add_person(self._cast, earlier.first_on, earlier.last_on)

    def _enter_somebody_twice(self, groups: list[Group]) -> list[Person]:
        """Somebody of the cast's organisation signs up once more and is written down anew."""
        by_key = {group.key: group for group in groups}
        here, there = by_key.get("jam-en-zuur"), by_key.get("volle-zaal")
        if here is None or there is None:
            return []
        taken = {stay.person.name for stay in there.stays}
        for stay in here.stays:
            her = stay.person
            if her.phone and stay.status is EnrolmentStatus.ENROLLED and her.name not in taken:
                again = replace(her, name=her.name.rstrip("."), birth_year=None, busy=[])
                again.arrived_on = self._calendar.today - timedelta(days=1)
                signed_up_at = self._calendar.before(1, 14)
                there.stays.append(Stay(there, again, EnrolmentStatus.APPLIED, signed_up_at))
                there.sort()
                return [again]
        return []

    def _turn_away(self, groups: list[Group]) -> None:
        """Who found no group signed up once, in vain."""
        draw = self._draw("turned-away")
        running = [group for group in groups if group.is_pre_trajectory and group.stays]
        for person in [one for one in self._pool.people if not one.groups]:
            group = draw.choice(running)
            day = self._calendar.today - timedelta(days=draw.randrange(3, 90))
            Enroller(self._calendar, self._pool, group, draw).turn_away(person, day)
            group.sort()
