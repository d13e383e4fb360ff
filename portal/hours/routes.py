"""Doors of the hours room: her own hours, those of whom one guides, and the check by anybody."""

import json
from datetime import date, timedelta

from flask import url_for
from flask_babel import force_locale, gettext as _

from portal.attendance.rules import Provenance
from portal.core import Permission, clock, or_not_found, pick
from portal.core.signing import jwks_of, verified
from portal.enrolments.pages import called
from portal.hours import commands, forms, pages, queries
from portal.hours.models import HoursOverview
from portal.participants.commands import note_view
from portal.participants.models import Participant
from portal.participants.queries import get_own_self, list_terms
from portal.web.documents import download, json_response, pdf_response
from portal.web.signing import keys, published
from portal.web.transaction import afterwards
from portal.web.view import ANYONE, UUID, Response, Room, actor, page, see_other, session, settings
from portal.web.words import day_and_year

room = Room("hours", __name__)


@room.form("/my/hours", allow=Permission.OWN_PAGE, endpoint="own")
@room.form("/participants/<uuid:uuid>/hours", allow=Permission.RECORD_ATTENDANCE)
def person(uuid: UUID | None = None) -> Response:
    """Hours and overviews of them: all for herself, for staff those here.

    Staff see those of members for which they log, too.
    """
    participant = _person(uuid)
    viewer, participant_id = actor(), participant.id
    if uuid:
        afterwards(lambda later: note_view(later, viewer, participant_id))
    hours = queries.hours_of(session(), participant_id)
    form = _form(hours)
    if form.does(lambda: _make(form, participant)):
        return _back(uuid, _("The overview is ready. It stands at the end of this page."))
    overviews = queries.list_overviews(session(), participant_id)
    return page(
        "hours/person.html" if uuid else "hours/own.html",
        form=form, participant=participant, hours=hours, overviews=overviews,
        may_withdraw={row.id for row in overviews if commands.may_withdraw(viewer, row)},
    )  # fmt: skip


@room.door("/my/hours/<number>.pdf", allow=Permission.OWN_PAGE, endpoint="own_pdf")
@room.door("/participants/<uuid:uuid>/hours/<number>.pdf", allow=Permission.RECORD_ATTENDANCE)
def person_pdf(number: str, uuid: UUID | None = None) -> Response:
    """An overview on paper, of hers or of this organisation."""
    participant = _person(uuid)
    overview = pick(queries.list_overviews(session(), participant.id), number=number)
    url = settings().base_url + url_for("hours.check", number=overview.number)
    with force_locale("nl"):
        name = called(participant, on_paper=True)
    data = pages.overview_paper(overview, name, url)
    return pdf_response("hours/overview", data, f"{overview.number}.pdf")


@room.button("/my/hours/<number>/withdraw", allow=Permission.OWN_PAGE, endpoint="withdraw_own")
@room.button(
    "/participants/<uuid:uuid>/hours/<number>/withdraw", allow=Permission.RECORD_ATTENDANCE
)
def withdraw(number: str, uuid: UUID | None = None) -> Response:
    """She takes an overview back, or the organisation its own."""
    overview = pick(queries.list_overviews(session(), _person(uuid).id), number=number)
    commands.withdraw(session(), actor(), overview)
    return _back(uuid, _("Overview %(number)s is withdrawn.", number=overview.number))


@room.door("/hours/<number>", allow=ANYONE)
def check(number: str) -> Response:
    """What was stated under a number, for whoever holds the paper; nobody's name."""
    overview = HoursOverview.of_number(session(), number)
    answer = page(
        "hours/check.html",
        overview=overview,
        data=overview.data,
        kinds=list(Provenance),
        is_right=verified(overview.signature, published()) == overview.data,
        successor=queries.find_successor(session(), overview),
        correction=queries.find_correction(session(), overview),
    )
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


@room.door("/hours/<number>.json", allow=ANYONE)
def check_json(number: str) -> Response:
    """The figures with their signature, to check without us."""
    overview = HoursOverview.of_number(session(), number)
    answer = json_response(pages.signed_document(overview), f"{overview.number}.json")
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


@room.door("/.well-known/jwks.json", allow=ANYONE)
def jwks() -> Response:
    """The keys that this installation signs with, and signed with before (RFC 7517)."""
    body = json.dumps(jwks_of(published()))
    return download(body, "application/jwk-set+json", "jwks.json", inline=True)


def _person(uuid: UUID | None) -> Participant:
    """Of whom staff ask; None: she asks of herself."""
    return queries.get_person(session(), uuid) if uuid else get_own_self(session(), actor())


def _back(uuid: UUID | None, done: str) -> Response:
    return (
        see_other("hours.person", uuid=uuid, done=done)
        if uuid
        else see_other("hours.own", done=done)
    )


def _form(hours: queries.Hours) -> forms.OverviewForm:
    today = clock.today()
    first = hours.terms[0].term.id if hours.terms else forms.DAYS
    form = forms.OverviewForm(
        data={
            "period": str(first),
            "from_on": today - timedelta(days=today.day - 1),
            "until_on": today,
        }
    )
    form.period.choices = [
        (str(i.term.id), f"{i.term.programme.name} ({_days(i.term.from_on, i.term.until_on)})")
        for i in hours.terms
    ] + [(forms.DAYS, _("Other days"))]
    return form


def _days(first: date, last: date | None) -> str:
    until = day_and_year(last) if last else _("today")
    return f"{day_and_year(first)} – {until}"


def _make(form: forms.OverviewForm, participant: Participant) -> None:
    chosen = form.values()
    from_on, until_on, programme = chosen["from_on"], chosen["until_on"], None
    if chosen["period"] != forms.DAYS:
        terms = {str(term.id): term for term in list_terms(session(), [participant.id])}
        term, today = or_not_found(terms.get(chosen["period"]), "term"), clock.today()
        from_on, until_on = term.from_on, min(term.until_on or today, today)
        programme = term.programme
    commands.make_overview(
        session(),
        actor(),
        participant=participant,
        from_on=from_on,
        until_on=until_on,
        programme=programme,
        keys=keys(),
        issuer=settings().base_url,
    )
