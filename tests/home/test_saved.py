"""What she saved, and what suits her: a rule that is shown, of what she did and said."""

import pytest

from portal.assessments.rules import AssessmentStatus, Pick
from portal.core.errors import RuleBroken
from portal.enrolments.rules import EnrolmentStatus
from portal.home.queries import hers
from portal.offerings.rules import OfferingStatus, WorkWord
from portal.searches import commands
from portal.searches.queries import list_saved
from portal.searches.rules import MOST_SAVED
from tests import factories as make

ELSEWHERE = "BU05990110"  # in another district than the cast's
LEARNS = "raad-geven"


def titles(client):
    return [one.text for one in client.page("/my/saved").select("#suits h3")]


@pytest.mark.slow
def test_a_heart_keeps_an_activity_on_her_page_and_lets_it_go(session, cast):
    naaien = make.offering(session, cast.enterprise, title="Naaien", work_word=WorkWord.MAKEN)
    session.commit()
    path, her = f"/offerings/{naaien.slug}", cast.client("participant")
    form = "form[action^='/my/saved']"
    assert her.page("/my").select("a[href='/my/saved']")
    for _ in range(2):
        if her.page(path).select_one(f"{form} [value=on]"):
            her.submit(path, form=form, button="on")
    assert [one.text for one in her.page("/my/saved").select("#saved h3")] == ["Naaien"]
    for other in ("visitor", "guide"):
        assert not cast.client(other).page(path).select(form)
    naaien.status = OfferingStatus.HIDDEN
    session.commit()
    saved = her.page("/my/saved").select_one("#saved")
    assert not saved.select("h3")
    assert "1 activiteit die u bewaarde" in saved.text
    naaien.status = OfferingStatus.PUBLISHED
    session.commit()
    her.submit(path, form=form, button="off")
    assert not her.page("/my/saved").select("#saved h3")


def test_so_many_are_saved_and_no_more_and_twice_is_once(session, cast):
    her = cast.actor("participant")
    first, *others = (make.offering(session, cast.enterprise) for _ in range(MOST_SAVED + 1))
    for one in (first, first, *others[:-1]):
        commands.save(session, her, one.id)
        session.flush()
    assert len(list_saved(session, her.participant_id)) == MOST_SAVED
    commands.save(session, her, first.id)
    with pytest.raises(RuleBroken, match="Take one away first"):
        commands.save(session, her, others[-1].id)


def test_what_suits_her_is_like_what_she_did_near_and_free_and_never_what_she_knows(session, cast):
    def offer(title, **values):
        values = {"work_word": WorkWord.HELPEN, "title": title, **values}
        return make.offering(session, cast.enterprise, **values)

    offer("Vol", places=1, places_taken=1)
    offer("Ander werk", work_word=WorkWord.VERVOEREN)
    declined = offer("Was niets")
    make.enrolment(session, declined, cast.participant, EnrolmentStatus.DECLINED)
    far = offer("Ver weg", area_code=ELSEWHERE)
    session.commit()
    her = cast.client("participant")
    assert titles(her) == ["Ver weg"]  # as nothing is near
    assert "dicht bij" not in her.page("/my/saved").select_one("#suits").text
    offer("Dichtbij")
    session.commit()
    assert titles(her) == ["Dichtbij"]
    said = her.page("/my/saved").select_one("#suits").text
    assert "helpen" in said
    assert "dicht bij" in said
    assert str(far.title) not in said
    offer("Leert het haar", competences=[LEARNS])
    talk = make.assessment(
        session, cast.enrolment, cast.actor("guide").user_id, status=AssessmentStatus.AGREED
    )
    make.card(session, talk, competence=LEARNS, pick=Pick.LEARN)
    session.commit()
    assert titles(her)[0] == "Leert het haar"


def test_who_did_nothing_yet_is_told_how(session, cast):
    session.delete(cast.enrolment)
    session.flush()
    found = hers.finds(session, cast.actor("participant"))
    assert (found.suits, found.saved) == ([], [])
