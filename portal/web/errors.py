"""Every refusal and every failure becomes a page that a person understands."""

from functools import partial
from typing import Any

from flask import Flask, Response, current_app, g, jsonify, make_response, render_template, request
from flask_babel import gettext, gettext as _, lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, DBAPIError, InterfaceError, OperationalError
from werkzeug.exceptions import HTTPException, SecurityError, TooManyRequests

from portal.core import VISITOR, Conflict, NotAllowed, NotFound, RuleBroken
from portal.core.database import let_go
from portal.web.cookie import take_back
from portal.web.current import session
from portal.web.room import SAFE_METHODS, door_of_request

_WORDS = {
    400: (
        _l("This page did not come through well"),
        _l("The request was not complete. Go back, load the page again and try once more."),
    ),
    401: (_l("Please sign in first"), _l("You were signed out. Sign in and try again.")),
    403: (_l("This is not yours to do"), _l("Your role does not include this page.")),
    404: (
        _l("We can't find this page"),
        _l("The address may be wrong, or the page is gone or not yours to see."),
    ),
    405: (_l("This can't be done this way"), _l("Go back and use the buttons on the page.")),
    409: (_l("Somebody was just before you"), _l("Go back and look at how it is now.")),
    413: (
        _l("This is too large"),
        _l("You sent more than fits. Make the text or the file smaller and try again."),
    ),
    422: (_l("This can't be done"), _l("Go back and look at what you filled in.")),
    429: (_l("That was too often"), _l("Wait a few minutes and try again.")),
    500: (_l("Something went wrong on our side"), _l("It is not your fault. Try again later.")),
    503: (
        _l("We are away for a moment"),
        _l("The portal can't reach its records now. Nothing is lost. Try again in a minute."),
    ),
}


def init_app(app: Flask) -> None:
    """Register a page for each way in which a request can fail."""
    app.register_error_handler(NotFound, lambda error: _page(404))
    app.register_error_handler(NotAllowed, lambda error: _page(403))
    app.register_error_handler(Conflict, lambda error: _page(409))
    app.register_error_handler(RuleBroken, _rule_broken)
    app.register_error_handler(CSRFError, lambda error: _page(400))
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(SecurityError, _unknown_host)
    for unkeepable in (DataError, OverflowError, UnicodeEncodeError):
        app.register_error_handler(unkeepable, _cannot_be_kept)
    app.register_error_handler(OperationalError, _database_error)
    app.register_error_handler(InterfaceError, _database_error)
    app.register_error_handler(500, _failure)
    app.log_exception = partial(_log_exception, app)  # type: ignore[method-assign]


def _log_exception(app: Flask, exc_info: Any) -> None:
    """Write down where it went wrong; an address may hold a secret, its rule holds none."""
    app.logger.error("Exception at %s [%s]", request.url_rule, request.method, exc_info=exc_info)


def _rule_broken(error: RuleBroken) -> Response:
    let_go(session())
    return _page(422, text=gettext(error.message).format(**error.values))


def _http_error(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        return make_response(error.get_response())
    response = _page(error.code)
    if isinstance(error, TooManyRequests) and error.retry_after:
        response.headers["Retry-After"] = str(error.retry_after)
    if error.code == 405:
        response.headers["Allow"] = ", ".join(getattr(error, "valid_methods", None) or ())
    return response


def _unknown_host(error: SecurityError) -> Response:
    """No page: under a name that isn't ours no address can be made."""
    return make_response("unknown host\n", 400, {"Content-Type": "text/plain; charset=utf-8"})


def _cannot_be_kept(error: Exception) -> Response:
    """What was sent holds a number or a letter that no database takes, where no form refused it."""
    current_app.logger.error("a value that can't be kept: %s", type(error).__name__)
    session().rollback()
    return _page(400)


def _database_error(error: DBAPIError) -> Response:
    """A lost database: no reader can mend it, and it may be back in a minute."""
    current_app.logger.error("database: %s", type(error.orig).__name__)
    g.actor = VISITOR  # who it was can't be looked up now
    response = _page(503)
    response.headers["Retry-After"] = "60"
    return response


def _failure(error: Exception) -> Response:
    original = getattr(error, "original_exception", None)
    if isinstance(original, OperationalError | InterfaceError):
        return _database_error(original)
    g.actor = VISITOR
    return _page(500)


def _page(code: int, text: str | None = None) -> Response:
    if request.method not in SAFE_METHODS:
        take_back()  # before the page shows a line that says it was done
    title, words = _WORDS.get(code, _WORDS[400 if code < 500 else 500])
    door = door_of_request()
    if door is not None and door.is_json:
        return make_response(jsonify(message=text or str(words)), code)
    is_kept = code == 401 and g.get("is_form_kept", False)
    kept = _("What you filled in is kept for an hour. Sign in here, and you get it back.")
    body = render_template(
        "errors/error.html", code=code, title=title, text=text or words, help=is_kept and kept
    )
    response = make_response(body, code)
    if request.method == "HEAD":
        response.set_data(b"")
    return response
