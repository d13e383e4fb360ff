"""`offerings.json`: every public offering, as `offerings.schema.json` describes it."""

from functools import cache
from pathlib import Path
from typing import Any

from portal.catalogue.pages import structured
from portal.core.areas import area_of
from portal.core.canonical import parsed
from portal.core.clock import now, written
from portal.feeds import queries, rules
from portal.offerings.rules.competences import all_competences
from portal.schedule.models import Series

_TEXTS = ("title", "summary", "what", "for_whom")


def offering_list(found: list[queries.Planned]) -> dict[str, Any]:
    """The whole list."""
    return {
        "$schema": structured.absolute("feeds.schema"),
        "license": rules.LICENCE,
        "made_at": written(now()),
        "offerings": [_offering(one) for one in found],
    }


@cache
def schema_text() -> str:
    """The JSON Schema, as it stands in the repository."""
    return Path(__file__).with_name("offerings.schema.json").read_text(encoding="utf-8")


def schema(address: str) -> dict[str, Any]:
    """The JSON Schema, with the address at which it is published."""
    return {**parsed(schema_text()), "$id": address}


def _offering(planned: queries.Planned) -> dict[str, Any]:
    row = planned.offering
    area = area_of(row.area_code)
    return {
        "id": str(row.uuid),
        "url": structured.absolute("catalogue.show", slug=row.slug),
        "calendar": structured.absolute("catalogue.calendar", slug=row.slug),
        "kind": row.kind.value,
        "status": row.status.value,
        "language": row.text_language,
        **{name: getattr(row, name) for name in _TEXTS},
        "translations": [
            {"language": text.language, **{name: getattr(text, name) for name in _TEXTS}}
            for text in row.texts
        ],
        "organisation": {
            "name": row.organisation.name,
            "url": structured.absolute("home.organisation", slug=row.organisation.slug),
        },
        "work_word": row.work_word.value,
        "domain": row.domain.value,
        "competences": [_competence(key) for key in row.competences],
        "dutch_level": row.dutch_level.value,
        "spoken": row.spoken,
        "area": {"code": row.area_code, "name": area.name},
        "district": {"code": area.district_code, "name": area.district},
        "address": row.address,
        "costs_cents": row.costs_cents,
        "has_meal": row.has_meal,
        "places": row.places,
        "vacancy": row.vacancy.value,
        "intake": row.intake.value,
        "answer_days": row.answer_days,
        "picture": {"url": structured.picture_url(row), "alt": row.picture.alt}
        if row.picture
        else None,
        "series": [_series(one) for one in planned.series],
    }


def _competence(key: str) -> dict[str, Any]:
    found = all_competences().get(key)
    return {
        "key": key,
        "words": found.plain("nl") if found else key,
        "esco": found.esco_uri or None if found else None,
    }


def _series(series: Series) -> dict[str, Any]:
    return {
        "weekdays": sorted(series.weekdays),
        "starts": series.starts.isoformat("minutes"),
        "ends": series.ends.isoformat("minutes"),
        "first_on": series.first_on.isoformat(),
        "last_on": series.last_on.isoformat() if series.last_on else None,
        "skips_school_holidays": series.skips_school_holidays,
        "days_off": sorted(series.days_off),
    }
