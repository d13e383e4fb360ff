"""What an import goes through, how long it is kept, and what it may do."""

from datetime import date, timedelta
from enum import StrEnum

from portal.core.errors import N_, RuleBroken
from portal.core.worded import WordedEnum

AT_ONCE = 500  # marks that are written while somebody waits; more is done in the background
FORGET_READ = timedelta(days=7)  # what was read and never applied
FORGET_DONE = timedelta(days=14)  # what was applied: what the file said, not what came of it
_STILL_COMES = timedelta(weeks=4)
_IS_RECENT = timedelta(weeks=8)


class ImportStatus(WordedEnum):
    """Read and shown; then applied, in the background; and taken back whole if need be."""

    READ = "read", N_("Read, not applied yet")
    APPLYING = "applying", N_("Being applied")
    APPLIED = "applied", N_("Applied")
    TAKING_BACK = "taking_back", N_("Being taken back")
    TAKEN_BACK = "taken_back", N_("Taken back")


UNDER_WAY = (ImportStatus.APPLYING, ImportStatus.TAKING_BACK)


class Button(StrEnum):
    """What can be pressed on the page of an import."""

    CHOOSE = "choose"
    APPLY = "apply"
    THROW_AWAY = "throw_away"
    TAKE_BACK = "take_back"


def check_status(status: ImportStatus, expected: ImportStatus) -> None:
    """Each step is taken once, also when two press its button."""
    if status is not expected:
        raise RuleBroken("", N_("This was done already. Look at the page as it is now."))


def still_comes(last_day: date, last_of_file: date, today: date) -> bool:
    """Whether somebody new is in the group now: she came last in a recent file."""
    return last_day >= last_of_file - _STILL_COMES and last_of_file >= today - _IS_RECENT
