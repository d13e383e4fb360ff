"""How far a report of the cast's enterprise is on its way: made once, and put back in each test."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field

from flask import Flask
from sqlalchemy.orm import Session

from portal.enrolments.models import Enrolment
from portal.impact.models import ImpactReport
from portal.recognition import commands
from tests.cast import Cast, build_cast
from tests.impact import made
from tests.kept import kept

# The furthest first: a test stands where the furthest of its fixtures is.
STAGES = ("theirs", "recognised", "submitted", "draft", "enrolments", "")


@dataclass
class Stage:
    """The cast, the people of their quarter, and the report about it."""

    cast: Cast
    enrolments: list[Enrolment] = field(default_factory=list)
    report: ImpactReport | None = None
    theirs: list[ImpactReport] = field(default_factory=list)


def stage_of(fixtures: Container[str], app: Flask, session: Session) -> Stage:
    """Where a test with these fixtures begins, committed."""
    name = next(one for one in STAGES if not one or one in fixtures)
    found: Stage = kept(session, f"report {name}", lambda: _build(name, app, session), app=app)
    return found


def _build(name: str, app: Flask, session: Session) -> Stage:
    stage = Stage(cast := build_cast(app, session))
    if name:
        stage.enrolments = made.quarter(session, cast.enterprise)
    if name == "theirs":
        made.quarter(session, cast.other_enterprise)
        made.money(session, cast.enterprise)
        stage.theirs = [
            recognised(session, cast, made.report(session, cast.actor(who)), who)
            for who in ("admin", "stranger")
        ]
    if name in ("recognised", "submitted", "draft"):
        made.money(session, cast.enterprise)
        stage.report = report = made.report(session, cast.actor("admin"))
        session.commit()
    if name in ("recognised", "submitted"):
        to = cast.municipality.id
        commands.submit(session, cast.actor("admin"), report=report, recogniser_id=to)
        session.commit()
    if name == "recognised":
        recogniser = cast.actor("recogniser")
        commands.recognise(session, recogniser, report=report, remark="=1+1 Mooi werk.")
    return stage


def recognised(
    session: Session, cast: Cast, report: ImpactReport, who: str = "admin"
) -> ImpactReport:
    """The report, sent to the municipality by its maker and recognised there."""
    actor = cast.actor(who)
    commands.submit(session, actor, report=report, recogniser_id=cast.municipality.id)
    commands.recognise(session, cast.actor("recogniser"), report=report, remark="Goed.")
    return report
