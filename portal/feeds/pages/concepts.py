"""Our own list of concepts (SKOS), because OpenActive's list of activities knows sport only."""

from enum import StrEnum
from typing import Any

from portal.catalogue.pages.structured import absolute
from portal.feeds.rules import LICENCE
from portal.offerings.rules import Domain, DutchLevel, OfferingKind, WorkWord
from portal.web.words import label

_LISTS: dict[type[StrEnum], str] = {
    WorkWord: "work",
    OfferingKind: "kind",
    Domain: "domain",
    DutchLevel: "dutch",
}


def concept(member: StrEnum) -> dict[str, Any]:
    """A concept as an item of a feed names it."""
    return {
        "@type": "Concept",
        "@id": _id(member),
        "prefLabel": label(member),
        "inScheme": _scheme(),
    }


def scheme() -> dict[str, Any]:
    """The whole list, in the form of OpenActive's own lists."""
    return {
        "@context": "https://openactive.io/",
        "type": "ConceptScheme",
        "id": _scheme(),
        "url": absolute("feeds.about"),
        "title": "Warm Werkt: soorten aanbod",
        "description": "Soorten werk, soorten aanbod, richtingen en het Nederlands dat nodig is.",
        "license": LICENCE,
        "concept": [
            {
                "type": "Concept",
                "id": _id(member),
                "prefLabel": label(member),
                "inScheme": _scheme(),
            }
            for of in _LISTS
            for member in of
        ],
    }


def _scheme() -> str:
    return absolute("feeds.concepts")


def _id(member: StrEnum) -> str:
    key = str(member).replace("_", "-")
    return f"{_scheme()}#{_LISTS[type(member)]}-{key}"
