"""An overview as what a sheet of paper and a downloaded file hold."""

from datetime import date, datetime
from typing import Any

from flask_babel import force_locale, gettext

from portal.attendance.rules import Provenance
from portal.core.canonical import readable
from portal.core.qr import qr_svg
from portal.hours.models import HoursOverview
from portal.web.words import day_and_year, days, hours


def signed_document(overview: HoursOverview) -> dict[str, Any]:
    """The figures, and the signature over their canonical form."""
    return {"overview": overview.data, "signature": overview.signature}


def overview_paper(overview: HoursOverview, name: str, url: str) -> dict[str, Any]:
    """What the sheet needs, in Dutch, numbers already in words; her name stands only here."""
    data = overview.data
    programme = data["programme"]
    made = datetime.fromisoformat(data["made_at"])
    with force_locale("nl"):
        return {
            "json": readable(signed_document(overview)),
            "number": overview.number,
            "name": name,
            "made": day_and_year(made),
            "day": [made.year, made.month, made.day],
            "from": day_and_year(overview.from_on),
            "until": day_and_year(overview.until_on),
            "made_by": data["made_by"],
            "programme": programme["name"] if programme else "",
            "asks": _asked(programme) if programme else "",
            "hours": hours(data["minutes"]),
            "organisations": [[o["name"], hours(o["minutes"])] for o in data["organisations"]],
            "by": [hours(data["by_provenance"][kind]) for kind in Provenance],
            "weeks": [_week(week) for week in data["weeks"]],
            "waiting": _or_none(data["not_counted"]["minutes_waiting"]),
            "twice": _or_none(data["not_counted"]["minutes_twice"]),
            "qr": qr_svg(url),
            "address": url,
        }


def _week(week: dict[str, Any]) -> list[str]:
    words = days(date.fromisoformat(week["from"]), date.fromisoformat(week["until"]))
    parts = [hours(week["by_provenance"][kind]) for kind in Provenance]
    return [words, hours(week["minutes"]), *parts]


def _asked(programme: dict[str, Any]) -> str:
    weekly, total = programme["weekly_minutes"], programme["total_minutes"]
    said = [
        gettext("%(hours)s hours a week", hours=hours(weekly)) if weekly else "",
        gettext("%(hours)s hours in total", hours=hours(total)) if total else "",
    ]
    return ", ".join(filter(None, said))


def _or_none(minutes: int) -> str:
    return hours(minutes) if minutes else ""
