"""What somebody sent when her session had ended: kept for an hour, and hers again after signing in.

It is kept encrypted under a token that only her browser's cookie holds, and is shown to nobody but
her for whom the page was drawn. It comes back in its own page, filled in; where that can't be drawn
any more, what she typed is listed at /kept.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app, flash, g, redirect, request, session as cookie, url_for
from flask_babel import gettext as _
from itsdangerous import BadSignature
from markupsafe import escape
from sqlalchemy import String, Text, delete
from sqlalchemy.orm import Mapped, Session, mapped_column
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from portal.core import Base, clock
from portal.core.canonical import parsed
from portal.core.tokens import hash_of, new_token
from portal.web import drawn_for, once
from portal.web.cookie import KEPT_FORM, Seal
from portal.web.current import session
from portal.web.throttle import Throttle, address
from portal.web.transaction import afterwards

_FILLED_IN = "kept"  # in the address of a page that is drawn with what was kept
_KEPT = timedelta(hours=1)
_MOST = 64 * 1024  # letters
_from_address = Throttle("kept form", 30, _KEPT)


class KeptForm(Base):
    """A form that came too late; `sealed` opens by the token in her cookie only."""

    __tablename__ = "kept_form"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    sealed: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


@dataclass(frozen=True)
class Kept:
    """A form as it was sent: where to, and each field with its text."""

    path: str
    fields: list[tuple[str, str]]
    had_files: bool

    @property
    def address(self) -> str:
        """Of its own page, filled in."""
        return f"{self.path}{'&' if '?' in self.path else '?'}{_FILLED_IN}=yes"


def keep() -> None:
    """Keep this request's form, drawn for somebody, unless it has a password."""
    fields = [pair for pair in request.form.items(multi=True) if pair[0] != "csrf_token"]
    text = json.dumps([request.full_path.rstrip("?"), fields, bool(request.files)])
    has_secret = any("password" in name for name, _text in fields)
    is_somebodys = request.form.get(drawn_for.FIELD, "0") != "0" and drawn_for.is_genuine()
    if has_secret or not is_somebodys or len(text) > _MOST or _from_address.left(address()):
        return
    _from_address.count(address())
    token = new_token()
    row = KeptForm(key=hash_of(token), sealed=Seal(current_app, token).dumps(text))
    afterwards(lambda session: session.add(row))
    cookie[KEPT_FORM] = [token, False]
    g.is_form_kept = True


def find() -> Kept | None:
    """What she sent from this browser when her session had ended; None for anybody else."""
    token, _is_shown = cookie.get(KEPT_FORM, ("", False))
    row = session().get(KeptForm, hash_of(token)) if token else None
    if row is None or not timedelta() <= clock.now() - row.created_at < _KEPT:
        return None
    try:
        path, fields, had_files = parsed(Seal(current_app, token).loads(row.sealed))
    except BadSignature:
        return None
    kept = Kept(path, [(name, text) for name, text in fields], had_files)
    return kept if drawn_for.is_hers(dict(kept.fields).get(drawn_for.FIELD, "")) else None


def lead_back() -> Response | None:
    """Lead her to what was kept, once: at her first page after signing in."""
    token, is_shown = cookie.get(KEPT_FORM, ("", True))
    if is_shown:
        return None
    kept = find()
    if kept is None:
        cookie.pop(KEPT_FORM)
        return None
    cookie[KEPT_FORM] = [token, True]
    return redirect(kept.address, 303)


def of_this_page() -> MultiDict[str, str] | None:
    """What the page that is being drawn is filled in with; None for all others."""
    if _FILLED_IN not in request.args or request.method != "GET":
        return None
    if "kept_fields" not in g:
        kept, g.kept_fields = find(), None
        if kept is not None and request.full_path == kept.address:
            g.kept_fields = MultiDict(kept.fields)
            g.setdefault(once.KEPT, g.kept_fields.get(once.FIELD, ""))
            flash(_("You were signed out when you sent it. Nothing was saved yet."))
            if kept.had_files:
                flash(_("You chose a file too. Choose it again after this."))
    found: MultiDict[str, str] | None = g.kept_fields
    return found


def or_list(response: Response) -> Response:
    """Show the page with all that was kept, or a list of it."""
    if _FILLED_IN in request.args and (kept := find()) is not None:
        is_page = response.status_code == 200 and response.mimetype == "text/html"
        drawn = response.get_data(as_text=True) if is_page else ""
        if not all(escape(text.strip()) in drawn for text in once.texts_in(kept.fields)):
            return redirect(url_for("accounts.kept"), 303)
    return response


def forget_old_forms(session: Session) -> None:
    """Take out what nobody can get back any more; a job of the worker."""
    session.execute(delete(KeptForm).where(KeptForm.created_at < clock.now() - _KEPT))
