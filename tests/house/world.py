"""The cast with one row of each kind around it, so that every address leads somewhere."""

import uuid
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from portal.agreements.models import Agreement
from portal.assessments.models import Assessment, LaidCard
from portal.assessments.rules import AssessmentStatus
from portal.attendance import commands as attendance
from portal.attendance.rules import AttendanceStatus, RecordedHow
from portal.calls.models import Call
from portal.calls.rules import CallMove
from portal.check_in.rules import code_at
from portal.core import audit, clock
from portal.core.actor import Role
from portal.core.audit import AuditEvent
from portal.core.guard import as_house
from portal.core.links import Purpose
from portal.core.tokens import hash_of
from portal.credentials.models import BroughtBadge, Credential
from portal.duplicates.models import MergeSay, ParticipantMerge
from portal.duplicates.rules import MergeStatus
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EnrolmentStatus
from portal.hours.models import HoursOverview
from portal.impact.models import ImpactReport, MoneySheet, ProviderSet, ReportWords
from portal.imports.models import RegisterImport
from portal.introductions.models import Introduction
from portal.notes.models import StaffNote
from portal.notices.models import Notice
from portal.notices.rules import Channel
from portal.offerings.models import Offering, OfferingPicture
from portal.offerings.rules import OfferingStatus
from portal.organisations.models import CooperativeTie, Invitation, Membership, Organisation
from portal.organisations.rules import OrganisationStatus
from portal.participants.models import Participant, ParticipantKey, Programme
from portal.participants.rules import KeyKind
from portal.profile.models import ProfileChoice, ProfileShare
from portal.progress.models import Aftercare, Observation
from portal.progress.rules import AftercareAnswer, Voice
from portal.recognition import commands as recognition
from portal.recognition.queries.people import whose_link
from portal.referrals.models import Referral
from portal.referrals.rules import AgreedHow
from portal.schedule.models import OfferingSession, Series
from portal.searches.models import KeptSearch
from portal.social_return.models import Contract, ContractLine
from portal.talks.models import Message
from portal.tenders.models import Opportunity
from portal.work_places.models import Visibility, WorkPlace
from tests import factories as make
from tests.calls.made import call_of
from tests.cast import Cast, add_past
from tests.credentials.made import proof
from tests.hours.made import overview
from tests.impact.money_sheets import SHEET, read_in
from tests.imports import sheets
from tests.introductions import made as introduced
from tests.links import link_to
from tests.offerings.made import photo, picture_of
from tests.recognition.made import declined_report, month_report, pictured, submitted_report
from tests.recognition.words import spoken
from tests.signed_in import Login
from tests.social_return.made import promised_line, sent_line
from tests.tenders.made import asked_together, posted
from tests.work_places import made as work


