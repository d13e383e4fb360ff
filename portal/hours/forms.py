"""What is filled in to make an overview."""

from portal.web.forms import ChoiceField, DayField, Form, _l

DAYS = "days"  # instead of a term: the days that are filled in


class OverviewForm(Form):
    """Which hours: those of a programme, or between two days."""

    period = ChoiceField(_l("Which hours?"), required=_l("Choose which hours."))
    from_on = DayField(_l("First day"))
    until_on = DayField(_l("Last day"))

    def validate(self, *args: object, **options: object) -> bool:
        """The days are needed only where they are what was chosen."""
        is_valid = bool(super().validate())
        if is_valid and self.period.data == DAYS:
            for field in (self.from_on, self.until_on):
                if field.data is None:
                    field.errors = [*field.errors, _l("Fill in this day.")]
                    is_valid = False
        return is_valid
