"""Our own concepts (SKOS: OpenActive's list knows sport only), and the data as a whole."""

from typing import Any

from portal.catalogue.pages.structured import SCHEMA, Thing, absolute
from portal.core.worded import WordedEnum
from portal.feeds.rules import LICENCE, Feed
from portal.offerings.rules import Domain, DutchLevel, OfferingKind, WorkWord
from portal.web.words import label

_LISTS: dict[type[WordedEnum], str] = {
    WorkWord: "work",
    OfferingKind: "kind",
    Domain: "domain",
    DutchLevel: "dutch",
}


def concept(member: WordedEnum, at: str = "@") -> dict[str, Any]:
    """Name a concept in a feed; `at` begins its type and its id."""
    key = f"{_LISTS[type(member)]}-{member.replace('_', '-')}"
    return {
        f"{at}type": "Concept",
        f"{at}id": f"{_scheme()}#{key}",
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
        "concept": [concept(member, at="") for of in _LISTS for member in of],
    }


def _scheme() -> str:
    return absolute("feeds.concepts")


def dataset() -> Thing:
    """What stands behind `/feeds/`."""
    page = absolute("feeds.about")
    files = {absolute("feeds.page_of", name=feed.value): _RPDE for feed in Feed}
    files[absolute("feeds.offerings")] = "application/json"
    files[absolute("feeds.concepts")] = "application/ld+json"
    return {
        "@context": SCHEMA,
        "@type": "Dataset",
        "@id": page,
        "url": page,
        "name": "Warm Werkt: voortrajecten en dagactiviteiten",
        "description": "Alle openbare voortrajecten en dagactiviteiten, met hun data en plekken.",
        "inLanguage": "nl",
        "license": LICENCE,
        "isAccessibleForFree": True,
        "distribution": [
            {"@type": "DataDownload", "contentUrl": url, "encodingFormat": kind}
            for url, kind in files.items()
        ],
    }


_RPDE = "application/vnd.openactive.rpde+json"
