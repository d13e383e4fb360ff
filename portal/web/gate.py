"""Deny by default: every request passes here, and a view without a door lets nobody in."""

from flask import Flask, after_this_request, g, redirect, url_for
from htmx_flask import make_response, request
from werkzeug.exceptions import BadRequest, Forbidden, Unauthorized
from werkzeug.routing import IntegerConverter, Map
from werkzeug.wrappers import Response

from portal.core import VISITOR, NotFound, Permission, set_actor
from portal.web import drawn_for, kept_form
from portal.web.current import session
from portal.web.room import ANYONE, SAFE_METHODS, Door, door_of_request, doors
from portal.web.security import comes_from_elsewhere
from portal.web.signing_in import acting_for, choose_organisation, whoever_this_is
from portal.web.transaction import afterwards


class RowNumber(IntegerConverter):
    """A row's number in an address; one that no database can hold names no row."""

    regex = r"\d{1,19}"

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=2**63 - 1)


def init_app(app: Flask) -> None:
    """Put the gate before every view; static files are open to all."""
    app.url_map.converters["int"] = RowNumber
    doors(app)["static"] = Door(ANYONE)
    app.before_request(_enter)


def check_doors(app: Flask) -> None:
    """Stop the start when a rule was added around the doors."""
    known = doors(app)
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in known:
            raise RuntimeError(f"{rule.rule} ({rule.endpoint}) has no door: say who may enter")


def _enter() -> Response | None:
    g.actor = VISITOR  # also when no view was found, so that the page for that can be drawn
    set_actor(session(), VISITOR)
    if "\x00" in request.path:
        raise NotFound()  # PostgreSQL refuses to look for it; nothing is called so
    if request.endpoint and request.method not in SAFE_METHODS and comes_from_elsewhere():
        raise BadRequest()
    if request.endpoint != "static":
        g.actor = whoever_this_is()  # also where nothing is: the page that says so has her bar
        set_actor(session(), g.actor)
    if request.endpoint is None:
        return None
    door = door_of_request()
    if door is None:
        raise Forbidden()
    if g.actor.is_visitor and door.allow is not ANYONE:
        return _ask_to_sign_in(door)
    if request.method not in SAFE_METHODS and (refusal := _check_for_whom(door)):
        return refusal
    if isinstance(door.allow, Permission) and not g.actor.may(door.allow):
        raise Forbidden()
    is_page = request.method == "GET" and "text/html" in request.headers.get("Accept", "")
    if is_page and not g.actor.is_visitor:
        after_this_request(kept_form.or_list)
        return kept_form.lead_back()
    return None


def _check_for_whom(door: Door) -> Response | None:
    """Refuse a form that was drawn for another, before the role is looked at: that is of today."""
    if door.most_bytes is not None and (
        door.allow is ANYONE or g.actor.is_staff or g.actor.may(door.allow)
    ):
        request.max_content_length = door.most_bytes  # before anything reads the form
    if door.for_all or not drawn_for.was_for_another():
        return None
    organisation_id = drawn_for.organisation_to_go_back_to()
    now = g.actor
    if organisation_id is not None:
        g.actor = acting_for(organisation_id)
        if not drawn_for.was_for_another():
            g.goes_back = True
            set_actor(session(), g.actor)
            after_this_request(lambda response: _stay(response, organisation_id))
            return None
        g.actor = now
    return drawn_for.refused(is_json=door.is_json)


def _stay(response: Response, organisation_id: int) -> Response:
    """She goes on working for the organisation that she went back to, when that went well."""
    if response.status_code < 400:
        afterwards(lambda session: choose_organisation(organisation_id))
    return response


def _ask_to_sign_in(door: Door) -> Response:
    """Lead a visitor to the sign-in page, and from there back to where she was."""
    if door.is_json:
        raise Unauthorized()
    sign_in = url_for("accounts.sign_in", next=request.full_path.rstrip("?"))
    if request.method not in SAFE_METHODS:
        kept_form.keep()
    if request.htmx:  # whose answer would be put inside the page that is shown
        return make_response("", 204, redirect=sign_in)
    if request.method not in {"GET", "HEAD"}:
        raise Unauthorized()
    return redirect(sign_in, 303)
