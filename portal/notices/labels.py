"""Words for the enums of this room, and for what a message was about."""

from flask_babel import lazy_gettext as _l

_ABOUT = {
    "enrolments/accepted": _l("She has a place"),
    "enrolments/confirmed": _l("She has a place"),
    "enrolments/enrolled": _l("She has a place"),
    "enrolments/declined": _l("There is no place"),
    "enrolments/offered": _l("A place is offered"),
    "enrolments/reminder": _l("Reminder"),
    "enrolments/session_again": _l("It takes place after all"),
    "enrolments/session_cancelled": _l("It does not take place"),
    "enrolments/session_moved": _l("Another time"),
    "enrolments/series_changed": _l("Other times"),
    "enrolments/waiting": _l("On the waiting list"),
    "enrolments/in_line": _l("On the waiting list"),
    "enrolments/returned": _l("On the waiting list"),
    "talks/written": _l("There is a message for her"),
    "talks/told": _l("A message from you"),
}


def about(kind: str) -> object:
    """What a message was about, for staff; what it said is not kept."""
    return _ABOUT.get(kind, _l("News about her activity"))
