"""The search form: everything in it is optional, and a value we don't know asks nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from operator import itemgetter
from typing import TypeVar

from flask_babel import lazy_gettext as _l

from portal.catalogue import labels
from portal.catalogue.rules import Filters, Weekday, Wish
from portal.core.areas import Area
from portal.offerings.rules import DutchLevel, OfferingKind, WorkWord
from portal.schedule.labels import WEEKDAYS
from portal.schedule.rules import DayPart
from portal.web.forms import Form, MultiChoiceField, PickField, TextLine
from portal.web.i18n import SPOKEN
from portal.web.words import choices

Member = TypeVar("Member", bound=StrEnum)


class FindForm(Form):
    """Read from the address, so that a search can be kept, shared and gone back to."""

    q = TextLine(_l("Search with a word"), most=100)
    work = MultiChoiceField(_l("What would you like to do?"), choices=choices(WorkWord))
    area = MultiChoiceField(_l("Where?"), validate_choice=False)
    day = MultiChoiceField(_l("On which day?"), choices=list(zip(Weekday, WEEKDAYS, strict=True)))
    part = MultiChoiceField(_l("At what time?"), choices=choices(DayPart))
    kind = PickField(_l("What kind?"), choices=[("", _l("All kinds")), *choices(OfferingKind)])
    level = PickField(
        _l("How much Dutch do you speak?"), choices=[("", _l("Show all")), *choices(DutchLevel)]
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
        return Filters(
            q="" if self.q.errors else self.q.data or "",
            kind=_one(OfferingKind, self.kind.data),
            work=_some(WorkWord, self.work.data),
            area=frozenset(self.area.data or ()),
            day=_some(Weekday, self.day.data),
            part=_some(DayPart, self.part.data),
            language=self.language.data if self.language.data in SPOKEN else None,
            level=_one(DutchLevel, self.level.data),
            also=_some(Wish, self.also.data),
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


def _one(of: type[Member], value: str | None) -> Member | None:
    return next((member for member in of if member.value == value), None)


def _some(of: type[Member], values: Iterable[str] | None) -> frozenset[Member]:
    wanted = set(values or ())
    return frozenset(member for member in of if member.value in wanted)
