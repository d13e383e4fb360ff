"""Answers made small for the way: brotli where the browser takes it, gzip elsewhere.

The size of a packed page tells what in it is alike. So a page for somebody we know is packed only
when nothing in it was chosen by whoever led her there (decision 36).
"""

import gzip
from functools import lru_cache
from hashlib import sha256

import brotli
from flask import Flask, Response, current_app, request

from portal.web.i18n import LANGUAGES
from portal.web.room import SAFE_METHODS

ENCODINGS = ("br", "gzip")
_LEAST = 256  # bytes; below that it would hardly become smaller
_TEXTS = {"application/javascript", "image/svg+xml"}
_ENDS = ("json", "xml")  # application/ld+json, application/atom+xml
_VERSION = 10  # characters of a file's hash in its address
_SAYS_NOTHING = {b"", *(f"lang={one}".encode() for one in LANGUAGES)}


def init_app(app: Flask) -> None:
    """Pack what leaves, last of all, and static files once for all."""
    app.after_request(_pack)
    app.view_functions["static"] = _send_file


def packed(body: bytes, encoding: str, *, is_kept: bool = False) -> bytes:
    """Pack bytes by one of ENCODINGS; slower, up to 0.1 s, if kept long.

    A page takes a third of a millisecond: one step more would make it 5% smaller for twice that.
    """
    if encoding == "gzip":
        return gzip.compress(body, 9 if is_kept else 5, mtime=0)
    return bytes(brotli.compress(body, quality=11 if is_kept else 4, lgwin=18))


def taken_encoding() -> str | None:
    """The best of ENCODINGS that this browser takes, or None."""
    takes = request.accept_encodings.quality
    best = max(ENCODINGS, key=takes)
    return best if takes(best) > 0 else None


def version_of(body: bytes) -> str:
    """What stands in a static file's address; another one for another content."""
    return sha256(body).hexdigest()[:_VERSION]


_packed_once = lru_cache(maxsize=64)(packed)


def _send_file(filename: str) -> Response:
    """A static file, for a year where its address holds its version."""
    response = current_app.send_static_file(filename)
    if response.status_code == 200:
        response.direct_passthrough = False
        response.cache_control.immutable = True
        body = response.get_data()
        response.close()
        if request.args.get("v") != version_of(body):
            response.headers["Cache-Control"] = "no-cache"
        for name in ("Content-Disposition", "Expires"):  # which say nothing more
            response.headers.pop(name, None)
    return response


def _pack(response: Response) -> Response:
    if not _is_text(response) or response.is_streamed:
        return response
    response.vary.add("Accept-Encoding")
    encoding = taken_encoding()
    if encoding is None or "Content-Encoding" in response.headers or not _may_be_packed(response):
        return response
    body = response.get_data()
    if len(body) >= _LEAST:
        is_file = request.endpoint == "static"
        pack = _packed_once if is_file else packed
        response.set_data(pack(body, encoding, is_kept=is_file))
        response.headers["Content-Encoding"] = encoding
        etag, _is_weak = response.get_etag()
        if etag:
            response.set_etag(etag, weak=True)
    return response


def _is_text(response: Response) -> bool:
    kind = response.mimetype or ""
    return kind.startswith("text/") or kind in _TEXTS or kind.endswith(_ENDS)


def _may_be_packed(response: Response) -> bool:
    """Whether nobody learns a secret from its size: it holds none, or nothing of the asker's."""
    if request.endpoint == "static" or not _is_known():
        return response.status_code not in {204, 206, 304}
    is_read = request.method in SAFE_METHODS and response.status_code == 200
    return is_read and request.query_string in _SAYS_NOTHING


def _is_known() -> bool:
    """Whether the browser sent a cookie of ours that is about somebody."""
    ours = str(current_app.config["SESSION_COOKIE_NAME"])
    return any(name.startswith(ours) for name in request.cookies)
