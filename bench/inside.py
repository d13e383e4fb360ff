"""Time inside the application, without a network: pages, and the last form of a sign-up."""

import re
import statistics
import time
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import EnvironBuilder

from bench.city import City

_SIGN_UPS = 60
_PROFILES = 15
_PACE = 2.1  # seconds; nobody fills in three pages sooner


def sign_ups(city: City) -> dict[str, Any]:
    """How long the last form of a sign-up takes, one after the other, in milliseconds."""
    path = f"/offerings/{city.slug}/sign-up"
    ready = [_ready(city.app, path, number) for number in range(_SIGN_UPS)]
    time.sleep(_PACE)
    times = [
        _milliseconds(
            city.app, _environ(f"{path}/check", cookie, urlencode(form).encode()), "303", "/done"
        )
        for cookie, form in ready
    ][5:]
    return {
        "sign_up_ms_median": round(statistics.median(times), 1),
        "sign_up_ms_p95": round(statistics.quantiles(times, n=20)[-1], 1),
    }


def profile(city: City) -> dict[str, Any]:
    """How long her profile of 18 months takes, as a page and as its PDF, in milliseconds."""
    asked = {"profile_ms_median": "/my/can", "profile_pdf_ms_median": "/my/can.pdf"}
    cookie = city.cookies["participant"]
    return {
        name: round(statistics.median(get_times(city.app, [path] * _PROFILES, cookie)), 1)
        for name, path in asked.items()
    }


def get_times(app: Flask, paths: Iterable[str], cookie: str = "") -> list[float]:
    """Milliseconds for each of these pages, for somebody whom nobody knows, or by her cookie."""
    return [_milliseconds(app, _environ(path, cookie), "200") for path in paths]


def _ready(app: Flask, path: str, number: int) -> tuple[str, dict[str, str]]:
    """A browser that has filled in all pages but the last, and that last form."""
    client = app.test_client()
    page = client.get(path)
    for answers in (
        {},
        {"name": f"Deelnemer {number}"},
        {"contact_way": "email", "email": f"n{number}@example.nl", "phone": "", "language": "nl"},
    ):
        sent = {**_hidden(page.text), **answers}
        page = client.post(page.request.path, data=sent, follow_redirects=True)
        assert page.status_code == 200, page.text
    assert page.request.path.endswith("/check"), page.text
    return _cookie(app, client), _hidden(page.text)


def _hidden(text: str) -> dict[str, str]:
    form = text[text.rindex('name="csrf_token"') - 100 :]
    return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form)) | dict(
        re.findall(r'name="(run)"[^>]* value="([^"]*)"', form)
    )


def _cookie(app: Flask, client: FlaskClient) -> str:
    found = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert found is not None
    return f"{found.key}={found.value}"


def _environ(path: str, cookie: str = "", body: bytes | None = None) -> dict[str, Any]:
    return EnvironBuilder(
        path,
        method="GET" if body is None else "POST",
        input_stream=BytesIO(body or b""),
        content_type=None if body is None else "application/x-www-form-urlencoded",
        content_length=len(body or b""),
        headers=[("Cookie", cookie)] if cookie else [],
    ).get_environ()


def _milliseconds(app: Flask, environ: dict[str, Any], expected: str, leads_to: str = "") -> float:
    """How long one request takes until its answer is read and closed."""
    said: list[str] = []

    def start(code: str, headers: list[tuple[str, str]], *_rest: Any) -> Callable[[bytes], object]:
        said.extend((code, dict(headers).get("Location", "")))
        return lambda _more: None

    begin = time.perf_counter()
    answer = app.wsgi_app(environ, start)
    for _part in answer:
        pass
    if hasattr(answer, "close"):
        answer.close()
    passed = (time.perf_counter() - begin) * 1000
    assert said[0].startswith(expected), f"{environ['PATH_INFO']} answered {said[0]}"
    assert said[1].endswith(leads_to), said
    return passed
