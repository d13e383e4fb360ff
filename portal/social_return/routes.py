"""Doors of social return: the calculation for everybody, and contracts with their statements."""

import uuid as uuids
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from portal.core import Permission, clock, or_not_found
from portal.social_return import commands, forms, pages, queries
from portal.social_return.models import Contract, ContractLine
from portal.social_return.rules.contracts import LineMove
from portal.social_return.rules.counting import count
from portal.social_return.rules.schemes import Bonus, Tariff, version_on, written
from portal.web.documents import pdf_response, xlsx_response
from portal.web.throttle import Throttle
from portal.web.view import ANYONE, Room, _, actor, check_seen, page, see_other, session, settings

_KEEP = Permission.KEEP_CONTRACTS
room = Room("social_return", __name__)
# A refusal tells that somebody was declared: nobody goes through names.
_declares = Throttle("social-return line", 60, timedelta(days=1))


@room.door("/social-return", allow=ANYONE)
def calculate() -> Response:
    """What something counts for under a scheme, before anything is promised."""
    form = forms.CalculateForm(request.args)
    versions = form.choose_scheme(queries.list_schemes(session()))
    tariff, counted = form.choose(versions[-1]), None
    if request.args.get("count") and form.validate():
        with form.catching():  # by the version that is valid on the first day
            counted = count(version_on(versions, form.claim().from_on), form.claim())
    return page(
        "social_return/calculate.html",
        form=form, tariff=tariff, scheme=counted.scheme if counted else versions[-1],
        counted=counted, duty_cents=form.duty_cents(), words=pages,
    )  # fmt: skip


@room.form("/work/contracts", allow=_KEEP)
def contracts() -> Response:
    """Contracts that one keeps or looks after, what is left of each, and registering one."""
    form = forms.ContractForm()
    managers = queries.list_managers(session(), actor())
    form.manager_id.choices = [(one.id, one.name) for one in managers]
    schemes = queries.list_schemes(session())
    form.scheme.choices = [(key, versions[-1].name) for key, versions in schemes.items()]
    if form.does(lambda: commands.register(session(), actor(), **form.values())):
        return see_other("social_return.contracts", done=_("Saved."))
    found = queries.state(session(), queries.list_contracts(session()))
    return page("social_return/contracts.html", form=form, statements=found)


@room.form("/work/contracts/<uuid:uuid>", allow=_KEEP)
def statement(uuid: uuids.UUID) -> Response:
    """A contract's statement: its lines go to the account manager, who answers."""
    form = forms.LineButtonsForm()
    [stated] = queries.state(session(), [queries.get_contract(session(), uuid)])
    if form.does(lambda: _act(form, stated)):
        return see_other("social_return.statement", uuid=uuid, done=_("Saved."))
    is_own = stated.contract.organisation_id == actor().organisation_id
    worked = queries.list_worked(session(), actor(), stated.contract, _secret()) if is_own else ()
    return page(
        "social_return/statement.html", form=form, stated=stated, words=pages, worked=worked
    )


def _act(form: forms.LineButtonsForm, stated: queries.ContractStatement) -> None:
    """Send all lines, or do what one button says with one."""
    lines = [line for line, _counted in stated.lines]
    if form.pressed(LineMove) is LineMove.SEND and not form.line.data:
        check_seen(*lines)
        commands.send(session(), actor(), stated)
    else:
        _decide(form, lines)


def _decide(form: forms.LineButtonsForm, lines: Sequence[ContractLine]) -> None:
    move, line = form.pressed(LineMove), form.meant("line", lines)
    check_seen(line)
    commands.decide(session(), actor(), line, move, form.words.data or "")


@room.door("/work/contracts/<uuid:uuid>/statement.<any(pdf, xlsx):kind>", allow=_KEEP)
def statement_file(uuid: uuids.UUID, kind: str) -> Response:
    """The statement on paper, or as a spreadsheet."""
    [stated] = queries.state(session(), [queries.get_contract(session(), uuid)])
    name, (header, rows) = f"social-return-{clock.today()}.{kind}", pages.table(stated)
    if kind == "pdf":
        return pdf_response("social_return/statement", pages.paper(stated), name)
    amounts = [[*row[:4], row[4] / 100, *row[5:]] for row in rows]
    sums = [[words, cents / 100] for words, cents in pages.sums(stated)]
    return xlsx_response([(_("Lines"), header, amounts), (_("Sum"), ["", "EUR"], sums)], name)


@room.form("/work/contracts/<uuid:uuid>/lines/new", allow=_KEEP)
def declare(uuid: uuids.UUID) -> Response:
    """Declare a line: what was done, of whom, and who saw the evidence."""
    contract = queries.get_contract(session(), uuid, of=actor().organisation_id)
    asked, work = request.args, None
    begun: dict[str, Any] = {name: asked.get(name) for name in ("what", "words")}
    begun["seen_on"] = clock.today()
    if asked.get("placement"):
        work = _find_worked(contract, asked["placement"])
        begun |= {
            "who": work.row.participant.name, "hours": work.row.week_minutes,
            "from_on": work.from_on, "until_on": work.until_on,
        }  # fmt: skip
    form = forms.LineForm(data=begun, provider_id=asked.get("provider", type=int))
    scheme = queries.list_schemes(session())[contract.scheme][-1]
    tariff = form.choose(scheme, asked.get("way"), is_placed=work is not None)
    if "provider_id" in form:
        found = queries.list_providers(session(), actor())
        form.provider_id.choices = [("", _("Nobody")), *((one.id, one.name) for one in found)]
    if form.does(lambda: _declare(form, contract, work)):
        return see_other("social_return.statement", uuid=uuid, done=_("Saved."))
    return page(
        "social_return/declare.html", form=form, contract=contract, tariff=tariff, work=work
    )


def _find_worked(contract: Contract, placement: str) -> queries.Worked:
    worked = queries.list_worked(session(), actor(), contract, _secret())
    return or_not_found(next((one for one in worked if str(one.row.uuid) == placement), None))


def _secret() -> bytes:
    return settings().secret_key.encode()


def _declare(form: forms.LineForm, contract: Contract, work: queries.Worked | None) -> None:
    _declares.check(str(contract.organisation_id))
    _declares.count(str(contract.organisation_id))
    mark, given = form.mark(_secret()), form.evidence()
    commands.declare(session(), actor(), contract, form.claim(), mark, work, **given)


@room.form("/operator/schemes", allow=Permission.OPERATE)
def schemes() -> Response:
    """Whose amounts there are, version by version, and the next version of one."""
    found, key = queries.list_schemes(session()), request.args.get("of", "")
    newest = found[key][-1] if key in found else None
    form = forms.SchemeForm(
        name=newest and newest.name,
        tariffs=written(newest.tariffs if newest else {}, Tariff),
        bonuses=written(newest.bonuses if newest else {}, Bonus),
    )
    if form.does(lambda: commands.enter_scheme(session(), actor(), newest, **form.values())):
        return see_other("social_return.schemes", done=_("Saved."))
    return page("social_return/schemes.html", form=form, schemes=found, newest=newest)


@room.form("/work/got", allow=_KEEP)
def got() -> Response:
    """What contractors say that the organisation gets of them, for its word."""
    form, lines = forms.LineButtonsForm(), queries.list_got(session(), actor())
    if form.does(lambda: _decide(form, lines)):
        return see_other("social_return.got", done=_("Saved."))
    return page("social_return/got.html", form=form, lines=lines)
