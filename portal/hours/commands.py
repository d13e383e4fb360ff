"""Writes about hours: an overview that is frozen and signed, and taking one back."""

from datetime import date
from typing import Any

from portal.attendance.rules import Provenance
from portal.core import N_, Actor, NotAllowed, RuleBroken, Session, audit, clock
from portal.core.sealed import new_number
from portal.core.signing import Keys
from portal.hours import queries, rules
from portal.hours.models import HoursOverview, OverviewPart
from portal.participants.models import Participant, Programme

_OF_PROGRAMME = ("name", "weekly_minutes", "total_minutes")


def make_overview(
    session: Session,
    actor: Actor,
    *,
    participant: Participant,
    from_on: date,
    until_on: date,
    programme: Programme | None,
    keys: Keys,
    issuer: str,
) -> HoursOverview:
    """Freeze and sign the hours of these days that the actor sees; unnamed."""
    now, today = clock.now(), clock.today()
    rules.check_days(from_on, until_on, today)
    counted = rules.tally(queries.list_visits(session, participant.id), from_on, until_on)
    if not counted.minutes:
        raise RuleBroken("", N_("No hours count in these days yet."))
    number = new_number("U", today.year)
    data = {
        "kind": "hours-overview",
        "version": 1,
        "number": number,
        "issuer": issuer,
        "made_at": clock.written(now),
        "made_by": None if actor.is_participant else actor.organisation_name,
        "from": from_on.isoformat(),
        "until": until_on.isoformat(),
        "programme": programme and {name: getattr(programme, name) for name in _OF_PROGRAMME},
        **of_hours(counted),
    }
    overview = HoursOverview(
        number=number,
        participant_id=participant.id,
        organisation_id=None if actor.is_participant else actor.organisation_id,
        user_id=actor.user_id,
        from_on=from_on,
        until_on=until_on,
        minutes=counted.minutes,
        data=data,
        signature=keys.sign(data),
    )
    overview.parts = [
        OverviewPart(organisation_id=one)
        for one in queries.organisations_of(session, participant.id)
    ]
    return audit.add(session, actor, "hours.overview_made", overview, number=number)


def withdraw(session: Session, actor: Actor, overview: HoursOverview) -> None:
    """Withdraw an overview, so that nobody relies on it; its maker alone may."""
    if not may_withdraw(actor, overview):
        raise NotAllowed()
    if overview.withdrawn_at is None:
        overview.withdrawn_at = clock.now()
        audit.record(session, actor, "hours.overview_withdrawn", overview)


def may_withdraw(actor: Actor, overview: HoursOverview) -> bool:
    """Whether it was made by this side: she herself, or the organisation."""
    return actor.is_participant == (overview.organisation_id is None)


def of_hours(counted: rules.Tally) -> dict[str, Any]:
    """The figures as they are signed: whole minutes, the first week first."""
    return {
        "minutes": counted.minutes,
        "by_provenance": _parts(counted),
        "organisations": [
            {"name": name, "minutes": minutes} for name, minutes in counted.organisations.items()
        ],
        "weeks": [
            {
                "from": week.from_on.isoformat(),
                "until": week.until_on.isoformat(),
                "minutes": week.minutes,
                "by_provenance": _parts(week),
            }
            for week in reversed(counted.weeks)
        ],
        "not_counted": {"minutes_waiting": counted.waiting, "minutes_twice": counted.twice},
    }


def _parts(counted: rules.Sum) -> dict[str, int]:
    return {kind.value: counted.by[kind] for kind in Provenance}
