"""Words for the enums of this room."""

from flask_babel import lazy_gettext as _l

from portal.duplicates.rules import Kind, MergeStatus, Sign
from portal.web.words import register_labels

register_labels(
    {
        Sign.NAME: _l("The same name"),
        Sign.NAME_AND_CONTACT: _l("The same name, and the same phone or e-mail"),
        Sign.CONTACT: _l("Nearly the same name, and the same phone or e-mail"),
        Sign.BIRTH_YEAR: _l("Nearly the same name, and the same year of birth"),
        MergeStatus.ASKED: _l("Waits for an answer"),
        MergeStatus.DONE: _l("Brought together"),
        MergeStatus.REFUSED: _l("Not brought together"),
        MergeStatus.UNDONE: _l("Taken back"),
        MergeStatus.NOT_THE_SAME: _l("Two different people"),
        Kind.ENROLMENTS: _l("Sign-ups"),
        Kind.MARKS: _l("Times on a register"),
        Kind.EXAMPLES: _l("Examples"),
        Kind.STEPS: _l("Steps on the ladder"),
        Kind.AGREEMENTS: _l("Agreements"),
        Kind.TERMS: _l("Programmes"),
    }
)
