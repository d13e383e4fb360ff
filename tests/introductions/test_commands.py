"""From interest to work and after: who may do what, what an employer sees, and what time does."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.core import VISITOR, NotFound, RuleBroken, as_house, clock, reading_as
from portal.core.errors import NotAllowed
from portal.core.links import Purpose
from portal.introductions import commands, queries
from portal.introductions.jobs import keep_going
from portal.introductions.models import Introduction, WorkAftercare, WorkAgreement
from portal.introductions.rules import (
    FORGOTTEN_AFTER,
    PATIENCE,
    IntroductionMove as Move,
    IntroductionStatus as Status,
    Side,
    WhyNot,
)
from portal.notices.models import Notice
from portal.progress.rules import AftercareAnswer
from portal.work_places.models import Visibility
from portal.work_places.queries import list_visible
from tests import factories as make
from tests.deeds import deeds
from tests.introductions.made import Walk, visible, work_place
from tests.links import link_of, link_to


@pytest.fixture
def walk(session, cast):
    make.reach(session, cast.participant)
    visible(session, cast)
    return Walk(session, cast)


def seen_by(session, actor):
    with reading_as(session, actor):
        return [row.status for row in session.scalars(select(Introduction))]


def wait_for_guide(session, walk):
    return [row.uuid for row in queries.list_waiting(session, walk.guide, Side.GUIDE)]


def kinds(session, name):
    rows = session.scalars(select(Notice).order_by(Notice.id))
    return [row.kind for row in rows if row.address == name]


def test_the_whole_way(session, cast, walk):
    assert walk.status == "wanted"
    walk.meeting()
    assert walk.status == "meeting"
    last = clock.today() + timedelta(days=10)
    walk.text(Status.TRIAL, until_on=last).agree(walk.her)
    assert walk.status == Status.MEETING  # her guide did not say yes yet
    walk.agree(walk.guide)
    assert (walk.status, walk.row.act_by) == (Status.TRIAL, last + timedelta(days=7))
    walk.text().agree(walk.guide, walk.her)
    assert walk.status == Status.PLACED
    assert (walk.row.from_on, walk.row.until_on, walk.row.week_minutes) == (
        clock.today(), None, 720,
    )  # fmt: skip
    assert (walk.place.places_taken, walk.row.act_by) == (1, None)


def test_an_invitation_was_the_employers_yes(session, cast):
    """Where she was visible, and the work fits; an old one, or one to others, was none."""
    visible(session, cast)
    now = clock.now()
    for slug, invited_at, asks, status in (
        ("a", now, ["samenwerken"], Status.AGREED),
        ("b", None, ["samenwerken"], Status.WANTED),
        ("c", now - timedelta(days=15), ["samenwerken"], Status.WANTED),
        ("d", now, ["best-doen"], Status.WANTED),
    ):
        place = work_place(session, cast, slug=slug, invited_at=invited_at, needed=asks)
        assert Walk(session, cast, place=place).status == status


def test_asked_twice_it_is_one(session, cast, walk):
    again = walk.by(walk.her, commands.want, walk.place, guide_organisation_id=None)
    assert again.id == walk.row.id
    walk.step(walk.her, Move.NO, why=WhyNot.NOT_SAID)
    assert walk.by(walk.her, commands.want, walk.place, guide_organisation_id=None) is not walk.row


def test_her_yes_makes_her_visible_to_that_employer_alone(session, cast):
    """With her first name, and no invitation was hers before."""
    place = work_place(session, cast, invited_at=clock.now())
    walk = Walk(session, cast, place=place)
    assert (walk.status, len(seen_by(session, walk.employer))) == (Status.WANTED, 1)
    with as_house(session):
        (switch,) = session.scalars(select(Visibility)).all()
        assert (switch.employer_id, switch.shown) == (place.organisation_id, [])
        assert list_visible(session, cast.enterprise.id) == {}


def test_only_who_has_her_can_help(session, cast):
    visible(session, cast)
    place = work_place(session, cast)
    for helper in (cast.other_enterprise.id, place.organisation_id):
        with reading_as(session, cast.actor("participant")), pytest.raises(RuleBroken):
            commands.want(session, cast.actor("participant"), place, guide_organisation_id=helper)


@pytest.mark.parametrize("how", ["ended", "past", "of another"])
@pytest.mark.parametrize("until", ["wanted", "meeting", "trial"])
def test_when_she_is_visible_no_more_the_employer_sees_nothing(session, cast, how, until):
    lets = visible(session, cast)
    walk = Walk(session, cast)
    if until != "wanted":
        walk.meeting()
    if until == "trial":
        walk.text(Status.TRIAL, until_on=clock.today()).agree(walk.her, walk.guide)
    assert len(seen_by(session, walk.employer)) == 1
    told = len(session.scalars(select(Notice)).all())
    if how == "ended":
        lets.ended_at = clock.now()
    elif how == "past":
        lets.until_on = clock.today() - timedelta(days=1)
    else:
        lets.employer_id = cast.other_enterprise.id
    session.flush()
    assert seen_by(session, walk.employer) == []
    with reading_as(session, walk.employer):
        assert session.scalars(select(WorkAgreement)).all() == []
        assert not queries.list_waiting(session, walk.employer, Side.EMPLOYER)
    with pytest.raises(NotFound):
        walk.step(walk.employer, Move.NO, why=WhyNot.FILLED)
    walk.step(walk.her, Move.NO, why=WhyNot.TIMES)
    assert len(session.scalars(select(Notice)).all()) == told  # nobody there hears of her again


def test_who_sees_it(session, cast, walk):
    sees = {name: len(seen_by(session, cast.actor(name))) for name in cast.actors}
    who = {"participant", "guide", "coordinator", "admin", "employer"}
    assert {name for name, number in sees.items() if number} == who
    assert seen_by(session, VISITOR) == []
    walk.row.guide_organisation_id = None
    session.flush()
    left = {name for name in cast.actors if seen_by(session, cast.actor(name))}
    assert left == {"participant", "employer"}  # the operator and a visitor are of no organisation


@pytest.mark.parametrize("who", ["her", "employer"])
def test_a_no_is_hers_alone_to_see(session, cast, walk, who):
    """After whoever's no: not for the employer, not for her guide, and after a month not at all."""
    why = WhyNot.TIMES if who == "her" else WhyNot.FILLED
    walk.meeting().step(getattr(walk, who), Move.NO, why=why)
    assert seen_by(session, walk.employer) == seen_by(session, walk.guide) == []
    assert seen_by(session, walk.her) == [Status.DECLINED]
    (notice,) = [row for row in session.scalars(select(Notice)) if "stopped" in row.kind]
    assert notice.data["why"] == why
    assert cast.participant.name not in str(notice.data)
    for seconds, left in ((-1, 1), (1, 0)):
        at = walk.row.status_since + FORGOTTEN_AFTER + timedelta(seconds=seconds)
        with clock.freeze(at), as_house(session):
            keep_going(session)
            assert len(session.scalars(select(Introduction.id)).all()) == left


