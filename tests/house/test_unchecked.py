"""What an organisation offers is for nobody to find while it is not, or no more, a checked one."""

import pytest
from flask import url_for
from sqlalchemy import select

from portal.core.guard import as_house
from portal.organisations.models import Organisation
from portal.organisations.rules import OrganisationStatus
from tests.house.access import EVERYBODY
from tests.house.access_matrix import MATRIX

# What was said or signed when it was one stays to be checked, and a card or a link that somebody
# holds goes on: what runs is finished.
STAYS = {
    "recognition.public_reports", "recognition.public_reports_csv",
    "recognition.public_reports_json", "recognition.public_log", "recognition.public_report",
    "recognition.public_file", "hours.check", "hours.check_json", "credentials.check",
    "credentials.status", "home.answer", "home.calendar", "home.calendar_of_weeks",
    "profile.opened", "profile.shown_photo", "check_in.kiosk", "participants.card_sign_in",
    "participants.link_sign_in", "organisations.accept", "accounts.reset_password",
}  # fmt: skip
OPEN_TO_ALL = [name for name, row in MATRIX.items() if row.who == EVERYBODY and name not in STAYS]


def offered(world) -> dict[str, int]:
    """Say by a word of each thing that is public whose it is."""
    rows = {
        "Soep van de kade": world.offering, "Busje van de kade": world.call,
        "Perceel van de stad": world.opportunity, "Kassa bij de bakker": world.work_place,
    }  # fmt: skip
    for words, row in rows.items():
        row.title = words
    return {words: row.organisation_id for words, row in rows.items()}


@pytest.mark.parametrize("status", [one for one in OrganisationStatus if one != "verified"])
def test_nothing_of_it_is_on_any_page_for_all(app, world, status):
    with as_house(world.session):
        whose = offered(world)
        for one in world.session.scalars(
            select(Organisation).where(Organisation.id.in_(whose.values()))
        ):
            one.status = status
    world.session.commit()
    assert found(app, world, whose) == {}


def test_all_of_it_is_found_as_long_as_it_is_checked(app, world):
    """Or the test above would look for what stands nowhere."""
    with as_house(world.session):
        whose = offered(world)
    world.session.commit()
    assert set(found(app, world, whose)) == set(whose)


def found(app, world, words) -> dict[str, set[str]]:
    """On which pages each of the words stands, for a visitor."""
    client = world.cast.client("visitor")
    client.audits = False
    stands: dict[str, set[str]] = {}
    for endpoint in OPEN_TO_ALL:
        with app.test_request_context():
            url = url_for(endpoint, **MATRIX[endpoint].url_values(world))
        text = client.get(url).data.decode(errors="replace")
        for one in words:
            if one in text:
                stands.setdefault(one, set()).add(endpoint)
    return stands
