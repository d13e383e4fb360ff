"""What an address says after its question mark, and a choice in a form."""

from datetime import date

_FIRST_YEAR, _LAST_YEAR = 2000, 2200


def read_words(text: str | None, most: int = 80) -> str:
    """What is looked for, without what no database keeps."""
    return (text or "").replace("\x00", "").strip()[:most]


def read_day(text: str | None) -> date | None:
    """Read a day, within calendars; None otherwise."""
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if _FIRST_YEAR <= day.year <= _LAST_YEAR else None


def number_or_none(value: str | None) -> int | None:
    """A number as a choice holds it; None for the choice of none."""
    return int(value) if value else None
