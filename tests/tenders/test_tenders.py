"""Opportunities and dossiers: who posts, what fits, who could join, and whence each figure is."""

from datetime import timedelta
from typing import Any

import pypdfium2
import pytest
from sqlalchemy import select

from portal.core import clock
from portal.core.errors import RuleBroken
from portal.core.guard import reading_as
from portal.offerings.rules import OfferingKind
from portal.organisations.rules import OrganisationStatus
from portal.recognition import commands as recognition
from portal.tenders import commands, queries
from portal.tenders.models import Dossier, Opportunity
from portal.tenders.pages import figures_of
from portal.tenders.rules import (
    PROOFS,
    OpportunityMove,
    OpportunityStatus,
)
from tests import factories as make
from tests.cast import CAST
from tests.impact.made import quarter, report
from tests.tenders.made import dossier_of, opportunity_of, recognised

_NEEDS = (
    "competences", "reference_people", "satisfaction", "completion", "asks_trend", "certificates",
    "pso_step", "reserved_percent",
)  # fmt: skip


def fit_of(session, cast, opportunity, name="coordinator") -> queries.TenderFit:
    with reading_as(session, cast.actor(name)):
        [fit] = queries.fits_of(session, cast.actor(name), [opportunity])
        return fit


def met(fit: queries.TenderFit) -> set[str]:
    return {answer.asked.key for answer in fit.met}


def test_from_an_opportunity_to_a_dossier_in_a_browser(cast, session):
    number = str(recognised(session, cast).number)
    session.commit()
    recogniser, coordinator, visitor = map(cast.client, ("recogniser", "coordinator", "visitor"))
    recogniser.submit(
        "/work/opportunities", form="main form", kind="lot", title="Perceel Zuid", button="publish",
        body="Voor **vijftig** mensen.", closes_on=str(clock.today() + timedelta(days=9)),
        volume="50", reference_people="25", competences="keeping_on", pso_step="2",
    )  # fmt: skip
    page = visitor.page("/opportunities")
    url = page.select_one("main .lines a")["href"]
    assert "Eén referentie met 25 mensen of meer" in visitor.page(url).words
    work = coordinator.page("/work")
    assert "een kans: u heeft 1 ding dat wordt gevraagd" in work.words
    fit = coordinator.page(work.select_one("a[href$='/dossier']")["href"])
    assert "U heeft 1 van 3" in fit.words
    assert "29" in fit.words
    assert number in fit.words
    done = coordinator.submit(
        fit, form="main form", chosen="volume", words="Wij kennen de wijk.",
        value_pso="2", until_pso=str(clock.today() + timedelta(days=99)), document_pso="PSO 2025",
    )  # fmt: skip
    page = coordinator.page(done)
    assert "U heeft 2 van 3" in page.words
    assert "Door uzelf verklaard" in page.words
    paper = coordinator.get(page.select_one("a[href$='.pdf']")["href"]).data
    document = pypdfium2.PdfDocument(paper)
    words = " ".join(one.get_textpage().get_text_range() for one in document)
    for said in ("Perceel Zuid", "29", number, "Wij kennen de wijk."):
        assert said in words
    assert document.count_attachments() == 1
    assert document.get_attachment(0).get_name() == f"{number}.json"
    assert "een kans:" not in coordinator.page("/work").words  # answered


def test_each_figure_of_a_dossier_stands_in_a_public_report(cast, session):
    """Each is read out of one public document, and what that hides is in no dossier."""
    made = recognised(session, cast)
    opportunity = opportunity_of(
        session, cast, competences=list(PROOFS), reference_people=30, completion=55
    )
    dossier_of(session, cast, opportunity, chosen=[*(f"reference_{one}" for one in PROOFS),
        "volume", "completion", "satisfaction", "trend"])  # fmt: skip
    session.commit()
    public = cast.client().get(f"/reports/{made.number}.json").get_json()
    shown = {row["id"]: row for row in public["figures"]}
    page = cast.client().page(f"/reports/{made.number}").words
    fit = fit_of(session, cast, opportunity)
    seen = set()
    for answer in fit.answers:
        for one in answer.reports:
            figure = answer.asked.figure
            assert one.number == made.number
            assert dict(one.figures[figure]) == shown[figure]
            assert shown[figure]["value"] is not None
            seen.add(figure)
    hidden = {PROOFS[one][0] for one in PROOFS if shown[PROOFS[one][0]]["hidden"]}
    assert hidden  # there is something that a dossier could give away
    assert not hidden & seen
    with cast.app.test_request_context():
        texts = [text for answer in fit.answers for _, text, _, _ in figures_of(answer)]
    assert texts
    for text in texts:
        assert text in page
    assert {"volume", "completion"}.isdisjoint(met(fit))  # of 29, and 6 of 10


def test_only_a_report_in_force_of_the_last_three_years_counts(cast, session):
    made = recognised(session, cast)
    near = opportunity_of(session, cast, reference_people=20)
    after = made.until_on.replace(year=made.until_on.year + 3)
    far = opportunity_of(session, cast, reference_people=20, closes_on=after)
    trend = opportunity_of(session, cast, closes_on=after - timedelta(days=1))
    session.flush()
    assert "volume" in met(fit_of(session, cast, near))
    assert "volume" not in met(fit_of(session, cast, far))
    [of_years] = [a for a in fit_of(session, cast, trend).answers if a.asked.key == "trend"]
    assert (len(of_years.reports), of_years.is_met) == (1, False)
    compiled = report(session, cast.actor("admin"), replaces=made)
    session.flush()
    assert compiled.number is None
    assert "volume" in met(fit_of(session, cast, near))


