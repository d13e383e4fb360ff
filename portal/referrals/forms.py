"""The shape of what is typed when somebody is referred or moves on."""

from typing import Any

from portal.participants.forms import TheirReachForm
from portal.referrals.rules import TO_STAFF, AgreedHow
from portal.web.forms import ChoiceField, Form, PickField, TextBlock, TextLine, TickBox, _l


class ReferenceForm(Form):
    """Under which number the organisation that referred knows her, and that she agreed."""

    not_of_it = ("agreed_how",)  # asked each time

    reference = TextLine(_l("Your own number for her"), most=40)
    agreed_how = ChoiceField(_l("How did she agree?"), choices=TO_STAFF)


class _AgreedForm(Form):
    """What staff write down beside it: what the guide needs, and that she agreed."""

    good_to_know = TextBlock(_l("Good to know for the guide"), most=500)
    agreed_how = ChoiceField(
        _l("How did she agree?"),
        choices=TO_STAFF,
        required=_l("Choose how she agreed. Without her agreement you can't refer."),
    )


class ReferForm(_AgreedForm, TheirReachForm):
    """Somebody new: who, how to reach, what to know, and her agreement."""

    reference = TextLine(_l("Your own number for her"), most=40)

    def referral(self) -> dict[str, Any]:
        """All of it, as the command takes it."""
        return {**self.values(), **self.contact()}


class OwnMoveForm(Form):
    """What she herself decides when she moves on."""

    shares_history = TickBox(_l("They may read what I did here"))
    history_months = PickField(
        _l("For how long?"),
        choices=[("1", _l("One month")), ("3", _l("Three months")), ("12", _l("One year"))],
        default="3",
    )

    def move(self) -> dict[str, Any]:
        """All of it, as the command takes it."""
        months = int(self.history_months.data or 0)
        return {
            "agreed_how": AgreedHow.CARD,
            "history_months": months if self.shares_history.data else None,
        }


class MoveForm(_AgreedForm, OwnMoveForm):
    """What staff write down for her."""

    shares_history = TickBox(_l("She lets them read what she did here"))

    def move(self) -> dict[str, Any]:
        """All of it, as the command takes it."""
        return {**super().move(), **self.values("shares_history", "history_months")}
