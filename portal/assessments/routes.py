"""Doors of assessments: asking and planning for staff, the table for both, the yes for her."""

from typing import Any

from flask import request

from portal.assessments import commands, queries
from portal.assessments.forms import CodesForm, HolderForm, MeetingForm, ToldForm
from portal.assessments.models import Assessment, LaidCard
from portal.assessments.pages import cards_paper, deal
from portal.assessments.rules import HELD, AssessmentMove, Pick, read_codes
from portal.core import N_, Permission, RuleBroken, clock, or_not_found
from portal.offerings.rules.competences import competences
from portal.progress.queries import get_person, list_told_of
from portal.web.documents import pdf_response
from portal.web.forms import ButtonsForm
from portal.web.view import UUID, Response, Room, _, actor, check_seen, page, see_other, session

room = Room("assessments", __name__)
room.app_template_global("assessments_of")(lambda her: queries.list_of(session(), her))
room.app_template_global("may_move")(lambda row: commands.may_do(actor(), row))
_LEAVES = frozenset({AssessmentMove.DECLINE, AssessmentMove.STOP})
_ALONE = "alone"  # the button with which she wants nobody else at the table


@room.form("/participants/<uuid:uuid>/assessment", allow=Permission.RECORD_PROGRESS)
def ask(uuid: UUID) -> Response:
    """Staff ask somebody of the team to hold a conversation with her."""
    person = get_person(session(), actor(), uuid)
    team = queries.list_holders(session(), actor())
    form = HolderForm()
    form.holder.choices = [(row.id, row.user.name) for row in team]
    if form.is_sent_and_valid():
        holder = next(row for row in team if row.id == form.holder.data)
        place = list_told_of(session(), actor(), person.id)[0]
        commands.ask(session(), actor(), place, holder)
        return see_other("home.person", uuid=uuid, done=_("Asked."))
    return page("assessments/ask.html", form=form, person=person, team=team)


@room.form("/my/assessments/<uuid:uuid>", allow=Permission.OWN_PAGE, endpoint="own")
@room.form("/work/assessments/<uuid:uuid>", allow=Permission.HOLD_ASSESSMENTS)
def show(uuid: UUID) -> Response:
    """How a conversation stands, and what is next; the last word is hers."""
    assessment, form = queries.get_assessment(session(), uuid), ButtonsForm()
    cards = queries.list_cards(session(), assessment.id)
    if form.is_sent_and_valid():
        if actor().is_participant and form.do.data == _ALONE:
            commands.sit_without_third(session(), actor(), assessment)
            return see_other(str(request.endpoint), uuid=uuid, done=_("Saved."))
        pressed = form.pressed(AssessmentMove)
        if pressed is AssessmentMove.AGREE:  # on what she read, and on nothing later
            check_seen(*cards.values())
        commands.move(session(), actor(), assessment, pressed)
        return _after(assessment, pressed)
    return page(
        "assessments/show.html",
        form=form,
        assessment=assessment,
        seen=[*cards.values()],
        **_seen(cards),
    )


@room.form("/work/assessments/<uuid:uuid>/plan", allow=Permission.HOLD_ASSESSMENTS)
def plan(uuid: UUID) -> Response:
    """Whoever holds it says when and where."""
    assessment = _at_table(uuid)
    form = MeetingForm(of=assessment, data=lambda: _planned(assessment))
    if form.does(lambda: commands.plan(session(), actor(), assessment, **form.values())):
        return see_other("assessments.show", uuid=uuid, done=_("Saved."))
    return page("assessments/plan.html", form=form, assessment=assessment)


@room.form("/my/assessments/<uuid:uuid>/cards", allow=Permission.OWN_PAGE, endpoint="own_table")
@room.form("/work/assessments/<uuid:uuid>/cards", allow=Permission.HOLD_ASSESSMENTS)
def table(uuid: UUID) -> Response:
    """The cards, on her phone, one screen for two, or typed from paper."""
    assessment, form = _at_table(uuid), CodesForm()
    if form.is_sent_and_valid():
        taps = {name[5:]: value for name, value in request.form.items() if name[:5] == "card-"}
        picks = {key: _pick(value) for key, value in taps.items()}
        picks |= read_codes(form.typed(), competences())
        commands.lay(session(), actor(), assessment, picks)
        if request.form.get("by") == "script":
            return Response(status=204)
        return see_other(str(request.endpoint), uuid=uuid)
    cards = queries.list_cards(session(), assessment.id)
    shown = deal(cards, request.args.get("card", ""))
    return page(
        "assessments/table.html", form=form, assessment=assessment, dealt=shown, **_seen(cards)
    )


@room.form(
    "/my/assessments/<uuid:uuid>/cards/<competence>", allow=Permission.OWN_PAGE, endpoint="own_tell"
)
@room.form("/work/assessments/<uuid:uuid>/cards/<competence>", allow=Permission.HOLD_ASSESSMENTS)
def tell(uuid: UUID, competence: str) -> Response:
    """What she tells with a card, and what the two say of it."""
    assessment, is_own = _at_table(uuid), actor().is_participant
    back = "assessments.own" if is_own else "assessments.show"
    card = or_not_found(queries.list_cards(session(), assessment.id).get(competence))
    form = ToldForm(of=card)
    form.offer(is_own=is_own, may_object=is_own and bool(card.said))
    told = session(), actor(), assessment, competence
    if form.does(lambda: commands.tell_example(*told, **form.values())):
        return see_other(back, uuid=uuid, done=_("Saved."))
    return page("assessments/tell.html", form=form, assessment=assessment, card=card, back=back)


@room.door("/work/assessments/cards.pdf", allow=Permission.HOLD_ASSESSMENTS)
def paper() -> Response:
    """All cards on paper, with a code on each and nobody's name."""
    return pdf_response("assessments/cards", cards_paper(), "kaarten.pdf")


def _at_table(uuid: UUID) -> Assessment:
    """Hers, or one that the actor holds; of others of her team she sees only how they stand."""
    found, reader = queries.get_assessment(session(), uuid), actor()
    is_held = found.holder_id == reader.user_id and found.status in HELD
    return or_not_found(found if reader.is_participant or is_held else None)


def _after(assessment: Assessment, pressed: AssessmentMove) -> Response:
    is_own = actor().is_participant
    if pressed is AssessmentMove.BEGIN:
        table = "assessments.own_table" if is_own else "assessments.table"
        return see_other(table, uuid=assessment.uuid)
    if pressed in _LEAVES and not is_own:
        return see_other("home.work", done=_("Saved."))
    return see_other(str(request.endpoint), uuid=assessment.uuid)


def _seen(cards: dict[str, LaidCard]) -> dict[str, Any]:
    piles = {pick: [card for card in cards.values() if card.pick is pick] for pick in Pick}
    return {"is_own": actor().is_participant, "piles": piles}


def _pick(value: str) -> Pick:
    if value not in set(Pick):
        raise RuleBroken("", N_("Use one of the buttons."))
    return Pick(value)


def _planned(row: Assessment) -> dict[str, Any]:
    at = clock.to_local(row.at) if row.at else None
    return {
        "day": at.date() if at else None,
        "starts": at.time() if at else None,
        "place": row.place,
        "third": row.third,
    }
