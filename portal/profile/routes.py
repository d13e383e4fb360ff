"""Doors of the profile room: her page, what others see of it, and the links that show it."""

import uuid as uuids
from collections.abc import Callable
from functools import partial

from flask import request, url_for

from portal.core import N_, Actor, NotFound, Permission, RuleBroken, pick, reading_as
from portal.credentials.queries import list_of
from portal.offerings.rules.competences import all_competences
from portal.participants.queries import get_participant
from portal.profile import commands, pages, queries
from portal.profile.forms import ShareForm, WordsForm
from portal.profile.models import ProfileShare
from portal.profile.pages import profile_paper
from portal.profile.rules import ProfileLine
from portal.progress.queries import get_photo
from portal.progress.rules import SkillLevel
from portal.web.documents import download, pdf, pdf_response
from portal.web.known import forget_to_show, keep_to_show, to_show, told_to_nobody
from portal.web.transaction import afterwards
from portal.web.view import ANYONE, Response, Room, _, actor, page, see_other, session, settings

_TO_SHOW = "profile_to_show"
_PHOTO = "photos/<string(length=16):digest>.webp"
_CHOOSE = N_("Choose one from the list.")
room = Room("profile", __name__)
room.app_template_global("shown_to_us")(lambda her: queries.find_shown(session(), her))


@room.door("/my/can", allow=Permission.OWN_PAGE)
def own() -> Response:
    """All that she can, did and wants, with a switch at each line."""
    shares = queries.list_shares(session(), actor())
    return page(
        "profile/own.html",
        profile=queries.own_profile(session(), actor()),
        open_now=[one for one in shares if one.is_open],
    )


@room.button("/my/can/line", allow=Permission.OWN_PAGE)
def switch() -> Response:
    """She switches one line on or off."""
    line = request.form.get("line", "")
    known = queries.own_profile(session(), actor()).lines()
    if line not in known | {ProfileLine.HOURS, ProfileLine.WISH, ProfileLine.PHONE}:
        raise RuleBroken("", _CHOOSE)
    commands.switch(session(), actor(), line)
    return see_other("profile.own", done=_("Saved."))


@room.button("/my/can/first", allow=Permission.OWN_PAGE)
def put_first() -> Response:
    """She puts one competence before the others."""
    competence = request.form.get("competence", "")
    if competence not in all_competences():
        raise RuleBroken("", _CHOOSE)
    commands.put_first(session(), actor(), competence)
    return see_other("profile.own", done=_("Saved."))


@room.form("/my/can/words", allow=Permission.OWN_PAGE)
def write() -> Response:
    """She says who she is and what she wants."""
    choice = queries.find_choice(session(), actor().her_id)
    form = WordsForm(of=choice)
    if form.does(lambda: commands.write(session(), actor(), **form.values())):
        return see_other("profile.own", done=_("Saved."))
    return page("profile/write.html", form=form)


@room.door("/my/can/preview", allow=Permission.OWN_PAGE)
def preview() -> Response:
    """Her profile as an employer sees it."""
    profile = queries.own_profile(session(), actor()).shown()
    return page(
        "profile/preview.html", profile=profile, photo_at=partial(url_for, "profile.own_photo")
    )


@room.door("/my/can.pdf", allow=Permission.OWN_PAGE)
def paper() -> Response:
    """The same on paper."""
    profile = queries.own_profile(session(), actor()).shown()
    paper = profile_paper(profile, _photos(profile))
    return pdf_response("profile/profile", paper, "profiel.pdf")


@room.door("/my/can.zip", allow=Permission.OWN_PAGE)
def take_along() -> Response:
    """All of it to take along: also what she hides, and her proofs and badges."""
    profile = queries.own_profile(session(), actor())
    shown = profile.shown()
    files = {f"{digest}.webp": photo for digest, photo in _photos(profile).items()}
    files["profiel.pdf"] = pdf("profile/profile", profile_paper(shown, _photos(shown)))
    packed = pages.take_along(profile, list_of(session(), profile.participant.id), files)
    return told_to_nobody(download(packed, "application/zip", "wat-ik-kan.zip"))


def _photos(profile: queries.Profile) -> dict[str, bytes]:
    return {one: get_photo(session(), one) for one in profile.photos.values()}


