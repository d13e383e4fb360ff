"""What a code or a card is answered with, in words that help."""

from flask_babel import lazy_gettext as _l

from portal.check_in.rules import CheckInOutcome, Verdict
from portal.web.words import register_labels

register_labels(
    {
        Verdict.ACCEPTED: _l("This code is good."),
        Verdict.TOO_OLD: _l("The code has changed. Look at the screen again. Type the new code."),
        Verdict.TOO_EARLY: _l("You are early. The code comes later."),
        Verdict.OVER: _l("This is an old code. That time is over."),
        Verdict.OTHER_GROUP: _l(
            "This is the code of another group. You are not on that list. Ask the guide."
        ),
        Verdict.OTHER_CARD: _l(
            "Your card is from another place. Scan your card from here, or go to the guide."
        ),
        Verdict.UNKNOWN: _l("This code is not right. Look at the screen again. Type six digits."),
    },
    {
        CheckInOutcome.WELCOME: _l("Welcome! You are on the list."),
        CheckInOutcome.ALREADY: _l("You are on the list already. Welcome!"),
        CheckInOutcome.LEFT_TO_GUIDE: _l("Welcome! The list is closed already. Go to the guide."),
        CheckInOutcome.OTHER_GROUP: _l("This card belongs to another group. Ask the guide."),
        CheckInOutcome.OTHER_CARD: _l("This card is from another place. Go to the guide."),
        CheckInOutcome.UNKNOWN_CARD: _l("We do not know this card. Try again, or ask the guide."),
    },
)
