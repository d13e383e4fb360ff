"""Reports of the cast's enterprise over months of their own, handed in and declined."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from portal.core import clock
from portal.impact import commands as impact
from portal.impact.commands.pictures import give_picture
from portal.impact.models import ImpactReport
from portal.impact.rules import Period
from portal.offerings.rules.pictures import SmallPicture
from portal.recognition import commands as recognition
from portal.recognition.rules.review import figures_to_look_at
from tests.cast import Cast
from tests.offerings.made import photo


def submitted_report(session: Session, cast: Cast, months_ago: int) -> ImpactReport:
    """A report over a month of its own, handed in with the cast's municipality."""
    return recognition.submit(
        session,
        cast.actor("admin"),
        report=month_report(session, cast, months_ago),
        recogniser_id=cast.municipality.id,
    )


def declined_report(session: Session, cast: Cast, months_ago: int) -> ImpactReport:
    return recognition.decline(
        session, cast.actor("recogniser"), report=submitted_report(session, cast, months_ago),
        remark="De uren kloppen niet.",
    )  # fmt: skip


def pictured(session: Session, cast: Cast, report: ImpactReport) -> ImpactReport:
    """The same with a picture in it."""
    small = SmallPicture(96, 64, b"", photo("WEBP", (96, 64)))
    give_picture(
        session, cast.actor("admin"), report=report, small=small, alt="Wortels.", agreed=True
    )
    return report


def recognised_beside(session: Session, cast: Cast, months_ago: int) -> ImpactReport:
    """The other enterprise's report over the same days."""
    report = month_report(session, cast, months_ago, "stranger")
    recognition.submit(
        session, cast.actor("stranger"), report=report, recogniser_id=cast.municipality.id
    )
    return recognition.recognise(session, cast.actor("recogniser"), report=report, remark="Goed.")


def month_report(session: Session, cast: Cast, months_ago: int, who: str = "admin") -> ImpactReport:
    """A report over a month of its own, as two that overlap are refused."""
    last_on = clock.today() - timedelta(days=30 * months_ago)
    report = impact.compile_report(
        session,
        cast.actor(who),
        period=Period(last_on - timedelta(days=29), last_on),
        small_count=5,
    )
    session.flush()
    return report


def recognises(world: Any) -> dict[str, Any]:
    """With every figure all right and no question, as a question has to be answered first."""
    lines = figures_to_look_at(world.submitted.document)
    return {**{f"ask-{line}": None for line in lines}, "decision": "recognise"}
