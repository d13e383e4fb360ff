"""Words for the enums of this room."""

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from portal.attendance.rules import (
    AttendanceStatus,
    CorrectionReason,
    FollowUp,
    Provenance,
    RecordedHow,
)
from portal.attendance.rules.trend import Trend
from portal.web.words import register_labels

register_labels(
    {
        AttendanceStatus.PRESENT: _l("Here"),
        AttendanceStatus.EXCUSED: _l("Excused"),
        AttendanceStatus.ABSENT: _l("Not here"),
    },
    {
        RecordedHow.ALL_AT_ONCE: _l("everyone at once"),
        RecordedHow.BY_HAND: _l("one by one"),
        RecordedHow.IMPORTED: _l("from a file"),
        RecordedHow.BY_HERSELF: _l("by herself, ahead"),
        RecordedHow.TAKEN_BACK: _l("taken back by herself"),
        RecordedHow.CHECKED_IN: _l("by herself, at the door"),
        RecordedHow.UNDONE: _l("taken back"),
        RecordedHow.SETTLED: _l("settled"),
        RecordedHow.SHORTENED: _l("made as long as the session"),
    },
    {
        CorrectionReason.WRONG_TAP: _l("The wrong button was tapped"),
        CorrectionReason.HEARD_LATER: _l("We heard it later"),
        CorrectionReason.FROM_PAPER: _l("It stood on a paper list"),
        CorrectionReason.SENT_LATER: _l("It stood on a phone without a signal"),
        CorrectionReason.SETTLED: _l("Somebody decided between two"),
        CorrectionReason.NOT_HELD: _l("The session did not go on"),
        CorrectionReason.MOVED: _l("The session got another time"),
        CorrectionReason.LEFT: _l("She had stopped by then"),
    },
    {
        FollowUp.CALL: _l("Called"),
        FollowUp.MESSAGE: _l("Sent a message"),
        FollowUp.VISIT: _l("Went to see her"),
    },
    {
        Provenance.CHECKED_IN: _l("checked in by the person herself"),
        Provenance.WITHIN_TWO_DAYS: _l("written down within two days"),
        Provenance.LATER: _l("written down later"),
        Provenance.IMPORTED: _l("taken over from a file"),
    },
)


def fewer_minutes(most: int) -> list[tuple[str, str]]:
    """List the shorter times chosen most, as minutes and words."""
    fewer = [(most - less, f"\u2212{less}") for less in (15, 30, 45, 60) if less < most]
    halves = [] if most // 2 in dict(fewer) else [(most // 2, gettext("half"))]
    return [(str(minutes), words) for minutes, words in [(most, gettext("all")), *fewer, *halves]]


register_labels(
    {
        Trend.SHORT: _l("too short to say"),
        Trend.AWAY: _l("stayed away some times in a row"),
        Trend.EACH_TIME: _l("came each time, or was excused"),
        Trend.MORE: _l("comes more lately"),
        Trend.LESS: _l("comes less lately"),
        Trend.STEADY: _l("comes as before"),
    }
)