def test_a_reason_she_keeps_to_herself_is_told_to_nobody(session, cast, walk):
    walk.step(walk.her, Move.NO, why=WhyNot.NOT_SAID)
    last = session.scalars(select(Notice).order_by(Notice.id.desc())).first()
    assert last.data["why"] == ""


@pytest.mark.parametrize(
    ("who", "move"),
    [("her", Move.YES), ("guide", Move.YES), ("guide", Move.NO), ("guide", Move.MEET)],
)
def test_nobody_acts_for_another(session, cast, walk, who, move):
    with pytest.raises((NotAllowed, RuleBroken)):
        walk.step(getattr(walk, who), move, why=WhyNot.TIMES)
    with pytest.raises(NotAllowed):
        walk.meeting().by(
            walk.guide, commands.write, walk.row, leads_to=Status.TRIAL, minutes_per_week=60,
            from_on=clock.today(), until_on=clock.today(), participant_does="x", employer_does="y",
        )  # fmt: skip


def test_a_text_that_changed_is_read_again(session, cast, walk):
    walk.meeting().text(minutes_per_week=600)
    old = queries.find_text(session, walk.row)
    walk.agree(walk.guide).text(minutes_per_week=660)
    with pytest.raises(RuleBroken, match="has changed"):
        walk.by(walk.her, commands.agree, walk.row, str(old.version))
    walk.agree(walk.her)
    assert walk.status == Status.MEETING  # the guide's yes was to the earlier one
    walk.agree(walk.guide)
    assert walk.row.week_minutes == 660


