"""Which opportunities are listed and when, who is named as a partner, and what is attached."""

from datetime import timedelta

import pypdfium2
import pytest

from portal.core import clock, reading_as
from portal.core.errors import RuleBroken
from portal.offerings.rules import OfferingKind
from portal.organisations.rules import OrganisationStatus
from portal.tenders import commands, queries
from portal.tenders.rules import OpportunityMove, OpportunityStatus
from tests import factories as make
from tests.tenders.made import copied, dossier_of, of_years_before, opportunity_of, recognised


def listed(session, cast, *, over=False):
    with reading_as(session, cast.actor("visitor")):
        return [one.title for one in queries.list_public(session, over=over)]


def test_what_closes_first_comes_first_and_of_what_is_over_the_last(session, cast):
    for title, days in (("later", 20), ("soon", 10), ("now", 0)):
        opportunity_of(session, cast, title=title, closes_on=clock.today() + timedelta(days=days))
    assert listed(session, cast) == ["now", "soon", "later"]
    with clock.freeze(clock.now() + timedelta(days=11)):
        assert listed(session, cast) == ["later"]
        assert listed(session, cast, over=True) == ["soon", "now"]


def test_it_is_open_through_its_last_day(session, cast):
    made = opportunity_of(session, cast, title="Perceel")
    for days, is_open in ((0, True), (1, False)):
        at = clock.from_local(made.closes_on, clock.to_local(clock.now()).time())
        with clock.freeze(at + timedelta(days=days)):
            assert (listed(session, cast), listed(session, cast, over=True)) == (
                (["Perceel"], []) if is_open else ([], ["Perceel"])
            )
            if is_open:
                dossier_of(session, cast, made)
            else:
                with pytest.raises(RuleBroken, match="over"):
                    dossier_of(session, cast, made)


def test_what_is_over_can_still_be_withdrawn_and_no_more(session, cast):
    made, who = opportunity_of(session, cast), cast.actor("recogniser")
    with clock.freeze(clock.now() + timedelta(days=31)), reading_as(session, who):
        said = {"title": "Anders", "body": made.body, "closes_on": made.closes_on}
        with pytest.raises(RuleBroken, match="last day"):
            commands.write(session, who, made, OpportunityMove.SAVE, **said)
        commands.write(session, who, made, OpportunityMove.WITHDRAW, **said)
    assert made.status is OpportunityStatus.WITHDRAWN


def test_who_has_most_of_what_is_missing_is_named_first_and_nobody_brings_a_trend(session, cast):
    """By name they would come the other way round; three years of one are not another's."""
    cast.other_enterprise.name = "Zonnehoek"
    of_years_before(session, recognised(session, cast, "stranger"), 1, 2)
    make.offering(session, make.organisation(session, "Anker"), kind=OfferingKind.DAY_ACTIVITY)
    made = opportunity_of(
        session, cast, competences=["rhythm"], reference_people=20, asks_trend=True
    )
    with reading_as(session, cast.actor("stranger")):
        [own] = queries.fits_of(session, cast.actor("stranger"), [made])
    assert {"volume", "trend"} <= {one.asked.key for one in own.met}
    with reading_as(session, cast.actor("coordinator")):
        [fit] = queries.fits_of(session, cast.actor("coordinator"), [made])
        found = queries.list_partners(session, cast.actor("coordinator"), fit)
    brought = [(one.organisation.name, {each.asked.key for each in one.answers}) for one in found]
    assert brought[0][0] == "Zonnehoek"
    assert "volume" in brought[0][1]
    assert "Anker" in dict(brought)
    assert not any("trend" in keys for _, keys in brought)


def test_who_has_what_is_missing_is_named_however_many_reports_others_have(
    session, cast, monkeypatch
):
    """Nor does it matter that no more than a few reports' figures are kept in memory."""
    monkeypatch.setattr(queries, "_MOST_KEPT", 3)
    proof = recognised(session, cast, "stranger")
    others = make.organisation(session, "Anker"), make.organisation(session, "Baken")
    for number in range(450):
        newer = copied(session, proof, f"{proof.number}-{number}", days=30)
        newer.organisation_id, newer.sha256 = others[number % 2].id, f"{number:064}"
        if number % 2:
            newer.document = {**newer.document, "figures": []}
    session.flush()
    made = opportunity_of(session, cast, reference_people=20)
    with reading_as(session, cast.actor("coordinator")):
        [fit] = queries.fits_of(session, cast.actor("coordinator"), [made])
        for _ in range(2):
            found = queries.list_partners(session, cast.actor("coordinator"), fit)
            assert {one.organisation.name for one in found} >= {"Anker", cast.other_enterprise.name}
            assert "Baken" not in {one.organisation.name for one in found}
        queries.fits_of(session, cast.actor("coordinator"), [made])
    assert len(queries._FIGURES) <= 3


def test_a_dossier_brings_along_the_reports_that_it_shows_and_no_other(session, cast):
    number = recognised(session, cast).number
    made = opportunity_of(session, cast, reference_people=5)
    client = cast.client("coordinator")
    for chosen, attached in ((["volume"], [f"{number}.json"]), (["certificate_0"], [])):
        dossier_of(session, cast, made, chosen=chosen)
        session.commit()
        paper = client.get(f"/work/opportunities/{made.uuid}/dossier.pdf").data
        document = pypdfium2.PdfDocument(paper)
        names = [document.get_attachment(i).get_name() for i in range(document.count_attachments())]
        assert names == attached


def test_a_report_of_who_is_suspended_answers_nothing(session, cast):
    recognised(session, cast)
    made, actor = opportunity_of(session, cast, reference_people=5), cast.actor("coordinator")
    for status, is_met in (
        (OrganisationStatus.VERIFIED, True),
        (OrganisationStatus.SUSPENDED, False),
    ):
        cast.enterprise.status = status
        session.flush()
        with reading_as(session, actor):
            [fit] = queries.fits_of(session, actor, [made])
        assert ("volume" in {one.asked.key for one in fit.met}) is is_met
