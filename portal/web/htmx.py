"""The only file that knows the HX-* headers (htmx 4)."""

from __future__ import annotations

from flask import Response, request


def wants_part() -> bool:
    """Whether htmx asks for a part of the page and not the whole (`HX-Request-Type: partial`)."""
    return request.headers.get("HX-Request-Type") == "partial"


def is_htmx() -> bool:
    """Whether htmx makes this request."""
    return request.headers.get("HX-Request") == "true"


def go_to(url: str) -> Response:
    """Send the browser on from an inline action; a 303 would put that page inside the form."""
    return Response(status=204, headers={"HX-Redirect": url})