@dataclass
class World:
    """Where the access matrix's addresses lead; all of it is the cast's own enterprise's."""

    cast: Cast
    session: Session
    offering: Offering
    draft: Offering
    picture: OfferingPicture
    series: Series
    offering_session: OfferingSession
    coming_session: OfferingSession
    been_session: OfferingSession
    participant: Participant
    enrolment: Enrolment
    agreement: Agreement
    applied: Enrolment
    offered: Enrolment
    search: KeptSearch
    referral: Referral
    merge: ParticipantMerge
    register_import: RegisterImport
    money_sheet: MoneySheet
    note: StaffNote
    observation: Observation
    own_observation: Observation
    profile_share: ProfileShare
    aftercare: Aftercare
    brought_badge: BroughtBadge
    assessment: Assessment
    card: LaidCard
    notice: Notice
    paper_letter: Notice
    membership: Membership
    invitation: Invitation
    tie: CooperativeTie
    programme: Programme
    applicant: Organisation
    suspended: Organisation
    compiled: ImpactReport
    words: ReportWords  # of the compiled report
    submitted: ImpactReport
    provider_set: ProviderSet
    recognised: ImpactReport
    declined: ImpactReport
    appealed: ImpactReport
    overview: HoursOverview
    own_overview: HoursOverview
    proof: Credential
    contract: Contract
    got: ContractLine
    call: Call
    own_text: Call
    opportunity: Opportunity
    work_place: WorkPlace
    introduction: Introduction
    visibility: Visibility
    own_key: ParticipantKey
    together: uuid.UUID  # what was written to several
    logins: dict[str, Login]  # of those beside the cast
    reset_token: str = "reset-token"
    invitation_token: str = "invitation-token"
    card_token: str = "card-of-fatma"
    sign_in_token: str = "sign-in-of-fatma"  # a message that she asked for holds it
    calendar_token: str = "calendar-of-fatma"
    week_token: str = "week-of-the-guide"
    kiosk_token: str = "kiosk-of-today"  # the tablet that stands at the session of today
    profile_token: str = "profile-of-fatma"
    answer_token: str = "answer-of-fatma"  # a message about the offered place holds it
    people_token: str = ""  # the coordinator made it
    people_kind: str = "csv"
    picture_place: int = 1  # of the compiled report
    picture_kind: str = "webp"
    report_kind: str = "pdf"  # with its JSON inside
    text_language: str = "en"
    form_page: str = "words"
    task: str = "register"  # of the handbook
    feed_name: str = "session-series"
    work_step: str = "close"

    @property
    def not_her_event(self) -> int:
        """That the guide changed how she is reached."""
        changed = AuditEvent.event == "participant.contact_changed"
        with as_house(self.session):
            return self.session.scalars(select(AuditEvent.id).where(changed)).one()

    @property
    def check_in_code(self) -> str:
        secret = str(self.cast.app.config["SECRET_KEY"]).encode()
        return code_at(secret, self.offering_session.uuid, clock.now())


def _of(enterprise: Organisation) -> Select[Membership]:
    return select(Membership).where(Membership.organisation_id == enterprise.id)


