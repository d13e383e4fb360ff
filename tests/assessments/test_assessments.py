"""A conversation from asking to her yes: who sees what of it, and where each voice goes."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from portal.accounts.models import User
from portal.assessments import commands, queries
from portal.assessments.jobs import KIND, remind
from portal.assessments.models import Assessment, LaidCard
from portal.assessments.rules import HELD, AssessmentMove, AssessmentStatus, Pick, code_of
from portal.core import clock
from portal.core.actor import Role
from portal.core.errors import RuleBroken
from portal.core.guard import reading_as
from portal.notices.models import Notice
from portal.offerings.rules.competences import competences
from portal.organisations.models import Membership
from portal.participants.models import Participant
from portal.progress.models import Observation
from portal.progress.rules import SkillLevel, Voice
from tests import factories as make
from tests.deeds import deeds
from tests.house.test_privacy import text_of_answer

_S, _M = AssessmentStatus, AssessmentMove
AFTERNOON = datetime(2026, 3, 27, 14, 0, tzinfo=UTC)
SAYS = "doe dit thuis al jaren"
LEARNS = competences()["naaien"].plain("nl")


@pytest.fixture
def held(session, cast):
    """One with a card of hers and the expert's words, and a card to learn."""
    row = make.assessment(session, cast.enrolment, cast.actor("expert").user_id)
    make.card(session, row)
    learns = {"competence": "naaien", "pick": Pick.LEARN, "level": None, "said_level": None}
    make.card(session, row, **learns, example="", said="")
    session.commit()
    return row


def presses(client, url, **values):
    return client.post(url, data={**values, "csrf_token": client.csrf_token()})


@pytest.mark.slow
def test_from_asking_to_a_day_and_she_wants_nobody_else_there(session, cast):
    guide, expert, her = (cast.client(name) for name in ("guide", "expert", "participant"))
    url = f"/participants/{cast.participant.uuid}"
    form = guide.page(f"{url}/assessment")
    (label,) = [one for one in form.select("label") if one.text == "Expert"]
    holder = form.find(id=label["for"])["value"]
    guide.submit(f"{url}/assessment", holder=holder, follow=False)
    row = session.scalars(select(Assessment)).one()
    mine = f"/work/assessments/{row.uuid}"
    work = expert.page("/work")
    assert work.select_one(f'.board a[href="{mine}"]')
    assert "Fatma" in work.main.text
    asked = expert.page(mine).main.text
    assert "Fatma" in asked
    assert "Fatma A." not in asked, "more than a first name before she said yes"
    assert expert.get(f"{mine}/cards").status_code == 404
    presses(expert, mine, do="decline")
    assert expert.get(mine).status_code == 404, "she said no, and sees nothing any more"
    assert "kan het gesprek niet doen" in guide.page("/work").main.text
    guide.submit(f"{url}/assessment", holder=holder, follow=False)
    presses(expert, mine, do="accept")
    day = clock.today() + timedelta(days=9)
    planned = {"day": day, "starts": "10:00", "place": "Buurthuis", "third": "Karin van de bakker"}
    expert.submit(f"{mine}/plan", follow=False, **planned)
    hers = her.page(f"/my/assessments/{row.uuid}")
    assert "Buurthuis" in hers.main.text
    assert "Karin" in hers.main.text
    assert her.page("/my").select_one(f'a[href="/my/assessments/{row.uuid}"]')
    presses(her, f"/my/assessments/{row.uuid}", do="alone")
    assert "Karin" not in her.page(f"/my/assessments/{row.uuid}").main.text
    session.rollback()
    kinds = session.scalars(select(Notice.kind).order_by(Notice.id)).all()
    assert kinds == ["assessments/asked", "assessments/asked", "assessments/planned"]


def test_three_sit_at_the_table_when_she_wants_and_the_third_has_no_voice(session, cast, held):
    held.status, held.third = _S.PLANNED, "Karin van de bakker"
    held.at = clock.now() + timedelta(days=1)
    session.commit()
    her, expert = cast.client("participant"), cast.client("expert")
    own, work = f"/my/assessments/{held.uuid}", f"/work/assessments/{held.uuid}"
    assert "Karin van de bakker" in her.page(own).main.text
    presses(expert, work, do="begin")
    seats = expert.page(f"{work}/cards").select(".seats li")
    assert [seat.b.text for seat in seats] == ["Fatma", "Expert", "Karin van de bakker"]
    presses(expert, work, do="lay")
    presses(her, own, do="agree")
    session.rollback()
    voices = {row.voice for row in session.scalars(select(Observation))}
    assert voices == {Voice.PARTICIPANT, Voice.EXPERT}
    assert "Karin" not in her.get("/my/can").text


def test_she_may_want_nobody_else_at_the_table(session, cast, held):
    held.status, held.third = _S.PLANNED, "Karin van de bakker"
    held.at = clock.now() + timedelta(days=1)
    session.commit()
    presses(cast.client("participant"), f"/my/assessments/{held.uuid}", do="alone")
    session.rollback()
    assert session.scalars(select(Assessment.third)).one() == ""
    assert "assessment.third_refused" in deeds(session)


