"""Doors of agreements: staff write and confirm, the participant reads and confirms."""

from collections.abc import Callable, Mapping
from functools import partial

from portal.agreements import commands, queries, rules
from portal.agreements.forms import AgreementForm, ConfirmForm, PaperForm
from portal.agreements.models import Agreement
from portal.agreements.rules.facts import Facts
from portal.core import Permission, clock, or_not_found, pick
from portal.enrolments.models import Enrolment
from portal.enrolments.queries import get_enrolment
from portal.web.view import UUID, Response, Room, _, actor, page, request, see_other, session
from portal.web.words import day_and_year

room = Room("agreements", __name__)


@room.door("/work/enrolments/<uuid:uuid>/agreement", allow=Permission.RECORD_PROGRESS)
def show(uuid: UUID) -> Response:
    """The text that holds now, who said yes to it, and the earlier ones."""
    enrolment = get_enrolment(session(), actor(), uuid)
    return _draw(enrolment, _paper_form(enrolment, None))


@room.form("/work/enrolments/<uuid:uuid>/agreement/edit", allow=Permission.RECORD_PROGRESS)
def write(uuid: UUID) -> Response:
    """Write the text, or change it: then it is a new version."""
    enrolment = get_enrolment(session(), actor(), uuid)
    current = queries.find_current(session(), enrolment.id)
    form = AgreementForm(of=current, **({} if current else {"data": partial(_begun, enrolment)}))
    if form.does(lambda: commands.write(session(), actor(), enrolment, **form.values())):
        return see_other("agreements.show", uuid=uuid, done=_("Saved."))
    first, last = form.from_on.data or clock.today(), form.until_on.data
    return page(
        "agreements/write.html", form=form, enrolment=enrolment, current=current,
        facts=queries.facts_now(session(), enrolment, first, last),
    )  # fmt: skip


@room.button("/work/enrolments/<uuid:uuid>/agreement/confirm", allow=Permission.RECORD_PROGRESS)
def confirm_as_guide(uuid: UUID) -> Response:
    """The guide says yes."""
    enrolment = get_enrolment(session(), actor(), uuid)
    agreement, form = _current(enrolment), ConfirmForm()
    if _is_confirmed(form, agreement, partial(commands.confirm_as_guide, session(), actor())):
        return see_other("agreements.show", uuid=uuid, done=_("You confirmed it."))
    return _draw(enrolment, _paper_form(enrolment, None), refused=form)


def _is_confirmed(
    form: ConfirmForm, agreement: Agreement, confirm: Callable[[Agreement], None]
) -> bool:
    """Whether somebody said yes just now, to the text that she read."""

    def check_and_confirm() -> None:
        rules.check_is_newest(form.version.data != str(agreement.version))
        confirm(agreement)

    return form.does(check_and_confirm)


@room.button("/work/enrolments/<uuid:uuid>/agreement/paper", allow=Permission.RECORD_PROGRESS)
def note_paper(uuid: UUID) -> Response:
    """The participant signed the printed text."""
    enrolment = get_enrolment(session(), actor(), uuid)
    form = _paper_form(enrolment, request.form)
    if form.is_sent_and_valid():
        versions = queries.list_versions(session(), enrolment.id)
        signed = pick(versions, version=int(form.version.data))
        commands.note_paper(
            session(), actor(), signed, signed_on=form.signed_on.data or clock.today()
        )
        done = _("Saved: she signed version %(number)s.", number=signed.version)
        return see_other("agreements.show", uuid=uuid, done=done)
    return _draw(enrolment, form)


@room.door("/work/enrolments/<uuid:uuid>/agreement/print", allow=Permission.RECORD_PROGRESS)
def print_page(uuid: UUID) -> Response:
    """The text on paper, with room for two signatures."""
    enrolment = get_enrolment(session(), actor(), uuid)
    return page("agreements/print.html", enrolment=enrolment, agreement=_current(enrolment))


@room.form("/my/enrolments/<uuid:uuid>/agreement", allow=Permission.OWN_PAGE)
def own(uuid: UUID) -> Response:
    """What we agreed, for the participant; she says yes with a button."""
    enrolment = get_enrolment(session(), actor(), uuid)
    agreement, form = _current(enrolment), ConfirmForm()
    say_yes = partial(commands.confirm, session(), actor(), how=rules.ConfirmedHow.CARD)
    if _is_confirmed(form, agreement, say_yes):
        return see_other("agreements.own", uuid=uuid, done=_("Thank you. You said yes."))
    form.version.data = str(agreement.version)
    return page(
        "agreements/own.html", form=form, enrolment=enrolment, agreement=agreement,
        now=_now(enrolment, agreement),
    )  # fmt: skip


def _begun(enrolment: Enrolment) -> dict[str, object]:
    """What a first text begins with."""
    return {
        "from_on": enrolment.started_on or clock.today(),
        "minutes_per_week": enrolment.offering.minutes_per_week or None,
    }


def _now(enrolment: Enrolment, agreement: Agreement) -> Facts:
    """What stands in the copy, as it is today."""
    return queries.facts_now(session(), enrolment, agreement.from_on, agreement.until_on)


def _current(enrolment: Enrolment) -> Agreement:
    return or_not_found(queries.find_current(session(), enrolment.id), "agreement")


def _paper_form(enrolment: Enrolment, sent: Mapping[str, str] | None) -> PaperForm:
    """Nothing is chosen where there are more: a paper may be of any of them."""
    versions = queries.list_versions(session(), enrolment.id)
    only = str(versions[0].version) if len(versions) == 1 else None
    form = PaperForm(
        sent, data={"signed_on": clock.today(), "version": request.args.get("version", only)}
    )
    form.version.choices = [
        (
            str(row.version),
            _(
                "Version %(number)s, of %(day)s", number=row.version,
                day=day_and_year(row.created_at),
            ),
        )
        for row in versions
    ]  # fmt: skip
    return form


def _draw(enrolment: Enrolment, paper: PaperForm, refused: ConfirmForm | None = None) -> Response:
    """The page; `refused` is the guide's own button, if that was pressed."""
    versions = queries.list_versions(session(), enrolment.id)
    current = next((row for row in versions if row.replaced_at is None), None)
    return page(
        "agreements/show.html",
        form=refused or paper,
        paper=paper,
        enrolment=enrolment,
        agreement=current,
        now=_now(enrolment, current) if current else None,
        earlier=[row for row in versions if row is not current],
        may_write=rules.may_have_agreement(enrolment.offering.kind, enrolment.status),
    )
