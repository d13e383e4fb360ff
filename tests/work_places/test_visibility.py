"""She is visible until she stops: what an employer counts, who is invited, who forgets her."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.core import clock, reading_as, set_actor
from portal.core.audit import AuditEvent
from portal.core.guard import as_house
from portal.notices.models import Notice
from portal.work_places import commands, queries
from portal.work_places.models import Visibility, WorkWish
from portal.work_places.rules import Shown
from tests import factories as make
from tests.pages import page_of
from tests.work_places.made import visible, wish, work_place

FIVE = "Tussen de 5 en 10 mensen"
TOO_FEW = "Te weinig mensen om te noemen"


@pytest.fixture
def crowd(session, cast):
    """Four people who are visible to all beside the cast's participant, who isn't."""
    work_place(session, cast)
    make.observation(session, cast.enrolment, competence="samenwerken")
    wish(session, cast.participant)
    for _ in range(4):
        person = make.participant(session)
        make.enrolment(session, make.offering(session, cast.enterprise), person)
        visible(session, person, cast.enterprise.id)
    session.commit()


def told(session):
    session.rollback()
    with as_house(session):
        return session.scalars(select(Notice.participant_id)).all()


@pytest.mark.slow
def test_she_shows_herself_to_one_employer_and_it_forgets_her_at_one_tap(session, cast, crowd):
    her, employer = cast.client("participant"), cast.client("employer")
    assert TOO_FEW in employer.page("/work/work-places").words
    her.submit(
        "/my/work/visible", form=0, employer_id=str(cast.actor("employer").organisation_id),
        shown=[*Shown], can=["samenwerken"], days="30",
    )  # fmt: skip
    page = employer.page("/work/work-places")
    assert FIVE in page.words
    assert "Fatma" not in page.words
    employer.submit(page, form='form[action$="/invite"]')
    assert cast.participant.id in told(session)

    her.submit("/my/work/visible", form='form[action$="/stop"]')
    assert TOO_FEW in employer.page("/work/work-places").words
    assert cast.participant.id not in told(session)
    assert len(told(session)) == 4
    events = select(AuditEvent.event, AuditEvent.organisation_id)
    with reading_as(session, cast.actor("employer")):
        assert session.scalars(select(Visibility)).all() == []
        assert not [row for row in session.execute(events) if row.event.startswith("visib")]


@pytest.mark.parametrize("how", ["to another", "past", "less"])
def test_who_is_not_visible_to_it_now_is_not_counted(session, cast, crowd, how):
    values = {"employer_id": cast.other_enterprise.id} if how == "to another" else {}
    until_on = clock.today() - timedelta(days=1) if how == "past" else None
    row = visible(session, cast.participant, cast.enterprise.id, until_on, **values)
    if how == "less":
        row.seeks = {**row.seeks, "can": []}
    session.commit()
    assert TOO_FEW in cast.client("employer").page("/work/work-places").words


def test_a_wish_that_changes_is_known_where_she_shows_it(session, cast, crowd):
    visible(session, cast.participant, cast.enterprise.id)
    her = cast.actor("participant")
    set_actor(session, her)
    nothing = {"kinds": [], "districts": [], "dutch_level": "", "with_guide": False}
    commands.wish(session, her, times=["5-evening"], **nothing)
    session.commit()
    assert TOO_FEW in cast.client("employer").page("/work/work-places").words


@pytest.mark.slow
def test_an_employer_invites_once_in_two_weeks_and_a_place_that_is_public(session, cast, crowd):
    employer = cast.client("employer")
    for words in ("Opgeslagen.", "de afgelopen twee weken"):
        answer = employer.submit("/work/work-places", form='form[action$="/invite"]')
        assert words in page_of(answer).words
    assert len(told(session)) == 4


def test_a_guide_looks_along_only_where_she_lets_her(session, cast, crowd):
    guide, slug = cast.client("guide"), "inpakken-ochtend"
    assert "Fatma A." in guide.page(f"/work-places/{slug}").words
    address = f"/participants/{cast.participant.uuid}/work"
    assert "Inpakken" in guide.page(address).words
    with as_house(session):
        session.scalars(select(WorkWish)).one().with_guide = False
    session.commit()
    assert "Fatma A." not in guide.page(f"/work-places/{slug}").words
    assert guide.get(address).status_code == 404
    assert "Fatma" not in cast.client("employer").page(f"/work-places/{slug}").words


def test_what_is_not_open_to_all_is_for_who_signs_in(session, cast):
    work_place(session, cast, is_open=False)
    session.commit()
    visitor = cast.client("visitor")
    assert visitor.get("/work-places/inpakken-ochtend").status_code == 404
    assert visitor.get("/feeds/work-places.json").get_json()["work_places"] == []
    page = cast.client("participant").page("/work-places/inpakken-ochtend")
    assert "JobPosting" not in page.html


def test_the_last_day_counts_and_the_day_after_does_not(session, cast, crowd):
    with as_house(session):
        one = session.scalars(select(Visibility).order_by(Visibility.id)).all()[0]
        one.employer_id, one.until_on = None, clock.today()
        session.flush()
        for later, is_on in ((0, True), (1, False)):
            with clock.freeze(clock.now() + timedelta(days=later)):
                on = select(Visibility.id).where(queries.is_on_for(cast.enterprise.id))
                assert (one.id in session.scalars(on).all()) is is_on
                assert (one in queries.list_switches(session)) is is_on
