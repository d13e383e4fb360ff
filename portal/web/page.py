"""Answering with a page, or with the address of the next one."""

from typing import Any

from flask import Response, flash, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from portal.core.database import let_go
from portal.web.current import session
from portal.web.forms import Form


def page(
    template: str, *, form: Form | None = None, status: int | None = None, **context: Any
) -> Response:
    """Draw a page; 422, its writing undone first, when its form was refused."""
    is_refused = form is not None and form.was_refused
    if is_refused:
        let_go(session())
    body = render_template(template, form=form, **context)
    return make_response(body, status or (422 if is_refused else 200))


def see_other(endpoint: str, *, done: str | None = None, **values: Any) -> BaseResponse:
    """Send on to another page after a change (303), saying what was done.

    That line stands at the top: with one, no place further down is named, as it would hide it.
    """
    if done:
        flash(done)
    return redirect(url_for(endpoint, **values), 303)
