"""A list of the people in a report under their referrer's numbers: what is in it, and for whom."""

import csv
import io
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from portal.core import clock
from portal.core.actor import HOUSE, participant_actor
from portal.core.audit import AuditEvent
from portal.core.errors import RuleBroken
from portal.core.guard import set_actor
from portal.core.links import Link
from portal.impact.models import ImpactReport
from portal.impact.rules import ReportStatus
from portal.recognition.queries.people import list_people
from portal.recognition.rules.people import ListColumn
from portal.referrals import commands as referrals
from portal.referrals.jobs import follow
from portal.referrals.models import Referral
from portal.referrals.queries import list_taken
from portal.referrals.rules import AgreedHow

HEADER = (
    "Nummer bij de verwijzer,Eerste dag,Laatste dag,Hoe het eindigde,Uren,Minuten,"
    "Werk bij de start,Trede op de ladder,Doorgestroomd naar,Na zes maanden nog daar"
)


def sent(session, cast, enrolment, reference, who="referrer", **values):
    """That an organisation referred her, under its own number."""
    row = Referral(
        enrolment_id=enrolment.id, participant_id=enrolment.participant_id,
        from_organisation_id=cast.actor(who).organisation_id,
        to_organisation_id=enrolment.organisation_id, agreed_how=AgreedHow.SPOKEN,
        reference=reference, told_status=enrolment.status,
        **{"outcome_until": clock.today() + timedelta(days=30), **values},
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


@pytest.fixture
def listed(session, cast, enrolments, recognised):
    """Of the 29 who were there the referrer sent 3: 1 to 14 rose, 20 to 25 completed, for work."""
    rows = [sent(session, cast, enrolments[number], f"W-{number}") for number in (1, 20, 29)]
    sent(session, cast, enrolments[0], "W-0")  # was never there
    sent(session, cast, enrolments[2], "")  # no number
    sent(session, cast, enrolments[3], "W-3", withdrawn_at=clock.now())
    sent(session, cast, enrolments[4], "W-4", outcome_until=clock.today() - timedelta(days=1))
    sent(session, cast, enrolments[5], "K-5", who="employer")
    session.commit()
    return rows


def page_of(report):
    return f"/work/reports/{report.uuid}/people"


def links_of(cast, report, who="coordinator", **sent):
    """Make a list as one of the cast; where it can be taken."""
    client = cast.client(who)
    shown = client.page(client.submit(page_of(report), **sent))
    return client, [one["href"] for one in shown.select("a[download]")]


def for_the_referrer(cast):
    return {"for_id": str(cast.actor("referrer").organisation_id)}


def test_each_line_as_counted_by_hand(cast, recognised, listed):
    client, (_xlsx, address) = links_of(cast, recognised, **for_the_referrer(cast))
    answer = client.get(address)
    assert answer.headers["Cache-Control"] == "no-store"
    # Two sessions of 120 minutes each; 1 began on 5 January and stated step 2 on the 6th; 20 began
    # in December; of 29 nobody saw a contract. What is unknown says so.
    assert answer.text.splitlines() == [
        HEADER,
        "W-1,2026-01-05,,onbekend,4.0,240,Niet in betaald werk,Gestegen,onbekend,onbekend",
        "W-20,2025-12-01,2026-03-20,Afgerond,4.0,240,onbekend,Onbekend,Betaald werk,Onbekend",
        "W-29,2026-01-05,2026-03-20,Werk gevonden,4.0,240,onbekend,Onbekend,onbekend,onbekend",
    ]


def test_the_workbook_says_what_it_is_and_who_is_not_in_it(cast, recognised, listed):
    client, (address, _csv) = links_of(cast, recognised, **for_the_referrer(cast))
    book = load_workbook(io.BytesIO(client.get(address).data))
    people, columns, about = book.worksheets
    assert [sheet.title for sheet in book] == [
        "Deelnemers",
        "Wat de kolommen betekenen",
        "Over deze lijst",
    ]
    assert [cell.value for cell in people[1]] == HEADER.split(",")
    assert (people["E2"].value, people["F2"].value) == (4, 240)
    assert all(row[1].value for row in columns.iter_rows())
    said = {row[0].value: row[1].value for row in about.iter_rows(min_row=2)}
    assert said["Voor"] == "Wijkteam Noord"
    assert said["Mensen in deze lijst"] == 3
    assert 26 in said.values()  # 29 were there
    assert not any("Persoon" in str(cell.value) for sheet in book for row in sheet for cell in row)


def test_who_may_make_one_and_who_may_take_it(cast, session, recognised, listed):
    """The referrer: its own. Another provider, a recogniser, she herself: nothing."""
    _, (address, _csv) = links_of(cast, recognised, **for_the_referrer(cast))
    for who in ("stranger", "cooperative", "recogniser", "participant", "guide", "operator"):
        other = cast.client(who)
        for one in (page_of(recognised), address):
            assert other.get(one).status_code in (403, 404), (who, one)
    # A colleague, the referrer itself, and another organisation that referred: not by this link.
    for who in ("admin", "referrer", "employer"):
        assert cast.client(who).get(page_of(recognised)).status_code == 200
        assert cast.client(who).get(address).status_code == 404, who
    _, (_xlsx, own) = links_of(cast, recognised, "referrer", **for_the_referrer(cast))
    assert "W-20" in cast.client("referrer").get(own).text
    _, (_xlsx, theirs) = links_of(
        cast, recognised, "employer", for_id=str(cast.actor("employer").organisation_id)
    )
    text = cast.client("employer").get(theirs).text
    assert "K-5" in text
    assert "W-" not in text
    assert cast.client().get(address).status_code == 303  # to the sign-in page


def test_who_referred_waits_until_it_is_recognised(cast, session, recognised, listed):
    session.get_one(ImpactReport, recognised.id).status = ReportStatus.SUBMITTED
    session.commit()
    assert cast.client("coordinator").get(page_of(recognised)).status_code == 200
    assert cast.client("referrer").get(page_of(recognised)).status_code == 404


def test_the_referrer_chooses_nobody_elses_numbers(cast, recognised, listed):
    client = cast.client("referrer")
    form = client.page(page_of(recognised))
    assert [one["value"] for one in form.select('[name="for_id"]')] == [
        str(cast.actor("referrer").organisation_id)
    ]
    wrong = client.submit(form, for_id=str(cast.actor("employer").organisation_id))
    assert wrong.status_code == 422


def test_a_forged_an_old_and_anothers_link_open_nothing(cast, session, recognised, listed):
    client, (address, _csv) = links_of(cast, recognised, **for_the_referrer(cast))
    token = address.rpartition("/")[2].partition(".")[0]
    for wrong in (token[:-1] + ("A" if token[-1] != "A" else "B"), "x", token.swapcase()):
        assert client.get(address.replace(token, wrong)).status_code == 404
    set_actor(session, HOUSE)
    link = session.scalars(select(Link).where(Link.purpose == "people")).one()
    assert token not in link.token_hash
    link.contact_hash = ""  # that it was handed to nobody in particular is no way in
    session.commit()
    assert client.get(address).status_code == 404
    _, (address, _csv) = links_of(cast, recognised, **for_the_referrer(cast))
    assert client.get(address).status_code == 200
    for link in session.scalars(select(Link).where(Link.purpose == "people")):
        link.expires_at = clock.now() - timedelta(seconds=1)
    session.commit()
    assert client.get(address).status_code == 404


def test_each_making_and_taking_is_in_the_trail_and_she_reads_it(cast, session, recognised, listed):
    client, (address, _csv) = links_of(cast, recognised, **for_the_referrer(cast))
    for _time in range(2):
        client.get(address)
    set_actor(session, HOUSE)
    of_lists = AuditEvent.event.startswith("report.people")
    events = session.scalars(select(AuditEvent).where(of_lists).order_by(AuditEvent.id))
    assert [(one.event, one.data.get("people")) for one in events] == [
        ("report.people_listed", None), ("report.people_taken", 3), ("report.people_taken", 3),
    ]  # fmt: skip
    her = participant_actor(listed[0].participant_id, "P.", [cast.enterprise.id])
    set_actor(session, her)
    assert [(view.name, view.organisation) for view in list_taken(session, her)] == [
        ("Coordinator", "Keuken aan de Kade")
    ] * 2
    nobody = participant_actor(listed[0].participant_id, "P.", [cast.other_enterprise.id])
    set_actor(session, nobody)  # a card of another organisation
    assert list_taken(session, nobody) == []


def test_a_report_that_is_not_handed_in_has_no_list(cast, session, draft):
    assert cast.client("coordinator").get(page_of(draft)).status_code == 404


def test_a_number_is_no_bsn_and_no_name(cast, session, enrolments):
    row = sent(session, cast, enrolments[1], "")
    session.commit()
    address, client = f"/work/referrals/{row.uuid}/reference", cast.client("coordinator")
    for wrong, words in (
        ("111222333", "burgerservicenummer"), ("1112.22.333", "burgerservicenummer"),
        ("Fatma", "cijfer"), ("=1+1", "cijfer"), ("W 12", "cijfer"),
    ):  # fmt: skip
        said = client.page(client.submit(address, reference=wrong, agreed_how="spoken"), status=422)
        assert words in said.words, wrong
    assert client.submit(address, reference="123456789").status_code == 422  # how did she agree?
    client.submit(address, reference="123456789", agreed_how="paper")  # fails the eleven test
    session.refresh(row)
    assert (row.reference, row.agreed_how) == ("123456789", AgreedHow.PAPER)
    assert row.outcome_until == clock.today() + timedelta(days=365)
    for who in ("stranger", "cooperative", "employer", "recogniser"):
        assert cast.client(who).get(address).status_code in (403, 404)
    session.commit()
    client.submit(address, reference="", agreed_how=None)
    session.refresh(row)
    assert row.reference == ""


def test_she_takes_her_number_back_and_is_in_no_list(cast, session, recognised, listed):
    her = participant_actor(listed[0].participant_id, "P.", [cast.enterprise.id])
    set_actor(session, her)
    referrals.give_reference(session, her, listed[0], reference="")
    for_id = cast.actor("referrer").organisation_id
    rows = list_people(session, recognised, for_id).rows
    assert [row[ListColumn.NUMBER] for row in rows] == ["W-20", "W-29"]
    referrals.withdraw(session, her, listed[0])
    assert listed[0].reference == ""
    with pytest.raises(RuleBroken):
        referrals.give_reference(session, her, listed[0], reference="7")


def told(session, cast, recognised):
    return list_people(session, recognised, cast.actor("referrer").organisation_id)


def test_what_is_left_of_a_figure_is_about_enough_others(cast, session, enrolments, recognised):
    """14 rose. With 9 of them listed 5 are left; with a tenth it would be said of 4."""
    set_actor(session, cast.actor("coordinator"))
    for number in range(1, 10):
        sent(session, cast, enrolments[number], f"W-{number}")
    assert ListColumn.STEP not in told(session, cast, recognised).withheld
    sent(session, cast, enrolments[10], "W-10")
    found = told(session, cast, recognised)
    assert ListColumn.STEP in found.withheld
    assert ListColumn.MINUTES not in found.withheld  # 19 others have hours
    for number in range(11, 26):
        sent(session, cast, enrolments[number], f"W-{number}")
    assert ListColumn.MINUTES in told(session, cast, recognised).withheld  # 4 others
    for number in range(26, 30):
        sent(session, cast, enrolments[number], f"W-{number}")
    assert told(session, cast, recognised).withheld == set()  # and nobody else is in the report


def test_two_lists_can_not_be_subtracted(cast, session, enrolments, recognised):
    """24 in one list, another 24 in the next: together 25, so 4 are left, not 5."""
    set_actor(session, cast.actor("coordinator"))
    rows = [sent(session, cast, enrolments[number], f"W-{number}") for number in range(1, 25)]
    session.commit()
    assert ListColumn.MINUTES not in told(session, cast, recognised).withheld
    client, (address, _csv) = links_of(cast, recognised, **for_the_referrer(cast))
    assert client.get(address).status_code == 200
    session.refresh(rows[0])
    rows[0].reference = ""
    sent(session, cast, enrolments[25], "W-25")
    session.commit()
    assert len(told(session, cast, recognised).rows) == 24
    assert ListColumn.MINUTES in told(session, cast, recognised).withheld


def test_formulas_in_what_is_listed_are_text(cast, session, enrolments, recognised):
    row = sent(session, cast, enrolments[1], "=1+1")  # as no form takes it
    session.commit()
    client, (_xlsx, address) = links_of(cast, recognised, **for_the_referrer(cast))
    [_header, line] = csv.reader(io.StringIO(client.get(address).text))
    assert line[0] == "'=1+1"
    assert row.reference == "=1+1"


def test_her_page_says_what_the_number_opens_and_takes_it_back(cast, session):
    row = sent(session, cast, cast.enrolment, "W-1")
    session.commit()
    client = cast.client("participant")
    words = client.page("/my/activities").select_one("#referrals").text
    assert "Wijkteam Noord kent u als nummer W-1." in words
    assert "Meer niet." not in words
    client.submit("/my/activities", form="#referrals form", button="reference")
    words = client.page("/my/activities").select_one("#referrals").text
    assert "W-1" not in words
    assert "Meer niet." in words
    session.refresh(row)
    assert (row.reference, row.withdrawn_at) == ("", None)


def test_a_number_goes_when_her_agreement_ends(cast, session):
    row = sent(session, cast, cast.enrolment, "W-1")
    today = row.outcome_until
    with clock.freeze(clock.now() + timedelta(days=30)):
        follow(session)
        session.refresh(row)
        assert (row.reference, today) == ("W-1", clock.today())
    with clock.freeze(clock.now() + timedelta(days=31)):
        follow(session)
        session.refresh(row)
        assert row.reference == ""