def test_an_expert_sees_nothing_beyond_what_she_accepted(session, cast, held):
    stranger = make.participant(session, "Iemand Anders", card_token="another")
    place = make.enrolment(session, cast.offering, stranger)
    guides = make.assessment(session, place, cast.actor("guide").user_id)
    make.card(session, guides)
    session.commit()
    with reading_as(session, cast.actor("expert")):
        session.expire_all()
        assert session.scalars(select(Participant)).all() == []
        assert session.scalars(select(Observation)).all() == []
        assert session.scalars(select(Assessment.id)).all() == [held.id]
        of = session.scalars(select(LaidCard.assessment_id)).all()
        assert set(of) == {held.id}
    with reading_as(session, cast.actor("guide")):  # of another's table the team sees the state
        assert len(session.scalars(select(Assessment.id)).all()) == 2
        assert set(session.scalars(select(LaidCard.assessment_id))) == {guides.id}
    expert = cast.client("expert")
    for url in ("/participants", f"/participants/{cast.participant.uuid}", "/registers"):
        assert expert.get(url).status_code == 403, url
    assert expert.get(f"/work/assessments/{guides.uuid}").status_code == 404


def test_an_expert_of_several_teams_has_one_list_until_she_leaves_a_team(session, cast, held):
    expert = session.get_one(User, cast.actor("expert").user_id)
    there = Membership(user=expert, organisation=cast.other_enterprise, role=Role.EXPERT)
    session.add(there)
    place = make.enrolment(
        session, make.offering(session, cast.other_enterprise), make.participant(session, "Ana B.")
    )
    other = make.assessment(session, place, expert.id, _S.ASKED)
    session.commit()
    work = cast.client("expert").page("/work")
    assert work.select_one(f'.board a[href="/work/assessments/{other.uuid}"]')
    assert cast.other_enterprise.name in work.select_one(".board").text
    session.delete(there)
    session.commit()
    assert cast.client("expert").get(f"/work/assessments/{other.uuid}").status_code == 404


@pytest.mark.parametrize("status", [one for one in _S if one not in HELD])
def test_a_holder_reads_the_cards_only_while_she_holds_it(session, cast, held, status):
    held.status = status
    session.commit()
    expert = cast.client("expert")
    with reading_as(session, cast.actor("expert")):
        assert session.scalars(select(LaidCard)).all() == []
    assert expert.get(f"/work/assessments/{held.uuid}/cards").status_code == 404


@pytest.mark.slow
def test_taps_are_kept_in_their_piles_from_a_phone_a_screen_and_paper(session, cast, held):
    her, expert = cast.client("participant"), cast.client("expert")
    url = f"/my/assessments/{held.uuid}/cards"
    top = her.page(url).select_one("article:not([hidden])")["data-card"]
    answer = presses(her, url, **{f"card-{top}": "mine"})
    assert answer.status_code == 303
    assert her.page(url).select_one("article:not([hidden])")["data-card"] != top
    kept = {f"card-{top}": "not_now", "card-naaien": "mine", "by": "script"}
    assert presses(her, url, **kept).status_code == 204
    work = f"/work/assessments/{held.uuid}/cards"
    paper = {"learn": f"{code_of('precies').lower()}, {code_of('op-tijd')}"}
    assert presses(expert, work, **paper).status_code == 303
    session.expire_all()
    piles = {key: card.pick for key, card in queries.list_cards(session, held.id).items()}
    assert piles == {
        top: Pick.NOT_NOW, "naaien": Pick.MINE, "samenwerken": Pick.MINE,
        "precies": Pick.LEARN, "op-tijd": Pick.LEARN,
    }  # fmt: skip
    for wrong in ({"card-naaien": "best"}, {"card-zweven": "mine"}, {"mine": "QQQ"}):
        assert presses(expert, work, **wrong).status_code == 422, wrong


def test_she_pauses_and_goes_on_where_she_was(session, cast, held):
    her = cast.client("participant")
    url = f"/my/assessments/{held.uuid}"
    presses(her, url, do="pause")
    assert "Verder waar u was" in her.page("/my").main.text
    presses(her, f"{url}/cards", **{"card-precies": "mine"})
    session.expire_all()
    assert session.get_one(Assessment, held.id).status is _S.RUNNING
    assert len(queries.list_cards(session, held.id)) == 3


