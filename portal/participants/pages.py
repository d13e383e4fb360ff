"""A card to print or photograph: a QR code that opens a participant's own page."""

import uuid as uuids
from collections.abc import Collection, Iterable
from contextlib import nullcontext
from dataclasses import dataclass

from flask import after_this_request, session as cookie, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from portal.core import Actor
from portal.core.qr import qr_svg
from portal.core.tokens import hash_of
from portal.participants.commands import keys, sign_in_links
from portal.participants.models import ParticipantKey
from portal.web.current import actor, session, settings
from portal.web.known import browser_of, keep_to_show, remember, to_show
from portal.web.signing_in import in_writing, sign_in, this_id, widen

_TO_PRINT, _ALL_TO_PRINT, _OWN = "card_to_print", "cards_to_print", "own_card"


@dataclass(frozen=True)
class Card:
    """What stands on a card; it can be drawn only while its token is known."""

    name: str
    address: str

    @property
    def qr(self) -> Markup:
        """The address as an SVG drawing, without a style of its own."""
        return Markup(qr_svg(self.address, border=2))


def card_for(name: str, token: str) -> Card:
    """The card of a person with this name."""
    path = url_for("participants.card_sign_in", token=token)
    # On paper for years: at our own address, whatever the request called this host.
    return Card(name, f"{settings().base_url}{path}")


def keep_to_print(uuid: uuids.UUID, token: str) -> None:
    """Remember somebody's new card in this browser, just long enough to print it."""
    keep_to_show(_TO_PRINT, token, str(uuid))


def card_to_print(uuid: uuids.UUID, name: str) -> Card | None:
    """Give the card just made here for this person, while printing is possible."""
    token = to_show(_TO_PRINT, str(uuid))
    return card_for(name, token) if token else None


def keep_all_to_print(seed: str, ids: Collection[int]) -> None:
    """Remember the secret of these people's cards, as long as one card."""
    keep_to_show(_ALL_TO_PRINT, [seed, *ids], "all")


def all_to_print() -> tuple[str, list[int]]:
    """Read that secret, and whose cards were made here from it."""
    seed, *ids = to_show(_ALL_TO_PRINT, "all") or [""]
    return seed, ids


def keep_own(token: str) -> None:
    """Let this browser show her card until sign-out: it can make one anyway."""
    cookie[_OWN] = token


def card_here(name: str, cards: Iterable[ParticipantKey]) -> Card | None:
    """Find her card that opened this browser or was made in it."""
    token = cookie.get(_OWN, "")
    is_hers = hash_of(token) in {key.token_hash for key in cards}
    return card_for(name, token) if is_hers else None


def open_with(her: Actor, *, is_new: bool = False) -> str | None:
    """Sign this browser in with a key; two keys of hers add up.

    The answer is what to tell her; None when she sees no more than before. She is told elsewhere
    of a browser that is new to her, unless she herself `is_new` and just signed up in it.
    """
    before = actor()
    is_same = before.participant_id == her.participant_id
    more = her.opens - before.opens if is_same else her.opens
    names = sign_in_links.names_in(session(), her, more)
    unknown = [] if is_new else [one for one in more if browser_of(names[one]) is None]
    with in_writing() if unknown else nullcontext():
        if is_same:
            widen(her.keys)
        else:
            sign_in("card", her.participant_id or 0, 0, her.keys)
        if unknown:
            sign_in_links.note_new(session(), her, this_id() or 0, unknown)
    _know(names)
    return str(_("You see more on this page now.")) if is_same and more else None


def enter_here(organisation_id: int) -> None:
    """Let her browser open where she just signed up; it is no new one there."""
    if key := keys.enter(session(), actor(), organisation_id):
        widen([key.id])
        _know(sign_in_links.names_in(session(), actor(), [organisation_id]))


def _know(names: dict[int, str]) -> None:
    if names:
        after_this_request(lambda response: remember(response, *names.values()))
