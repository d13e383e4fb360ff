"""Three voices, six steps, three levels: how progress is told without a grade."""

from __future__ import annotations

from enum import StrEnum

from portal.core.errors import N_, RuleBroken


class Voice(StrEnum):
    """Who says it. The three stand beside each other and are never averaged."""

    PARTICIPANT = "participant"
    GUIDE = "guide"
    EXPERT = "expert"


class SkillLevel(StrEnum):
    WITH_HELP = "with_help"
    ALONE = "alone"
    CAN_TEACH = "can_teach"


class OutflowKind(StrEnum):
    PAID_WORK = "paid_work"
    PAID_WORK_WITH_SUPPORT = "paid_work_with_support"
    EDUCATION = "education"
    VOLUNTEER_WORK = "volunteer_work"
    NEXT_OFFERING = "next_offering"


LADDER = range(1, 7)
# Steps 1 and 2 are about a life at home, which only she can speak of.
ONLY_HER_OWN = frozenset({1, 2})


def check_ladder_step(step: int, voice: Voice) -> None:
    """Refuse a step that isn't on the ladder, or that isn't this voice's to state.

    Source of the ladder: VNG's Participatieladder, here in our own words.
    """
    if step not in LADDER:
        raise RuleBroken("step", N_("Choose a step from 1 to 6."))
    if step in ONLY_HER_OWN and voice is not Voice.PARTICIPANT:
        raise RuleBroken("step", N_("Only the participant herself can state step 1 or 2."))
