"""An agreement in plain words: written by staff, confirmed by both, kept as it was said yes to."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.agreements import commands, queries
from portal.agreements.models import Agreement
from portal.agreements.rules import ConfirmedHow
from portal.core import clock
from portal.core.audit import AuditEvent
from portal.core.errors import NotAllowed, NotFound, RuleBroken
from portal.core.guard import set_actor
from portal.notices.models import Notice
from portal.offerings.rules import OfferingKind
from tests import factories as make


@pytest.fixture
def texts():
    return {
        "goals": "Meer Nederlands spreken.",
        "minutes_per_week": 600,
        "from_on": clock.today(),
        "until_on": None,
        "participant_does": "Ik kom op dinsdag.",
        "guide_does": "Wij praten elke maand.",
    }


@pytest.fixture
def write(session, cast, texts):
    """Write as the guide; later calls change what they name."""
    cast.offering.kind = OfferingKind.PRE_TRAJECTORY
    session.flush()

    def write(**changed):
        set_actor(session, cast.actor("guide"))
        return commands.write(session, cast.actor("guide"), cast.enrolment, **texts | changed)

    return write


@pytest.fixture
def her(cast):
    return cast.actor("participant")


def test_both_say_yes(session, cast, write, her):
    agreement = write()
    assert not agreement.is_confirmed
    set_actor(session, her)
    commands.confirm(session, her, agreement, ConfirmedHow.CARD)
    first = agreement.participant_confirmed_at
    commands.confirm(session, her, agreement, ConfirmedHow.LINK)
    assert (agreement.participant_confirmed_at, agreement.participant_confirmed_how) == (
        first,
        ConfirmedHow.CARD,
    )
    set_actor(session, cast.actor("guide"))
    commands.confirm_as_guide(session, cast.actor("guide"), agreement)
    assert agreement.is_confirmed
    assert agreement.guide_id == cast.actor("guide").user_id


def test_she_is_told_that_there_is_something_to_read(session, cast, write):
    write()
    notice = session.scalars(select(Notice)).one()
    assert notice.kind == "agreements/written"
    assert notice.data["enrolment"] == str(cast.enrolment.uuid)
    assert "Nederlands" not in str(notice.data)  # the words stay in the house


def test_a_changed_text_is_a_new_version_that_both_confirm_anew(session, cast, write, her):
    old = write()
    set_actor(session, her)
    commands.confirm(session, her, old, ConfirmedHow.CARD)
    new = write(minutes_per_week=480)
    assert (new.version, new.is_confirmed) == (2, False)
    assert old.replaced_at is not None
    assert old.participant_confirmed_at is not None
    assert old.minutes_per_week == 600
    session.flush()
    assert queries.find_current(session, cast.enrolment.id) is new
    assert list(queries.list_versions(session, cast.enrolment.id)) == [new, old]
    set_actor(session, her)
    with pytest.raises(RuleBroken, match="changed"):
        commands.confirm(session, her, old, ConfirmedHow.LINK)


def test_the_same_text_again_changes_nothing(session, write):
    assert write() is write()
    assert len(session.scalars(select(Agreement)).all()) == 1


def test_paper_counts_from_the_day_it_was_signed(session, cast, write):
    agreement = write()
    guide = cast.actor("guide")
    with pytest.raises(RuleBroken):
        commands.note_paper(session, guide, agreement, signed_on=clock.today() + timedelta(days=1))
    commands.note_paper(session, guide, agreement, signed_on=clock.today())
    assert agreement.participant_confirmed_how is ConfirmedHow.PAPER
    assert clock.to_local(agreement.participant_confirmed_at).date() == clock.today()
    events = session.scalars(select(AuditEvent.event).order_by(AuditEvent.id)).all()
    assert events == ["agreement.written", "agreement.confirmed"]


def test_a_day_activity_has_none(session, cast, texts):
    with pytest.raises(RuleBroken, match="pre-trajectory"):
        commands.write(session, cast.actor("guide"), cast.enrolment, **texts)


def test_a_bsn_is_refused(write):
    with pytest.raises(RuleBroken):
        write(goals="Haar nummer is 111222333.")


@pytest.mark.parametrize(
    ("name", "refusal"),
    [("participant", NotAllowed), ("stranger", NotFound), ("cooperative", NotFound),
     ("viewer", NotAllowed), ("recogniser", NotAllowed), ("operator", NotAllowed)],
)  # fmt: skip
def test_others_write_and_confirm_nothing(session, cast, write, texts, name, refusal):
    agreement, actor = write(), cast.actor(name)
    with pytest.raises(refusal):
        commands.write(session, actor, cast.enrolment, **texts | {"goals": "Anders."})
    with pytest.raises(refusal):
        commands.confirm_as_guide(session, actor, agreement)
    with pytest.raises(refusal):
        commands.note_paper(session, actor, agreement, signed_on=clock.today())


def test_only_she_says_yes_for_herself(session, cast, write, her):
    agreement = write()
    other = make.participant(session, "Ali B.")
    with pytest.raises(NotFound):
        commands.confirm(
            session, type(her)(kind=her.kind, participant_id=other.id), agreement, ConfirmedHow.LINK
        )
    with pytest.raises(NotAllowed):
        commands.confirm(session, cast.actor("guide"), agreement, ConfirmedHow.CARD)
    with pytest.raises(NotAllowed):
        commands.confirm(session, her, agreement, ConfirmedHow.PAPER)
