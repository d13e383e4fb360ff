"""An example that was wrong is put right in sight; her own word goes along with it."""

from collections import Counter

import pytest
from sqlalchemy import func, select

from portal.progress.models import Observation
from tests import factories as make

WRONG, RIGHT, HERS = "Zij deed het met hulp.", "Zij deed het alleen.", "Ik doe dit al jaren."


@pytest.fixture
def told(session, cast):
    """Whose page it is, and what a guide told of her there."""
    guide = cast.actor("guide").user_id
    row = make.observation(session, cast.enrolment, example=WRONG, recorded_by_id=guide)
    session.commit()
    return f"/participants/{cast.participant.uuid}", row.uuid


def put_right(cast, about_her):
    guide = cast.client("guide")
    link = guide.page(about_her).select_one("#observations a[href$='/correct']")["href"]
    answer = guide.submit(link, follow=False, example=RIGHT, level="can_teach")
    assert answer.location.endswith(about_her)


@pytest.mark.slow
def test_what_was_wrong_stays_to_be_read_beside_what_is_right(session, cast, told):
    about_her, _ = told
    put_right(cast, about_her)
    lines = "#observations :is(.timeline, .voices) > li"
    for name, url in (("guide", about_her), ("participant", "/my/can")):
        (line,) = cast.client(name).page(url).select(lines)
        assert WRONG in line.find("del").text
        assert RIGHT in line.text
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Observation)) == 2
    put_right(cast, about_her)
    assert len(cast.client("guide").page(about_her).select("#observations del")) == 2


@pytest.mark.parametrize("name", ["coordinator", "stranger", "participant"])
def test_only_who_wrote_it_puts_it_right(cast, told, name):
    _, uuid = told
    own = "/my" if name == "participant" else ""
    assert cast.client(name).get(f"{own}/observations/{uuid}/correct").status_code == 404


def test_what_was_put_right_is_put_right_once(cast, told):
    about_her, uuid = told
    put_right(cast, about_her)
    assert cast.client("guide").get(f"/observations/{uuid}/correct").status_code == 404


@pytest.mark.slow
def test_what_she_says_against_it_goes_along(cast, told):
    about_her, _ = told
    her = cast.client("participant")
    link = her.page("/my/can").select_one("#observations a[href$='/object']")["href"]
    her.submit(link, follow=False, objection=HERS)
    put_right(cast, about_her)
    for name, url in (("guide", about_her), ("participant", "/my/can")):
        assert HERS in cast.client(name).page(url).select_one("#observations q").text
    link = her.page("/my/can").select_one("#observations a[href$='/object']")["href"]
    assert HERS in her.page(link).textarea.text
    her.submit(link, follow=False, objection="")
    assert HERS not in cast.client("guide").page(about_her).text


def test_hiding_it_hides_what_stood_there_before(cast, told):
    about_her, _ = told
    put_right(cast, about_her)
    her = cast.client("participant")
    (button,) = her.page("/my/can").select("form[action$='/hide']")
    her.post(button["action"], data={"csrf_token": her.csrf_token()})
    staff = cast.client("guide").page(about_her).text
    assert WRONG not in staff
    assert RIGHT not in staff
    mine = her.page("/my/can").text
    assert WRONG in mine
    assert RIGHT in mine


def test_ten_people_take_no_more_than_fifteen_taps(session, cast):
    """The link on the register, the word (two taps), one level each, save; and one sentence."""
    for number in range(9):
        person = make.participant(session, f"Deelnemer {number}")
        make.enrolment(session, cast.offering, person, started_on=cast.enrolment.started_on)
    session.commit()
    guide = cast.client("guide")
    register = guide.page(f"/registers/{cast.offering_session.uuid}")
    (link,) = register.select("a[href$='/observations/new']")
    page = guide.page(link["href"])
    groups = page.select(".levels fieldset")
    assert len(groups) == 10
    chosen = {group.input["name"]: "alone" for group in groups[:9]}
    chosen[groups[9].input["name"]] = "can_teach"
    taps = 1 + 2 + len(chosen) + 1
    assert taps <= 15
    sent = {"competence": "samenwerken", "example": "Kookte mee voor veertig mensen."}
    again = guide.page(guide.submit(page, follow=False, **sent), status=422)
    assert sent["example"] in again.textarea.text
    guide.submit(again, follow=False, **chosen)
    rows = session.scalars(select(Observation.level))
    assert Counter(rows) == {"alone": 9, "can_teach": 1}


def test_what_was_about_somebody_else_is_taken_back_in_sight_and_read_by_nobody(
    cast, session, told
):
    about_her, _ = told
    her, guide = cast.client("participant"), cast.client("guide")
    put_right(cast, about_her)
    link = guide.page(about_her).select_one("#observations a[href$='/correct']")["href"]
    assert cast.client("coordinator").get(link).status_code == 404
    guide.submit(link, form="form[action$='/take-back']", follow=False)
    for client, url in ((guide, about_her), (her, "/my/can")):
        page = client.get(url).text
        assert WRONG not in page
        assert RIGHT not in page
        assert "Het ging over iemand anders" in page
    assert "iemand anders" not in her.get("/my/can/preview").text
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Observation)) == 3
