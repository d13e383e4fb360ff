"""Telling of somebody's progress, and hiding what she doesn't want seen."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.accounts.queries import list_operators
from portal.core import Actor, Permission, audit, clock, hold_row, insert_into, one_or_not_found
from portal.core.errors import N_, NotAllowed, NotFound, RuleBroken
from portal.enrolments.commands.steps import check_has_her
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import TOOK_PART
from portal.notices.commands import tell
from portal.offerings.rules import SMALLER
from portal.offerings.rules.competences import competences
from portal.offerings.rules.pictures import SmallPicture
from portal.organisations.models import Organisation
from portal.progress import rules
from portal.progress.models import Aftercare, LadderStep, Observation, Outflow, OwnSay, Rating
from portal.progress.queries import is_to_rate


def observe(
    session: Session,
    actor: Actor,
    *,
    enrolment_id: int,
    corrects: Observation | None = None,
    **told: Any,
) -> Observation:
    """Write down an example of something she does, in the actor's own voice.

    Where it puts one of the actor's own right, that stays to be read and this is in force.
    """
    if corrects is not None and not may_correct(actor, corrects):
        raise NotFound("observation")
    enrolment = _told_of(session, actor, enrolment_id)
    about = {**_about(actor, enrolment), "corrects_id": corrects.first_id if corrects else None}
    row = Observation(**about, voice=rules.voice_of(actor), **told)
    if row.competence not in {*competences(), corrects and corrects.competence}:
        raise RuleBroken("competence", N_("Choose one from the list."))
    if not row.example.strip():
        raise RuleBroken("example", N_("Give an example."))
    rules.check_not_in_future("observed_on", row.observed_on, clock.today())
    event = "progress.corrected" if corrects else "progress.observed"
    data = {"competence": row.competence, "level": row.level.value}
    return audit.add(session, actor, event, row, **data)


def take_back(session: Session, actor: Actor, wrong: Observation) -> None:
    """Take back an example that was about somebody else.

    That it was taken back stays to be read; its words are nobody's to read any more, and a photo
    that she put there goes.
    """
    if not may_correct(actor, wrong):
        raise NotFound("observation")
    enrolment = _told_of(session, actor, wrong.enrolment_id)
    row = Observation(
        **_about(actor, enrolment),
        **{name: getattr(wrong, name) for name in ("competence", "level", "voice", "observed_on")},
        example="",
        corrects_id=wrong.first_id,
        is_taken_back=True,
    )
    session.add(row)
    if say := wrong.own_say:  # she can't reach it there any more
        say.photo = say.photo_digest = None
    audit.record(session, actor, "progress.taken_back", row, competence=wrong.competence)


def observe_group(
    session: Session,
    actor: Actor,
    people: Sequence[Enrolment],
    levels: Mapping[str, rules.SkillLevel],
    **told: Any,
) -> int:
    """Write one example down for those with a level, by enrolment's address; how many."""
    chosen = [row for row in people if str(row.uuid) in levels]
    if not chosen:
        raise RuleBroken("", N_("Choose for at least one person how it goes."))
    for row in chosen:
        level = levels[str(row.uuid)]
        observe(session, actor, enrolment_id=row.id, level=level, **told)
    return len(chosen)


def tell_agreed(
    session: Session,
    actor: Actor,
    enrolment: Enrolment,
    *,
    objection: str = "",
    **said: Any,
) -> None:
    """Write down a line that she agreed on, in the voice that said it.

    What she says against it stands beside it from the start.
    """
    if not actor.is_participant or actor.participant_id != enrolment.participant_id:
        raise NotAllowed
    about = {**_about(actor, enrolment), "observed_on": clock.today()}
    observation = Observation(**{**about, **said})
    audit.add(session, actor, "progress.observed", observation, level=observation.level.value)
    if objection:
        object_to(session, actor, observation, objection=objection)


def may_correct(actor: Actor, observation: Observation) -> bool:
    """Whether these are the actor's own words."""
    if observation.voice is not rules.voice_of(actor):
        return False
    if actor.is_participant:
        return observation.participant_id == actor.participant_id
    is_author = observation.recorded_by_id == actor.user_id
    return is_author and observation.organisation_id == actor.organisation_id


def state_step(
    session: Session, actor: Actor, *, enrolment_id: int, step: int, stated_on: date
) -> LadderStep:
    """Say where she stands on the participation ladder, in the actor's own voice."""
    enrolment = _told_of(session, actor, enrolment_id)
    voice = rules.voice_of(actor)
    rules.check_ladder_step(step, voice)
    rules.check_not_in_future("stated_on", stated_on, clock.today())
    row = LadderStep(**_about(actor, enrolment), step=step, stated_on=stated_on, voice=voice)
    return audit.add(session, actor, "progress.step_stated", row, step=step)


def tell_outflow(session: Session, actor: Actor, *, enrolment_id: int, **told: Any) -> Outflow:
    """Say where she went on to.

    It counts in a report when somebody has seen a document of it.
    """
    if actor.is_participant:
        raise NotAllowed
    enrolment = _told_of(session, actor, enrolment_id)
    row = Outflow(**_about(actor, enrolment), **told)
    rules.check_not_in_future("started_on", row.started_on, clock.today())
    rules.check_document(row.document_seen_on, row.document_seen_by or "", clock.today())
    return audit.add(session, actor, "progress.outflow_told", row, kind=row.kind.value)


