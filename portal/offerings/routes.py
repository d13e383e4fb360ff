"""Doors to how an offering looks: pictures and texts; what it is and when stands in schedule."""

from flask import Response, request
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from portal.core import NotFound, Permission
from portal.offerings import forms, queries, rules
from portal.offerings.commands import presentation
from portal.offerings.models import Offering
from portal.offerings.queries.texts import PARTS, Part, Texts, languages_of, texts_in, title_in
from portal.web.forms import Form
from portal.web.i18n import SPOKEN, locale_code, written_in
from portal.web.view import ANYONE, Room, _, actor, check_seen, page, see_other, session

room = Room("presentation", __name__)


@room.app_template_global()
def title_of(offering: Offering) -> Part:
    """The title in the page's language if it is there, else in the offering's own."""
    return title_in(offering, locale_code())


@room.app_template_global()
def titled(offering: Offering) -> Markup:
    """The same, ready to stand in a page of any language."""
    title = title_of(offering)
    return Markup("<span {}>{}</span>").format(written_in(title.language), title)


@room.app_template_global()
def texts_of(offering: Offering, asked: str | None = None) -> Texts:
    """Give all texts in the language asked for, or the page's, as translated."""
    known = asked in languages_of(offering)
    return texts_in(offering, asked if asked and known else locale_code())


@room.app_template_global()
def other_languages(offering: Offering, texts: Texts) -> list[tuple[str, str]]:
    """In what else it can be read: codes and the languages' own names."""
    codes = languages_of(offering)
    return [(code, SPOKEN[code]) for code in codes if code in SPOKEN and code != texts.language]


@room.door(
    "/offerings/<slug>/picture-<string(length=16):digest>"
    '.<any(avif, webp, "360.webp", "720.webp"):kind>',
    allow=ANYONE,
)
def picture(slug: str, digest: str, kind: str) -> BaseResponse:
    """A picture in one of its formats or sizes; another picture has another address."""
    row = queries.get_picture(session(), actor(), slug, digest)
    width, _dot, form = kind.rpartition(".")
    body = getattr(row, f"{form}_{width}" if width else form)
    if body is None:
        raise NotFound("picture")
    response = Response(body, mimetype=f"image/{form}")
    is_public = row.offering.status in rules.PUBLIC
    response.headers["Cache-Control"] = (
        "public, max-age=31536000, immutable" if is_public else "private, no-cache"
    )
    response.set_etag(f"{digest}-{kind}")
    return response.make_conditional(request)


@room.form(
    "/work/offerings/<slug>/picture",
    allow=Permission.MANAGE_OFFERINGS,
    most_bytes=rules.MOST_SENT,
)
def give_picture(slug: str) -> BaseResponse:
    """Give the offering a picture, another one, or better words for it."""
    offering, place = queries.get_own(session(), actor(), slug), _place()
    given = queries.find_picture(session(), offering, place)
    form = forms.PictureForm(of=given)
    if form.is_sent_and_valid():
        small = form.small_picture()
        presentation.give_picture(
            session(), actor(), offering, alt=form.alt.data or "", small=small, place=place
        )
        done = _("The picture is there.") if small else _("Saved.")
        return see_other("presentation.give_picture", slug=slug, place=place, done=done)
    count = sum(1 for one in (offering.picture, *offering.more_pictures) if one)
    return page(
        "offerings/picture.html",
        form=form,
        offering=offering,
        given=given,
        place=place,
        places=range(1, min(count + 1, rules.MOST_PICTURES) + 1),
    )


def _place() -> int:
    """Which of its pictures the address is about, from 1."""
    place = request.args.get("place", 1, type=int)
    if not 1 <= place <= rules.MOST_PICTURES:
        raise NotFound("picture")
    return place


@room.button("/work/offerings/<slug>/picture/remove", allow=Permission.MANAGE_OFFERINGS)
def remove_picture(slug: str) -> BaseResponse:
    """Take a picture away."""
    offering, place = queries.get_own(session(), actor(), slug), _place()
    form = Form()
    if form.is_sent_and_valid():
        check_seen(queries.find_picture(session(), offering, place))
        presentation.remove_picture(session(), actor(), offering, place)
    return see_other("presentation.give_picture", slug=slug, done=_("The picture is gone."))


@room.door("/work/offerings/<slug>/texts", allow=Permission.MANAGE_OFFERINGS)
def list_texts(slug: str) -> Response:
    """In which languages the offering can be read, and which are still to write."""
    offering = queries.get_own(session(), actor(), slug)
    needed = [name for name in PARTS if getattr(offering, name)]
    written = {
        text.language: sum(1 for name in needed if getattr(text, name))
        for text in offering.texts
        if text.language in SPOKEN and text.language != offering.text_language
    }
    return page(
        "offerings/texts.html",
        offering=offering,
        names=SPOKEN,
        needed=len(needed),
        written=written,
    )


@room.form("/work/offerings/<slug>/texts/<language>", allow=Permission.MANAGE_OFFERINGS)
def write_text(slug: str, language: str) -> BaseResponse:
    """Write the texts in another language, beside the offering's own."""
    offering = queries.get_own(session(), actor(), slug)
    if language not in SPOKEN or language == offering.text_language:
        raise NotFound("language")
    text = next((t for t in offering.texts if t.language == language), None)
    form = forms.TextForm(of=text)
    if form.is_sent_and_valid():
        kept = presentation.write_text(session(), actor(), offering, language, **form.values())
        done = _("Saved.") if kept else _("Saved. There is no text in this language now.")
        return see_other("presentation.list_texts", slug=slug, done=done)
    return page(
        "offerings/write_text.html",
        form=form,
        offering=offering,
        own=texts_in(offering, offering.text_language),
        language=language,
        names=SPOKEN,
    )
