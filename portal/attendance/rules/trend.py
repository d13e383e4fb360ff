"""How somebody's coming went over time, in words and never as a share of her."""

from collections.abc import Sequence

from portal.attendance.rules import AttendanceStatus, absences_in_a_row
from portal.core.errors import N_
from portal.core.worded import WordedEnum

_LEAST = 4  # marks, before anything is said
_DIFFERENCE = 2  # times


class Trend(WordedEnum):
    """What a guide may want to ask about, by what the registers say."""

    SHORT = "short", N_("too short to say")  # too little to say
    AWAY = "away", N_("stayed away some times in a row")
    EACH_TIME = "each_time", N_("came each time, or was excused")
    MORE = "more", N_("comes more lately")
    LESS = "less", N_("comes less lately")
    STEADY = "steady", N_("comes as before")


def trend(in_order: Sequence[AttendanceStatus], signal: int) -> Trend:
    """Say what one person's marks show, in order; `signal` absences ask for it.

    The later half is held against the earlier one; what was excused is no time that she missed.
    """
    if signal and absences_in_a_row(reversed(in_order)) >= signal:
        return Trend.AWAY
    asked = [status for status in in_order if status is not AttendanceStatus.EXCUSED]
    if len(asked) < _LEAST:
        return Trend.SHORT
    if AttendanceStatus.ABSENT not in asked:
        return Trend.EACH_TIME
    half = len(asked) // 2
    more = asked[-half:].count(AttendanceStatus.PRESENT)
    more -= asked[:half].count(AttendanceStatus.PRESENT)
    if abs(more) < _DIFFERENCE:
        return Trend.STEADY
    return Trend.MORE if more > 0 else Trend.LESS
