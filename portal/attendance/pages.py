"""A register to print: what stands on the sheet, with a code that leads back to the screen."""

from typing import Any

from flask_babel import force_locale

from portal.attendance import queries, rules
from portal.core import Session
from portal.core.qr import qr_svg
from portal.enrolments.pages import with_note
from portal.enrolments.queries import list_on_register
from portal.enrolments.queries.namesakes import notes_among
from portal.schedule.models import OfferingSession
from portal.web.words import clock_time, day

_WALK_INS = 3  # empty lines for who comes without having been written down


def register_paper(session: Session, offering_session: OfferingSession, url: str) -> dict[str, Any]:
    """The sheet in Dutch: names and nothing else about them, and who excused herself ahead."""
    offering = offering_session.offering
    rows = list_on_register(session, offering_session)
    notes = notes_among(session, {row.participant_id: row.participant.folded_name for row in rows})
    marks = queries.marks_of(session, offering_session.id)
    excused = {id_ for id_, mark in marks.items() if mark.status is rules.AttendanceStatus.EXCUSED}
    with force_locale("nl"):
        begins = offering_session.starts_at
        return {
            "title": offering.title,
            "language": offering.text_language,
            "organisation": offering.organisation.name,
            "on": day(begins, has_year=True),
            "times": f"{clock_time(begins)} – {clock_time(offering_session.ends_at)} uur",
            "place": offering_session.place or offering.address,
            "people": [
                [
                    with_note(row.participant.name, notes.get(row.participant_id), on_paper=True),
                    row.id in excused,
                ]
                for row in rows
            ],
            "walk_ins": _WALK_INS,
            "qr": qr_svg(url),
            "address": url,
        }