def build_world(cast: Cast, session: Session) -> World:
    """Add the rows to the cast's; the caller commits."""
    enterprise = cast.enterprise

    def add(row: Any) -> Any:
        session.add(row)
        session.flush()
        return row

    make.key(
        session, cast.participant, World.calendar_token, KeyKind.CALENDAR, opens=[enterprise.id]
    )
    earlier = {"way": "phone", "phone": "+31612345678", "email": "", "from": None}
    make.reach(session, cast.participant, earlier=earlier)
    audit.record(session, cast.actor("guide"), "participant.contact_changed", cast.participant)
    today, now = clock.today(), clock.now()
    in_three_days = (now + timedelta(days=3)).replace(hour=9)  # no night parts it from its end
    coming = make.offering_session(session, cast.offering, in_three_days)
    draft = make.offering(session, enterprise, status=OfferingStatus.DRAFT, published_at=None)
    series = add(
        Series(
            offering_id=draft.id, weekdays=[1], starts=time(9), ends=time(12), first_on=today,
            last_on=today + timedelta(days=21),
        )
    )  # fmt: skip
    maker, referrer = cast.actor("coordinator"), cast.actor("referrer").organisation_id or 0
    recognised = recognition.recognise(
        session, cast.actor("recogniser"), report=submitted_report(session, cast, 3), remark="Ja."
    )
    offered = make.enrolment(
        session, make.offering(session, enterprise), cast.participant, EnrolmentStatus.OFFERED
    )
    applicant = make.participant(session)
    applied = make.enrolment(session, cast.offering, applicant, EnrolmentStatus.APPLIED)
    team = {
        row.role: row
        for row in session.scalars(select(Membership))
        if row.organisation_id == enterprise.id
    }
    team[Role.GUIDE].calendar_hash = hash_of(World.week_token)
    link_to(team[Role.VIEWER].user, Purpose.RESET, token=World.reset_token)
    link_to(cast.offering_session, Purpose.KIOSK, token=World.kiosk_token)
    link_to(offered, Purpose.ENROLMENT, token=World.answer_token)
    make.profile_share(session, cast.participant, enterprise.id, organisation_id=enterprise.id)
    share = make.profile_share(session, cast.participant, enterprise.id)
    link_to(share, Purpose.PROFILE, token=World.profile_token)
    own_observation = make.observation(session, cast.enrolment, voice=Voice.PARTICIPANT)
    made = {"photo": photo("WEBP", (96, 64)), "photo_digest": "fedcba9876543210"}
    make.own_say(session, own_observation, hidden_at=None, **made)
    shows = [f"photo:{made['photo_digest']}"]
    add(ProfileChoice(participant_id=cast.participant.id, switched=shows))
    work.wish(session, cast.participant)
    assessment = make.assessment(
        session, cast.enrolment, cast.actor("expert").user_id, AssessmentStatus.PAUSED
    )
    invitation = add(
        Invitation(
            organisation_id=enterprise.id,
            email="new@example.org",
            name="Nieuw",
            role=Role.GUIDE,
            invited_by_id=team[Role.ADMIN].user_id,
            expires_at=now + timedelta(days=7),
        )
    )
    link_to(invitation, Purpose.INVITATION, token=World.invitation_token)
    sent = ParticipantKey(
        participant=cast.participant, kind=KeyKind.LINK, opens=[enterprise.id], expires_at=now
    )
    link_to(add(sent), Purpose.SIGN_IN, token=World.sign_in_token)
    return World(
        cast=cast,
        session=session,
        offering=cast.offering,
        draft=draft,
        picture=picture_of(session, cast.offering),
        series=series,
        offering_session=cast.offering_session,
        coming_session=coming,
        been_session=_been(session, cast),
        participant=cast.participant,
        enrolment=cast.enrolment,
        agreement=add(
            Agreement(
                enrolment_id=cast.enrolment.id,
                organisation_id=enterprise.id,
                participant_id=cast.participant.id,
                goals="Meer Nederlands spreken.",
                minutes_per_week=600,
                from_on=today,
                participant_does="Zij komt op dinsdag.",
                guide_does="Wij praten elke maand.",
            )
        ),
        applied=applied,
        offered=offered,
        search=add(
            KeptSearch(
                participant_id=cast.participant.id,
                organisation_id=enterprise.id,
                asked=[("q", "koken")],
                expires_at=now + timedelta(days=7),
                confirmed_at=now,
            )
        ),
        referral=add(
            Referral(
                enrolment_id=offered.id,
                participant_id=cast.participant.id,
                from_organisation_id=referrer,
                reference="W-1",
                to_organisation_id=enterprise.id,
                good_to_know="Komt met de bus.",
                agreed_how=AgreedHow.SPOKEN,
                outcome_until=today + timedelta(days=30),
                told_status=offered.status,
            )
        ),
        merge=_asked(session, cast, applied),
        register_import=sheets.imported(
            session, cast.actor("coordinator"), cast.offering, sheets.read("Hendrik", "x", "a")
        ),
        money_sheet=read_in(session, cast.actor("admin"), SHEET),
        note=add(
            StaffNote(
                organisation_id=cast.enterprise.id,
                participant_id=cast.participant.id,
                user_id=cast.actor("guide").user_id,
                name="Gerda",
                body="Vraag naar haar zoon.",
                due_on=today,
            )
        ),
        observation=make.observation(
            session, cast.enrolment, recorded_by_id=cast.actor("guide").user_id
        ),
        profile_share=share,
        brought_badge=make.brought_badge(session, cast.participant, [cast.enterprise.id]),
        aftercare=make.aftercare(
            session, make.outflow(session, cast.enrolment, left=True), answer=AftercareAnswer.HARD
        ),
        assessment=assessment,
        card=make.card(session, assessment),
        own_observation=own_observation,
        notice=add(_accepted(cast, Channel.CALL)),
        paper_letter=add(_accepted(cast, Channel.LETTER)),
        membership=team[Role.GUIDE],
        invitation=invitation,
        tie=session.scalars(select(CooperativeTie)).one(),
        programme=add(Programme(name="Samen doen", valid_from=date(2026, 1, 1))),
        applicant=make.organisation(
            session, "Nieuwkomer", slug="nieuwkomer", status=OrganisationStatus.REGISTERED
        ),
        suspended=_suspended(cast, session),
        compiled=pictured(session, cast, month_report(session, cast, 1)),
        words=spoken(session, cast),
        submitted=submitted_report(session, cast, 2),
        provider_set=asked_together(session, cast),
        recognised=recognised,
        people_token=link_to(recognised, Purpose.PEOPLE, contact=whose_link(maker, referrer)),
        declined=declined_report(session, cast, 7),
        appealed=recognition.appeal(
            session, cast.actor("admin"), report=declined_report(session, cast, 8), remark="Kijk."
        ),
        overview=overview(session, cast, "guide", today),
        own_overview=overview(session, cast, "participant", today),
        proof=proof(session, cast),
        contract=sent_line(session, cast).contract,
        got=promised_line(session, cast),
        call=call_of(session, cast),
        own_text=call_of(session, cast, CallMove.SAVE),
        opportunity=posted(session, cast),
        work_place=introduced.work_place(session, cast, slug="kassa", title="Kassa"),
        introduction=introduced.met(session, cast).row,
        visibility=work.visible(session, cast.participant, enterprise.id),
        own_key=make.keys_of(session, cast.participant)[0],
        together=_written(cast, add),
        logins=add_past(cast, session),
    )


