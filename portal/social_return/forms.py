"""What a calculation asks: only what the tariff that was chosen needs."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField
from wtforms.validators import Regexp

from portal.social_return.rules import GIVEN, Per, duty_of
from portal.social_return.rules.contracts import mark_of
from portal.social_return.rules.counting import Claim
from portal.social_return.rules.schemes import Scheme, Tariff
from portal.web import forms as f
from portal.web.address import number_or_none
from portal.web.words import label

_MOST = 100_000_000_000  # cents
_ASKED = {
    Per.YEAR: ("hours", "until_on", "bonuses"),
    Per.MONTH: ("until_on",),
    Per.ONCE: ("until_on", "bonuses"),
    Per.HOUR: ("until_on", "time"),
    Per.DAY: ("until_on", "days"),
    Per.COSTS: ("costs",),
}
_ONLY_FOR_SOME = ("hours", "until_on", "time", "days", "costs", "bonuses")


class ClaimForm(f.Form):
    """A tariff, and what it is measured by."""

    what = f.PickField(_l("What do you want to do, and for which group?"))
    hours = f.HoursField(_l("Hours a week"), required=_l("Say how many hours."), most=168 * 60)
    time = f.HoursField(_l("Hours in all"), required=_l("Say how many hours."), most=100_000 * 60)
    days = f.WholeNumber(_l("Days"), least=1, most=10_000, required=_l("Say how many days."))
    costs = f.Money(_l("What you paid, without VAT"), required=_l("Say how much you paid."))
    from_on = f.DayField(_l("First day"), required=_l("Give the first day."))
    until_on = f.DayField(_l("Last day"), required=_l("Give the last day."))
    bonuses = f.MultiChoiceField(_l("What comes on top?"))

    def choose(self, scheme: Scheme, way: str | None = None) -> Tariff:
        """Ask only for what a tariff needs: the chosen one, else a first."""
        ways = {one: found for one, found in scheme.by_way().items() if found}
        first = next((ways[one] for one in ways if one == way), next(iter(ways.values())))[0]
        tariff = scheme.tariffs.get(self.what.data or "", first)
        self.what.choices = {
            label(way): [(one.key, one.group) for one in found] for way, found in ways.items()
        }
        self.what.data = tariff.key
        self.bonuses.choices = [(one.key, one.group) for one in scheme.bonuses_of(tariff)]
        for name in _ONLY_FOR_SOME:
            if name not in _ASKED[tariff.per] or (name == "bonuses" and not self.bonuses.choices):
                del self[name]
        if "hours" in self and not tariff.full_time:
            del self["hours"]
        return tariff

    def claim(self) -> Claim:
        """What was filled in."""
        said: dict[str, Any] = {name: field.data for name, field in self._fields.items()}
        given = said.get("time") or said.get("costs") or said.get("days") or 0
        return Claim(
            said["what"], said["from_on"], said.get("until_on") or said["from_on"],
            said.get("hours") or 0, given, tuple(sorted(said.get("bonuses") or ())),
        )  # fmt: skip


class CalculateForm(ClaimForm):
    """A calculation for everybody, read from its address."""

    scheme = f.PickField(_l("Whose amounts?"))
    value = f.Money(_l("Value of the contract"), most=_MOST)
    percent = f.Money(_l("Your duty in percent"), most=10_000)
    drawn_first = ("scheme",)

    def choose_scheme(self, found: dict[str, list[Scheme]]) -> list[Scheme]:
        """The versions of the chosen scheme; of the first where none is."""
        self.scheme.choices = [(key, versions[-1].name) for key, versions in found.items()]
        if self.scheme.data not in found:
            self.scheme.data = next(iter(found))
        return found[self.scheme.data]

    def duty_cents(self) -> int | None:
        """What has to be fulfilled; None where it wasn't said."""
        if not (self.value.data and self.percent.data):
            return None
        return duty_of(self.value.data, self.percent.data)


class ContractForm(f.Form):
    """A contract with its duty: a percentage of its value, or an amount."""

    title = f.TextLine(_l("Name of the contract"), required=_l("Give it a name."), most=120)
    number = f.TextLine(_l("Number of the contract"), required=_l("Give its number."), most=60)
    manager_id = f.PickField(
        _l("Whose account manager?"),
        coerce=number_or_none,
        required=_l("Choose one from the list."),
    )
    scheme = f.PickField(_l("Whose amounts?"), required=_l("Choose one from the list."))
    value_cents = f.Money(_l("Value of the contract"), required=_l("Give its value."), most=_MOST)
    percent = f.Money(_l("Your duty in percent"), most=10_000)
    duty_cents = f.Money(_l("Or your duty as an amount"), most=_MOST)
    from_on = f.DayField(_l("First day"), required=_l("Give the first day."))
    until_on = f.DayField(_l("Last day"), required=_l("Give the last day."))


class LineForm(ClaimForm):
    """A line of a contract: a claim, whose it is, and who saw the evidence."""

    who = f.TextLine(_l("Name"), required=_l("Give the name."), most=120)
    born_on = f.DayField(_l("Birth date"), required=_l("Give the birth date."))
    number = f.TextLine(_l("Number of the invoice"), required=_l("Give its number."), most=60)
    provider_id = f.PickField(_l("Who gets it?"), coerce=number_or_none)
    words = f.TextLine(
        _l("What is it? Of an investment also: from when on it counts, and what comes of it."),
        most=500,
    )
    seen_by = f.TextLine(_l("Seen by"), required=_l("Say who saw it."), most=80)
    seen_on = f.DayField(_l("Seen on"), required=_l("Say on which day."))

    def choose(self, scheme: Scheme, way: str | None = None, *, is_placed: bool = False) -> Tariff:
        """Ask by what one person, or one invoice, is known again."""
        tariff = super().choose(scheme, way)
        if is_placed:
            del self.seen_by, self.seen_on
        if tariff.per is not Per.COSTS:
            del self.number
        if tariff.per in GIVEN:
            del self.born_on
        else:
            del self.provider_id, self.words
        return tariff

    def evidence(self) -> dict[str, Any]:
        """Who saw it and when; or who gets it, and what it is."""
        names = ("seen_by", "seen_on", "provider_id", "words")
        return {name: self[name].data for name in names if name in self}

    def mark(self, secret: bytes) -> str:
        """What is kept of whose it is."""
        proof = [self[name].data for name in ("born_on", "number") if name in self]
        return mark_of(secret, self.who.data or "", "".join(map(str, proof)))


class LineButtonsForm(f.ButtonsForm):
    """A button about one line of a contract, or about all; and words with it."""

    line = HiddenField()
    words = f.TextLine(_l("What do you want to know?"), most=500)


class SchemeForm(f.Form):
    """A version of a scheme: its amounts as lines of a spreadsheet, with semicolons."""

    name = f.TextLine(_l("Whose amounts?"), required=_l("Give the name."), most=120)
    valid_from = f.DayField(_l("Valid from"), required=_l("Give the first day."))
    source = f.TextLine(
        _l("Address of the source"),
        required=_l("Say where it stands."), most=300,
        checks=[Regexp("https://", message=_l("Give an address that begins with https://."))],
    )  # fmt: skip
    tariffs = f.TextBlock(_l("Amounts"), required=_l("Give at least one amount."), most=20_000)
    bonuses = f.TextBlock(_l("What comes on top?"), most=20_000)
