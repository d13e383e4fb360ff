"""How long a search over ten thousand offerings takes, on both databases.

No search is asked twice, so that no kept page answers: inside the application, inside it with a
place taken before each, and over HTTP from one connection to one worker.
"""

import http.client
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import text

from bench import offerings
from bench.inside import get_times
from bench.server import serving
from portal import create_app
from portal.config import Settings
from portal.core.actor import HOUSE
from portal.core.guard import set_actor
from portal.extensions import db
from portal.migration import upgrade
from portal.offerings.models import Offering
from tests import databases

_SEARCHES = 200


def measure() -> dict[str, Any]:
    """Medians in milliseconds, by database and by way."""
    found: dict[str, Any] = {"search_offerings": offerings.COUNT}
    for kind in ("sqlite", "postgresql"):
        with databases.started(kind) as url, tempfile.TemporaryDirectory() as instance:
            environment = {"PORTAL_DATABASE_URL": url, "PORTAL_INSTANCE": instance}
            app = _filled(environment)
            found |= {f"search_{way}_ms_{kind}": ms for way, ms in _medians(app, environment)}
            with app.app_context():
                db.engine.dispose()
    return found


def _filled(environment: dict[str, str]) -> Flask:
    Path(environment["PORTAL_INSTANCE"]).mkdir(exist_ok=True)
    app = create_app(Settings.from_environment(environment))
    with app.app_context():
        upgrade()
        session = db.session()
        set_actor(session, HOUSE)
        offerings.fill(session)
        session.execute(text("ANALYZE"))
        session.commit()
    return app


def _medians(app: Flask, environment: dict[str, str]) -> list[tuple[str, float]]:
    asked = iter(list(offerings.addresses(3 * _SEARCHES + 20)))
    get_times(app, [next(asked) for _ in range(10)])  # warm
    inside = get_times(app, [next(asked) for _ in range(_SEARCHES)])
    changed = []
    for number in range(1, _SEARCHES + 1):
        _take_place(app, number)
        changed += get_times(app, [next(asked)])
    with serving("wsgi:application", environment, workers=1) as port:
        _over_http(port, [next(asked) for _ in range(10)])
        served = _over_http(port, [next(asked) for _ in range(_SEARCHES)])
    ways = (("inside", inside), ("changed", changed), ("served", served))
    return [(way, round(statistics.median(times), 2)) for way, times in ways]


def _take_place(app: Flask, offering_id: int) -> None:
    with app.app_context():
        session = db.session()
        set_actor(session, HOUSE)
        offering = session.get_one(Offering, offering_id)
        offering.places_taken = 1 if offering.places_taken != 1 else 2
        session.commit()


def _over_http(port: int, paths: list[str]) -> list[float]:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    times = []
    for path in paths:
        begin = time.perf_counter()
        connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        answer.read()
        times.append((time.perf_counter() - begin) * 1000)
        assert answer.status == 200, path
    connection.close()
    return times
