"""What can go wrong, in words: every refusal a room may utter is one of these."""

from typing import TypeVar

T = TypeVar("T")


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for "mark, don't translate yet"
    """Mark a text for the catalogue where translating it at once is not possible."""
    return message


class PortalError(Exception):
    """A refusal that the web turns into an answer a person understands."""


class RuleBroken(PortalError):
    """A rule of the house says no.

    `field` is the form field to show it beside ("" for the whole form), `message` an English
    msgid with `{name}` places, filled from `values` after translation.
    """

    def __init__(self, field: str, message: str, **values: object) -> None:
        super().__init__(field, message, values)
        self.field = field
        self.message = message
        self.values = values

    def __str__(self) -> str:
        return self.message.format(**self.values)


class NotFound(PortalError):
    """There is no such row, or it is not yours: both look the same."""


class NotAllowed(PortalError):
    """You are known, and your role does not include this."""


class Conflict(PortalError):
    """Somebody else was first, and what you wanted no longer applies."""


def or_not_found(row: T | None, what: str = "") -> T:
    """Return a row that was looked for; `NotFound` where there is none."""
    if row is None:
        raise NotFound(what)
    return row
