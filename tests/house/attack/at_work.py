"""Employers, contractors, account managers and guides do what they can, and read all they get."""

from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import date, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from portal import worker
from portal.accounts.models import User
from portal.core import clock
from portal.core.actor import HOUSE, Actor, participant_actor
from portal.core.base import Base
from portal.core.errors import PortalError
from portal.core.guard import as_house, reading_as, set_actor
from portal.introductions import commands as introductions, jobs
from portal.introductions.models import Introduction
from portal.introductions.queries import find_text, unsaid
from portal.introductions.rules import (
    OPEN,
    IntroductionMove,
    IntroductionStatus,
    Side,
    WhyNot,
)
from portal.organisations.models import Membership
from portal.organisations.queries import staff_actor
from portal.participants.models import Participant
from portal.social_return.models import Contract
from portal.work_places import commands as work_places, queries
from portal.work_places.models import WorkPlace
from portal.work_places.rules import Shown
from tests import databases
from tests.house.attack.browser import Browser, Seen, current_of
from tests.house.attack.city import house, sign_in, words_in
from tests.house.attack.company import (
    HELPER,
    MANAGER,
    PEOPLE,
    ROLES_OF,
    TARIFFS,
    Player,
    Rights,
    build_companies,
)
from tests.house.attack.doors import Doors
from tests.house.attack.filling import Filler
from tests.house.attack.walk import Finding, read_letter
from tests.kept import kept

PLAYERS = [Player(letter, role) for letter, roles in ROLES_OF.items() for role in roles]
_ROOMS = ("work_places", "introductions", "social_return", "calls")
_LISTS = (
    "home.work", "introductions.list_all", "introductions.export", "work_places.list_own",
    "social_return.contracts", "social_return.got", "calls.write", "home.list_people",
)  # fmt: skip
_SAID = ("Tussen de", "Meer dan", "Between", "More than")  # a count of people; there are four
_S, _M = IntroductionStatus, IntroductionMove


