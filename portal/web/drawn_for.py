"""A page acts for whom it was drawn: each form says for whom, and is refused for anybody else.

Somebody may work for two organisations in two windows, or sign in as another person in one of
them. What she typed in the first is then meant for the first (decision 29).
"""

import hmac
import re
from functools import lru_cache

from flask import Flask, Response, current_app, g, jsonify, make_response, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import validate_csrf
from itsdangerous import Signer
from wtforms.validators import ValidationError

from portal.core import VISITOR, Actor
from portal.web.once import typed_texts, typed_values

FIELD = "drawn_for"
HEADER = "X-Drawn-For"
_BACK = "act_for_it"


def init_app(app: Flask) -> None:
    """Let forms say for whom they are."""
    app.jinja_env.globals.update(drawn_for=drawn_for, goes_back=goes_back, typed_texts=typed_texts)


def drawn_for() -> str:
    """For whom the page that is being drawn acts: an organisation's number, and a sign.

    It stands in pages and on phones, so who it is it says to nobody but us.
    """
    who = _now()
    return _named(who, who.organisation_id)


def goes_back() -> bool:
    """Say whether this request acts for an organisation gone back to."""
    return bool(g.get("goes_back"))


def was_for_another() -> bool:
    """Say whether this page was drawn for another; one that says nothing wasn't."""
    said = _said()
    return bool(said) and not _is_same(said, drawn_for())


def organisation_to_go_back_to() -> int | None:
    """Say for which organisation a refused form is sent again."""
    return _organisation() if _BACK in request.form and is_genuine() else None


def is_hers(said: str) -> bool:
    """Whether a page was drawn for whoever makes this request, whatever she works for now."""
    found = re.match(r"([0-9]{1,10})\.", said)
    return found is not None and _is_same(said, _named(_now(), int(found[1]) or None))


def refused(*, is_json: bool) -> Response:
    """Say whom the page was for and whom she acts for, with what she typed."""
    if is_json:
        return make_response(jsonify(message=_("You chose another organisation meanwhile.")), 409)
    who, said, organisation = _now(), _said(), _organisation()
    is_hers = who.is_staff and _is_same(said, _named(who, organisation))
    body = render_template(
        "errors/drawn_for_another.html",
        organisation=organisation if is_hers else None,
        is_hers=is_hers,
        said=said,
        typed=typed_values(),
        has_files=bool(request.files),
        once=request.form.get("once"),
        may_go_back=is_hers and is_genuine(),
    )
    return make_response(body, 409)


def _now() -> Actor:
    who: Actor = g.get("actor", VISITOR)
    return who


def _named(who: Actor, organisation_id: int | None) -> str:
    if who.is_visitor:
        return "0"
    name = f"{who.kind}:{who.user_id}:{who.participant_id}:{organisation_id or 0}"
    return f"{organisation_id or 0}.{_sign(current_app.config['SECRET_KEY'], name)}"


@lru_cache(maxsize=1000)
def _sign(secret: str, name: str) -> str:
    """A page has many forms, all for the same."""
    return Signer(secret, salt="drawn-for").get_signature(name).decode()


def _is_same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(errors="replace"), other.encode())


def _said() -> str:
    return request.form.get(FIELD) or request.headers.get(HEADER, "")


def _organisation() -> int | None:
    found = re.match(r"([1-9][0-9]{0,9})\.", _said())
    return int(found[1]) if found else None


def is_genuine() -> bool:
    """Say whether this browser got the form from us, to send on."""
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError:
        return False
    return True
