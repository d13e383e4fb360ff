"""The portal with a clock that a test sets: the real one, as far ahead as a file says.

Only `tests.browser.city.serving(timed=True)` starts this; the portal has no such door.
"""

import os
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from portal import create_app, worker
from portal.core import clock

_WORK = "/-/work"  # what `flask portal work --once` does, without a process for it
_file = Path(os.environ["PORTAL_INSTANCE"]) / "clock-ahead"  # holds seconds


def _look_at_the_clock() -> None:
    """Hold the portal's clock at the present, for one request or one command."""
    ahead = timedelta(seconds=float(_file.read_text(encoding="ascii")))
    clock._frozen = datetime.now(UTC) + ahead


application = create_app()
_answer = application.wsgi_app


def _at_its_time(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    _look_at_the_clock()
    if environ["PATH_INFO"] == _WORK:
        with application.app_context():
            worker.run(once=True)
        start_response("204 No Content", [])
        return []
    return _answer(environ, start_response)


application.wsgi_app = _at_its_time  # type: ignore[method-assign]
_look_at_the_clock()
