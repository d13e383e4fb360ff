"""The search form: everything in it is optional, and a value we don't know asks nothing."""

from collections.abc import Mapping, Sequence
from operator import itemgetter

from portal.catalogue import labels
from portal.core.areas import Area
from portal.finding.rules import Filters, Weekday
from portal.offerings.rules import DutchLevel, OfferingKind, WorkWord
from portal.schedule.labels import WEEKDAYS
from portal.schedule.rules import DayPart
from portal.web.forms import Form, MultiChoiceField, PickField, TextLine, _l
from portal.web.i18n import SPOKEN


class FindForm(Form):
    """A search read from the address, to be kept, shared and gone back to."""

    q = TextLine(_l("Search with a word"), most=100)
    work = MultiChoiceField(_l("What would you like to do?"), choices=WorkWord)
    area = MultiChoiceField(_l("Where?"), validate_choice=False)
    day = MultiChoiceField(_l("On which day?"), choices=list(zip(Weekday, WEEKDAYS, strict=True)))
    part = MultiChoiceField(_l("At what time?"), choices=DayPart)
    kind = PickField(_l("What kind?"), choices=[("", _l("All kinds")), *OfferingKind])
    level = PickField(
        _l("How much Dutch do you speak?"), choices=[("", _l("Show all")), *DutchLevel]
    )
    language = PickField(
        _l("Which language do they speak there?"),
        choices=[("", _l("All languages")), *SPOKEN.items()],
    )

    also = MultiChoiceField(_l("What else matters to you?"), choices=labels.WISHES)

    districts: list[tuple[str, str]]  # code, name
    neighbourhoods: list[tuple[str, str]]

    def filters(self) -> Filters:
        """What is asked for, as far as we know it."""
        return Filters.of(
            (name, value)
            for name, data in self.data.items()
            if not (name == "q" and self.q.errors) and (name != "language" or data in SPOKEN)
            for value in (data if isinstance(data, list) else [data or ""])
        )

    def show_counts(self, counts: Mapping[str, Mapping[str, int]]) -> None:
        """Say beside each choice how many activities it would leave."""
        for name in ("work", "day", "part", "also", "kind", "level", "language"):
            field = self[name]
            field.choices = [
                type(choice)(value=choice.value, label=labels.with_count(choice, counts[name]))
                for choice in field.choices
                if name != "language" or not choice.value or choice.value in counts[name]
            ]

    def offer_areas(self, found: Sequence[Area]) -> None:
        """Let the visitor choose among districts and neighbourhoods where there is something."""
        self.districts = sorted({(a.district_code, a.district) for a in found}, key=itemgetter(1))
        self.neighbourhoods = sorted(((a.code, a.name) for a in found), key=itemgetter(1))