def test_no_more_are_placed_than_there_are_places(session, cast, walk):
    walk.place.places, walk.place.places_taken = 1, 1
    walk.meeting().text()
    with pytest.raises(RuleBroken, match="places are taken"):
        walk.agree(walk.her, walk.guide)


def test_the_first_yes_of_a_side_counts(session, cast, walk):
    walk.meeting().text().agree(walk.her)
    text = queries.find_text(session, walk.row)
    said = text.participant_confirmed_at
    with clock.freeze(clock.now() + timedelta(days=1)):
        walk.agree(walk.her)
    assert text.participant_confirmed_at == said


def test_after_the_meeting_there_is_a_week_to_act(session, cast, walk):
    walk.meeting()
    assert walk.row.act_by == clock.to_local(walk.row.meets_at).date() + timedelta(days=7)


def test_what_has_to_be_done_first_is_listed_first(session, cast, walk):
    """What nobody has to act on comes last, whichever began first."""
    places = [work_place(session, cast, slug=slug) for slug in "ab"]
    rows = [walk.row, *(Walk(session, cast, place=place).row for place in places)]
    for row, days in zip(rows, (9, None, 4), strict=True):
        row.act_by = days and clock.today() + timedelta(days=days)
    session.flush()
    with reading_as(session, walk.employer):
        found = queries.list_seen(session)
    assert found == [rows[2], rows[0], rows[1]]


def test_work_that_ends_early_frees_the_place(session, cast, walk):
    walk.placed().step(walk.employer, Move.END, why=WhyNot.LESS_WORK)
    assert (walk.status, walk.place.places_taken) == (Status.ENDED, 0)
    assert walk.row.until_on == clock.today()


def test_time_ends_what_nobody_goes_on_with(session, cast, walk):
    late = clock.now() + timedelta(days=8) + PATIENCE
    with as_house(session):
        keep_going(session)
        assert walk.status == "wanted"
        with clock.freeze(late):
            keep_going(session)
    assert walk.status == "lapsed"


def test_time_ends_work_on_the_day_that_was_agreed(session, cast, walk):
    last = clock.today() + timedelta(days=40)
    walk.placed(until_on=last)
    for days, status in ((0, Status.PLACED), (1, Status.ENDED)):
        day = clock.now() + timedelta(days=40 + days)
        with clock.freeze(day), as_house(session):
            keep_going(session)
        assert walk.row.status is status
    assert (walk.row.until_on, walk.row.why, walk.place.places_taken) == (
        last, WhyNot.AS_AGREED, 0,
    )  # fmt: skip


def test_both_are_asked_three_times_and_a_signal_reaches_her_guide(session, cast, walk):
    walk.placed()
    begun = clock.now()
    for days, number in ((27, 0), (28, 2), (29, 2), (91, 4), (182, 6), (300, 6)):
        with clock.freeze(begun + timedelta(days=days)), as_house(session):
            keep_going(session)
            rows = session.scalars(select(WorkAftercare).order_by(WorkAftercare.id)).all()
        assert len(rows) == number
    with clock.freeze(begun + timedelta(days=183)):
        hers, theirs = rows[-2:]
        assert (hers.side, theirs.side) == (Side.HER, Side.EMPLOYER)
        with pytest.raises(NotFound):
            walk.by(walk.employer, commands.answer, hers, AftercareAnswer.HARD)
        with reading_as(session, walk.employer):
            assert {row.side for row in session.scalars(select(WorkAftercare))} == {Side.EMPLOYER}
        with reading_as(session, walk.her):
            assert {row.side for row in session.scalars(select(WorkAftercare))} == {Side.HER}
        walk.by(walk.employer, commands.answer, theirs, AftercareAnswer.HARD)
        with reading_as(session, walk.guide):
            assert wait_for_guide(session, walk) == [walk.row.uuid]
        walk.by(walk.her, commands.answer, hers, AftercareAnswer.STILL_THERE)
        walk.by(walk.guide, commands.meet, theirs)
        assert theirs.met_at
        assert deeds(session)[-2:] == ["work_aftercare.answered", "work_aftercare.met"]
        assert deeds(session).count("work_agreement.confirmed") == 2
        with pytest.raises(NotAllowed):
            walk.by(walk.employer, commands.meet, theirs)


