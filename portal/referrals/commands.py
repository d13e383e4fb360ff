"""Writes about referrals: referring, moving on, withdrawing, and telling what became of it."""

from typing import Any, Unpack

from portal.core import Actor, Session, audit, clock
from portal.enrolments import commands as enrolments
from portal.enrolments.commands.steps import check_has_her
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EnrolmentStatus
from portal.offerings.queries import lock_offering
from portal.organisations.models import Organisation
from portal.referrals import queries, rules
from portal.referrals.models import Referral


def refer(
    session: Session,
    actor: Actor,
    *,
    good_to_know: str,
    agreed_how: rules.AgreedHow,
    reference: str = "",
    **who: Unpack[enrolments.Newcomer],
) -> Referral:
    """Refer somebody new, who agreed, to an offering of another organisation.

    The referring organisation does not come to know her by it: it follows the sign-up only.
    """
    rules.check_reference(reference, agreed_how)
    _check(session, actor.organisation_id, who["offering_id"])
    enrolment = enrolments.sign_up_new(session, actor, **who)
    said = {"agreed_how": agreed_how, "good_to_know": good_to_know, "reference": reference}
    return _write_down(session, actor, enrolment, actor.organisation_id or 0, **said)


def give_reference(
    session: Session,
    actor: Actor,
    referral: Referral,
    *,
    reference: str,
    agreed_how: rules.AgreedHow | None = None,
) -> None:
    """Write down the referrer's number for her, as she agreed; or empty it."""
    rules.check_reference(reference, agreed_how)
    if reference and agreed_how:
        referral.agreed_how = agreed_how
        referral.outcome_until = clock.today() + rules.OUTCOME_FOLLOWED
    referral.reference = reference
    event = "reference_given" if reference else "reference_taken_away"
    audit.record(session, actor, f"referral.{event}", referral)


def move_on(
    session: Session,
    actor: Actor,
    *,
    old: Enrolment,
    offering_id: int,
    history_months: int | None = None,
    **said: Any,
) -> Referral:
    """Let somebody go on with another provider, as she agreed.

    A place that she holds here stays hers until she has the new one. `history_months` is for how
    long the new provider may read what she did here; None for not at all. Who has signed up there
    already keeps what she has.
    """
    check_has_her(session, actor, old)
    _check(session, old.organisation_id, offering_id)
    enrolment = enrolments.sign_up(
        session, actor, offering_id=offering_id, participant=old.participant
    )
    if old.status is EnrolmentStatus.ENROLLED:
        said["from_enrolment_id"] = old.id
    if history_months:
        said["history_until"] = rules.history_until(clock.today(), history_months)
    return _write_down(session, actor, enrolment, old.organisation_id, **said)


def withdraw(session: Session, actor: Actor, referral: Referral) -> None:
    """She takes her agreement back: nobody reads anything of it any more, her places stay."""
    if referral.withdrawn_at is None:
        referral.withdrawn_at = clock.now()
        referral.good_to_know = referral.reference = ""
        audit.record(session, actor, "referral.withdrawn", referral)


def stop_sharing(session: Session, actor: Actor, referral: Referral) -> None:
    """Stop showing the new provider what she did with the old one."""
    if referral.shares_history:
        referral.shares_history = False
        audit.record(session, actor, "referral.history_withdrawn", referral)


def _check(session: Session, from_organisation_id: int | None, offering_id: int) -> None:
    """The offering's lock comes first, so that it can't close between this and the sign-up."""
    offering = lock_offering(session, offering_id)
    ours = session.get_one(Organisation, from_organisation_id)
    rules.check_referral(
        ours.id,
        offering.organisation_id,
        is_from_verified=ours.is_verified,
        is_to_verified=offering.organisation.is_verified,
    )


def _write_down(
    session: Session, actor: Actor, enrolment: Enrolment, from_organisation_id: int, **said: Any
) -> Referral:
    """One referral of an organisation to one sign-up: asked again, she agreed anew."""
    referral = queries.find(session, enrolment.id, from_organisation_id)
    if referral is None:
        referral = Referral(
            enrolment=enrolment,
            participant_id=enrolment.participant_id,
            from_organisation_id=from_organisation_id,
            to_organisation_id=enrolment.organisation_id,
        )
        session.add(referral)
    if actor.is_staff:
        audit.record(
            session, actor, "participant.sent_on", enrolment.participant,
            organisation_id=enrolment.organisation_id,
        )  # fmt: skip
    nothing = {
        "good_to_know": "",
        "reference": "",
        "from_enrolment_id": None,
        "history_until": None,
    }
    for name, value in {**nothing, **said}.items():
        setattr(referral, name, value)
    referral.user_id = actor.user_id
    referral.outcome_until = clock.today() + rules.OUTCOME_FOLLOWED
    referral.withdrawn_at = None
    referral.told_status = enrolment.status  # which whoever refers sees at once
    referral.shares_history = referral.history_until is not None
    session.flush()
    audit.record(
        session,
        actor,
        "referral.made",
        referral,
        organisation_id=from_organisation_id,
        agreed=referral.agreed_how.value,
        history_until=str(referral.history_until or ""),
    )
    return referral
