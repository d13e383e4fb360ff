"""Doors of social return: the calculation for everybody, and contracts with their statements."""

import uuid as uuids
from datetime import timedelta

from flask import request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.core import Permission, clock, or_not_found
from portal.social_return import commands, forms, pages, queries
from portal.social_return.models import Contract
from portal.social_return.rules.contracts import LineMove
from portal.social_return.rules.counting import count
from portal.social_return.rules.schemes import schemes, version_on
from portal.web.forms import read_uuid
from portal.web.throttle import Throttle
from portal.web.versions import check_seen
from portal.web.view import ANYONE, Room, actor, page, see_other, session, settings

room = Room("social_return", __name__)
# A refusal tells that somebody was declared: nobody goes through names.
_declares = Throttle("social-return line", 60, timedelta(days=1))


@room.door("/social-return", allow=ANYONE)
def calculate() -> Response:
    """What something counts for under a scheme, before anything is promised."""
    form = forms.CalculateForm(request.args)
    versions = form.choose_scheme()
    tariff, counted = form.choose(versions[-1]), None
    if request.args.get("count") and form.validate():
        with form.catching():  # by the version that is valid on the first day
            counted = count(version_on(versions, form.claim().from_on), form.claim())
    return page(
        "social_return/calculate.html",
        form=form, tariff=tariff, scheme=counted.scheme if counted else versions[-1],
        counted=counted, duty_cents=form.duty_cents(), words=pages,
    )  # fmt: skip


@room.form("/work/contracts", allow=Permission.KEEP_CONTRACTS)
def contracts() -> Response:
    """Contracts that one keeps or looks after, what is left of each, and registering one."""
    form = forms.ContractForm()
    managers = queries.list_managers(session(), actor())
    form.manager_id.choices = [(one.id, one.name) for one in managers]
    form.scheme.choices = [(key, versions[-1].name) for key, versions in schemes().items()]
    if form.does(lambda: commands.register(session(), actor(), **form.values())):
        return see_other("social_return.contracts", done=_("Saved."))
    found = [queries.state(session(), one) for one in queries.list_contracts(session())]
    return page("social_return/contracts.html", form=form, statements=found)


@room.form("/work/contracts/<uuid:uuid>", allow=Permission.KEEP_CONTRACTS)
def statement(uuid: uuids.UUID) -> Response:
    """A contract's statement: its lines go to the account manager, who answers."""
    contract, form = queries.get_contract(session(), uuid), forms.LineButtonsForm()
    stated = queries.state(session(), contract)
    if form.does(lambda: _act(form, stated)):
        return see_other("social_return.statement", uuid=uuid, done=_("Saved."))
    return page("social_return/statement.html", form=form, stated=stated, words=pages)


def _act(form: forms.LineButtonsForm, stated: queries.ContractStatement) -> None:
    """Send all lines, or do what one button says with one."""
    move = form.pressed(LineMove)
    if move is LineMove.SEND:
        check_seen(*(line for line, _counted in stated.lines))
        commands.send(session(), actor(), stated)
    else:
        asked = read_uuid(form.line.data)
        line = or_not_found(next((one for one, _ in stated.lines if one.uuid == asked), None))
        check_seen(line)
        commands.decide(session(), actor(), line, move)


@room.form("/work/contracts/<uuid:uuid>/lines/new", allow=Permission.KEEP_CONTRACTS)
def declare(uuid: uuids.UUID) -> Response:
    """Declare a line: what was done, of whom, and who saw the evidence."""
    contract = queries.get_contract(session(), uuid, of=actor().organisation_id)
    form = forms.LineForm(data={"what": request.args.get("what"), "seen_on": clock.today()})
    tariff = form.choose(schemes()[contract.scheme][-1])
    if form.does(lambda: _declare(form, contract)):
        return see_other("social_return.statement", uuid=uuid, done=_("Saved."))
    return page("social_return/declare.html", form=form, contract=contract, tariff=tariff)


def _declare(form: forms.LineForm, contract: Contract) -> None:
    _declares.check(str(contract.organisation_id))
    _declares.count(str(contract.organisation_id))
    mark = form.mark(settings().secret_key.encode())
    seen = {"seen_by": form.seen_by.data, "seen_on": form.seen_on.data}
    commands.declare(session(), actor(), contract, form.claim(), mark, **seen)