def test_one_tap_in_her_message_answers_and_nobody_else_may(session, cast, walk):
    walk.placed()
    cast.participant.language = "tr"
    with clock.freeze(clock.now() + timedelta(days=28)):
        with as_house(session):
            keep_going(session)
            (notice,) = session.scalars(select(Notice).filter_by(kind="introductions/asked"))
            hers = session.scalars(select(WorkAftercare).filter_by(side=Side.HER)).one()
        tokens = [
            link_of(session, notice, Purpose.WORK),
            link_to(hers, Purpose.WORK, "email:somebody@else.example"),
            link_to(walk.row, Purpose.WORK),
        ]
        session.commit()
        link, *strange = (f"/a/{one}" for one in tokens)
        page = cast.client().page(link)
        assert page.html["lang"] == "tr"
        assert "Brood inpakken" in page.text
        assert [cast.client().get(one).status_code for one in strange] == [404, 404]
        phone = cast.client()
        phone.post(link, data={"do": "hard", "csrf_token": phone.csrf_token()})
        session.rollback()
        with as_house(session):
            assert session.scalars(select(WorkAftercare.answer).filter_by(side=Side.HER)).all() == [
                AftercareAnswer.HARD
            ]
        with reading_as(session, walk.guide):
            assert wait_for_guide(session, walk) == [walk.row.uuid]
    with clock.freeze(clock.now() + timedelta(days=70)):
        assert cast.client().get(link).status_code == 404


def test_who_wants_no_more_questions_is_asked_none(session, cast, walk):
    walk.placed()
    begun = clock.now()
    with clock.freeze(begun + timedelta(days=28)):
        with as_house(session):
            keep_going(session)
            hers = session.scalars(select(WorkAftercare).filter_by(side=Side.HER)).one()
        walk.by(walk.her, commands.answer, hers, AftercareAnswer.STOP)
    with clock.freeze(begun + timedelta(days=91)), as_house(session):
        keep_going(session)
        assert len(session.scalars(select(WorkAftercare)).all()) == 3


def test_where_a_guide_told_of_it_she_is_asked_once(session, cast, walk):
    walk.placed()
    with reading_as(session, walk.guide):
        assert wait_for_guide(session, walk) == [walk.row.uuid]  # to tell of it
    make.outflow(session, cast.enrolment, days=0)
    with reading_as(session, walk.guide):
        assert queries.list_waiting(session, walk.guide, Side.GUIDE) == []
    with clock.freeze(clock.now() + timedelta(days=28)), as_house(session):
        keep_going(session)
        assert [row.side for row in session.scalars(select(WorkAftercare))] == [Side.EMPLOYER]


def test_whose_turn_it_is(session, cast, walk):
    def turns():
        found = set()
        for side, actor in (
            (Side.HER, walk.her), (Side.EMPLOYER, walk.employer), (Side.GUIDE, walk.guide),
        ):  # fmt: skip
            with reading_as(session, actor):
                if queries.list_waiting(session, actor, side):
                    found.add(side)
        return found

    assert turns() == {Side.EMPLOYER}
    walk.meeting()
    assert turns() == {Side.EMPLOYER}
    walk.text()
    assert turns() == {Side.HER, Side.GUIDE}
    walk.agree(walk.her)
    assert turns() == {Side.GUIDE}
    walk.agree(walk.guide)
    assert turns() == {Side.GUIDE}  # who writes down that she went on
    assert walk.status == Status.PLACED