class AtWork:
    """One walk of all players; what each reads is compared with what she may know by then."""

    def __init__(self, app: Flask, engine: Engine, seed: int = 1) -> None:
        self.app, self.luck, self.year = app, Random(seed), clock.today().year
        self.frozen = ExitStack()
        self._go_to(clock.from_local(clock.today(), time(12)))
        with Session(engine, expire_on_commit=False) as session:
            set_actor(session, HOUSE)
            databases.clean(engine, Base.metadata)
            self.city = kept(session, "at work", lambda: build_companies(app, session))
        self.rights, self.doors = Rights(app, self.city), Doors(app)
        self.outbox = Path(app.instance_path) / "outbox"
        self.read_letters = set(self.outbox.glob("*"))
        self.read: set[str] = set()  # kinds of facts that somebody read who may
        self.steps = 0
        self.amounts = self.rights.amounts()
        self.browsers = {who: self._browser(who) for who in PLAYERS}

    def walk(self, steps: int) -> None:
        """Take so many steps; raises what is found."""
        ways = {
            self._people_go_on: 6, self._reads: 4, self._acts: 3, self._declares: 3,
            self._states: 3, self._time_goes_by: 1,
        }  # fmt: skip
        with self.frozen:
            for self.steps in range(1, steps + 1):
                [way] = self.luck.choices([*ways], [*ways.values()])
                way()
                self.amounts = self.rights.amounts()

    def _go_to(self, at: Any) -> None:
        self.at = at
        self.frozen.close()
        self.frozen.enter_context(clock.freeze(at))

    def _browser(self, who: Player) -> Browser:
        browser = Browser(self.app, lambda _, seen: self._look(who, seen), str(who))
        sign_in(browser, self.app, *self.city.logins[str(who)])
        return browser

    # -- what they see

    def _look(self, who: Player, seen: Seen) -> None:
        if seen.status >= 500:
            raise Finding(f"{who} at {seen.path}: {seen.status}")
        self._scan(who, seen.path, seen.text)
        if who.is_company and any(words in seen.text for words in _SAID):
            raise Finding(f"{who} at {seen.path}: counts people whom one could name")
        if seen.path.startswith(("/work", "/organisations")):
            for said, of in self.amounts.items():
                if said in seen.text:
                    if not self.rights.may_read_amount(who, of):
                        raise Finding(f"{who} at {seen.path}: reads the amount of a line")
                    self.read.add(f"amount {who.letter}")

    def _scan(self, who: Player, path: str, text: str) -> None:
        for word in sorted(words_in(text)):
            fact = self.city.facts.get(word)
            if fact is None:
                continue
            if not self.rights.may(who, path, fact):
                raise Finding(
                    f"{who} at {path}: reads the {fact.kind} of {fact.person or fact.owner}"
                )
            self.read.add(f"{fact.kind} {who.letter}")

    # -- what staff do

    def _reads(self) -> None:
        """Her lists, and some of all that has an address, whoever it is of."""
        who = self.luck.choice(PLAYERS)
        allowed = self.doors.of(who.role)
        about = [name for name in allowed if name.startswith(_ROOMS)]
        with house(self.app) as session:
            lists = [self._path(session, name) for name in _LISTS if name in allowed]
            every = {path for name in about for path in self.doors.every_path(session, name, 12)}
            people = self.doors.every_path(session, "home.person")
        others = sorted(every.difference(lists))
        self._read_some(who, [*lists, self.luck.choice(people)], others, 8)
        for letter in MANAGER:
            if "social_return.statement_file" in allowed:
                self.browsers[who].get(f"{self._contract_of(letter)}/statement.xlsx")

    def _read_some(self, who: Player, all_: list[str], some: list[str], most: int) -> None:
        for path in [*all_, *self.luck.sample(some, min(most, len(some)))]:
            self.browsers[who].get(path)

    def _path(self, session: Session, name: str, own: int = 0) -> str:
        return self.doors.path(session, name, self.luck, own)

    def _acts(self) -> None:
        """Whatever form of the rooms of work a player may open, on any row."""
        who = self.luck.choice(PLAYERS)
        posts = [one for one in self.doors.of(who.role, method="POST") if one.startswith(_ROOMS)]
        pages = [one for one in posts if "GET" in (self.doors.rules[one].methods or ())]
        if pages:
            with house(self.app) as session:
                path = self._path(session, self.luck.choice(pages), self.city.ids[who.letter])
            self._press(who, path)

    def _press(self, who: Player, path: str) -> None:
        """Send one form of a page."""
        browser = self.browsers[who]
        seen = browser.get(path) if path else None
        forms = (
            [one for one in seen.posts if not self.doors.is_of_the_frame(one.action)]
            if seen
            else []
        )
        if forms:
            form = self.luck.choice(forms)
            fill = Filler(self.luck, ["Nadia N.", "Noor N."], form, is_staff=True)
            browser.send(form, self.luck.choice(form.buttons) if form.buttons else None, fill)
            self._go_to(self.at + timedelta(seconds=3))

    def _contract_of(self, letter: str) -> str:
        """The address of the contract that a company had from the beginning."""
        of = select(Contract.uuid).filter_by(organisation_id=self.city.ids[letter])
        with house(self.app) as session:
            return f"/work/contracts/{session.scalars(of.order_by(Contract.id)).first()}"

    def _declares(self) -> None:
        """One of two people whom both companies know: so some days are claimed twice."""
        letter, day = self.luck.choice([*MANAGER]), date(self.year, self.luck.randrange(9, 12), 1)
        fixed = {
            "who": self.luck.choice(["Yusuf", "Henk"]), "born_on": "1990-01-01",
            "hours": str(self.luck.randrange(14, 30)), "seen_by": "J. Vos", "seen_on": f"{day}",
            "from_on": f"{day}", "until_on": f"{day.replace(day=28)}",
        }  # fmt: skip
        browser, what = self.browsers[Player(letter, "admin")], self.luck.choice([*TARIFFS])
        seen = browser.get(f"{self._contract_of(letter)}/lines/new?what={what}")
        form = next(one for one in seen.posts if "lines/new" in one.action)
        seen = browser.send(form, form.buttons[0], lambda one: fixed.get(one.name, current_of(one)))
        if "al opgegeven" in seen.text:
            self.read.add("refused")

    def _states(self) -> None:
        """A contractor does something with her lines, a manager answers, a provider confirms."""
        letter, got = self.luck.choice([*MANAGER]), Player(HELPER, "coordinator")
        keeper = Player(letter, "coordinator"), Player(MANAGER[letter], "recogniser"), got
        who = self.luck.choice(keeper)
        self._press(who, "/work/got" if who is got else self._contract_of(letter))

    # -- what she does, and what comes of it

    def _people_go_on(self) -> None:
        """Somebody says what she wants, introductions take a step, and somebody looks."""
        self._she_says(self.luck.choice(PEOPLE), self.luck.choice([*MANAGER]), self.luck)
        for _ in range(3):
            self._goes_on(self.luck)
        may = [one for one in PLAYERS if "introductions.show" in self.doors.of(one.role)]
        with house(self.app) as session:
            shown = self.doors.every_path(session, "introductions.show", 30)
        lists = ["/work/introductions", "/work/introductions.csv", "/work"]
        self._read_some(self.luck.choice(may), lists, shown, 3)

    def _she_says(self, person: str, letter: str, luck: Random) -> None:
        """She lets one company see her, or all; stops it; or wants to meet one."""
        with self._writing() as (session, do):
            her = self._her(session, person)
            set_actor(session, her)
            employer = luck.choice([None, self.city.ids[letter]])
            switches = list(queries.list_switches(session))
            what = luck.choice(["show", "want", "want", "want", "stop"])
            if what == "show":
                values = {"shown": [*Shown], "can": [], "days": luck.choice([1, 30])}
                do(her, work_places.show_me, employer_id=employer, **values)
            elif what == "stop" and switches:
                do(her, work_places.stop_showing, luck.choice(switches))
            elif what == "want":
                place = select(WorkPlace).filter_by(slug=self.city.slugs[letter])
                guide = luck.choice([None, self.city.ids[HELPER]])
                place_ = session.scalars(place).one()
                do(her, introductions.want, place_, guide_organisation_id=guide)

    def _goes_on(self, luck: Random) -> None:
        """One introduction takes its next step, by whose turn it is."""
        with self._writing() as (session, do):
            rows = select(Introduction).where(Introduction.status.in_(sorted(OPEN)))
            found = session.scalars(rows.order_by(Introduction.id)).all()
            if not found:
                return
            row = luck.choice(found)
            her = self._her(session, row.participant)
            employer = self._staff(session, row.organisation_id)
            about = str(row.id)
            if row.status is _S.PLACED or luck.random() < 0.1:
                move = _M.END if row.status is _S.PLACED else _M.NO
                do(her, introductions.take_step, row, move, why=WhyNot.TIMES)
            elif row.status is _S.WANTED:
                do(employer, introductions.take_step, row, _M.YES)
            elif row.status is _S.AGREED:
                at, where = clock.now() + timedelta(days=2), self.city.plant("met", "", about)
                do(employer, introductions.take_step, row, _M.MEET, meets_at=at, meets_where=where)
            else:
                self._agree(session, do, row, luck)

    def _agree(self, session: Session, do: Any, row: Introduction, luck: Random) -> None:
        with as_house(session):
            text = find_text(session, row)
        waits = unsaid(row, text)
        if text is None or not waits:
            to = luck.choice([_S.TRIAL, _S.PLACED]) if row.status is _S.MEETING else _S.PLACED
            until = clock.today() + timedelta(days=14) if to is _S.TRIAL else None
            do(
                self._staff(session, row.organisation_id), introductions.write, row, leads_to=to,
                minutes_per_week=720, from_on=clock.today(), until_on=until,
                participant_does=self.city.plant("met", "", str(row.id)), employer_does="Wij.",
            )  # fmt: skip
            return
        for side in sorted(waits):
            of = row.guide_organisation_id
            who = self._her(session, row.participant) if side is Side.HER else None
            do(who or self._staff(session, of), introductions.agree, row, str(text.version))

    def _time_goes_by(self) -> None:
        """Days go by, with what time does to introductions, and the letters that come of all."""
        self._go_to(self.at + timedelta(days=self.luck.randrange(1, 8)))
        for who in PLAYERS:
            sign_in(self.browsers[who], self.app, *self.city.logins[str(who)])
        with self._writing() as (session, _):
            jobs.keep_going(session)
        with self.app.app_context():
            worker.deliver_due()
        addresses = {f"{who.role}@{who.letter.lower()}.example": who for who in PLAYERS}
        for file in sorted(set(self.outbox.glob("*")) - self.read_letters):
            self.read_letters.add(file)
            to, text = read_letter(file)
            if to in addresses:
                self._scan(addresses[to], "letter", text)
                self.read.add("letter")

    # -- small help

    def _writing(self) -> Any:
        return _Writing(self.app)

    def _her(self, session: Session, who: str | Participant) -> Actor:
        with as_house(session):
            row = who if isinstance(who, Participant) else None
            row = row or session.get_one(Participant, self.city.people[str(who)])
            return participant_actor(row.id, row.name, [self.city.ids[one] for one in "PQ"])

    def _staff(self, session: Session, organisation_id: int | None) -> Actor:
        """Somebody there who meets people."""
        login = next(
            self.city.logins[str(who)]
            for who in PLAYERS
            if self.city.ids[who.letter] == organisation_id and who.role in ("guide", "coordinator")
        )
        with as_house(session):
            of = select(Membership).filter_by(user_id=login[0], organisation_id=login[1])
            return staff_actor(session, session.get_one(User, login[0]), session.scalars(of).one())


class _Writing:
    """A session in which somebody does something; what a rule refuses is not done."""

    def __init__(self, app: Flask) -> None:
        self.opened = house(app)

    def __enter__(self) -> tuple[Session, Callable[..., None]]:
        self.session = self.opened.__enter__()
        return self.session, self._do

    def _do(self, actor: Actor, what: Callable[..., Any], *args: Any, **values: Any) -> None:
        with suppress(PortalError), reading_as(self.session, actor):
            what(self.session, actor, *args, **values)
            self.session.flush()

    def __exit__(self, *raised: Any) -> None:
        if raised[0] is None:
            set_actor(self.session, HOUSE)
            self.session.commit()
        self.opened.__exit__(*raised)
