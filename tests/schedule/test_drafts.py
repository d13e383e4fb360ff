"""A draft: begun once, kept as it is typed, thrown away, or begun with another's words."""

import pytest
from sqlalchemy import func, select

from portal.offerings.models import Offering, OfferingText
from portal.offerings.rules import OfferingStatus
from portal.schedule.models import OfferingSession
from tests import factories as make
from tests.schedule.walked import NEW, newest, values_of, walk


@pytest.fixture
def coordinator(cast):
    return cast.client("coordinator")


@pytest.mark.slow
def test_new_offering_is_kept_page_by_page_and_published(session, cast, coordinator):
    page = walk(coordinator, **values_of(bring="Neem een schort mee."))
    offering = newest(session)
    assert page.url == f"/work/offerings/{offering.slug}/preview"
    assert offering.status is OfferingStatus.DRAFT
    assert offering.minutes_per_week == 300
    count = select(func.count(OfferingSession.id)).where(OfferingSession.offering_id == offering.id)
    assert session.scalar(count) == 20
    session.rollback()
    assert "09.30 tot 12.00" in page.words
    assert "Neem een schort mee." in page.words
    page = coordinator.page(coordinator.submit(page, form="form[action$=publish]", button="now"))
    assert newest(session).status is OfferingStatus.PUBLISHED


def test_one_draft_is_begun_and_waits_where_it_was_left_or_is_thrown_away(
    session, cast, coordinator
):
    values = {name: values_of()[name] for name in ("kind", "title", "work_word", "domain")}
    page = coordinator.page(coordinator.submit(NEW, **values))
    draft = newest(session)
    title, url = draft.title, f"/work/offerings/{draft.slug}"
    session.rollback()
    assert page.url == f"{url}/edit/words"
    for again in (NEW, f"/work/offerings/{cast.offering.slug}/copy"):
        page = coordinator.page(again)
        assert title in page.words
        assert not page.select("[name=title]")
    assert coordinator.page(url).words.count("Nog niet compleet") == 5
    assert cast.client("admin").page(NEW).select("[name=title]")  # another's is not hers
    coordinator.page(coordinator.submit(page, form="form[action$=throw-away]"))
    assert newest(session).title == "Koken voor de buurt"
    assert coordinator.page(NEW).select("[name=title]")


@pytest.mark.slow
def test_a_draft_is_kept_while_it_is_typed_and_what_is_public_is_not(session, cast, coordinator):
    draft = make.offering(session, cast.enterprise, status=OfferingStatus.DRAFT, published_at=None)
    session.commit()
    seven = ["raad-geven", "omgaan-met-mensen", "best-doen", "afspraken-nakomen", "rekenen"]
    typed = {"bring": "Een schort.", "competences": [*seven, "rustig-blijven", "berichten"]}
    shown, public = (
        coordinator.page(f"/work/offerings/{one.slug}/edit/coming")
        for one in (draft, cast.offering)
    )
    form_of, part = {}, {"HX-Request-Type": "partial"}
    for page in (shown, public):
        hidden = page.select("form.panel [type=hidden]")
        form_of[page] = {tag["name"]: tag.get("value", "") for tag in hidden}
        sent = {**form_of[page], **typed, "once": "", "keep": "yes"}
        kept = coordinator.post(page.url, data=sent, headers=part)
        assert kept.status_code == (200 if page is shown else 422)
    session.expire_all()
    draft = session.get(Offering, draft.id)
    assert (draft.bring, draft.competences) == ("Een schort.", ["samenwerken"])
    assert session.get(Offering, cast.offering.id).bring == ""
    session.rollback()
    older = {**sent, "drawn_from": form_of[shown]["drawn_from"], "bring": "Niets."}
    coordinator.post(shown.url, data=older, headers=part)
    assert newest(session).bring == "Een schort."  # a page from before it was kept
    page = coordinator.page(shown.url)
    walk(coordinator, page, competences=["samenwerken"], bring="Een pan.")
    assert newest(session).bring == "Een pan."


def test_what_people_were_written_down_with_or_is_public_is_not_thrown_away(
    session, cast, coordinator
):
    draft = make.offering(session, cast.enterprise, status=OfferingStatus.DRAFT, published_at=None)
    make.enrolment(session, draft, make.participant(session, "Ali B."))
    session.commit()
    for offering in (draft, cast.offering):
        url = f"/work/offerings/{offering.slug}"
        token = {"csrf_token": coordinator.csrf_token()}
        coordinator.page(coordinator.post(f"{url}/throw-away", data=token), status=422)
        coordinator.page(url)


@pytest.mark.slow
def test_anothers_words_are_taken_over_with_thanks(session, cast, coordinator):
    source = session.get(Offering, cast.offering.id)
    source.texts.append(OfferingText(language="en", title="Cooking", what="You cook."))
    source.contact_name, source.bring = "Yusuf", "Een schort."
    session.commit()
    theirs = cast.client("stranger")
    page = theirs.page(f"/offerings/{source.slug}")
    page = theirs.page(page.select_one("a[href$='/copy']")["href"])
    page = theirs.page(theirs.submit(page, title="Bakken"))
    copied = newest(session)
    assert (copied.what, copied.bring, copied.address) == (source.what, "Een schort.", "")
    assert (copied.contact_name, copied.replaces_no_paid_work) == ("", False)
    [text] = session.get(Offering, copied.id).texts
    assert (text.title, text.what) == ("", "You cook.")
    session.rollback()
    page = walk(theirs, page, **values_of(title="Bakken"))
    thanks = f"Met dank aan {cast.enterprise.name}"
    assert thanks in page.words
    told = f"/work/offerings/{source.slug}"
    assert cast.other_enterprise.name not in coordinator.page(told).words  # a draft says nothing
    theirs.page(theirs.submit(page, form="form[action$=publish]", button="now"))
    assert cast.other_enterprise.name in coordinator.page(told).words
    assert thanks in cast.client("visitor").page(f"/offerings/{copied.slug}").words
