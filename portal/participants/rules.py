"""How a participant can be reached, and what makes a card."""

import base64
import hmac
import secrets
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from portal.core.errors import N_, RuleBroken
from portal.core.worded import WordedEnum

# So long after her last day an organisation still has her: it makes cards, corrects her contact,
# lets her move on. She reads it on her own page.
HOLD = timedelta(days=90)
EARLIER_KEPT = timedelta(days=90)  # a contact before the one that holds now
_TOKEN_BYTES = 16  # 128 bits: nobody guesses a card


class ContactWay(WordedEnum):
    PHONE = "phone", N_("By SMS")  # an SMS; first where people choose: more of them have one
    CALL = "call", N_("Call me")  # staff call her
    EMAIL = "email", N_("By e-mail")
    VISIT = "visit", N_("I come by")  # "I come by": no phone, no e-mail


@dataclass(frozen=True)
class Contact:
    """One way to reach somebody, with the number or the address that it needs."""

    way: ContactWay = ContactWay.VISIT
    phone: str = ""  # E.164
    email: str = ""

    @classmethod
    def of(cls, way: ContactWay, phone: str, email: str) -> "Contact":
        """Keep of an answer only what belongs to the chosen way, which must be there."""
        if way in (ContactWay.PHONE, ContactWay.CALL):
            if not phone:
                raise RuleBroken("phone", N_("Fill in a phone number."))
            return cls(way, phone)
        if way is ContactWay.EMAIL and not email:
            raise RuleBroken("email", N_("Fill in an e-mail address."))
        return cls(way, email=email if way is ContactWay.EMAIL else "")


class KeyKind(StrEnum):
    """What a key is made as."""

    CARD = "card"
    LINK = "link"  # sent to her phone or e-mail, for one time
    CALENDAR = "calendar"  # shows when she is expected, and opens no page
    SIGN_UP = "sign_up"  # she signed up somewhere: in that browser only, it has no token


class Reached(NamedTuple):
    """That an organisation reaches her somewhere, and whose staff wrote that down."""

    organisation_id: int
    from_id: int | None  # None: she gave it herself


def opened_by(known: Collection[Reached]) -> tuple[set[int], int | None]:
    """Say what a link to a contact opens, and which staff share it.

    Where she gave that very contact herself once, it is hers. Else staff of one organisation may
    have written down a phone of their own: it opens theirs, also where another copied it.
    """
    if any(one.from_id is None for one in known):
        return {one.organisation_id for one in known}, None
    opens = {one.from_id for one in known if one.from_id is not None}
    return opens, next(iter(opens)) if len(opens) == 1 else None


def is_told_at(contact: Contact) -> Contact:
    """Say where news of her keys goes; SMS too, for who rather is called."""
    on_the_wall = contact.phone.startswith("+31") and not contact.phone.startswith("+316")
    if contact.way is ContactWay.CALL and contact.phone and not on_the_wall:
        return Contact(ContactWay.PHONE, contact.phone)
    return contact


def new_card_token() -> str:
    """A secret for a new card, fit for an address."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def token_of_one(seed: str, participant: uuid.UUID) -> str:
    """Make one of many cards' tokens from the secret that they share."""
    digest = hmac.digest(seed.encode(), participant.bytes, "sha256")[:_TOKEN_BYTES]
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


# Why what others use too is left alone: by staff, and by a card that staff may have kept.
ONLY_SHE = N_("Only she can change this, on her own page: others use it too.")
PROVE_IT = N_("Show first that it is you: use your own card, or the link on your phone.")


def check_left_alone(words: str, renamed: bool, speaks_otherwise: bool) -> None:
    """Refuse another name or language, with these words."""
    for changes, field in ((renamed, "name"), (speaks_otherwise, "language")):
        if changes:
            raise RuleBroken(field, words)


def check_dates(first: date, last: date | None, field: str) -> None:
    """The last day may be open, but never lies before the first."""
    if last is not None and last < first:
        raise RuleBroken(field, N_("The last day can't be before the first day."))
