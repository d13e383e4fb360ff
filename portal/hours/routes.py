"""Doors of the hours room: her own hours, those of whom one guides, and the check by anybody."""

import json
from datetime import date, timedelta

from flask import url_for
from flask_babel import force_locale, gettext as _

from portal.attendance.rules import Provenance
from portal.core import Permission, clock, or_not_found
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


@room.form("/my/hours", allow=Permission.OWN_PAGE)
def own() -> Response:
    """All her hours, everywhere, and overviews of them to show to others."""
    return _hours(get_own_self(session(), actor()), "hours/own.html", "hours.own")


@room.door("/my/hours/<number>.pdf", allow=Permission.OWN_PAGE)
def own_pdf(number: str) -> Response:
    """An overview on paper."""
    return _paper(get_own_self(session(), actor()), number)


@room.button("/my/hours/<number>/withdraw", allow=Permission.OWN_PAGE)
def withdraw_own(number: str) -> Response:
    """She takes an overview back."""
    return _withdraw(get_own_self(session(), actor()), number, "hours.own")


@room.form("/participants/<uuid:uuid>/hours", allow=Permission.RECORD_ATTENDANCE)
def person(uuid: UUID) -> Response:
    """The hours of one participant at this organisation, and at members for which it logs."""
    participant = queries.get_person(session(), uuid)
    viewer, participant_id = actor(), participant.id
    afterwards(lambda later: note_view(later, viewer, participant_id))
    return _hours(participant, "hours/person.html", "hours.person", uuid=uuid)


@room.door("/participants/<uuid:uuid>/hours/<number>.pdf", allow=Permission.RECORD_ATTENDANCE)
def person_pdf(uuid: UUID, number: str) -> Response:
    """An overview of this organisation on paper."""
    return _paper(queries.get_person(session(), uuid), number)


@room.button(
    "/participants/<uuid:uuid>/hours/<number>/withdraw", allow=Permission.RECORD_ATTENDANCE
)
def withdraw(uuid: UUID, number: str) -> Response:
    """The organisation takes an overview back."""
    return _withdraw(queries.get_person(session(), uuid), number, "hours.person", uuid=uuid)


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


def _hours(participant: Participant, template: str, endpoint: str, **values: object) -> Response:
    hours = queries.hours_of(session(), participant.id)
    form = _form(hours)
    if form.does(lambda: _make(form, participant)):
        done = _("The overview is ready. It stands at the end of this page.")
        return see_other(endpoint, done=done, **values)
    overviews = queries.list_overviews(session(), participant.id)
    may_withdraw = {row.id for row in overviews if commands.may_withdraw(actor(), row)}
    return page(
        template, form=form, participant=participant, hours=hours, overviews=overviews,
        may_withdraw=may_withdraw,
    )  # fmt: skip


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


def _paper(participant: Participant, number: str) -> Response:
    overview = queries.get_overview(session(), participant.id, number)
    url = settings().base_url + url_for("hours.check", number=overview.number)
    with force_locale("nl"):
        name = called(participant, on_paper=True)
    data = pages.overview_paper(overview, name, url)
    return pdf_response("hours/overview", data, f"{overview.number}.pdf")


def _withdraw(participant: Participant, number: str, endpoint: str, **values: object) -> Response:
    overview = queries.get_overview(session(), participant.id, number)
    commands.withdraw(session(), actor(), overview)
    done = _("Overview %(number)s is withdrawn.", number=overview.number)
    return see_other(endpoint, done=done, **values)
