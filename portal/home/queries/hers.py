"""A participant: her first page, all that staff may see of her, and what came with her."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Row, select

from portal.agreements import queries as agreements
from portal.agreements.models import Agreement
from portal.assessments.queries import list_to_learn
from portal.attendance import queries as attendance
from portal.attendance.queries import Coming, minutes_by_enrolment
from portal.core import Actor, Session, as_house, clock
from portal.core.areas import areas
from portal.enrolments import queries as enrolments
from portal.enrolments.models import Enrolment
from portal.enrolments.queries import list_of_participant
from portal.enrolments.rules import OPEN, TOOK_PART, EnrolmentStatus
from portal.enrolments.rules.line import InLine, number_in_line
from portal.finding.queries import entries_by_id, find
from portal.finding.rules import Filters, Wish
from portal.finding.rules.index import IndexEntry
from portal.hours.queries import Hours, Lately, hours_of, lately
from portal.notices import queries as notices
from portal.notices.models import Notice
from portal.offerings.models import Offering
from portal.participants import queries as participants
from portal.participants.models import Participant, ParticipantLink, ProgrammeTerm
from portal.participants.queries import own_links
from portal.participants.queries.happened import Happened, list_happened
from portal.participants.rules import ContactWay
from portal.progress import queries as progress
from portal.progress.models import LadderStep, Observation, Outflow
from portal.progress.queries import list_observations, list_steps
from portal.progress.rules import Voice
from portal.referrals.models import Referral
from portal.referrals.queries import list_sharing
from portal.schedule import queries as schedule
from portal.schedule.models import OfferingSession
from portal.searches.models import KeptSearch
from portal.searches.queries import list_own as list_searches, list_saved
from portal.talks import queries as talks
from portal.talks.models import Message

_MOST_TO_UNDO = 2
_MOST_SUIT = 3  # they stand beside each other


@dataclass(frozen=True)
class Activities:
    """What she takes part in, waits for or did before."""

    enrolments: Sequence[Enrolment]
    agreements: dict[int, Agreement]  # by the enrolment's id
    numbers: dict[int, int]  # in the line, by the enrolment's id
    next_sessions: dict[int, OfferingSession]  # by the offering's id
    comes_by: frozenset[int]  # to which organisations, as no message of theirs reaches her

    @property
    def running(self) -> list[Enrolment]:
        """Those in which she has a place."""
        return [row for row in self.enrolments if row.status is EnrolmentStatus.ENROLLED]

    @property
    def undecided(self) -> list[Enrolment]:
        """Those for which somebody still has to say yes: she, or the organisation."""
        running = EnrolmentStatus.ENROLLED
        return [row for row in self.enrolments if row.status in OPEN and row.status is not running]

    @property
    def former(self) -> list[Enrolment]:
        """Those that are over."""
        over = (EnrolmentStatus.COMPLETED, EnrolmentStatus.ENDED)
        return [row for row in self.enrolments if row.status in over]

    @property
    def to_read(self) -> list[Enrolment]:
        """Those whose agreement waits for her yes."""
        texts = [(row, self.agreements.get(row.id)) for row in self.running]
        return [row for row, text in texts if text and not text.participant_confirmed_at]


@dataclass(frozen=True)
class Start:
    """Her first page: what comes, what waits, and a little she did."""

    coming: Sequence[Coming]
    activities: Activities
    lately: Lately
    example: Row[str, str, Voice, date] | None  # the newest
    message: Message | None  # the last, of whichever side
    unread: dict[int, int]  # messages to her, by the enrolment's id
    links: Sequence[ParticipantLink]
    to_undo: Sequence[Happened]


def start(session: Session, actor: Actor, here: int | None) -> Start:
    """Read what her first page shows, to a browser session.

    That it was opened `here` is no news to her.
    """
    her = actor.participant_id or 0
    links = own_links(session, her)
    happened = list_happened(session, actor, links)
    hers = _activities(session, her, links, with_next=False)
    return Start(
        coming=attendance.list_coming(session, her, clock.now()),
        activities=hers,
        lately=lately(session, her),
        example=next(iter(progress.list_newest(session, her)), None),
        message=next(iter(talks.list_newest(session, her)), None),
        unread=talks.count_unread(session, [row.id for row in hers.enrolments], by_her=True),
        links=knowing(links),
        to_undo=[one for one in happened if one.can_undo and not one.is_new(here)][:_MOST_TO_UNDO],
    )


def activities(session: Session, actor: Actor) -> Activities:
    """Read what she takes part in, with the next time of each."""
    her = actor.participant_id or 0
    return _activities(session, her, own_links(session, her), with_next=True)


@dataclass(frozen=True)
class Finds:
    """What she saved, looks for, and what suits her by a shown rule."""

    saved: Sequence[IndexEntry]
    gone: int  # saved, and offered no more
    searches: Sequence[KeptSearch]
    suits: Sequence[IndexEntry]
    filters: Filters
    learns: Sequence[str]  # what she said she wants to learn, by key


def finds(session: Session, actor: Actor) -> Finds:
    """Read what she saved, and look up what suits her; nothing of it is kept.

    It is the kind of work that she does or did, near where she comes, with a place; what she wants
    to learn goes first. Where nothing is near, the whole city is looked at.
    """
    her = actor.participant_id or 0
    rows = enrolments.list_of_participant(session, her)
    did = [row.offering for row in rows if row.status in TOOK_PART]
    filters, found = _suiting(session, did, {row.offering_id for row in rows})
    saved = list_saved(session, her)
    entries = entries_by_id(session, saved)
    learns = list_to_learn(session, her)
    return Finds(
        saved=entries,
        gone=len(saved) - len(entries),
        searches=list_searches(session, her, clock.now()),
        suits=_most_wanted(session, found, learns)[:_MOST_SUIT],
        filters=filters,
        learns=learns,
    )


def _suiting(
    session: Session, did: Sequence[Offering], known: set[int]
) -> tuple[Filters, list[IndexEntry]]:
    where = filter(None, (areas().get(one.area_code) for one in did))
    near = Filters(
        work=frozenset(one.work_word for one in did),
        area=frozenset(one.district_code for one in where),
        also=frozenset({Wish.FREE}),
    )
    for filters in (near, near.without("area")) if did else ():
        found = [one for one in find(session, filters).page.rows if one.id not in known]
        if found:
            return filters, found
    return near, []


def _most_wanted(
    session: Session, entries: Sequence[IndexEntry], learns: Sequence[str]
) -> Sequence[IndexEntry]:
    """Where she learns more of what she wants comes first."""
    if not learns:
        return entries
    query = select(Offering.id, Offering.competences)
    rows = session.execute(query.where(Offering.id.in_([one.id for one in entries])))
    taught = {row.id: len(set(learns) & set(row.competences)) for row in rows}
    return sorted(entries, key=lambda one: -taught.get(one.id, 0))


def _activities(
    session: Session, her: int, links: Sequence[ParticipantLink], *, with_next: bool
) -> Activities:
    rows = enrolments.list_of_participant(session, her)
    running = [row for row in rows if row.status is EnrolmentStatus.ENROLLED]
    with_place = {row.offering_id for row in rows if row.status in OPEN} if with_next else set()
    return Activities(
        enrolments=rows,
        agreements=agreements.current_by_enrolment(session, [row.id for row in running]),
        numbers=_numbers_in_line(session, rows),
        next_sessions=schedule.next_sessions(session, with_place, clock.now()),
        comes_by=frozenset(
            link.organisation_id for link in links if link.contact_way is ContactWay.VISIT
        ),
    )


def knowing(links: Sequence[ParticipantLink]) -> list[ParticipantLink]:
    """The organisations that still know her, by name."""
    found = (link for link in links if link.knows_her)
    return sorted(found, key=lambda link: link.organisation.name)


def _numbers_in_line(session: Session, rows: Sequence[Enrolment]) -> dict[int, int]:
    """Her number in each line in which she waits, with one question for all of them."""
    hers = [row for row in rows if row.status is EnrolmentStatus.WAITING]
    if not hers:
        return {}
    lines: dict[int, list[InLine]] = {row.offering_id: [] for row in hers}
    with as_house(session):  # numbers only: who else waits is nobody's business
        waiting = session.execute(
            select(
                Enrolment.offering_id, Enrolment.id, Enrolment.together, Enrolment.offered_at
            ).where(Enrolment.offering_id.in_(lines), Enrolment.status == EnrolmentStatus.WAITING)
        )
        for offering_id, key, together, offered_at in waiting:
            lines[offering_id].append(InLine(key, together, offered_at is not None))
    return {
        row.id: number_in_line(lines[row.offering_id], row.id, row.offering.places) for row in hers
    }


_MOST_VIEWS = 10


@dataclass
class Person:
    """One participant as the staff who guide her may see her."""

    participant: Participant
    enrolments: Sequence[Enrolment]
    minutes: dict[int, int]  # by the enrolment's id
    hours: Hours
    observations: Sequence[Observation]
    steps: Sequence[LadderStep]
    outflow: Sequence[Outflow]
    terms: Sequence[ProgrammeTerm]
    messages: Sequence[Notice]

    @property
    def term(self) -> ProgrammeTerm | None:
        """The programme that she is in today."""
        return self.hours.now.term if self.hours.now else None


def person(session: Session, participant: Participant) -> Person:
    """Read a participant with all that the reader may see of her."""
    rows = enrolments.list_of_participant(session, participant.id)
    terms = participants.list_terms(session, [participant.id])
    return Person(
        participant=participant,
        enrolments=rows,
        minutes=attendance.minutes_by_enrolment(session, [row.id for row in rows]),
        hours=hours_of(session, participant.id, terms),
        observations=progress.list_observations(session, participant.id),
        steps=progress.list_steps(session, participant.id),
        outflow=progress.list_outflow(session, participant.id),
        terms=terms,
        messages=notices.list_of_person(session, participant.id),
    )


@dataclass(frozen=True)
class Earlier:
    """Hours, examples and steps at one provider, and until when they may be read here."""

    organisation: str
    until: date | None
    enrolments: Sequence[Enrolment]
    minutes: int
    observations: Sequence[Observation]
    steps: Sequence[LadderStep]


def list_earlier(session: Session, actor: Actor, participant: Participant) -> list[Earlier]:
    """All that she shares now with the actor's organisation; nothing when she shares nothing."""
    sharing = list_sharing(session, actor, participant.id)
    return [_earlier(session, referral) for referral in sharing]


def _earlier(session: Session, referral: Referral) -> Earlier:
    """Read as the house, for which her agreement is the ground; what she hid stays hidden."""
    person_id, provider_id = referral.participant_id, referral.from_organisation_id
    with as_house(session):
        enrolments = [
            row
            for row in list_of_participant(session, person_id)
            if row.organisation_id == provider_id and row.status in TOOK_PART
        ]
        return Earlier(
            organisation=referral.from_organisation.name,
            until=referral.history_until,
            enrolments=enrolments,
            minutes=sum(minutes_by_enrolment(session, [row.id for row in enrolments]).values()),
            observations=[
                row
                for row in list_observations(session, person_id)
                if row.organisation_id == provider_id and row.hidden_at is None
            ],
            steps=[
                row for row in list_steps(session, person_id) if row.organisation_id == provider_id
            ],
        )
