"""The shape of an opportunity, and of a dossier."""

from collections import ChainMap
from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.tenders.labels import asked_words
from portal.tenders.rules import (
    DECLARED,
    SAID,
    Carried,
    CoreCompetence,
    Need,
    OpportunityKind,
    Requirement,
)
from portal.web import forms
from portal.web.address import read_day
from portal.web.contact_fields import PsoStep


class OpportunityTextForm(forms.ButtonsForm):
    """What can still be changed of a public one."""

    title = forms.TextLine(_l("Title"), required=_l("Give it a title."), most=120)
    body = forms.TextBlock(_l("Text"), required=_l("Write the text."), most=4000)
    closes_on = forms.DayField(_l("Closing day"), required=_l("Say when it closes."))


class OpportunityForm(OpportunityTextForm):
    """What it is, and what it asks."""

    drawn_first = ("kind",)

    kind = forms.ChoiceField(_l("What is it?"), choices=OpportunityKind, required=_l("Choose one."))
    volume = forms.WholeNumber(_l("For how many people?"), least=1, most=100_000)
    amount_cents = forms.Money(_l("Amount in euros"), most=100_000_000_000)
    competences = forms.MultiChoiceField(_l("References"), choices=CoreCompetence)
    reference_people = forms.WholeNumber(
        _l("People in one reference, at least"), least=1, most=100_000
    )
    satisfaction = forms.WholeNumber(_l("Found it good, at least"), least=1, most=100)
    completion = forms.WholeNumber(_l("Completed, at least"), least=1, most=100)
    asks_trend = forms.TickBox(_l("Recognised figures over three years"))
    certificates = forms.TextBlock(_l("Certificates"), most=500)
    pso_step = PsoStep(_l("Step of the PSO, at least"))
    reserved_percent = forms.WholeNumber(
        _l("Workers who need support to work, at least"), least=1, most=100
    )


class DossierForm(forms.Form):
    """What to show; more fields for what no report says."""

    chosen = forms.MultiChoiceField(
        _l("What does your dossier show?"), required=_l("Choose at least one.")
    )
    words = forms.TextBlock(_l("In your own words"), most=2000)

    def kept(self) -> dict[str, Any]:
        """Give what a dossier keeps; days as text."""
        values = self.values()
        words, chosen = values.pop("words") or "", values.pop("chosen")
        declared = {
            name: str(one) if "until" in name else one for name, one in values.items() if one
        }
        return {"words": words, "chosen": chosen, "declared": declared}


def dossier_form(
    asked: Iterable[Requirement], dossier: Any, before: Mapping[str, Carried]
) -> DossierForm:
    """Make the form of a dossier, with fields for what an organisation says of itself.

    `before` is what it said for another opportunity: a new dossier begins with it.
    """
    fields: dict[str, Any] = {}
    choices = [(one.key, asked_words(one)) for one in asked]
    for one in asked:
        value, until, document = (f"{name}_{one.key}" for name in SAID)
        if one.need is Need.PSO:
            fields[value] = PsoStep(_l("Your step"))
        if one.need is Need.RESERVED:
            fields[value] = forms.WholeNumber(_l("Your share"), least=1, most=100)
        if one.need in DECLARED:
            fields[until] = forms.DayField(_l("Valid until"))
            fields[document] = forms.TextLine(_l("Which document says so?"), most=120)
    form = forms.with_fields(DossierForm, fields, of=dossier, data=lambda: _stood(dossier, before))
    form.chosen.choices = choices
    return form


def _stood(dossier: Any, before: Mapping[str, Carried]) -> dict[str, Any]:
    said = dict(ChainMap(*(dict(one.said) for one in before.values())))
    kept = {}
    if dossier is not None:
        said, kept = dossier.declared, {"words": dossier.words, "chosen": dossier.chosen}
    days = {name: read_day(one) if "until" in name else one for name, one in said.items()}
    return {**kept, **days}
