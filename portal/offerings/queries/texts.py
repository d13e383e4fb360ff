"""What an offering says, in the language asked for; what is missing there, in its own."""

from dataclasses import dataclass

from portal.offerings.models import Offering, OfferingText

PARTS = ("title", "summary", "what", "for_whom", "first_time", "bring")


@dataclass(frozen=True, slots=True)
class Part:
    """Words, and the language that they are in."""

    text: str
    language: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Texts:
    """An offering's parts, each in the language asked for where it is there."""

    title: Part
    summary: Part
    what: Part
    for_whom: Part
    first_time: Part
    bring: Part
    language: str  # in which most of it is: the one asked for, or the offering's own


def title_in(offering: Offering, language: str) -> Part:
    """The title alone, for a list."""
    return _part(offering, "title", language)


def texts_in(offering: Offering, language: str) -> Texts:
    """All parts; each falls back by itself on the offering's own language."""
    parts = {name: _part(offering, name, language) for name in PARTS}
    is_there = any(part.language == language for part in parts.values())
    return Texts(**parts, language=language if is_there else offering.text_language)


def languages_of(offering: Offering) -> list[str]:
    """The languages in which something of this offering can be read, its own first."""
    return [offering.text_language, *(t.language for t in _others(offering))]


def _part(offering: Offering, name: str, language: str) -> Part:
    own: str = getattr(offering, name)
    if language == offering.text_language:
        return Part(own, language)  # asks the database for no other texts
    found = next((getattr(t, name) for t in _others(offering) if t.language == language), "")
    return Part(found, language) if found else Part(own, offering.text_language)


def _others(offering: Offering) -> list[OfferingText]:
    """A text in what has become the offering's own language is not shown twice."""
    return [text for text in offering.texts if text.language != offering.text_language]
