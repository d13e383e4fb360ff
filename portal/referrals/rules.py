"""How a person agreed to be referred, and for how long others may read of her."""

import re
from datetime import date, datetime, timedelta

from portal.core.errors import N_, RuleBroken
from portal.core.worded import WordedEnum

OUTCOME_FOLLOWED = timedelta(days=365)
LISTED = "referral.listed"  # somebody took a list in which she stands
_DAYS_SHARED = {1: 30, 3: 91, 12: 365}


class AgreedHow(WordedEnum):
    """In what way the person said yes to this referral."""

    SPOKEN = "spoken", N_("She was here and said yes")  # she was there and said so
    CARD = "card", N_("She did it on her own page")  # on her own page
    PAPER = "paper", N_("She signed a paper")


_REFERENCE = re.compile(r"(?=.*[0-9])[A-Za-z0-9][A-Za-z0-9./-]*")
TO_STAFF = (AgreedHow.SPOKEN, AgreedHow.PAPER)  # as staff may write it down


def holds(today: date, until: date | None, withdrawn_at: datetime | None) -> bool:
    """Say whether her agreement holds on a day, the last one included."""
    return withdrawn_at is None and until is not None and today <= until


def history_until(today: date, months: int) -> date:
    """Until when the new provider reads what she did, from a choice of months."""
    try:
        return today + timedelta(days=_DAYS_SHARED[months])
    except KeyError:
        raise RuleBroken("history_months", N_("Choose one from the list.")) from None


def check_referral(
    from_organisation_id: int | None,
    to_organisation_id: int,
    *,
    is_from_verified: bool,
    is_to_verified: bool,
) -> None:
    """Two checked organisations, and not one and the same."""
    if not is_from_verified:
        raise RuleBroken("", N_("Your organisation is not checked yet. You can't refer."))
    if not is_to_verified:
        raise RuleBroken("", N_("This activity takes no new people now."))
    if from_organisation_id == to_organisation_id:
        raise RuleBroken("", N_("This is an activity of the same organisation. Sign her up there."))


def check_reference(reference: str, agreed_how: AgreedHow | None) -> None:
    """Refuse what may be a name, and what she didn't agree to."""
    if not reference:
        return
    if not _REFERENCE.fullmatch(reference):
        words = N_("Only letters and figures, and at least one figure. No name and no spaces.")
        raise RuleBroken("reference", words)
    if agreed_how is None:
        raise RuleBroken("agreed_how", N_("Choose how she agreed to this."))


def last_day_at_old(today: date, *days: date | None) -> date:
    """Say her last day at the old provider: once she has the new.

    The days are those on which the old place and the new one began and on which she asked for it.
    """
    return min(today, max(day for day in days if day is not None))
