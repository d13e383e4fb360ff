"""What the attacker fills in: values that a form takes, and her own address wherever it asks."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random
from typing import Any

from portal.core import clock
from tests.house.attack.browser import Control, Form, current_of, upload

STAFF_MAIL, STAFF_PHONE = "aanloop@aanval.example", "0611111111"
VISITOR_MAIL, VISITOR_PHONE = "bezoek@aanval.example", "0622222222"
CONTROLLED = {STAFF_MAIL: "staff", VISITOR_MAIL: "visitor", "+31611111111": "staff"} | {
    "+31622222222": "visitor"
}
_KEPT = {"", "none"}


def sheet(names: Sequence[str]) -> bytes:
    """A register of the last two weeks."""
    days = [f"{clock.today() - timedelta(days=7 * at):%d-%m-%Y}" for at in (2, 1)]
    return "\n".join([";".join(["Naam", *days]), *(f"{name};x;x" for name in names)]).encode()


class Filler:
    """Fills in one form; `names` are people's names that it may write."""

    def __init__(
        self, luck: Random, names: Sequence[str], form: Form, *, is_staff: bool, **fixed: Any
    ) -> None:
        self.luck, self.names, self.is_staff, self.fixed = luck, names, is_staff, fixed
        self.chosen = {name: self._chosen_of(form, name) for name in self._rounds_of(form)}

    @staticmethod
    def _rounds_of(form: Form) -> list[str]:
        return list(dict.fromkeys(one.name for one in form.controls if one.kind == "radio"))

    def _chosen_of(self, form: Form, name: str) -> str:
        """One of the round buttons of a name."""
        buttons = [one for one in form.controls if one.kind == "radio" and one.name == name]
        is_on = [one.value for one in buttons if one.is_on]
        if is_on and self.luck.random() < 0.5:
            return is_on[0]
        return self.luck.choice(buttons).value

    def __call__(self, control: Control) -> Any:
        name, kind = control.name, control.kind
        if name in self.fixed:
            return self._fixed(control)
        if name == "website":  # which only a machine fills in
            return ""
        if kind == "file":
            return upload(sheet(self.luck.sample(self.names, 2)), "lijst.csv")
        if kind == "radio":
            return control.value if self.chosen[name] == control.value else None
        if kind == "checkbox":
            return control.value if self.luck.random() < 0.6 else None
        if kind == "select":
            return self._picked(control)
        return self._typed(control)

    def _fixed(self, control: Control) -> Any:
        value = self.fixed[control.name]
        if control.kind in {"radio", "checkbox"}:
            return control.value if control.value == value else None
        return value

    def _picked(self, control: Control) -> Any:
        if self.luck.random() < 0.5 and any(chosen for _, chosen in control.options):
            return current_of(control)
        values = [value for value, _ in control.options if value not in _KEPT]
        return self.luck.choice(values) if values else current_of(control)

    def _typed(self, control: Control) -> Any:
        name, kind, now = control.name, control.kind, clock.now()
        if "email" in name or kind == "email":
            return STAFF_MAIL if self.is_staff else VISITOR_MAIL
        if "phone" in name or kind == "tel":
            return STAFF_PHONE if self.is_staff else VISITOR_PHONE
        if name == "name" or name.endswith("_name") or name.startswith("name-"):
            return self.luck.choice(self.names)
        if control.value and self.luck.random() < 0.7:
            return control.value
        if kind == "date":
            return f"{clock.to_local(now).date() + timedelta(days=self.luck.choice((0, 0, 1, 7)))}"
        if kind == "time":
            return control.value or ("10:00" if "start" in name else "12:00")
        if kind == "password":
            return "een lange zeilboot 42"
        if kind == "number" or control.value.isdigit():
            return control.value or "2"
        is_number = any(part in name for part in ("minutes", "cents", "places", "weeks", "times"))
        return control.value or ("4" if is_number else "Zo is het.")
