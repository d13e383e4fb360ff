"""What somebody typed so far while signing up: kept in her sealed cookie, only checked values."""

import secrets
from typing import Any

from flask import request, session as cookie

from portal.core import N_, RuleBroken, clock
from portal.participants.rules import new_card_token

_DRAFTS = "sign_up"
_MOST = 3  # a cookie has no room for more
_KEPT = 20 * 60  # seconds; then it is somebody else who stands at a shared computer
_LEAST = 2  # seconds in which nobody answers three questions

Draft = dict[str, Any]


def begin(slug: str) -> Draft:
    """Start a run of the pages, with a card's token and nothing earlier."""
    draft = {
        "slug": slug,
        "run": secrets.token_hex(8),
        "began": clock.now().timestamp(),
        "card": new_card_token(),
    }
    _keep(draft)
    return draft


def find(slug: str) -> Draft | None:
    """Find what this page's run was told; the newest's where it says none."""
    run = request.values.get("run") or None
    found = [one for one in _drafts() if one["slug"] == slug and run in (None, one["run"])]
    return found[-1] if found else None


def shown(draft: Draft) -> Draft:
    """Give what a page shows of it; nothing on an address of another run."""
    return draft if request.args.get("run") == draft.get("run", "") else {}


def begun_before(slug: str) -> Draft | None:
    """What somebody began here and left, to be asked whether that was her."""
    found = [one for one in _drafts() if one["slug"] == slug and "name" in one]
    return found[-1] if found else None


def add(draft: Draft, **values: str) -> None:
    """Keep the answers of one page."""
    _keep({**draft, **values})


def end(slug: str) -> None:
    """She has signed up: the next person begins with an empty page."""
    cookie[_DRAFTS] = [one for one in _drafts() if one["slug"] != slug]


def check_pace(draft: Draft) -> None:
    """Refuse who is through faster than a person can be."""
    if clock.now().timestamp() - draft["began"] < _LEAST:
        raise RuleBroken("", N_("That went very fast. Wait a moment and send it once more."))


def _drafts() -> list[Draft]:
    kept: Any = cookie.get(_DRAFTS)
    since = clock.now().timestamp() - _KEPT
    return [one for one in kept if one["began"] > since] if isinstance(kept, list) else []


def _keep(draft: Draft) -> None:
    others = [one for one in _drafts() if one["run"] != draft["run"]]
    cookie[_DRAFTS] = sorted([*others[1 - _MOST :], draft], key=lambda one: float(one["began"]))
