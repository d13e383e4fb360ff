"""What somebody typed so far while signing up: kept in her signed cookie, only checked values."""

from __future__ import annotations

from typing import Any

from flask import session as cookie

from portal.core import clock
from portal.core.errors import N_, RuleBroken
from portal.participants.rules import new_card_token

_DRAFTS = "sign_up"
_CARD = "own_card"
_MOST = 3  # a cookie has no room for more
_KEPT = 2 * 60 * 60  # seconds; the next person at a shared computer finds nothing
_LEAST = 2  # seconds in which nobody answers three questions

Draft = dict[str, Any]


def begin(slug: str) -> Draft:
    """Start, or go on with what was typed before.

    The card's token is made here: a second send of the last form then finds the same card.
    """
    draft = find(slug)
    if draft is None:
        draft = {"began": clock.now().timestamp(), "card": new_card_token()}
        _keep(slug, draft)
    return draft


def find(slug: str) -> Draft | None:
    """What was typed for this offering, unless that is too long ago."""
    draft: Draft | None = cookie.get(_DRAFTS, {}).get(slug)
    if draft is None or clock.now().timestamp() - draft["began"] > _KEPT:
        return None
    return draft


def add(slug: str, **values: str) -> None:
    """Keep the answers of one page."""
    _keep(slug, {**begin(slug), **values})


def check_pace(draft: Draft) -> None:
    """Refuse who is through faster than a person can be."""
    if clock.now().timestamp() - draft["began"] < _LEAST:
        raise RuleBroken("", N_("That went very fast. Wait a moment and send it once more."))


def keep_card(token: str) -> None:
    """Let the last page show the card, also after a reload, until she signs out."""
    cookie[_CARD] = token


def own_card() -> str | None:
    """The card that was made in this browser."""
    return cookie.get(_CARD)


def _keep(slug: str, draft: Draft) -> None:
    others = {key: value for key, value in cookie.get(_DRAFTS, {}).items() if key != slug}
    cookie[_DRAFTS] = dict([*list(others.items())[1 - _MOST :], (slug, draft)])