@room.door("/my/can/growth/<competence>", allow=Permission.OWN_PAGE)
def growth(competence: str) -> Response:
    """How one competence grew, as a picture and as its table."""
    profile = queries.own_profile(session(), actor())
    skill = pick(profile.skills, competence=competence)
    rows = sorted(skill.rows(), key=lambda row: (row.observed_on, row.id), reverse=True)
    return page(
        "profile/growth.html", profile=profile, rows=rows, paths=pages.growth(skill),
        levels=list(SkillLevel)[::-1],
    )  # fmt: skip


@room.door(f"/my/can/{_PHOTO}", allow=Permission.OWN_PAGE)
def own_photo(digest: str) -> Response:
    """A photo of what she made."""
    return told_to_nobody(download(get_photo(session(), digest), "image/webp", "foto.webp"))


@room.door(
    f"/participants/<uuid:uuid>/shown/{_PHOTO}",
    allow=Permission.SEE_PARTICIPANTS,
    endpoint="photo_shown",
)
@room.door(f"/profile/<token>/{_PHOTO}", allow=ANYONE)
def shown_photo(digest: str, token: str = "", uuid: uuids.UUID | None = None) -> Response:
    """The same for whoever holds a link, or the guides to whom she shows it."""
    _share, her = _shown_here(uuid) if uuid else queries.open_share(session(), token)
    with reading_as(session(), her):
        if digest not in queries.own_profile(session(), her).shown().photos.values():
            raise NotFound("photo")
        return own_photo(digest)


@room.form("/my/can/share", allow=Permission.OWN_PAGE)
def share() -> Response:
    """She shows it to guides or by a link, and reads who looked."""
    form = ShareForm()
    guides = queries.list_to_show(session(), actor()).values()
    form.to.choices = [
        (0, _("Somebody with a link")),
        *((link.organisation_id, link.organisation.name) for link in guides),
    ]
    if form.is_sent_and_valid():
        token = commands.share(session(), actor(), **form.values())
        keep_to_show(_TO_SHOW, token)
        return see_other("profile.share", done=None if token else _("Saved."))
    token = to_show(_TO_SHOW)
    return told_to_nobody(
        page(
            "profile/share.html",
            form=form,
            address=token and settings().base_url + url_for("profile.opened", token=token),
            shares=queries.list_shares(session(), actor()),
        )
    )


@room.button("/my/can/share/<uuid:uuid>/stop", allow=Permission.OWN_PAGE)
def stop(uuid: uuids.UUID) -> Response:
    """She stops showing it to somebody, at one tap."""
    commands.stop(session(), actor(), queries.get_own_share(session(), actor(), uuid))
    forget_to_show(_TO_SHOW)
    return see_other("profile.share", done=_("Stopped. Nobody sees it that way any more."))


@room.door("/profile/<token>", allow=ANYONE)
def opened(token: str) -> Response:
    """Show her profile to whoever holds a link, while it lasts.

    She sees that it was opened.
    """
    try:
        share, her = queries.open_share(session(), token)
    except NotFound:
        return told_to_nobody(page("profile/over.html", status=404))
    return _show(share, her, partial(url_for, "profile.shown_photo", token=token))


@room.door("/participants/<uuid:uuid>/shown", allow=Permission.SEE_PARTICIPANTS)
def shown(uuid: uuids.UUID) -> Response:
    """What she shows to the guides of an organisation that has her, also of elsewhere."""
    share, her = _shown_here(uuid)
    return _show(share, her, partial(url_for, "profile.photo_shown", uuid=uuid), person=uuid)


def _shown_here(uuid: uuids.UUID) -> tuple[ProfileShare, Actor]:
    return queries.get_shown(session(), get_participant(session(), actor(), uuid))


def _show(
    share: ProfileShare, her: Actor, photo_at: Callable[..., str], person: uuids.UUID | None = None
) -> Response:
    """Draw what others see of her, and let her know that somebody looked."""
    viewer, share_id, until = actor(), share.id, share.until_on
    if viewer.participant_id != her.participant_id:
        afterwards(lambda later: commands.note_opened(later, viewer, share_id))
    with reading_as(session(), her):
        profile = queries.own_profile(session(), her).shown()
    return told_to_nobody(
        page("profile/opened.html", profile=profile, until=until, photo_at=photo_at, person=person)
    )
