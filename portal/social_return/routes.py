"""Doors of social return: the calculation for everybody."""

from flask import Response, request

from portal.social_return import forms, pages
from portal.social_return.rules.counting import Counted, count
from portal.social_return.rules.schemes import Scheme, version_on
from portal.web.view import ANYONE, Room, page

room = Room("social_return", __name__)


@room.door("/social-return", allow=ANYONE)
def calculate() -> Response:
    """What something counts for under a scheme, before anything is promised."""
    form = forms.CalculateForm(request.args)
    versions = form.choose_scheme()
    tariff, counted = form.choose(versions[-1]), None
    if request.args.get("count") and form.validate():
        with form.catching():
            counted = _counted(form, versions)
    return page(
        "social_return/calculate.html",
        form=form, tariff=tariff, scheme=counted.scheme if counted else versions[-1],
        counted=counted, duty_cents=form.duty_cents(), words=pages,
    )  # fmt: skip


def _counted(form: forms.CalculateForm, versions: list[Scheme]) -> Counted:
    """By the version that is valid on the first day, where it has this tariff."""
    claim = form.claim()
    return count(version_on(versions, claim.from_on), claim)
