"""A page whose form broke a rule is drawn again, with the words beside their field.

A view says what to do when its form was sent, and what to draw else. One that was refused halfway
is asked once more, and its form, which says that it was not sent, holds the refusal.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any

from flask import g, make_response
from werkzeug.wrappers import Response

from portal.core import RuleBroken
from portal.web.current import session


def redrawn(view: Callable[..., Any]) -> Callable[..., Response]:
    """The view, asked again when a rule refused what its form was sent for.

    A refusal that no form of it shows (422) has a page of its own, as one without a form has.
    """

    @wraps(view)
    def answer(**values: Any) -> Response:
        try:
            return make_response(view(**values))
        except RuleBroken as broken:
            if not g.get("form_was_sent"):
                raise
            session().rollback()
            g.refusal = broken
            with suppress(RuleBroken):
                again = make_response(view(**values))
                if again.status_code == 422:
                    return again
            raise broken from None

    return answer


def refusal() -> RuleBroken | None:
    """Take what a rule refused of the form that was sent."""
    g.form_was_sent = True
    broken: RuleBroken | None = g.pop("refusal", None)
    return broken
