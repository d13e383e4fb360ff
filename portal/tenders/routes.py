"""Doors of tenders: opportunities for everybody, who posts them, who answers with a dossier."""

from portal.core import Permission, or_not_found, pick
from portal.organisations.queries import get_own
from portal.recognition.queries import get_public, public_of
from portal.tenders import commands, forms, pages, queries, rules
from portal.tenders.labels import asked_words
from portal.tenders.models import Opportunity
from portal.web.documents import pdf_response
from portal.web.view import ANYONE, UUID, Response, Room, _, actor, page, see_other, session

room = Room("tenders", __name__)
room.app_template_filter("asked_by")(rules.asked_by)
room.app_template_filter("asked_words")(asked_words)
room.app_template_filter("figures_of")(pages.figures_of)
room.app_template_filter("declared_words")(pages.declared_words)


@room.door("/opportunities", allow=ANYONE)
def list_all() -> Response:
    """What can be answered now, and what closed."""
    found, over = queries.list_public(session()), queries.list_public(session(), over=True)
    return page("tenders/list_all.html", opportunities=found, over=over)


@room.door("/opportunities/<uuid:uuid>", allow=ANYONE)
def show(uuid: UUID) -> Response:
    """One of them, and what it asks."""
    opportunity = queries.get_public(session(), uuid)
    answers = actor().is_visitor or _may_answer()
    return page("tenders/show.html", opportunity=opportunity, answers=answers)


@room.form("/work/opportunities", allow=Permission.TENDER)
def post() -> Response:
    """What the organisation posted, and a new one; or what it could answer."""
    own, form = get_own(session(), actor()), forms.OpportunityForm()
    if form.does(lambda: _write(form, None)):
        return see_other("tenders.post", done=_("Saved."))
    posts = own.kind in rules.POSTING_KINDS
    found = () if posts else queries.fits_of(session(), actor(), queries.list_public(session()))
    mine = queries.list_own(session(), actor())
    return page("tenders/post.html", form=form, posts=posts, own=mine, fits=found)


@room.form("/work/opportunities/<uuid:uuid>", allow=Permission.TENDER)
def edit(uuid: UUID) -> Response:
    """One of the organisation's own: change it, publish it, withdraw it."""
    opportunity = pick(queries.list_own(session(), actor()), uuid=uuid)
    is_draft = opportunity.status is rules.OpportunityStatus.DRAFT
    kind = forms.OpportunityForm if is_draft else forms.OpportunityTextForm
    form = kind(of=opportunity)
    if form.does(lambda: _write(form, opportunity)):
        return see_other("tenders.edit", uuid=uuid, done=_("Saved."))
    moves = rules.OPPORTUNITY.open_from(opportunity.status)
    return page("tenders/edit.html", form=form, opportunity=opportunity, moves=moves)


@room.form("/work/opportunities/<uuid:uuid>/dossier", allow=Permission.TENDER)
def fit(uuid: UUID) -> Response:
    """What the organisation has of it, what is missing, who could join; and its dossier."""
    fit = _fit(uuid)
    before = queries.declared_before(session(), actor(), fit)
    form = forms.dossier_form([one.asked for one in fit.answers], fit.dossier, before)
    if form.does(lambda: commands.compose(session(), actor(), fit.opportunity, **form.kept())):
        return see_other("tenders.fit", uuid=uuid, done=_("Saved."))
    partners = queries.list_partners(session(), actor(), fit)
    return page("tenders/fit.html", form=form, fit=fit, partners=partners, before=before)


@room.door("/work/opportunities/<uuid:uuid>/dossier.pdf", allow=Permission.TENDER)
def paper(uuid: UUID) -> Response:
    """The dossier on paper, the recognised reports that it names attached."""
    fit = _fit(uuid)
    or_not_found(fit.dossier)
    numbers = sorted({one.number for answer in fit.chosen for one in answer.reports})
    annexes = {one: public_of(session(), get_public(session(), one)) for one in numbers}
    paper = pages.paper_of(fit, actor().organisation_name, annexes)
    return pdf_response("tenders/dossier", paper, f"dossier-{fit.opportunity.closes_on}.pdf")


def _fit(uuid: UUID) -> queries.TenderFit:
    """An opportunity beside the actor's organisation, where that is one that could answer it."""
    or_not_found(_may_answer() or None)
    [fit] = queries.fits_of(session(), actor(), [queries.get_public(session(), uuid)])
    return fit


def _may_answer() -> bool:
    who = actor()
    return who.may(Permission.TENDER) and get_own(session(), who).kind in rules.BIDDING_KINDS


def _write(form: forms.OpportunityTextForm, opportunity: Opportunity | None) -> None:
    move = form.pressed(rules.OpportunityMove)
    commands.write(session(), actor(), opportunity, move, **form.values("do"))
