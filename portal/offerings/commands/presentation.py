"""Writes about how an offering looks: its picture, and its texts in other languages."""

import unicodedata

from portal.core import N_, Actor, RuleBroken, Session, audit
from portal.offerings.models import Offering, OfferingPicture, OfferingText
from portal.offerings.queries import find_picture, lock_offering
from portal.offerings.queries.texts import PARTS
from portal.offerings.rules.pictures import SmallPicture


def give_picture(
    session: Session,
    actor: Actor,
    offering: Offering,
    *,
    alt: str,
    small: SmallPicture | None,
    place: int = 1,
) -> OfferingPicture:
    """Give the offering a picture or another one, or (without `small`) only say it better."""
    lock_offering(session, offering.id)
    if not alt.strip():
        raise RuleBroken("alt", N_("Say in words what the picture shows."))
    picture = find_picture(session, offering, place)
    if picture is None:
        if small is None:
            raise RuleBroken("file", N_("Choose a picture."))
        picture = OfferingPicture(offering_id=offering.id, place=place)
        session.add(picture)
    if small is not None:
        for name, value in small.columns().items():
            setattr(picture, name, value)
    picture.alt = alt
    session.flush()
    session.expire(offering, ["picture", "more_pictures"])
    audit.record(session, actor, "offering.picture_given", offering)
    return picture


def remove_picture(session: Session, actor: Actor, offering: Offering, place: int = 1) -> None:
    """Take a picture away, if there; those behind it move up."""
    lock_offering(session, offering.id)
    picture = find_picture(session, offering, place)
    if picture is None:
        return
    session.delete(picture)
    session.flush()
    while picture := find_picture(session, offering, place := place + 1):
        picture.place -= 1
        session.flush()
    session.expire(offering, ["picture", "more_pictures"])
    audit.record(session, actor, "offering.picture_removed", offering)


def write_text(
    session: Session, actor: Actor, offering: Offering, language: str, **parts: str
) -> OfferingText | None:
    """Say the offering in another language; None when all parts were left empty.

    Parts that are left empty fall back on the offering's own language when they are shown.
    """
    if language == offering.text_language:
        raise RuleBroken("", N_("The offering itself is in this language. Change it there."))
    lock_offering(session, offering.id)
    session.refresh(offering, ["texts"])
    text = next((t for t in offering.texts if t.language == language), None)
    given = {name: _readable(parts.get(name, "")) for name in PARTS}
    if not any(given.values()):
        if text is not None:
            offering.texts.remove(text)
            audit.record(session, actor, "offering.text_removed", offering, language=language)
        session.flush()
        return None
    if text is None:
        text = OfferingText(language=language)
        offering.texts.append(text)
    for name, value in given.items():
        setattr(text, name, value)
    session.flush()
    audit.record(session, actor, "offering.text_written", offering, language=language)
    return text


def _readable(text: str) -> str:
    """Nothing, where there is nothing to be seen: a blank must not stand before the fallback."""
    return text if any(unicodedata.category(letter)[0] not in "CZ" for letter in text) else ""
