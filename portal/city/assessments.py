"""Conversations about what people can, two in each state, and what came of those agreed."""

from collections.abc import Iterable

from sqlalchemy import select

from portal.assessments.commands import move
from portal.assessments.models import Assessment, LaidCard
from portal.assessments.rules import AssessmentMove, AssessmentStatus, Pick
from portal.city import texts
from portal.city.groups import Group
from portal.city.people import Person
from portal.city.rows import Rows
from portal.city.stays import Stay
from portal.core import Session, clock, participant_actor, reading_as
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EnrolmentStatus
from portal.goals.commands import write
from portal.offerings.rules.competences import competences
from portal.progress.rules import SkillLevel, Voice

_S = AssessmentStatus
_STATES = [_S.LAID if one is _S.AGREED else one for one in _S] * 2  # half say yes afterwards
_OF_CAST = _S.PAUSED  # so that whoever tries the demo goes on where she was
_WITHOUT_CARDS = frozenset({_S.ASKED, _S.DECLINED, _S.ACCEPTED, _S.PLANNED})
_LAID, _TOLD = 12, 3  # cards, and how many of them with an example
_LEVELS = tuple(SkillLevel)


def write_assessments(rows: Rows, groups: Iterable[Group], cast: Person | None) -> None:
    """Let experts hold two conversations in each state, with people who have a place now."""
    found = {
        stay.person.id: stay
        for group in groups
        if group.house.experts
        for stay in group.stays
        if stay.status is EnrolmentStatus.ENROLLED and stay.started_on
    }
    hers = found.pop(cast.id, None) if cast else None
    if hers:
        _write(rows, hers, _OF_CAST)
    others = (found[id_] for id_ in sorted(found))
    for status, stay in zip(_STATES, others, strict=False):
        _write(rows, stay, status)


def _write(rows: Rows, stay: Stay, status: AssessmentStatus) -> None:
    calendar = rows.calendar
    since = calendar.before(3, 11)
    is_near = status is _S.PLANNED
    has_met = status not in _WITHOUT_CARDS
    assessment_id = rows.add(
        Assessment, created_at=calendar.before(12, 9), **stay.whose,
        holder_id=stay.group.house.experts[0], voice=Voice.EXPERT, status=status,
        status_since=since,
        at=calendar.before(-1 if is_near else 4, 10) if is_near or has_met else None,
        place="Buurthuis, kamer 2" if is_near or has_met else "",
        third="Karin van Bakkerij Zonderdak" if is_near else "",
    )  # fmt: skip
    if has_met:
        _write_cards(rows, stay.pair, assessment_id)


def agree(session: Session) -> None:
    """Let all write goals, and every second who laid cards say yes."""
    goals = [(words, "") for words in texts.read("words")["goals"]["texts"][:3]]
    is_odd = False
    for row in session.scalars(select(Assessment).order_by(Assessment.id)).all():
        her = participant_actor(row.participant_id, "", [row.organisation_id])
        with clock.freeze(row.status_since), reading_as(session, her):
            write(session, her, session.get_one(Enrolment, row.enrolment_id), goals)
            is_odd ^= row.status is _S.LAID
            if row.status is _S.LAID and not is_odd:
                move(session, her, row, AssessmentMove.AGREE)
            session.flush()


def _write_cards(rows: Rows, about: dict[str, int], assessment_id: int) -> None:
    words = texts.read("words")
    known = list(competences().values())
    for place in range(_LAID):
        one = known[(assessment_id * 5 + place) % len(known)]
        pick = tuple(Pick)[place * 3 // _LAID]
        told = pick is Pick.MINE and place < _TOLD
        objects = told and place == 1
        level, other = _LEVELS[place % 3], _LEVELS[(place + 1) % 3]
        said = words["experts_say"][assessment_id % len(words["experts_say"])] if told else ""
        rows.add(
            LaidCard, created_at=rows.calendar.before(4, 11), **about,
            assessment_id=assessment_id, competence=one.key, pick=pick,
            example=one.looks_like("nl") if told else "", level=level if told else None,
            said=said, said_level=other if told else None,
            objection=words["objections"][0] if objects else "",
        )  # fmt: skip
