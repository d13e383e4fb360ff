"""axe-core finds nothing on any page, in light and in dark, and no page scrolls sideways."""

import pytest
from flask import url_for

from tests.browser.conftest import PHONE, WIDE, axe, scrolls_sideways
from tests.cast import CAST, VISITOR
from tests.house.access_matrix import MATRIX

pytestmark = pytest.mark.browser

# A page that needs a step before it, and what isn't a page.
_LEFT_OUT = {
    "accounts.sign_out", "catalogue.calendar", "home.healthz", "home.readyz", "impact.report_pdf",
    "recognition.public_pdf", "recognition.public_xlsx", "recognition.public_csv",
    "recognition.public_json", "recognition.public_table_schema", "participants.card_sign_in",
}  # fmt: skip


def pages(app):
    """Each page that can be opened, and the first of the cast who may."""
    with_get = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    return [
        (endpoint, next(name for name in CAST if name in row.who))
        for endpoint, row in MATRIX.items()
        if endpoint in with_get and endpoint not in _LEFT_OUT
    ]


@pytest.mark.parametrize(
    ("viewport", "colors"), [(PHONE, "light"), (WIDE, "dark")], ids=["phone-light", "wide-dark"]
)
def test_every_page(house, open_page, viewport, colors):
    found: list[str] = []
    browsers = {}
    for endpoint, who in pages(house.app):
        with house.app.test_request_context():
            path = url_for(endpoint, **MATRIX[endpoint].url_values(house.world))
        if who not in browsers:
            browsers[who] = open_page(
                "/privacy", who=None if who == VISITOR else who, colors=colors, viewport=viewport
            )
        page = browsers[who]
        answer = page.goto(path)
        if answer is None or answer.status != 200:
            found.append(f"{path}: {answer and answer.status}")
            continue
        found += [f"{path}: {line}" for line in axe(page)]
        if scrolls_sideways(page):
            found.append(f"{path}: scrolls sideways at {viewport['width']} px")
    assert not found, "\n".join(found)