def test_a_reference_is_at_most_sixty_percent_of_the_volume(session, cast):
    assert opportunity_of(session, cast, volume=50, reference_people=30).reference_people == 30
    with pytest.raises(RuleBroken):
        opportunity_of(session, cast, volume=50, reference_people=31)


def test_who_could_join_is_known_by_what_is_public_only(session, cast):
    opportunity = opportunity_of(
        session, cast, competences=["rhythm", "goals"], reference_people=20
    )
    quarter(session, cast.other_enterprise)
    actor = cast.actor("stranger")
    draft = report(session, actor)

    def partners():
        fit = fit_of(session, cast, opportunity)
        with reading_as(session, cast.actor("coordinator")):
            found = queries.list_partners(session, cast.actor("coordinator"), fit)
        return {one.organisation.id: one for one in found}

    assert not any(one.answers for one in partners().values())
    sent = recognition.submit(session, actor, report=draft, recogniser_id=cast.municipality.id)
    assert not any(one.answers for one in partners().values())
    recognition.recognise(session, cast.actor("recogniser"), report=sent, remark="Goed.")
    other = partners()[cast.other_enterprise.id]
    assert "volume" in {one.asked.key for one in other.answers}
    assert cast.enterprise.id not in partners()
    make.offering(session, cast.other_enterprise, kind=OfferingKind.PRE_TRAJECTORY)
    assert partners()[cast.other_enterprise.id].offers
    cast.other_enterprise.status = OrganisationStatus.SUSPENDED
    assert cast.other_enterprise.id not in partners()


def test_who_sees_a_draft_and_who_a_dossier(session, cast):
    draft = opportunity_of(session, cast, OpportunityMove.SAVE)
    public = opportunity_of(session, cast)
    dossier_of(session, cast, public)
    drafts, dossiers = set(), set()
    for name in CAST:
        with reading_as(session, cast.actor(name)):
            found = session.scalars(select(Opportunity)).all()
            assert public in found
            drafts |= {name for one in found if one is draft}
            dossiers |= {name for _ in session.scalars(select(Dossier))}
    assert drafts == {"recogniser"}
    assert dossiers == {"coordinator", "admin"}


def test_what_is_asked_stands_once_it_is_public(cast, session):
    opportunity = opportunity_of(session, cast)
    before = [getattr(opportunity, name) for name in _NEEDS]
    session.commit()
    client = cast.client("recogniser")
    url = f"/work/opportunities/{opportunity.uuid}"
    client.submit(url, form="main form", title="Perceel Noord", button="save")
    client.post(url, data={
        "csrf_token": client.csrf_token(), "do": "save", "title": "Perceel West", "body": "Nieuw.",
        "closes_on": str(opportunity.closes_on), "pso_step": "1", "satisfaction": "1",
    })  # fmt: skip
    session.expire_all()
    with reading_as(session, cast.actor("recogniser")):
        assert opportunity.title == "Perceel West"
        assert [getattr(opportunity, name) for name in _NEEDS] == before
    sooner = str(opportunity.closes_on - timedelta(days=1))
    assert client.submit(url, form="main form", closes_on=sooner, button="save").status_code == 422
    client.submit(url, form="main form", button="withdraw")
    assert cast.client().get(f"/opportunities/{opportunity.uuid}").status_code == 404


def test_what_is_over_is_read_and_answered_no_more(session, cast):
    opportunity = opportunity_of(session, cast)
    session.commit()
    with clock.freeze(clock.now() + timedelta(days=31)):
        assert "voorbij" in cast.client().page(f"/opportunities/{opportunity.uuid}").words
        with reading_as(session, cast.actor("visitor")):
            assert queries.list_public(session) == []
            assert queries.list_public(session, over=True) == [opportunity]
        with pytest.raises(RuleBroken):
            dossier_of(session, cast, opportunity)


@pytest.mark.parametrize(("name", "may"), [("recogniser", True), ("referrer", True),
    ("coordinator", False), ("employer", False)])  # fmt: skip
def test_only_a_municipality_or_a_fund_posts(session, cast, name, may):
    actor = cast.actor(name)
    given: dict[str, Any] = {"closes_on": clock.today(), "kind": "call", "title": "Oproep",
        "body": "Tekst.", "volume": None, "competences": ["rising"], "certificates": "",
        "amount_cents": None, "asks_trend": False, "reference_people": None, "completion": None,
        "satisfaction": None, "pso_step": None, "reserved_percent": None}  # fmt: skip
    with reading_as(session, actor):
        if may:
            made = commands.write(session, actor, None, OpportunityMove.PUBLISH, **given)
            assert made.status is OpportunityStatus.PUBLIC
        else:
            with pytest.raises(RuleBroken):
                commands.write(session, actor, None, OpportunityMove.PUBLISH, **given)


def test_no_open_opportunity_is_left_out_however_many_there_are(cast, session):
    for number in range(70):
        opportunity_of(session, cast, title=f"Perceel {number}")
    with reading_as(session, cast.actor("visitor")):
        assert len(queries.list_public(session)) == 70


def test_of_many_who_could_join_the_page_shows_a_few_and_says_how_many_more(cast, session):
    """However large the city is, the page isn't: its weight is looked at as it is opened."""
    opportunity = opportunity_of(session, cast, competences=["rising"])
    for number in range(60):
        other = make.organisation(session, f"Buurtwerk {number}")
        make.offering(session, other, kind=OfferingKind.PRE_TRAJECTORY)
    session.commit()
    page = cast.client("coordinator").page(f"/work/opportunities/{opportunity.uuid}/dossier")
    assert len(page.select("h3 a[href^='/organisations/buurtwerk']")) == 12
    assert "En nog 4" in page.words
