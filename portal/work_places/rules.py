"""What a work place asks, what fits somebody, and why: plain Python, about no person."""

from portal.core.errors import N_
from portal.core.worded import WordedEnum
from portal.organisations.rules import OrganisationKind

# Who posts work: an inclusive employer.
EMPLOYING_KINDS = frozenset({OrganisationKind.COMPANY})


class WorkKind(WordedEnum):
    """What is offered; the words say what a person may expect of it."""

    JOB = "job", N_("paid work")
    TRIAL = "trial", N_("trial placement")
    APPRENTICESHIP = "apprenticeship", N_("learning and working")
    EXPERIENCE = "experience", N_("work experience place")
    PAID_DAY = "paid_day", N_("paid task of a day")


class Shown(WordedEnum):
    """What an employer may count with; each has its own switch."""

    COMPETENCES = "competences", N_("what I can")
    TIMES = "times", N_("when I can work")
    AREAS = "areas", N_("where I want to work")
    DUTCH = "dutch", N_("how much Dutch I speak")
