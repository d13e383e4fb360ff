"""What an organisation declared once is offered again, and holds only where it says so anew."""

from datetime import timedelta

import pytest

from portal.core import clock
from portal.tenders.models import Dossier
from tests.tenders.made import dossier_of, opportunity_of

SAID_FROM = "Uit uw dossier voor ‘{}’"


def page_of(cast, opportunity, who="coordinator"):
    return cast.client(who).page(f"/work/opportunities/{opportunity.uuid}/dossier")


def value_of(page, name):
    return page.select_one(f"[name={name}]").get("value") or ""


def other(session, cast, **values):
    """Another opportunity that asks the second certificate first."""
    names = "Blik op Werk\niso 9001"
    made = opportunity_of(session, cast, title="Noord", **{"certificates": names, **values})
    session.commit()
    return made


def test_a_new_dossier_begins_with_what_was_declared_last_by_its_name(cast, session):
    until = clock.today() + timedelta(days=300)
    for title, document in (("Oud", "ISO, eerste"), ("Nieuw", "ISO, tweede")):
        said = {"until_certificate_0": until.isoformat(), "document_certificate_0": document}
        dossier_of(session, cast, opportunity_of(session, cast, title=title), declared=said)
    opportunity = other(session, cast)
    coordinator, url = cast.client("coordinator"), f"/work/opportunities/{opportunity.uuid}/dossier"
    page = coordinator.page(url)
    assert SAID_FROM.format("Nieuw") in page.words
    assert SAID_FROM.format("Oud") not in page.words
    assert value_of(page, "document_certificate_1") == "ISO, tweede"
    assert value_of(page, "until_certificate_1") == until.isoformat()
    assert value_of(page, "document_certificate_0") == "", "nothing was said of that one"
    assert "U heeft 0 van" in page.words, "offered, and not yet said"
    coordinator.submit(page, form="main form", chosen="certificate_1")
    session.expire_all()
    page = coordinator.page(url)
    assert "U heeft 1 van" in page.words
    assert "Uit uw dossier" not in page.words, "now it says so itself"


@pytest.mark.parametrize(("days", "holds"), [(0, True), (-1, False)])
def test_a_day_that_is_over_when_it_closes_is_asked_anew(cast, session, days, holds):
    opportunity = other(session, cast)
    until = (opportunity.closes_on + timedelta(days=days)).isoformat()
    said = {"until_pso": until, "document_pso": "PSO-register", "value_pso": 3}
    dossier_of(session, cast, opportunity_of(session, cast), declared=said)
    session.commit()
    page = page_of(cast, opportunity)
    assert value_of(page, "document_pso") == "PSO-register"
    assert value_of(page, "until_pso") == (until if holds else "")


def test_another_organisation_is_offered_nothing_of_it(cast, session):
    dossier_of(session, cast, opportunity_of(session, cast))
    page = page_of(cast, other(session, cast), "stranger")
    assert "Uit uw dossier" not in page.words
    assert value_of(page, "document_certificate_1") == ""


def test_looking_at_it_keeps_nothing(cast, session):
    dossier_of(session, cast, opportunity_of(session, cast))
    page_of(cast, other(session, cast))
    assert session.query(Dossier).count() == 1
