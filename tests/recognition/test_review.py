"""A report figure by figure: a remark, a question, an answer; and who may see and do it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.accounts.models import User
from portal.core import clock
from portal.core.actor import Role
from portal.core.errors import NotAllowed, NotFound, RuleBroken
from portal.impact.models import ImpactReport
from portal.impact.rules import TRANSITIONS, UNDECIDED, ReportMove, ReportStatus
from portal.notices.models import Notice
from portal.organisations.models import Membership
from portal.organisations.queries import staff_actor
from portal.recognition import commands, queries
from portal.recognition.commands import explain, look_at
from portal.recognition.models import ReportDecision
from portal.recognition.rules import APPEAL_WITHIN, Decision
from tests.impact import made
from tests.pages import page_of

S, M = ReportStatus, ReportMove
MOVES = {
    "recognise": (commands.recognise, "recogniser"),
    "return": (commands.send_back, "recogniser"),
    "decline": (commands.decline, "recogniser"),
    "appeal": (commands.appeal, "admin"),
}


@pytest.fixture
def colleague(session, cast):
    """Another recogniser of the municipality."""
    user = session.get_one(User, cast.actor("operator").user_id)
    user.is_operator = False
    membership = Membership(
        user_id=user.id, organisation_id=cast.municipality.id, role=Role.RECOGNISER
    )
    session.add(membership)
    session.commit()
    return staff_actor(session, user, membership)


@pytest.fixture
def declined(session, cast, submitted):
    judge = cast.actor("recogniser")
    commands.decline(session, judge, report=submitted, remark="Maart mist.")
    session.commit()
    return submitted


def ask(session, cast, report, **questions):
    judge = cast.actor("recogniser")
    return look_at(session, judge, report=report, accepted=["people"], questions=questions)


def test_a_question_waits_for_an_answer_before_a_report_is_recognised(session, cast, submitted):
    admin, judge = cast.actor("admin"), cast.actor("recogniser")
    figures = submitted.document
    assert ask(session, cast, submitted, minutes="Ook van maart?", nothing="Bestaat niet") == 2
    assert ask(session, cast, submitted) == 0  # the same again
    with pytest.raises(RuleBroken, match="no answer yet"):
        commands.recognise(session, judge, report=submitted, remark="Goed.")
    words = {"minutes": "In maart was er niets.", "people": "Niet gevraagd", "visits": "x"}
    assert explain(session, admin, report=submitted, words=words) == 1
    assert submitted.document == figures  # nobody changes a figure here
    assert queries.trail_of(session, submitted).last("minutes") is Decision.ANSWERED
    commands.recognise(session, judge, report=submitted, remark="Goed.")
    told = {notice.kind for notice in session.scalars(select(Notice))}
    assert {"recognition/asked", "recognition/answered"} <= told
    for change in (
        lambda: ask(session, cast, submitted, minutes="Nog iets?"),
        lambda: explain(session, admin, report=submitted, words={"minutes": "Nog iets."}),
    ):
        with pytest.raises(RuleBroken):
            change()


def test_what_a_reader_has_to_know_is_said_when_handing_in(session, cast, draft):
    admin = cast.actor("admin")
    explain(session, admin, report=draft, words={"minutes": "Met de zomerweek."})
    explain(session, admin, report=draft, words={"minutes": "Met de zomerweek.", "people": ""})
    commands.submit(session, admin, report=draft, recogniser_id=cast.municipality.id)
    session.commit()
    page = cast.client("recogniser").page(f"/recognition/{draft.uuid}")
    assert "Met de zomerweek." in page.select_one("#figure-minutes").text
    said = session.scalars(select(ReportDecision.about).where(ReportDecision.about != "")).all()
    assert said == ["minutes"]  # once, and nothing of nothing


def test_a_hidden_figure_is_not_talked_about(session, cast, submitted):
    hidden = [f["id"] for f in submitted.document["figures"] if f["hidden"]]
    assert hidden
    assert ask(session, cast, submitted, **dict.fromkeys(hidden, "Hoeveel?")) == 1  # people
    session.commit()
    page = cast.client("recogniser").page(f"/recognition/{submitted.uuid}")
    assert not page.select(", ".join(f"#figure-{id_}" for id_ in hidden))


def test_who_is_asked_anew_begins_anew(session, cast, submitted):
    admin = cast.actor("admin")
    ask(session, cast, submitted, minutes="Ook van maart?")
    commands.withdraw(session, admin, report=submitted)
    commands.submit(session, admin, report=submitted, recogniser_id=cast.municipality.id)
    assert queries.trail_of(session, submitted).talk == {}
    commands.recognise(session, cast.actor("recogniser"), report=submitted, remark="Goed.")


@pytest.mark.slow
def test_the_talk_by_the_pages_and_nothing_of_it_is_public(session, cast, submitted):
    """One form for all figures, without a script, with what was typed kept when it is refused."""
    judge, admin = cast.client("recogniser"), cast.client("admin")
    url = f"/recognition/{submitted.uuid}"
    asked = {"ask-minutes": "Ook van maart?", "right-people": "y"}
    answer = judge.submit(url, form="#decide", button="recognise", **asked)
    page = judge.page(answer, status=422)
    assert "heeft nog geen antwoord" in page.words
    assert page.select_one("[name=ask-minutes]")["value"] == "Ook van maart?"
    assert page.select_one("#figure-minutes details").has_attr("open")
    page = judge.page(judge.submit(url, form="#decide", button="save", **asked))
    assert page.select_one("[name=right-people]").has_attr("checked")
    assert "Ook van maart?" in page.select_one("#figure-minutes").text
    link = admin.page("/work").select_one(f".board a[href$='{submitted.uuid}/figures']")["href"]
    page = admin.page(link)
    assert len(page.select("main li input")) == 1
    admin.submit(page, **{"words-minutes": "In maart was er niets."})
    page = judge.page(judge.submit(url, form="#decide", button="accept"))
    boxes = page.select("[name^=right-]")
    left = [box["name"] for box in boxes if not box.has_attr("checked")]
    assert left == ["right-minutes"]  # was asked about: looked at by itself
    page = judge.page(judge.submit(url, form="#decide", button="recognise", remark="Goed."))
    session.expire_all()
    public = cast.client().page(f"/reports/{submitted.number}").words
    assert "maart?" not in public
    assert "niets." not in public


def test_a_number_of_a_person_is_refused_at_a_figure(cast, submitted):
    judge = cast.client("recogniser")
    sent = judge.submit(
        f"/recognition/{submitted.uuid}", form="#decide", button="save",
        **{"ask-minutes": "Is dat 111222333?"},
    )  # fmt: skip
    assert sent.status_code == 422
    assert "#ask-minutes" in str(page_of(sent).select_one(".error-summary"))


def test_each_state_has_the_moves_of_the_table_and_no_other(session, cast, submitted, colleague):
    """Every step at every state: what the table lacks is refused, and changes nothing."""
    for status in S:
        for name, (do, who) in MOVES.items():
            move = M(name)
            submitted.status = status
            session.flush()
            before = session.begin_nested()
            if status in (S.APPEALED, S.DECLINED):
                commands.write_down(session, colleague, submitted, Decision.DECLINED, "Nee.")
                session.flush()
            actor = cast.actor(who)
            if (status, move) in TRANSITIONS:
                assert (
                    do(session, actor, report=submitted, remark="Om dit.").status
                    is (TRANSITIONS[status, move])
                )
            else:
                with pytest.raises(RuleBroken):
                    do(session, actor, report=submitted, remark="Om dit.")
            before.rollback()
            session.expire_all()
            assert session.get_one(ImpactReport, submitted.id).status is status
    once = [to for (_, move), to in TRANSITIONS.items() if move is M.APPEAL]
    back = [state for (state, _), to in TRANSITIONS.items() if to is S.DECLINED]
    assert (once, back) == ([S.APPEALED], [S.SUBMITTED])
    assert {S.SUBMITTED, S.APPEALED} == UNDECIDED


def test_declining_and_asking_again_want_a_reason(session, cast, submitted):
    with pytest.raises(RuleBroken):
        commands.decline(session, cast.actor("recogniser"), report=submitted, remark="")
    assert str(submitted.status) == S.SUBMITTED
    commands.decline(session, cast.actor("recogniser"), report=submitted, remark="Nee.")
    with pytest.raises(RuleBroken):
        commands.appeal(session, cast.actor("admin"), report=submitted, remark="")
    assert submitted.status is S.DECLINED


def test_somebody_else_looks_at_it_again_and_once(session, cast, declined, colleague):
    admin, judge = cast.actor("admin"), cast.actor("recogniser")
    commands.appeal(session, admin, report=declined, remark="Maart was dicht.")
    for decide in (commands.recognise, commands.send_back, commands.decline):
        with pytest.raises(RuleBroken, match="Somebody else"):
            decide(session, judge, report=declined, remark="Toch niet.")
    with pytest.raises(RuleBroken, match="Somebody else"):
        ask(session, cast, declined, minutes="Nog iets?")
    operator = replace(cast.actor("operator"), user_id=None)
    with pytest.raises(NotAllowed):  # there is a colleague
        commands.recognise(session, operator, report=declined, remark="Goed.")
    commands.decline(session, colleague, report=declined, remark="Ook ik zie geen maart.")
    assert str(declined.status) == S.CLOSED
    with pytest.raises(RuleBroken):
        commands.appeal(session, admin, report=declined, remark="Nog eens.")
    made.report(session, admin, replaces=declined)  # another report is another matter
    assert str(declined.status) == S.REPLACED


@pytest.mark.slow
def test_the_operator_looks_again_where_there_is_nobody_else(session, cast, declined):
    operator = cast.client("operator")
    url = f"/operator/reports/{declined.uuid}"
    assert operator.get(url).status_code == 404
    commands.appeal(session, cast.actor("admin"), report=declined, remark="Maart was dicht.")
    session.commit()
    assert operator.page("/work").select(f".board a[href='{url}']")
    operator.submit(url, form="#decide", button="recognise", remark="Klopt.")
    session.expire_all()
    assert declined.status is S.RECOGNISED
    by = declined.document["recognition"]["by"]
    assert by == f"de beheerder van dit portaal, nadat {cast.municipality.name} nee zei"
    assert operator.get(url).status_code == 404


def test_an_operator_who_made_the_report_does_not_decide(session, cast, declined):
    commands.appeal(session, cast.actor("admin"), report=declined, remark="Maart was dicht.")
    declined.compiled_by_id = cast.actor("operator").user_id
    session.flush()
    with pytest.raises(RuleBroken, match="made this report"):
        commands.recognise(session, cast.actor("operator"), report=declined, remark="Goed.")


def test_asking_again_is_possible_for_six_weeks_and_not_over_days_of_another(
    session, cast, declined
):
    admin = cast.actor("admin")
    late = clock.freeze(clock.now() + APPEAL_WITHIN + timedelta(minutes=1))
    with late, pytest.raises(RuleBroken, match="six weeks"):
        commands.appeal(session, admin, report=declined, remark="Te laat.")
    anew = made.report(session, admin)  # its days are free
    commands.submit(session, admin, report=anew, recogniser_id=cast.municipality.id)
    with pytest.raises(RuleBroken, match="share days"):
        commands.appeal(session, admin, report=declined, remark="Beide.")


def test_an_appeal_that_is_taken_back_is_over_and_binds_no_days(session, cast, declined):
    admin = cast.actor("admin")
    commands.appeal(session, admin, report=declined, remark="Kijk nog eens.")
    with pytest.raises(RuleBroken, match="share days"):
        made.report(session, admin)
    commands.withdraw(session, admin, report=declined)
    assert declined.status is S.CLOSED
    made.report(session, admin)


def test_each_waits_until_a_day(session, cast, submitted, colleague):
    """Who is asked, who declined hears of the days that are left, and who looks again."""
    judge, admin = cast.client("recogniser"), cast.client("admin")
    assert judge.page("/work").select(".board .by")
    commands.decline(session, cast.actor("recogniser"), report=submitted, remark="Maart mist.")
    session.commit()
    page = admin.page("/work")
    assert page.select(".board .by")
    assert "afgewezen" in page.words
    page = admin.page(f"/work/reports/{submitted.uuid}/submit")
    admin.submit(page, form="form[action$='/appeal']", remark="Maart was dicht.")
    assert judge.page("/work").select(f".board a[href='/recognition/{submitted.uuid}']")
    assert not cast.client("operator").page("/work").select(".board a[href*='/operator/reports']")


def test_another_organisation_finds_no_report_that_is_looked_at_again(session, cast, declined):
    commands.appeal(session, cast.actor("admin"), report=declined, remark="Kijk nog eens.")
    session.commit()
    for name in ("stranger", "referrer"):
        with pytest.raises(NotFound):
            queries.get_sent_here(session, cast.actor(name), declined.uuid)
    assert cast.client("admin").get(f"/operator/reports/{declined.uuid}").status_code == 403
