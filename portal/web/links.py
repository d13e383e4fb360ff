"""The links in a letter: made when the letter is, and in nothing else."""

import uuid
from typing import Any

from flask import Flask, g, url_for

from portal.core.links import Link, Purpose, make

_ENDPOINTS = {
    Purpose.ENROLMENT: "home.answer",
    Purpose.REMINDERS: "home.answer",
    Purpose.SEARCH: "home.answer",
    Purpose.AFTERCARE: "home.answer",
    Purpose.WORK: "home.answer",
    Purpose.RESET: "accounts.reset_password",
    Purpose.INVITATION: "organisations.accept",
    Purpose.SIGN_IN: "participants.link_sign_in",
}


class Minted:
    """The links of one letter: the same one wherever the letter names the same thing."""

    def __init__(self, contact: str) -> None:
        self._contact = contact
        self._made: dict[tuple[Purpose, uuid.UUID], tuple[str, Link]] = {}

    def token(self, purpose: Purpose, row: uuid.UUID) -> str:
        """The secret of the link that opens this."""
        if (purpose, row) not in self._made:
            self._made[purpose, row] = make(purpose, row, self._contact)
        return self._made[purpose, row][0]

    @property
    def links(self) -> list[Link]:
        """What must be kept before the letter leaves."""
        return [link for _token, link in self._made.values()]


def init_app(app: Flask) -> None:
    """Give the templates of messages `short_link(purpose, uuid)`."""
    app.jinja_env.globals.update(short_link=short_link)


def minting(contact: str) -> Minted:
    """Let `short_link` make links for a contact, in the rest of this request."""
    g.minted = minted = Minted(contact)
    return minted


def short_link(purpose: Purpose | str, row: uuid.UUID | str, **values: Any) -> str:
    """Give a link's whole address; her page's to staff, who make no letter."""
    minted: Minted | None = g.get("minted")
    if minted is None:
        return url_for("home.my", _external=True)
    token = minted.token(Purpose(purpose), uuid.UUID(str(row)))
    return url_for(_ENDPOINTS[Purpose(purpose)], token=token, _external=True, **values)
