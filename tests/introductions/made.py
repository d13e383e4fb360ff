"""Introductions of the cast's participant to a work place of the cast's company."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from portal.core import Actor, clock, reading_as
from portal.core.guard import as_house
from portal.introductions import commands
from portal.introductions.models import Introduction
from portal.introductions.queries import find_text
from portal.introductions.rules import IntroductionMove as Move, IntroductionStatus as Status
from portal.work_places.models import Visibility, WorkPlace
from tests.cast import Cast
from tests.work_places import made as work


def work_place(session: Session, cast: Cast, **values: Any) -> WorkPlace:
    """Work in a bakery, for two people."""
    given = {"slug": "brood-bakken", "title": "Brood inpakken", "places": 2, "week_minutes": 720}
    return work.work_place(session, cast, **(given | values))


def visible(session: Session, cast: Cast, **values: Any) -> Visibility:
    """She lets the cast's company see her, for a month."""
    who = values.pop("who", cast.participant)
    return work.visible(session, who, cast.enterprise.id, **values)


class Walk:
    """One introduction, moved on by those whose turn it is."""

    def __init__(
        self, session: Session, cast: Cast, *, guide: bool = True, place: WorkPlace | None = None,
        her: Actor | None = None,
    ) -> None:  # fmt: skip
        self.session, self.cast = session, cast
        self.her, self.employer = her or cast.actor("participant"), cast.actor("employer")
        self.guide = cast.actor("guide")
        self.place = place or work_place(session, cast)
        self.row: Introduction = self.by(
            self.her, commands.want, self.place,
            guide_organisation_id=cast.enterprise.id if guide else None,
        )  # fmt: skip

    def by(self, actor: Actor, do: Any, *args: Any, **values: Any) -> Any:
        """Let somebody do something, in her own eyes."""
        with reading_as(self.session, actor):
            made = do(self.session, actor, *args, **values)
            self.session.flush()
            return made

    @property
    def status(self) -> Status:
        """Where it stands now."""
        return self.row.status

    def step(self, actor: Actor, move: Move, **values: Any) -> Walk:
        self.by(actor, commands.take_step, self.row, move, **values)
        return self

    def agree(self, *actors: Actor) -> Walk:
        """Say yes, each in turn, to the text that waits."""
        with as_house(self.session):
            text = find_text(self.session, self.row)
        assert text is not None
        for actor in actors:
            self.by(actor, commands.agree, self.row, str(text.version))
        return self

    def meeting(self) -> Walk:
        """Both said yes, and a day stands."""
        if self.status is Status.WANTED:
            self.step(self.employer, Move.YES)
        at = clock.from_local(clock.today() + timedelta(days=3), time(10))
        return self.step(self.employer, Move.MEET, meets_at=at, meets_where="Kade 1")

    def text(self, to: Status = Status.PLACED, **values: Any) -> Walk:
        """The employer writes what is agreed."""
        given: dict[str, Any] = {
            "leads_to": to, "minutes_per_week": 720, "from_on": clock.today(), "until_on": None,
            "participant_does": "Zij pakt brood in.", "employer_does": "Een maatje, elke dag.",
        }  # fmt: skip
        self.by(self.employer, commands.write, self.row, **(given | values))
        return self

    def placed(self, **values: Any) -> Walk:
        """She works there."""
        self.meeting().text(**values).agree(self.her, self.guide)
        return self


def met(session: Session, cast: Cast) -> Walk:
    """One with a day for the first meeting, of who lets herself be seen."""
    visible(session, cast)
    return Walk(session, cast).meeting()