def answer_aftercare(
    session: Session, actor: Actor, aftercare: Aftercare, answer: rules.AftercareAnswer
) -> None:
    """Say how it goes where she went on to, and otherwise until it is over."""
    row = hold_row(session, Aftercare, aftercare.id)
    if not actor.is_participant or row.participant_id != actor.participant_id:
        raise NotFound("aftercare")
    row.say(answer)
    audit.record(session, actor, "progress.aftercare_answered", row)


def meet(session: Session, actor: Actor, aftercare: Aftercare) -> None:
    """Note that somebody got in touch with who says that it is hard or over."""
    row = hold_row(session, Aftercare, aftercare.id)
    row.met_at = row.met_at or clock.now()
    audit.record(session, actor, "progress.aftercare_met", row)


def rate(session: Session, actor: Actor, stay: Enrolment, face: rules.Face) -> None:
    """Say how she found a stay that ended, or otherwise while she is asked."""
    if not actor.is_participant or actor.participant_id != stay.participant_id:
        raise NotFound("enrolment")
    if not is_to_rate(stay):
        raise RuleBroken("", N_("This question is over."))
    row = insert_into(session, Rating).values({**stay.whose, "face": face})
    session.execute(row.on_conflict_do_update(index_elements=["enrolment_id"], set_={"face": face}))
    audit.record(session, actor, "progress.rated", stay)


def propose_word(
    session: Session, actor: Actor, *, word: str, example: str, about: str | None = None
) -> None:
    """Send the operators a card for the list, or another example for one.

    They keep the list in versions: a word in use changes no meaning.
    """
    if about:
        word = competences()[about].plain("nl")
    elif not word:
        raise RuleBroken("word", N_("Write the word."))
    of = session.get_one(Organisation, actor.organisation_id)
    audit.record(session, actor, "progress.word_proposed", of, word=word)
    told: dict[str, Any] = {
        "organisation": of.name,
        "word": word,
        "example": example,
        "is_there": bool(about),
    }
    for to in list_operators(session):
        tell(session, to, "progress/word_proposed", **told)


def toggle_hidden(session: Session, actor: Actor, observation: Observation) -> bool:
    """Hide an observation of her own record, or show it; whether it is hidden."""
    say = _own_say(session, actor, observation)
    say.hidden_at = None if say.hidden_at else clock.now()
    is_hidden = say.hidden_at is not None
    event = "progress.hidden" if is_hidden else "progress.shown"
    audit.record(session, actor, event, observation)
    return is_hidden


def object_to(session: Session, actor: Actor, observation: Observation, *, objection: str) -> None:
    """Say against an example what she has to say; empty takes it back."""
    _own_say(session, actor, observation).objection = objection
    event = "progress.objected" if objection else "progress.objection_taken_back"
    audit.record(session, actor, event, observation)


def give_photo(
    session: Session, actor: Actor, observation: Observation, small: SmallPicture
) -> None:
    """Put a photo of what she made with an example, in place of another."""
    say = _own_say(session, actor, observation)
    say.photo, say.photo_digest = dict(small.smaller).get(SMALLER[-1], small.webp), small.digest
    audit.record(session, actor, "progress.photo_given", observation)


def remove_photo(session: Session, actor: Actor, observation: Observation) -> None:
    """Take her photo away for good."""
    say = _own_say(session, actor, observation)
    say.photo = say.photo_digest = None
    audit.record(session, actor, "progress.photo_removed", observation)


def _own_say(session: Session, actor: Actor, observation: Observation) -> OwnSay:
    if not actor.is_participant or observation.participant_id != actor.participant_id:
        raise NotFound("observation")
    row = {
        "observation_id": observation.first_id,
        "organisation_id": observation.organisation_id,
        "participant_id": observation.participant_id,
    }
    session.execute(insert_into(session, OwnSay).values(row).on_conflict_do_nothing())
    return session.scalars(
        select(OwnSay).where(OwnSay.observation_id == observation.first_id).with_for_update()
    ).one()


def _told_of(session: Session, actor: Actor, enrolment_id: int) -> Enrolment:
    """An enrolment within which the actor may speak; the current organisation's, or her own."""
    if not (actor.is_participant or actor.may(Permission.RECORD_PROGRESS)):
        raise NotAllowed
    query = select(Enrolment).where(Enrolment.id == enrolment_id, Enrolment.status.in_(TOOK_PART))
    if actor.is_participant:
        query = query.where(Enrolment.participant_id == actor.participant_id)
    elif not actor.is_house:
        query = query.where(Enrolment.organisation_id == actor.organisation_id)
    found = one_or_not_found(session, query)
    check_has_her(session, actor, found)
    return found


def _about(actor: Actor, enrolment: Enrolment) -> dict[str, int | None]:
    return {**enrolment.whose, "recorded_by_id": actor.user_id}
