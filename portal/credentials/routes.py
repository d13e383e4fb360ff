"""Doors of the credentials room: her proofs, who checks one, and the issuer that withdraws one."""

from flask import request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from portal.core import Permission, clock, pick
from portal.core.signing import verified
from portal.credentials import commands, queries
from portal.credentials.forms import BadgeForm, WithdrawForm
from portal.credentials.models import Credential
from portal.credentials.pages import certificate, in_words, said_by
from portal.credentials.rules import CONTENT_TYPE, Issuer, claims_of, status_claims
from portal.organisations.queries import get_by_slug
from portal.participants.queries import get_own_self
from portal.web.documents import download, json_response, pdf_response
from portal.web.known import told_to_nobody
from portal.web.signing import keys, published
from portal.web.view import ANYONE, UUID, Response, Room, actor, page, see_other, session, settings

_MAY_WITHDRAW = Permission.DECIDE_ENROLMENTS
room = Room("credentials", __name__)
room.app_template_global("said_by")(said_by)
room.app_template_global("badge_in_words")(in_words)
room.app_template_global("proofs_of")(lambda her: queries.list_of(session(), her.id))
room.app_template_global("provable_of")(
    lambda her, rows: queries.list_provable(session(), rows, her.id)
)


@room.button("/my/can/proofs", allow=Permission.OWN_PAGE)
def prove() -> Response:
    """She asks for a proof of one competence."""
    proof = commands.prove(
        session(),
        actor(),
        competence=request.form.get("competence", ""),
        organisation_id=request.form.get("organisation", 0, type=int),
        keys=keys(),
        base_url=settings().base_url,
    )
    return see_other("credentials.own", number=proof.number, done=_("Your proof is ready."))


@room.door("/my/can/proofs/<number>", allow=Permission.OWN_PAGE)
def own(number: str) -> Response:
    """One proof of hers: to hand over, to open for others, to withdraw."""
    proof = queries.get_own(session(), number)
    return page("credentials/own.html", proof=proof, address=_address(proof))


@room.button("/my/can/proofs/<number>/examples", allow=Permission.OWN_PAGE)
def show_examples(number: str) -> Response:
    """She lets who checks it read the examples, or no longer."""
    commands.show_examples(session(), actor(), queries.get_own(session(), number))
    return see_other("credentials.own", number=number, done=_("Saved."))


@room.button("/my/can/proofs/<number>/withdraw", allow=Permission.OWN_PAGE)
def withdraw_own(number: str) -> Response:
    """She withdraws it, at one tap."""
    commands.withdraw(session(), actor(), queries.get_own(session(), number))
    return see_other("credentials.own", number=number, done=_("This proof holds no longer."))


@room.button("/my/data/proofs/withdraw", allow=Permission.OWN_PAGE)
def withdraw_all() -> Response:
    """She leaves, and wants none of hers to hold any longer."""
    commands.withdraw_all(session(), actor())
    return see_other("home.data", done=_("Your proofs hold no longer."))


@room.door("/my/can/proofs/<number>.pdf", allow=Permission.OWN_PAGE)
def own_pdf(number: str) -> Response:
    """It on paper, with her name and a code that opens the check."""
    proof = queries.get_own(session(), number)
    name = get_own_self(session(), actor()).name
    data = certificate(proof, name, _address(proof))
    return told_to_nobody(pdf_response("credentials/certificate", data, f"{number}.pdf"))


@room.door("/my/can/proofs/<number>.jwt", allow=Permission.OWN_PAGE)
def own_jwt(number: str) -> Response:
    """It as other programs take it in: an Open Badges 3.0 credential (VC-JWT)."""
    proof = queries.get_own(session(), number)
    return told_to_nobody(download(proof.token, CONTENT_TYPE, f"{number}.jwt"))


@room.door("/my/can/proofs/<number>.json", allow=Permission.OWN_PAGE)
def own_json(number: str) -> Response:
    """The same to read, without the signature."""
    proof = queries.get_own(session(), number)
    return told_to_nobody(json_response(claims_of(proof.token), f"{number}.json"))


@room.form("/my/can/badges/new", allow=Permission.OWN_PAGE)
def bring() -> Response:
    """She brings a badge that another gave her; nothing is fetched."""
    form, ours = BadgeForm(), (published(), settings().base_url)
    if form.does(lambda: commands.bring(session(), actor(), form.sent, *ours)):
        return see_other("profile.own", done=_("Saved. Only you see it, until you show it."))
    return page("credentials/bring.html", form=form)


@room.button("/my/can/badges/<uuid:uuid>/remove", allow=Permission.OWN_PAGE)
def remove(uuid: UUID) -> Response:
    """She takes it out."""
    badge = pick(queries.list_brought(session(), actor()), uuid=uuid)
    commands.remove(session(), actor(), badge)
    return see_other("profile.own", done=_("Taken out."))


@room.form("/participants/<uuid:uuid>/proofs/<number>", allow=_MAY_WITHDRAW)
def withdraw(uuid: UUID, number: str) -> Response:
    """The issuer withdraws a proof, and says why to her."""
    proof = queries.get_own(session(), number, uuid)
    form = WithdrawForm()
    if form.does(lambda: commands.withdraw(session(), actor(), proof, **form.values())):
        done = _("This proof holds no longer.")
        return see_other("credentials.withdraw", uuid=uuid, number=number, done=done)
    return page("credentials/withdraw.html", form=form, proof=proof)


@room.door("/credentials/<number>", allow=ANYONE)
def check(number: str) -> Response:
    """Whether a proof holds, and what she lets others read of it."""
    proof = Credential.of_number(session(), number, joinedload(Credential.organisation))
    answer = page(
        "credentials/check.html",
        proof=proof,
        is_right=verified(proof.token, published()) is not None,
        examples=queries.list_examples(session(), proof),
    )
    return told_to_nobody(answer)


@room.door("/credentials/status/<slug>", allow=ANYONE)
def status(slug: str) -> Response:
    """Which proofs of an issuer are withdrawn, by their place in a list."""
    organisation = get_by_slug(session(), slug)
    issuer = Issuer(organisation.name, organisation.slug, settings().base_url)
    withdrawn = queries.list_withdrawn(session(), organisation.id)
    claims = status_claims(issuer, withdrawn, clock.now())
    return download(keys(makes=False).sign(claims, typ="JWT"), CONTENT_TYPE, f"{slug}.jwt")


def _address(proof: Credential) -> str:
    return settings().base_url + url_for("credentials.check", number=proof.number)
