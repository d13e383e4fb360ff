"""What waits for whom on `/work`: each her own, in order, and each where it is done."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.core import clock
from portal.core.guard import as_house
from portal.enrolments.rules import UNTIL_CLOSED, Overdue, overdue
from portal.impact.models import ImpactReport
from portal.impact.rules import ReportStatus
from portal.offerings.rules import CONFIRM_AFTER
from portal.participants.models import ParticipantLink
from portal.recognition import commands as recognition
from tests.house.world import World
from tests.recognition.made import submitted_report

# A piece of the address that one of her own things leads to, for each who has something in a world.
LEADS_TO = {
    "guide": "/agreement",
    "coordinator": "/decide",
    "admin": "/submit",
    "cooperative": "/registers/",
    "referrer": "/work/referrals/",
    "recogniser": "/recognition/",
    "operator": "/operator/organisations",
    "expert": "/work/assessments/",
}


@pytest.fixture
def busy(world: World, session: Session) -> World:
    """A world in which something waits for everybody who can have something to do."""
    world.agreement.participant_confirmed_at = clock.now()
    world.been_session.starts_at -= timedelta(days=1)
    world.been_session.ends_at -= timedelta(days=1)
    world.offering.confirmed_at = world.offering.published_at = clock.now() - CONFIRM_AFTER
    world.offering.confirm_asked_at = clock.now()
    returned = submitted_report(session, world.cast, 5)
    recognition.send_back(
        session, world.cast.actor("recogniser"), report=returned, remark="Kijk nog eens."
    )
    assert returned.status is ReportStatus.RETURNED
    session.commit()
    return world


@pytest.mark.slow
@pytest.mark.parametrize("name", LEADS_TO)
def test_it_leads_to_where_it_is_done(busy: World, name: str):
    client = busy.cast.client(name)
    page = client.page("/work")
    links = {str(link["href"]) for link in page.select(".board a")}
    assert any(LEADS_TO[name] in link for link in links), links
    assert {link: client.get(link).status_code for link in links} == dict.fromkeys(links, 200)
    moments = [tag.text for tag in page.select(".board .by")]
    late = ["late" in str(tag.get("class")) for tag in page.select(".board .by")]
    assert late == sorted(late, reverse=True), moments


@pytest.mark.parametrize("name", LEADS_TO)
def test_whom_an_organisation_knows_no_more_waits_for_nobody(
    busy: World, session: Session, name: str
):
    busy.cast.enrolment.started_on = clock.today() - timedelta(days=400)  # no step for a year
    session.execute(update(ParticipantLink).values(knows_her=False))
    session.commit()
    page = busy.cast.client(name).page("/work")
    links = {str(link["href"]) for link in page.select(".board a")}
    assert not [link for link in links if "/participants/" in link or "/enrolments/" in link]


def test_only_what_came_back_or_was_declined_waits_for_who_made_it(busy: World, session: Session):
    back = ReportStatus.RETURNED, ReportStatus.DECLINED
    returned = select(ImpactReport.uuid).where(ImpactReport.status.in_(back))
    with as_house(session):
        uuids = session.scalars(returned).all()
    links = busy.cast.client("admin").page("/work").select('.board a[href$="/submit"]')
    assert {link["href"] for link in links} == {f"/work/reports/{uuid}/submit" for uuid in uuids}
    assert len(links) == len(uuids) == 2


@pytest.mark.parametrize("name", ["viewer", "stranger", "past"])
def test_who_has_nothing_to_do_hears_so_and_nothing_of_others(busy: World, name: str):
    page = busy.cast.client(name).page("/work")
    assert page.select(".board li") == []
    assert "Er wacht niets op u" in page.words


def test_what_was_asked_is_done_with_one_button(busy: World, session: Session):
    client = busy.cast.client("coordinator")
    client.submit("/work", form="form[action$='/confirm']")
    assert client.page("/work").select("form[action$='/confirm']") == []


@pytest.mark.parametrize("reminders", [2, 3])
def test_a_sign_up_ends_when_the_board_says_so(reminders: int):
    due = clock.now()
    assert overdue(due, reminders, due + UNTIL_CLOSED) is Overdue.CLOSE
    assert overdue(due, reminders, due + UNTIL_CLOSED - timedelta(seconds=1)) is None
