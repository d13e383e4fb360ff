"""What of an offering is looked through, column by column: it is asked in the midst of a commit."""

from collections.abc import Collection

from sqlalchemy import Connection, select

from portal.core.areas import area_of
from portal.finding.rules.words import tokens_of
from portal.offerings.models import Offering, OfferingText
from portal.offerings.queries.texts import PARTS
from portal.offerings.rules.competences import all_competences
from portal.organisations.models import Organisation

# What people bring says nothing of what it is: "neem een pen mee" is no work with the post.
_FOUND_BY = tuple(part for part in PARTS if part != "bring")


def tokens_by_offering(connection: Connection, offering_ids: Collection[int]) -> dict[int, str]:
    """The tokens of these offerings, each once and in order, with a space between."""
    found: dict[int, set[str]] = {}
    for row in connection.execute(
        select(
            Offering.id,
            Offering.text_language,
            *(getattr(Offering, part) for part in _FOUND_BY),
            Offering.area_code,
            Offering.work_word,
            Offering.competences,
            Organisation.name,
        )
        .join(Organisation, Organisation.id == Offering.organisation_id)
        .where(Offering.id.in_(offering_ids))
    ):
        own = " ".join(getattr(row, part) for part in _FOUND_BY)
        found[row.id] = tokens_of(own, row.text_language) | tokens_of(_facts(row), "nl")
    for text in connection.execute(
        select(
            OfferingText.offering_id,
            OfferingText.language,
            *(getattr(OfferingText, part) for part in _FOUND_BY),
        ).where(OfferingText.offering_id.in_(offering_ids))
    ):
        own = " ".join(getattr(text, part) for part in _FOUND_BY)
        found[text.offering_id] |= tokens_of(own, text.language)
    return {id_: " ".join(sorted(tokens)) for id_, tokens in found.items()}


def _facts(row: object) -> str:
    """What no text says, yet somebody may type: the neighbourhood, the kind of work."""
    area = area_of(row.area_code)  # type: ignore[attr-defined]
    known = all_competences()
    learned = [known[key].plain("nl") for key in row.competences if key in known]  # type: ignore[attr-defined]
    return " ".join((row.name, row.work_word.value, area.name, area.district, *learned))  # type: ignore[attr-defined]
