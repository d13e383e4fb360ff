"""Who gets in where: one row per endpoint, spelled out by name, and where an address leads.

The test beside it compares this table with the application's addresses both ways, so a new view
without a row here fails.
"""

from functools import cache

from flask import Flask

from portal import rooms
from tests.house.access import (
    ADMINS,
    APART,
    COOPERATIVE,
    COORDINATORS,
    EMPLOYER,
    EVERYBODY,
    EXPERT,
    HER,
    KEEPERS,
    OPERATOR,
    OUR_TEAM,
    PAST,
    RECOGNISER,
    STAFF,
    WHO_LOG_FOR_US,
    WHO_SEE_OUR_FIGURES,
    WITH_CARDS,
    WITH_FIGURES,
    WITH_PEOPLE,
    WITH_REGISTERS,
    Row,
    for_a_script,
    hers,
    names_of,
    open_to,
    ours,
)

MATRIX: dict[str, Row] = {
    # accounts
    "accounts.sign_in": open_to(EVERYBODY),
    "accounts.sign_out": open_to(EVERYBODY),
    "accounts.ask_reset": open_to(EVERYBODY),
    "accounts.account": open_to(STAFF | OPERATOR),
    "accounts.kept": Row(frozenset(), EVERYBODY),
    "accounts.end_session": open_to(STAFF | OPERATOR),
    "accounts.reset_password": open_to(EVERYBODY, token="reset_token"),
    # organisations
    "organisations.switch": open_to(STAFF, empty_form=404),
    "organisations.register": open_to(EVERYBODY),
    "organisations.registered": open_to(EVERYBODY),
    "organisations.accept": open_to(EVERYBODY, token="invitation_token"),
    "organisations.team": open_to(ADMINS),
    "organisations.invite": open_to(ADMINS),
    "organisations.withdraw_invitation": ours(ADMINS, invitation_id="invitation.id"),
    "organisations.change_role": ours(ADMINS, membership_id="membership.id"),
    "organisations.remove": ours(ADMINS, membership_id="membership.id"),
    "organisations.edit": open_to(ADMINS),
    "organisations.add_tie": open_to(ADMINS),
    "organisations.edit_tie": ours(ADMINS, tie_id="tie.id"),
    "organisations.list_all": open_to(OPERATOR),
    "organisations.verify": open_to(OPERATOR, slug="applicant.slug"),
    "organisations.refuse": open_to(OPERATOR, slug="applicant.slug"),
    "organisations.suspend": open_to(OPERATOR, slug="cast.enterprise.slug"),
    "organisations.lift": open_to(OPERATOR, slug="suspended.slug"),
    # offerings and schedule
    "offerings.list_own": open_to(COORDINATORS),
    "offerings.new": open_to(COORDINATORS),
    "offerings.show": ours(COORDINATORS, slug="draft.slug"),
    "offerings.edit": ours(COORDINATORS, slug="draft.slug", step="form_page"),
    "offerings.throw_away": ours(COORDINATORS, slug="draft.slug"),
    "offerings.take_step": ours(COORDINATORS, slug="draft.slug"),
    "offerings.add_series": ours(COORDINATORS, slug="draft.slug"),
    "offerings.copy": ours(COORDINATORS, slug="draft.slug"),
    "offerings.publish": ours(COORDINATORS, slug="draft.slug"),
    "offerings.confirm": ours(COORDINATORS, slug="offering.slug"),
    "catalogue.preview": ours(COORDINATORS, slug="draft.slug"),
    "enrolments.edit_series": ours(COORDINATORS, slug="draft.slug", series_id="series.id"),
    "enrolments.remove_series": ours(COORDINATORS, slug="draft.slug", series_id="series.id"),
    # how an offering looks
    "presentation.picture": open_to(
        EVERYBODY, slug="offering.slug", digest="picture.digest", kind="picture_kind"
    ),
    "presentation.give_picture": ours(COORDINATORS, slug="draft.slug"),
    "presentation.remove_picture": ours(COORDINATORS, slug="draft.slug"),
    "presentation.list_texts": ours(COORDINATORS, slug="draft.slug"),
    "presentation.write_text": ours(COORDINATORS, slug="draft.slug", language="text_language"),
    # catalogue
    "catalogue.find": open_to(EVERYBODY),
    "catalogue.list_competences": open_to(EVERYBODY),
    "catalogue.show": open_to(EVERYBODY, slug="offering.slug"),
    "catalogue.calendar": open_to(EVERYBODY, slug="offering.slug"),
    # feeds
    "feeds.about": open_to(EVERYBODY),
    "feeds.page_of": open_to(EVERYBODY, name="feed_name"),
    "feeds.concepts": open_to(EVERYBODY),
    "feeds.offerings": open_to(EVERYBODY),
    "feeds.schema": open_to(EVERYBODY),
    "catalogue.poster": open_to(EVERYBODY, slug="offering.slug"),
    # participants
    "participants.card_sign_in": open_to(EVERYBODY, token="card_token"),
    "participants.own_card": open_to(HER),
    "participants.send_to_herself": open_to(HER),
    "participants.worker": open_to(EVERYBODY),
    "participants.app": open_to(EVERYBODY),
    "participants.stop_own_card": hers(uuid="own_key.uuid"),
    "participants.ask_link": open_to(EVERYBODY),
    "participants.link_sign_in": open_to(EVERYBODY, token="sign_in_token"),
    "participants.reissue_card": ours(WITH_REGISTERS, uuid="participant.uuid"),
    "participants.change_contact": ours(WITH_REGISTERS, uuid="participant.uuid"),
    "participants.assign_programme": ours(WITH_PEOPLE, uuid="participant.uuid"),
    "participants.programmes": open_to(OPERATOR),
    "participants.add_programme": open_to(OPERATOR),
    "participants.end_programme": open_to(OPERATOR, programme_id="programme.id"),
    # enrolments
    "enrolments.sign_up": open_to(EVERYBODY, slug="offering.slug"),
    "enrolments.sign_up_name": open_to(EVERYBODY, slug="offering.slug"),
    "enrolments.sign_up_reach": open_to(EVERYBODY, slug="offering.slug"),
    "enrolments.sign_up_check": open_to(EVERYBODY, slug="offering.slug"),
    "enrolments.signed_up": open_to(EVERYBODY, slug="offering.slug"),
    "enrolments.sign_up_at_desk": ours(COORDINATORS, slug="offering.slug"),
    "enrolments.enter_group": ours(COORDINATORS, slug="offering.slug"),
    "enrolments.sign_up_known": ours(COORDINATORS, slug="offering.slug"),
    "enrolments.applications": open_to(COORDINATORS),
    "enrolments.people": ours(COORDINATORS, slug="offering.slug"),
    "enrolments.decide": ours(COORDINATORS, uuid="applied.uuid"),
    "enrolments.confirm": hers(uuid="offered.uuid"),
    "enrolments.withdraw": hers(uuid="offered.uuid"),
    "enrolments.move_session": ours(COORDINATORS, uuid="coming_session.uuid"),
    "enrolments.cancel_session": ours(COORDINATORS, uuid="coming_session.uuid"),
    # referrals
    "referrals.list_made": open_to(COORDINATORS),
    "referrals.refer": open_to(COORDINATORS),
    "referrals.show": ours(COORDINATORS, of=names_of("referrer"), uuid="referral.uuid"),
    "referrals.move_on": ours(COORDINATORS, uuid="enrolment.uuid"),
    "referrals.move_on_myself": hers(uuid="enrolment.uuid"),
    "referrals.withdraw": hers(uuid="referral.uuid"),
    # attendance
    "attendance.registers": open_to(WITH_REGISTERS),
    "attendance.earlier": open_to(WITH_REGISTERS),
    "attendance.register": ours(WITH_REGISTERS, of=WHO_LOG_FOR_US, uuid="offering_session.uuid"),
    "attendance.paper": ours(WITH_REGISTERS, of=WHO_LOG_FOR_US, uuid="offering_session.uuid"),
    "attendance.group": ours(WITH_REGISTERS, slug="offering.slug"),
    "attendance.history": ours(WITH_REGISTERS, of=WHO_LOG_FOR_US, uuid="offering_session.uuid"),
    "attendance.not_held": ours(WITH_REGISTERS, of=WHO_LOG_FOR_US, uuid="offering_session.uuid"),
    "attendance.went_on": ours(WITH_REGISTERS, of=WHO_LOG_FOR_US, uuid="offering_session.uuid"),
    "attendance.worker": open_to(EVERYBODY),
    "attendance.not_here": open_to(EVERYBODY),
    "attendance.app": open_to(EVERYBODY),
    "attendance.take_events": for_a_script(open_to(WITH_REGISTERS, empty_form=400)),
    "attendance.state": for_a_script(
        ours(WITH_REGISTERS, of=WHO_LOG_FOR_US, uuid="offering_session.uuid")
    ),
    "attendance.offline": for_a_script(open_to(WITH_REGISTERS)),
    "attendance.walk_in": ours(WITH_REGISTERS, of=WHO_LOG_FOR_US, uuid="offering_session.uuid"),
    "attendance.follow_up": ours(WITH_REGISTERS, uuid="enrolment.uuid"),
    "attendance.members": ours(WITH_REGISTERS, of=COOPERATIVE),
    "attendance.remind_members": ours(WITH_REGISTERS, of=COOPERATIVE),
    "attendance.excuse": hers(uuid="coming_session.uuid"),
    "attendance.come": hers(uuid="coming_session.uuid"),
    # hours
    "hours.own": open_to(HER),
    "hours.own_pdf": hers(number="own_overview.number"),
    "hours.withdraw_own": hers(number="own_overview.number"),
    "hours.person": ours(WITH_REGISTERS, of=WHO_LOG_FOR_US | PAST, uuid="participant.uuid"),
    "hours.person_pdf": ours(WITH_REGISTERS, uuid="participant.uuid", number="overview.number"),
    "hours.withdraw": ours(WITH_REGISTERS, uuid="participant.uuid", number="overview.number"),
    "hours.check": open_to(EVERYBODY, number="overview.number"),
    "hours.check_json": open_to(EVERYBODY, number="overview.number"),
    "hours.jwks": open_to(EVERYBODY),
    # credentials
    "credentials.prove": open_to(HER),
    "credentials.own": hers(number="proof.number"),
    "credentials.show_examples": hers(number="proof.number"),
    "credentials.withdraw_own": hers(number="proof.number"),
    "credentials.own_pdf": hers(number="proof.number"),
    "credentials.own_jwt": hers(number="proof.number"),
    "credentials.own_json": hers(number="proof.number"),
    "credentials.withdraw_all": open_to(HER),
    "credentials.bring": open_to(HER),
    "credentials.remove": hers(uuid="brought_badge.uuid"),
    "credentials.withdraw": ours(COORDINATORS, uuid="participant.uuid", number="proof.number"),
    "credentials.check": open_to(EVERYBODY, number="proof.number"),
    "credentials.status": open_to(EVERYBODY, slug="cast.enterprise.slug"),
    # check_in
    "check_in.code": ours(WITH_REGISTERS, of=WHO_LOG_FOR_US, uuid="offering_session.uuid"),
    "check_in.tablet": ours(WITH_REGISTERS, of=WHO_LOG_FOR_US, uuid="offering_session.uuid"),
    "check_in.kiosk": open_to(EVERYBODY, token="kiosk_token"),
    "check_in.type_code": open_to(EVERYBODY),
    "check_in.show": Row(EVERYBODY - APART, APART, {"code": "check_in_code"}),
    "check_in.here": hers(uuid="been_session.uuid"),
    # imports
    "imports.upload": open_to(COORDINATORS),
    "imports.list_all": open_to(COORDINATORS),
    "imports.show": ours(COORDINATORS, uuid="register_import.uuid"),
    "imports.correct": ours(COORDINATORS, uuid="register_import.uuid"),
    # agreements
    "agreements.show": ours(WITH_PEOPLE, uuid="enrolment.uuid"),
    "agreements.write": ours(WITH_PEOPLE, uuid="enrolment.uuid"),
    "agreements.confirm_as_guide": ours(WITH_PEOPLE, uuid="enrolment.uuid"),
    "agreements.note_paper": ours(WITH_PEOPLE, uuid="enrolment.uuid"),
    "agreements.print_page": ours(WITH_PEOPLE, uuid="enrolment.uuid"),
    "agreements.own": hers(uuid="enrolment.uuid"),
    # searches
    "searches.keep": open_to(EVERYBODY),
    "searches.end": hers(uuid="search.uuid"),
    "searches.save": open_to(HER, slug="offering.slug"),
    # talks
    "talks.with_her": ours(WITH_PEOPLE, uuid="enrolment.uuid"),
    "talks.own": hers(uuid="enrolment.uuid"),
    # notes
    "notes.write": ours(WITH_REGISTERS, uuid="participant.uuid"),
    "notes.change": ours(WITH_REGISTERS, uuid="note.uuid"),
    # progress
    "progress.observe": ours(WITH_PEOPLE, uuid="participant.uuid"),
    "progress.state_step": ours(WITH_PEOPLE, uuid="participant.uuid"),
    "progress.tell_outflow": ours(WITH_PEOPLE, uuid="participant.uuid"),
    "progress.propose": open_to(WITH_PEOPLE),
    "progress.observe_own": open_to(HER),
    "progress.state_own_step": open_to(HER),
    "progress.own_aftercare": hers(uuid="aftercare.uuid"),
    "progress.aftercare": ours(WITH_PEOPLE, uuid="aftercare.uuid"),
    "progress.hide": hers(uuid="observation.uuid"),
    "progress.object_to": hers(uuid="observation.uuid"),
    "progress.give_photo": hers(uuid="own_observation.uuid"),
    "progress.remove_photo": hers(uuid="own_observation.uuid"),
    "progress.correct_own": hers(uuid="own_observation.uuid"),
    "progress.take_back": ours(WITH_PEOPLE, of=frozenset({"guide"}), uuid="observation.uuid"),
    "progress.correct": ours(WITH_PEOPLE, of=frozenset({"guide"}), uuid="observation.uuid"),
    "progress.observe_group": ours(WITH_PEOPLE, uuid="offering_session.uuid"),
    # assessments: the world's is held by the expert, who sees nothing else of the enterprise
    "assessments.ask": ours(WITH_PEOPLE, uuid="participant.uuid"),
    "assessments.show": ours(WITH_CARDS, of=OUR_TEAM, uuid="assessment.uuid"),
    "assessments.plan": ours(WITH_CARDS, of=EXPERT, uuid="assessment.uuid"),
    "assessments.table": ours(WITH_CARDS, of=EXPERT, uuid="assessment.uuid"),
    "assessments.tell": ours(
        WITH_CARDS, of=EXPERT, uuid="assessment.uuid", competence="card.competence"
    ),
    "assessments.paper": open_to(WITH_CARDS),
    "assessments.own": hers(uuid="assessment.uuid"),
    "assessments.own_table": hers(uuid="assessment.uuid"),
    "assessments.own_tell": hers(uuid="assessment.uuid", competence="card.competence"),
    # goals
    "goals.own": hers(uuid="enrolment.uuid"),
    "goals.of_her": ours(WITH_PEOPLE, uuid="enrolment.uuid"),
    # profile
    "profile.own": open_to(HER),
    "profile.switch": open_to(HER),
    "profile.put_first": open_to(HER),
    "profile.write": open_to(HER),
    "profile.preview": open_to(HER),
    "profile.paper": open_to(HER),
    "profile.take_along": open_to(HER),
    "profile.growth": hers(competence="own_observation.competence"),
    "profile.own_photo": hers(digest="own_observation.photo"),
    "profile.shown_photo": open_to(
        EVERYBODY, token="profile_token", digest="own_observation.photo"
    ),
    "profile.share": open_to(HER),
    "profile.stop": hers(uuid="profile_share.uuid"),
    "profile.opened": open_to(EVERYBODY, token="profile_token"),
    "calls.list_all": open_to(EVERYBODY),
    "calls.feed": open_to(EVERYBODY),
    "calls.network": open_to(EVERYBODY),
    "calls.answer": open_to(EVERYBODY, uuid="call.uuid"),
    "calls.write": open_to(COORDINATORS),
    "calls.edit": ours(COORDINATORS, uuid="own_text.uuid"),
    "calls.check": open_to(OPERATOR),
    "social_return.calculate": open_to(EVERYBODY),
    "social_return.contracts": open_to(KEEPERS),
    "social_return.statement": ours(KEEPERS, of=EMPLOYER | RECOGNISER, uuid="contract.uuid"),
    "social_return.statement_file": ours(
        KEEPERS, of=EMPLOYER | RECOGNISER, uuid="contract.uuid", kind="report_kind"
    ),
    "social_return.got": open_to(KEEPERS),
    "social_return.schemes": open_to(OPERATOR),
    "social_return.declare": ours(KEEPERS, of=EMPLOYER, uuid="contract.uuid"),
    # introductions: the world's waits for a meeting, and she lets the enterprise's guides help
    "introductions.own_list": open_to(HER),
    "introductions.own": hers(uuid="introduction.uuid"),
    "introductions.want": open_to(HER, slug="work_place.slug"),
    "introductions.list_all": open_to(WITH_PEOPLE),
    "introductions.export": open_to(WITH_PEOPLE),
    "introductions.show": ours(WITH_PEOPLE, of=OUR_TEAM | EMPLOYER, uuid="introduction.uuid"),
    "introductions.write": ours(WITH_PEOPLE, of=EMPLOYER, uuid="introduction.uuid"),
    # work places
    "work_places.find": open_to(EVERYBODY),
    "work_places.show": open_to(EVERYBODY, slug="work_place.slug"),
    "work_places.feed": open_to(EVERYBODY),
    "work_places.own": open_to(HER),
    "work_places.wish": open_to(HER),
    "work_places.show_me": open_to(HER),
    "work_places.stop_showing": open_to(HER, uuid="visibility.uuid"),
    "work_places.person": ours(WITH_PEOPLE, uuid="participant.uuid"),
    "work_places.list_own": open_to(COORDINATORS),
    "work_places.post": open_to(COORDINATORS),
    "work_places.edit": ours(COORDINATORS, of=EMPLOYER, slug="work_place.slug"),
    "work_places.take_step": ours(
        COORDINATORS, of=EMPLOYER, slug="work_place.slug", step="work_step"
    ),
    # impact
    "impact.method": open_to(EVERYBODY),
    "impact.reports": open_to(WITH_FIGURES),
    "impact.compile_report": open_to(ADMINS),
    "impact.save_month": open_to(ADMINS),
    "impact.report": ours(WITH_FIGURES, of=WHO_SEE_OUR_FIGURES, report_uuid="recognised.uuid"),
    "impact.report_pdf": ours(WITH_FIGURES, report_uuid="compiled.uuid"),  # a draft
    # recognition
    "recognition.submit": ours(ADMINS, report_uuid="compiled.uuid"),
    "recognition.withdraw": ours(ADMINS, report_uuid="submitted.uuid"),
    "recognition.appeal": ours(ADMINS, report_uuid="declined.uuid"),
    "recognition.explain": ours(ADMINS, report_uuid="compiled.uuid"),
    "recognition.review_again": open_to(OPERATOR, report_uuid="appealed.uuid"),
    "recognition.inbox": open_to(RECOGNISER),
    "recognition.review": open_to(RECOGNISER, report_uuid="submitted.uuid"),
    "recognition.public_reports": open_to(EVERYBODY),
    "recognition.public_reports_csv": open_to(EVERYBODY),
    "recognition.public_reports_json": open_to(EVERYBODY),
    "recognition.public_log": open_to(EVERYBODY),
    "recognition.public_report": open_to(EVERYBODY, number="recognised.number"),
    "recognition.public_file": open_to(EVERYBODY, number="recognised.number", kind="report_kind"),
    # duplicates
    "duplicates.list_all": open_to(COORDINATORS),
    "duplicates.compare": ours(
        COORDINATORS, one="participant.uuid", other="applied.participant.uuid"
    ),
    "duplicates.show": ours(COORDINATORS, uuid="merge.uuid"),
    # home
    "home.work": open_to(STAFF | OPERATOR),
    "home.week": open_to(WITH_REGISTERS),
    "home.calls": open_to(WITH_REGISTERS),
    "home.failed": open_to(OPERATOR),
    "home.told": ours(WITH_REGISTERS, uuid="notice.uuid"),
    "home.messages": open_to(WITH_REGISTERS),
    "home.send_again": ours(WITH_REGISTERS, uuid="notice.uuid"),
    "home.letters": open_to(WITH_REGISTERS),
    "home.letter": ours(WITH_REGISTERS, uuid="paper_letter.uuid"),
    "home.my": open_to(HER),
    "home.times": open_to(HER),
    "home.activities": open_to(HER),
    "home.saved": open_to(HER),
    "home.steps": open_to(HER),
    "home.data": open_to(HER),
    "home.reminders": open_to(HER),
    "home.sessions": open_to(HER),
    "home.own_phone": open_to(HER),
    "home.own_calendar": open_to(HER),
    "home.week_calendar": open_to(WITH_REGISTERS),
    "home.calendar_of_weeks": open_to(EVERYBODY, token="week_token"),
    "home.own_contact": open_to(HER),
    "home.not_me": hers(event_id="not_her_event"),
    "home.calendar": open_to(EVERYBODY, token="calendar_token"),
    "home.answer": open_to(EVERYBODY, token="answer_token"),
    "home.list_people": open_to(WITH_PEOPLE),
    "home.take_people_along": open_to(COORDINATORS),
    "home.write_to_all": open_to(WITH_REGISTERS),
    "home.written_to_all": ours(WITH_REGISTERS, together="together"),
    "home.letters_to_all": ours(WITH_REGISTERS, together="together"),
    "home.make_cards": open_to(WITH_REGISTERS),
    "home.end_places": open_to(COORDINATORS),
    "home.move_places": open_to(COORDINATORS),
    "home.find": open_to(STAFF | OPERATOR),
    "home.handbook": open_to(STAFF | OPERATOR),
    "home.handbook_task": Row(
        WITH_REGISTERS, (STAFF | OPERATOR) - WITH_REGISTERS, {"name": "task"}
    ),
    "home.person": ours(WITH_PEOPLE, of=OUR_TEAM | PAST, uuid="participant.uuid"),
    "home.organisation": open_to(EVERYBODY, slug="cast.enterprise.slug"),
    "home.privacy": open_to(EVERYBODY),
    "home.accessibility": open_to(EVERYBODY),
    "home.healthz": open_to(EVERYBODY),
    "home.readyz": open_to(EVERYBODY),
}

# Her card signs in whoever holds it, and the other signs out whoever opens it.
CHANGES_WHO = {"participants.card_sign_in", "accounts.sign_out"}
SHOWN_BY_HER = {"profile.opened"}  # who has its link has it from her, and may know her name
SAME_FOR_ALL = {
    "presentation.picture",
    "attendance.worker",
    "participants.worker",
    *(name for name in MATRIX if name.startswith("feeds.") and name != "feeds.about"),
}


def taking(*methods: str) -> list[str]:
    """The endpoints that take all these methods, for a sweep to go through."""
    return [one for one in MATRIX if all((one, method) in _taken() for method in methods)]


@cache
def _taken() -> set[tuple[str, str]]:
    rooms.init_app(bare := Flask(__name__))
    rules = bare.url_map.iter_rules()
    return {(rule.endpoint, method) for rule in rules for method in rule.methods or ()}
