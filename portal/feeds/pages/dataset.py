"""The open data itself in the words of schema.org, so that catalogues of data find it."""

from portal.catalogue.pages.structured import SCHEMA, Thing, absolute
from portal.feeds.rules import LICENCE, Feed


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
