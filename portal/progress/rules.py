"""Three voices, six steps, three levels: how progress is told without a grade."""

from datetime import date, timedelta

from portal.core.actor import Actor, Role
from portal.core.errors import N_, RuleBroken
from portal.core.worded import WordedEnum


class Voice(WordedEnum):
    """Who says it. The three stand beside each other and are never averaged."""

    PARTICIPANT = "participant", N_("Participant")
    GUIDE = "guide", N_("Guide")
    EXPERT = "expert", N_("Expert by experience")


class SkillLevel(WordedEnum):
    WITH_HELP = "with_help", N_("with help")
    ALONE = "alone", N_("alone")
    CAN_TEACH = "can_teach", N_("can teach others")


class OutflowKind(WordedEnum):
    PAID_WORK = "paid_work", N_("Paid work")
    PAID_WORK_WITH_SUPPORT = "paid_work_with_support", N_("Paid work with support")
    EDUCATION = "education", N_("A course or school")
    VOLUNTEER_WORK = "volunteer_work", N_("Volunteer work")
    NEXT_OFFERING = "next_offering", N_("Another activity")
    DAY_STRUCTURE = "day_structure", N_("A steady daily rhythm")


LADDER = range(1, 7)
# Steps 1 and 2 are about a life at home, which only she can speak of.
ONLY_HER_OWN = frozenset({1, 2})


class AftercareMoment(WordedEnum):
    """When she is asked how it goes where she went on to."""

    WEEKS_4 = "weeks_4", N_("After 4 weeks")
    MONTHS_3 = "months_3", N_("After 3 months")
    MONTHS_6 = "months_6", N_("After 6 months")


class AftercareAnswer(WordedEnum):
    """What she taps; who taps nothing is unknown."""

    STILL_THERE = "still_there", N_("Yes, I am still there")
    HARD = "hard", N_("Yes, but it is hard")
    LEFT = "left", N_("No, not any more")
    STOP = "stop", N_("Do not ask me any more")


class Face(WordedEnum):
    """How she found a stay that ended; who taps none is unknown."""

    GOOD = "good", N_("Good")
    SO_SO = "so_so", N_("So-so")
    BAD = "bad", N_("Not good")


ASKED_AFTER = {
    AftercareMoment.WEEKS_4: timedelta(days=28),
    AftercareMoment.MONTHS_3: timedelta(days=91),
    AftercareMoment.MONTHS_6: timedelta(days=182),
}
ASKED_WITHIN = timedelta(days=21)  # later it is another question
ANSWERED_WITHIN = timedelta(days=28)  # no two questions are open at once
RATED_WITHIN = timedelta(days=28)  # as long as the link of the last message tells of it
RELAPSE = frozenset({AftercareAnswer.HARD, AftercareAnswer.LEFT})  # somebody gets in touch


def moment_due(started_on: date, today: date) -> AftercareMoment | None:
    """Say at which moment since a day she is asked now; None: not now."""
    since = today - started_on
    due = (one for one, after in ASKED_AFTER.items() if after <= since < after + ASKED_WITHIN)
    return next(due, None)


def is_still_there(answer: AftercareAnswer | None) -> bool | None:
    """Say what an answer tells; None: unknown, as without one."""
    if answer is AftercareAnswer.LEFT:
        return False
    return None if answer in (None, AftercareAnswer.STOP) else True


def check_ladder_step(step: int, voice: Voice) -> None:
    """Refuse a step that isn't on the ladder, or that isn't this voice's to state.

    Source of the ladder: VNG's Participatieladder, here in our own words.
    """
    if step not in LADDER:
        raise RuleBroken("step", N_("Choose a step from 1 to 6."))
    if step in ONLY_HER_OWN and voice is not Voice.PARTICIPANT:
        raise RuleBroken("step", N_("Only the participant herself can state step 1 or 2."))


class LadderChange(WordedEnum):
    """From the first to the last step.

    Held counts: for some a stable step is the result.
    """

    ROSE = "rose", N_("went up")
    HELD = "held", N_("stayed on the same step")
    FELL = "fell", N_("went down")
    UNKNOWN = "unknown", N_("stated once, so nothing to compare yet")  # stated less than twice


def voice_of(actor: Actor) -> Voice:
    """In whose voice an actor speaks."""
    if actor.is_participant:
        return Voice.PARTICIPANT
    return Voice.EXPERT if actor.role is Role.EXPERT else Voice.GUIDE


def steps_for(voice: Voice) -> list[int]:
    """The steps that are this voice's to state."""
    return [step for step in LADDER if voice is Voice.PARTICIPANT or step not in ONLY_HER_OWN]


def ladder_change(first: int | None, last: int | None) -> LadderChange:
    """How somebody's step moved; None where it was not stated."""
    if first is None or last is None:
        return LadderChange.UNKNOWN
    if first == last:
        return LadderChange.HELD
    return LadderChange.ROSE if last > first else LadderChange.FELL


def check_not_in_future(field: str, day: date, today: date) -> None:
    """Refuse a day that is still to come."""
    if day > today:
        raise RuleBroken(field, N_("Choose today or a day in the past."))


def check_document(seen_on: date | None, seen_by: str, today: date) -> None:
    """Refuse a document seen by nobody or on no day; it is not kept."""
    if seen_on is not None and not seen_by:
        raise RuleBroken("document_seen_by", N_("Say who has seen the document."))
    if seen_by and seen_on is None:
        raise RuleBroken("document_seen_on", N_("Say on which day the document was seen."))
    if seen_on is not None:
        check_not_in_future("document_seen_on", seen_on, today)
