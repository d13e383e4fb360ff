"""Words for the enums of this room."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from portal.imports.plans import Note
from portal.imports.rules import ImportStatus
from portal.imports.sheets.shapes import Bin, Caution, Left, Meaning, Numbers, Orientation, Why
from portal.web.words import register_labels

register_labels(
    {
        ImportStatus.READ: _l("Read, not applied yet"),
        ImportStatus.APPLYING: _l("Being applied"),
        ImportStatus.APPLIED: _l("Applied"),
        ImportStatus.TAKING_BACK: _l("Being taken back"),
        ImportStatus.TAKEN_BACK: _l("Taken back"),
    }
)
register_labels(
    {
        Why.WORD: _l("a word that we don't know"),
        Why.NUMBER: _l("a number that can be no time in a session"),
        Why.UNSURE: _l("a code; say what it means"),
        Why.DATE: _l("a date where a mark belongs"),
        Why.NO_NAME: _l("a mark without a name beside it"),
        Why.NO_DAY: _l("a heading that is no day"),
        Why.ERROR: _l("a formula that went wrong"),
        Why.NOT_A_DAY: _l("a day that does not exist"),
        Why.TWICE: _l("something else was said of this person and day"),
        Why.NO_END: _l("a time of coming or leaving that has no other with it"),
        Why.UNEXPLAINED: _l("nobody can say what it does here"),
    }
)
register_labels(
    {
        Bin.NAME: _l("names"),
        Bin.DAY: _l("days"),
        Bin.MARK: _l("marks"),
        Bin.HEADING: _l("headings"),
        Bin.TOTAL: _l("totals that were checked"),
        Bin.LEGEND: _l("explanation of codes"),
        Bin.LEFT_OUT: _l("left out"),
        Bin.ASKED: _l("not read"),
    }
)
register_labels(
    {
        Left.COLUMN: _l("columns without a day"),
        Left.NOTE: _l("rows with a title or a note"),
        Left.NO_MARKS: _l("rows with a name and no mark"),
        Left.NOTHING: _l("columns with nothing but 0 or empty boxes"),
        Left.SAME: _l("rows that say the same again"),
        Left.ROWS: _l("rows that you left out"),
        Left.SHEET: _l("other sheets"),
    }
)
register_labels(
    {
        Caution.YEAR_GUESSED: _l("A year was not written. We filled it in."),
        Caution.WEEKDAY_GUESSED: _l("A week was written, not which day. We filled in the day."),
        Caution.WEEKDAY_DIFFERS: _l("A weekday and its date do not agree. We took the date."),
        Caution.FUTURE_DAYS: _l("There are days that are still to come. They are left out."),
        Caution.SAME_NAME_TWICE: _l("A name stands there twice. Say who is who."),
        Caution.SAME_DAY_TWICE: _l("A day stands there twice. Say which session is which."),
        Caution.NAMES_JOINED: _l("Two columns were taken together as one name."),
        Caution.NAMES_TURNED: _l("Names with a comma were turned around."),
        Caution.ROWS_WITHOUT_MARKS: _l("Names without any mark were left out."),
        Caution.TOTALS_SKIPPED: _l("Totals were compared with the marks."),
        Caution.TOTALS_DIFFER: _l("Totals do not agree with the marks. The marks count:"),
        Caution.DAY_MONTH_GUESSED: _l(
            "No date tells which number is the month. We took the day first."
        ),
        Caution.HIDDEN_CELLS: _l(
            "There are hidden rows or columns. They were read too: look whether they count."
        ),
        Caution.EMPTY_DAYS: _l("Days with nothing but 0 or empty boxes were left out."),
        Caution.HIDDEN_SHEETS: _l("There are hidden sheets. They were left out."),
        Caution.MORE_SHEETS: _l("There are sheets that look different. They were left out."),
    }
)
register_labels(
    {
        Meaning.PRESENT: _l("Here"),
        Meaning.EXCUSED: _l("Excused"),
        Meaning.ABSENT: _l("Not here"),
        Meaning.HALF: _l("Here half of the time"),
        Meaning.NOTHING: _l("left out"),
    }
)
register_labels(
    {
        Numbers.HOURS: _l("hours"),
        Numbers.MINUTES: _l("minutes"),
        Numbers.COUNT: _l("1 is here, 0 is not here"),
    }
)
register_labels(
    {
        Orientation.NAMES_DOWN: _l("Names below each other"),
        Orientation.NAMES_ACROSS: _l("Names beside each other"),
    }
)
register_labels(
    {
        Note.CANCELLED: _l("The session of this day was cancelled."),
        Note.FUTURE: _l("This day is still to come."),
        Note.TWO_SESSIONS: _l("There is more than one session on this day."),
        Note.TO_MAKE: _l("There is no session on this day yet."),
    }
)
