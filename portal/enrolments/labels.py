"""Words for the enums of this room."""

from flask_babel import lazy_gettext as _l

from portal.enrolments.rules import DeclineReason, EndReason, EnrolmentStatus
from portal.web.words import register_labels

register_labels(
    {
        EnrolmentStatus.APPLIED: _l("Signed up, no answer yet"),
        EnrolmentStatus.WAITING: _l("On the waiting list"),
        EnrolmentStatus.OFFERED: _l("A place is offered"),
        EnrolmentStatus.ENROLLED: _l("Takes part"),
        EnrolmentStatus.COMPLETED: _l("Completed"),
        EnrolmentStatus.ENDED: _l("Stopped"),
        EnrolmentStatus.DECLINED: _l("No place given"),
        EnrolmentStatus.WITHDRAWN: _l("Taken back by herself"),
    },
    {
        EndReason.FOUND_WORK: _l("Found work"),
        EndReason.EDUCATION: _l("Began a course or school"),
        EndReason.OTHER_ACTIVITY: _l("Went to another activity"),
        EndReason.MOVED: _l("Moved house"),
        EndReason.TIMES_DO_NOT_FIT: _l("The times do not fit"),
        EndReason.NOT_WHAT_SHE_SOUGHT: _l("Not what she was looking for"),
        EndReason.OUT_OF_REACH: _l("We can't reach her any more"),
        EndReason.OFFERING_STOPPED: _l("The activity stopped"),
        EndReason.OWN_CHOICE: _l("Her own choice"),
        EndReason.CAME_ONCE: _l("Came once, as a guest"),
        EndReason.UNKNOWN: _l("Not known"),
    },
    {
        DeclineReason.GROUP_FULL: _l("The group is full"),
        DeclineReason.OTHER_OFFERING_FITS_BETTER: _l("Another activity fits better"),
        DeclineReason.MORE_DUTCH_NEEDED: _l("More Dutch is needed"),
        DeclineReason.NOT_FOR_THIS_GROUP: _l("The activity is for another group"),
        DeclineReason.TIMES_DO_NOT_FIT: _l("The times do not fit"),
        DeclineReason.NOT_REACHED: _l("We could not reach her"),
        DeclineReason.OFFERING_STOPPED: _l("The activity stopped"),
        DeclineReason.NO_ANSWER: _l("She did not answer in time"),
        DeclineReason.NOT_ANSWERED: _l("Nobody answered her"),
    },
)
