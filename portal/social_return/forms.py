"""What a calculation asks: only what the tariff that was chosen needs."""

from typing import Any

from flask_babel import lazy_gettext as _l

from portal.social_return.rules import Per, duty_of
from portal.social_return.rules.counting import Claim
from portal.social_return.rules.schemes import Scheme, Tariff, schemes
from portal.web.forms import (
    DayField,
    Form,
    HoursField,
    Money,
    MultiChoiceField,
    PickField,
    WholeNumber,
)
from portal.web.words import label

_ASKED = {
    Per.YEAR: ("hours", "until_on", "bonuses"),
    Per.MONTH: ("until_on",),
    Per.ONCE: ("until_on", "bonuses"),
    Per.HOUR: ("until_on", "time"),
    Per.DAY: ("until_on", "days"),
    Per.COSTS: ("costs",),
}
_ONLY_FOR_SOME = ("hours", "until_on", "time", "days", "costs", "bonuses")


class ClaimForm(Form):
    """A tariff, and what it is measured by."""

    what = PickField(_l("What do you want to do, and for which group?"))
    hours = HoursField(_l("Hours a week"), required=_l("Say how many hours."), most=168 * 60)
    time = HoursField(_l("Hours in all"), required=_l("Say how many hours."), most=100_000 * 60)
    days = WholeNumber(_l("Days"), least=1, most=10_000, required=_l("Say how many days."))
    costs = Money(_l("What you paid, without VAT"), required=_l("Say how much you paid."))
    from_on = DayField(_l("First day"), required=_l("Give the first day."))
    until_on = DayField(_l("Last day"), required=_l("Give the last day."))
    bonuses = MultiChoiceField(_l("What comes on top?"))

    def choose(self, scheme: Scheme) -> Tariff:
        """Ask only for what a tariff needs: the chosen one, else the first."""
        ways = {way: found for way, found in scheme.by_way().items() if found}
        first = next(iter(ways.values()))[0]
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
            said.get("hours") or 0, given, frozenset(said.get("bonuses") or ()),
        )  # fmt: skip


class CalculateForm(ClaimForm):
    """A calculation for everybody, read from its address."""

    scheme = PickField(_l("Whose amounts?"))
    value = Money(_l("Value of the contract"), most=100_000_000_000)
    percent = Money(_l("Your duty in percent"), most=10_000)
    drawn_first = ("scheme",)

    def choose_scheme(self) -> list[Scheme]:
        """The versions of the chosen scheme; of the first where none is."""
        found = schemes()
        self.scheme.choices = [(key, versions[-1].name) for key, versions in found.items()]
        if self.scheme.data not in found:
            self.scheme.data = next(iter(found))
        return found[self.scheme.data]

    def duty_cents(self) -> int | None:
        """What has to be fulfilled; None where it wasn't said."""
        if not (self.value.data and self.percent.data):
            return None
        return duty_of(self.value.data, self.percent.data)