def _accepted(cast: Cast, channel: Channel) -> Notice:
    """What staff tell her who gets no message."""
    return Notice(
        kind="enrolments/accepted", channel=channel, name="Fatma A.", not_before=clock.now(),
        participant_id=cast.participant.id, organisation_id=cast.enterprise.id,
    )  # fmt: skip


def _written(cast: Cast, add: Any) -> uuid.UUID:
    """A word to several, of whom one is the cast's participant."""
    together = uuid.uuid4()
    add(
        Message(
            organisation_id=cast.enterprise.id, participant_id=cast.participant.id,
            enrolment_id=cast.enrolment.id, user_id=cast.actor("guide").user_id, name="Gerda",
            body="Donderdag is de keuken dicht.", together=together,
        )
    )  # fmt: skip
    return together


def _suspended(cast: Cast, session: Session) -> Organisation:
    """Another organisation, with somebody in its team to be told."""
    made = make.organisation(
        session, "Stil", slug="stil", status=OrganisationStatus.SUSPENDED, suspended_for="Brand."
    )
    user_id = cast.actor("stranger").user_id
    session.add(Membership(user_id=user_id, organisation_id=made.id, role=Role.VIEWER))
    return made


def _been(session: Session, cast: Cast) -> OfferingSession:
    """A session at which the cast's participant was."""
    row = make.offering_session(session, cast.offering, clock.now() - timedelta(days=6))
    marks = {cast.enrolment.id: (AttendanceStatus.PRESENT, None)}
    attendance.record(session, cast.actor("guide"), row, marks, RecordedHow.BY_HAND)
    return row


def _asked(session: Session, cast: Cast, applied: Enrolment) -> ParticipantMerge:
    """Whether the applicant is the cast's participant, asked of the enterprise."""
    merge = ParticipantMerge(
        kept_id=cast.participant.id, merged_id=applied.participant_id,
        organisation_id=cast.other_enterprise.id, status=MergeStatus.ASKED,
    )  # fmt: skip
    session.add(merge)
    session.flush()
    session.add(MergeSay(merge_id=merge.id, organisation_id=cast.enterprise.id))
    return merge
