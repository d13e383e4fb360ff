"""Who signed up at the demo enterprise lately, by name: one for each state of a sign-up."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from portal.city import texts
from portal.city.days import Calendar
from portal.city.groups import Group
from portal.city.people import Person
from portal.city.stays import Running, Stay
from portal.enrolments.rules import DeclineReason, EndReason, EnrolmentStatus, answer_due
from portal.participants.rules import ContactWay

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
