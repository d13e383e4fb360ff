"""Writes about how an offering looks: its picture, and its texts in other languages."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session, undefer

from portal.core import audit
from portal.core.actor import Actor
from portal.core.errors import N_, RuleBroken
from portal.offerings.models import Offering, OfferingPicture, OfferingText
from portal.offerings.queries import lock_offering
from portal.offerings.queries.texts import PARTS

if TYPE_CHECKING:
    from portal.offerings.rules.pictures import SmallPicture


def give_picture(
    session: Session, actor: Actor, offering: Offering, *, alt: str, small: SmallPicture | None
) -> OfferingPicture:
    """Give the offering its picture or another one, or (without `small`) only say it better."""
    lock_offering(session, offering.id)
    session.refresh(offering, ["picture"])
    if not alt.strip():
        raise RuleBroken("alt", N_("Say in words what the picture shows."))
    if offering.picture is None:
        if small is None:
            raise RuleBroken("file", N_("Choose a picture."))
        offering.picture = OfferingPicture()
    picture = offering.picture
    if small is not None:
        picture.digest = small.digest
        picture.width, picture.height = small.width, small.height
        picture.avif, picture.webp = small.avif, small.webp
    picture.alt = alt
    session.flush()
    audit.record(session, actor, "offering.picture_given", offering)
    return picture


def remove_picture(session: Session, actor: Actor, offering: Offering) -> None:
    """Take the picture away; nothing happens where there is none."""
    lock_offering(session, offering.id)
    session.refresh(offering, ["picture"])
    if offering.picture is None:
        return
    offering.picture = None
    session.flush()
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


def copy_looks(session: Session, actor: Actor, *, source: Offering, offering: Offering) -> None:
    """The picture, and of the other languages those parts of which the own text is the same."""
    for text in source.texts:
        same = {
            part: getattr(text, part)
            for part in PARTS
            if getattr(source, part) == getattr(offering, part)
        }
        if any(same.values()) and source.text_language == offering.text_language:
            session.add(OfferingText(offering_id=offering.id, language=text.language, **same))
    picture = session.get(
        OfferingPicture, source.picture.id, options=[undefer("*")], populate_existing=True
    ) if source.picture else None  # fmt: skip
    if picture:
        kept = ("alt", "digest", "width", "height", "avif", "webp")
        values = {name: getattr(picture, name) for name in kept}
        session.add(OfferingPicture(offering_id=offering.id, **values))
    session.flush()
    session.expire(offering, ["texts", "picture"])
    audit.record(session, actor, "offering.copied", offering, source=source.id)
