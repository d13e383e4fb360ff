"""What is filled in by month, and to compile a report."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from flask_babel import gettext as _, lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired

from portal.core.areas import districts
from portal.impact.rules import MOST_LETTERS, MOST_TOLD, money_plan as plans
from portal.impact.rules.figures import method
from portal.impact.rules.investment import HOURS, PAID, TYPED
from portal.offerings.rules.pictures import SmallPicture, make_small
from portal.web import forms as f
from portal.web.i18n import DEFAULT, SPOKEN, locale_code


class CompileForm(f.Form):
    """The days that a report is about."""

    from_on = f.DayField(_l("First day"), required=_l("Choose the first day."))
    until_on = f.DayField(_l("Last day"), required=_l("Choose the last day."))


class TogetherForm(f.Form):
    """Whom to ask for one report: chosen providers, or a part of the city."""

    name = f.TextLine(_l("What is the report of?"), required=_l("Give it a name."), most=120)
    district = f.PickField(_l("All of one part of the city"))
    providers = f.MultiChoiceField(_l("Or choose the providers"), coerce=int)


class SayForm(f.ButtonsForm):
    """What a provider answers, or to compile."""


class MonthForm(f.Form):
    """What a month took and brought: a field for each figure that is typed."""

    guidance_rate_cents = f.Money(_l("What does an hour of guidance cost you?"))


def month_form(of: object, said: Callable[[], Mapping[str, int]]) -> MonthForm:
    """Make the form of a month, its fields as the method calls them."""
    labels = figure_labels()
    fields = {name: (f.HoursField if name in HOURS else f.Money)(labels[name]) for name in TYPED}
    return f.with_fields(MonthForm, fields, of=of, data=said)


def figure_labels() -> dict[str, str]:
    """Give how the method calls each figure, in the reader's language."""
    return {figure.id: figure.label(locale_code()) for figure in method().counted}


class StoryForm(f.Form):
    """What an organisation did, in its own words."""

    story = f.TextBlock(_l("What did you do, with whom, and what came of it?"), most=MOST_TOLD)


class ReportPictureForm(f.Form):
    """A picture for a report, in words too, and that who is in it agreed."""

    file = FileField(_l("Picture"), [FileRequired(_l("Choose a picture."))])
    alt = f.TextLine(
        _l("What does the picture show?"),
        required=_l("Say in words what the picture shows."),
        most=200,
    )
    agreed = f.TickBox(_l("Everybody in the picture agreed that it stands in a public report"))

    def small_picture(self) -> SmallPicture:
        """The sent picture made small; refuses what is no picture."""
        return make_small(self.file.data.read())


class AskWordsForm(f.Form):
    """Who said what, in which language."""

    person = f.PickField(_l("Who said it?"), required=_l("Choose who said it."))
    words = f.TextBlock(
        _l("What did she say?"), required=_l("Write down what she said."), most=MOST_LETTERS
    )
    language = f.PickField(_l("In which language?"), choices=[*SPOKEN.items()], default=DEFAULT)


class OwnWordsForm(f.ButtonsForm):
    """What she answers, and her words as she wants them."""

    words = f.TextBlock(_l("What you say"), most=MOST_LETTERS)


class SheetForm(f.Form):
    """A bookkeeper's file."""

    file = FileField(_l("Spreadsheet"), [FileRequired(_l("Choose a file first."))])


class SheetWordsForm(f.ButtonsForm):
    """What each word of a sheet means, with a field for each."""

    takes_file = f.TickBox(_l("Use the amount of the file where another one is here"))

    def chosen(self, plan: plans.MoneyPlan) -> plans.MoneyChoices:
        """Give what was said of each word; one without an answer is asked again."""
        kinds, payers = (
            {word.key: self[f"{of}-{at}"].data or "" for at, word in enumerate(words)}
            for of, words in (("kind", plan.kinds), ("payer", plan.payers))
        )
        return plans.MoneyChoices(kinds, payers, bool(self.takes_file.data))


def words_form(plan: plans.MoneyPlan) -> SheetWordsForm:
    """Make the form of a sheet that was read."""
    labels = figure_labels()
    leave, choose = (plans.LEAVE, _("Leave out")), ("", _("Choose …"))
    kinds = [(name, labels[name]) for name in plans.KINDS]
    kinds += [(plans.PAID_TO_US, _("Paid to us; who paid stands beside it")), leave]
    payers = [
        *((name, labels[name]) for name in PAID),
        (plans.OURSELVES, _("We paid it ourselves")),
    ]
    fields: dict[str, f.PickField] = {}
    said: dict[str, object] = {"takes_file": plan.takes_file}
    for of, words, options in (("kind", plan.kinds, kinds), ("payer", plan.payers, payers)):
        for at, word in enumerate(words):
            asked = [choose] * (not word.choice)
            fields[f"{of}-{at}"] = f.PickField(word.text or _("(no word)"), choices=asked + options)
            said[f"{of}-{at}"] = word.choice
    return f.with_fields(SheetWordsForm, fields, data=said)


def together_form(providers: Sequence[tuple[int, str, str | None]]) -> TogetherForm:
    """Make the form from providers: number, name, and the part of the city."""
    form = TogetherForm()
    number, names = Counter(code for _, _, code in providers), districts()
    several = [(code, names[code]) for code, of in number.items() if code and of > 1]
    several.sort(key=lambda one: one[1])
    form.district.choices = [("", _l("No, I choose providers")), *several]
    form.providers.choices = [
        (id_, f"{name} ({names[code]})" if code else name) for id_, name, code in providers
    ]
    return form