@pytest.mark.slow
def test_each_voice_becomes_a_line_of_its_own_and_her_no_goes_with_it(session, cast, held):
    expert, her = cast.client("expert"), cast.client("participant")
    url = f"/my/assessments/{held.uuid}"
    assert presses(her, url, do="agree").status_code == 422, "there is nothing to agree on yet"
    presses(expert, f"/work/assessments/{held.uuid}", do="lay")
    assert presses(expert, f"/work/assessments/{held.uuid}", do="agree").status_code == 422
    her.submit(f"{url}/cards/samenwerken", follow=False, objection=SAYS)
    presses(her, url, do="agree")
    session.expire_all()
    told = session.scalars(select(Observation).order_by(Observation.id)).all()
    assert [(row.voice, row.competence, row.level, row.objection) for row in told] == [
        (Voice.PARTICIPANT, "samenwerken", SkillLevel.ALONE, ""),
        (Voice.EXPERT, "samenwerken", SkillLevel.CAN_TEACH, SAYS),
    ]
    assert told[1].recorded_by_id == cast.actor("expert").user_id
    for shown in ("/my/can", "/my/can/preview", "/my/can.pdf"):
        words = " ".join(text_of_answer(shown, her.get(shown).data).split())
        for word in ("Ik hielp mijn buurvrouw", "Zij vertelt het rustig", SAYS, LEARNS):
            assert word in words, (shown, word)
    # What she hides then is nowhere with others, and what she learns is a line with a switch.
    for row in told:
        presses(her, f"/my/observations/{row.uuid}/hide")
    presses(her, "/my/can/line", line="learn:naaien")
    others = [("participant", "/my/can/preview"), ("participant", "/my/can.pdf")]
    others += [("expert", f"/work/assessments/{held.uuid}")]
    others += [("guide", f"/work/assessments/{held.uuid}")]
    others += [("guide", f"/participants/{cast.participant.uuid}")]
    for name, shown in others:
        words = text_of_answer(shown, cast.client(name).get(shown).data)
        for word in ("Ik hielp mijn buurvrouw", "Zij vertelt het rustig", SAYS, LEARNS):
            assert word not in words, (shown, word)
    assert presses(her, url, do="begin").status_code == 422, "what is agreed is not laid anew"


def test_she_agrees_on_what_she_read(session, cast, held):
    expert, her = cast.client("expert"), cast.client("participant")
    presses(expert, f"/work/assessments/{held.uuid}", do="lay")
    read = her.page(f"/my/assessments/{held.uuid}")
    url = f"/work/assessments/{held.uuid}/cards/samenwerken"
    expert.submit(url, follow=False, said="Zij kan het niet.")
    refused = her.page(her.submit(read, form="form:has([value=agree])", button="agree"), status=422)
    assert "Zij kan het niet." in refused.words
    session.rollback()
    assert session.scalars(select(Observation)).all() == []
    assert her.submit(refused, form="form:has([value=agree])", button="agree").status_code == 200
    session.rollback()
    assert len(session.scalars(select(Observation)).all()) == 2


def test_she_is_told_when_the_cards_lie_ready_and_not_when_she_lays_them(session, cast, held):
    laid = select(Notice).where(Notice.kind == "assessments/laid")
    commands.move(session, cast.actor("expert"), held, _M.LAY)
    assert len(session.scalars(laid).all()) == 1
    held.status = _S.RUNNING
    commands.move(session, cast.actor("expert"), held, _M.PAUSE)
    assert len(session.scalars(laid).all()) == 1


def test_a_card_without_an_example_is_no_line(session, cast, held):
    card = session.scalars(select(LaidCard).where(LaidCard.competence == "samenwerken")).one()
    card.example, card.said, held.status = "", "", _S.LAID
    commands.move(session, cast.actor("participant"), held, _M.AGREE)
    assert session.scalars(select(Observation)).all() == []


def test_words_of_hers_need_how_it_goes(session, cast, held):
    her = cast.client("participant")
    url = f"/my/assessments/{held.uuid}/cards/naaien"
    page = her.page(her.submit(url, example="Ik kook voor mijn straat."), status=422)
    assert "Ik kook voor mijn straat." in page.text


def test_a_reminder_comes_once_the_afternoon_before(session, cast, held):
    with clock.freeze(AFTERNOON):
        held.status, held.at = _S.PLANNED, AFTERNOON + timedelta(hours=20)
        session.flush()
        assert remind(session) == 1
        assert remind(session) == 0
        (notice,) = session.scalars(select(Notice).where(Notice.kind == KIND))
        assert notice.not_after == held.at
    with clock.freeze(AFTERNOON - timedelta(hours=8)):
        assert remind(session) == 0


def test_one_who_left_the_team_holds_nothing_and_another_is_asked(session, cast, held):
    row = next(
        one for one in queries.list_holders(session, cast.actor("guide")) if one.role is Role.EXPERT
    )
    assert row.user_id == held.holder_id
    held.status = _S.PAUSED
    own = next(
        one for one in queries.list_holders(session, cast.actor("guide"))
        if one.user_id == cast.actor("guide").user_id
    )  # fmt: skip
    commands.ask(session, cast.actor("guide"), cast.enrolment, own)
    assert (held.holder_id, held.voice, held.status) == (own.user_id, Voice.GUIDE, _S.ACCEPTED)
    with pytest.raises(RuleBroken):
        commands.move(session, cast.actor("expert"), held, _M.BEGIN)
