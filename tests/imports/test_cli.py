"""The command line says what it would do, and does it only when it is asked to."""

import pytest
from sqlalchemy import func, select

from portal.attendance.models import AttendanceMark
from portal.cli import portal
from portal.imports.models import RegisterImport
from portal.participants.models import Participant
from tests import factories as make
from tests.imports.test_pages import ROWS, WORD, sheet

pytestmark = pytest.mark.slow


@pytest.fixture
def run(app, session, cast, tmp_path):
    cast.participant.name = "Fatma A."
    session.commit()
    file = tmp_path / "lijst.csv"

    def run(*options, rows=ROWS):
        file.write_bytes(sheet(rows))
        return app.test_cli_runner().invoke(portal, ["import-register", str(file), *options])

    return run


def count(session, model=AttendanceMark):
    found = session.scalar(select(func.count()).select_from(model))
    session.commit()
    return found


def test_a_dry_run_writes_nothing(session, cast, run):
    done = run("--offering", cast.offering.slug)
    assert done.exit_code == 0, done.output
    for words in ("dry run", "Fatma A.", "C3", "new marks: 3 present, 1 excused, 1 absent"):
        assert words in done.output
    assert WORD not in done.output
    assert (count(session), count(session, RegisterImport)) == (0, 0)


def test_it_is_applied_and_the_second_time_there_is_nothing_new(session, cast, run):
    done = run("--offering", cast.offering.slug, "--apply")
    assert (done.exit_code, count(session)) == (0, 5), done.output
    again = run("--offering", cast.offering.slug, "--apply")
    assert again.exit_code == 0
    assert "nothing new" in again.output
    assert (count(session), count(session, RegisterImport)) == (5, 1)


def test_who_is_not_known_can_be_left_out(session, cast, run):
    people = count(session, Participant)
    done = run("--offering", cast.offering.slug, "--apply", "--skip-unknown")
    assert (done.exit_code, count(session), count(session, Participant)) == (0, 2, people)


def test_who_is_unsure_stops_it(session, cast, run):
    done = run("--offering", cast.offering.slug, "--apply", rows=[("Fatma Aydin", "x", "x")])
    assert (done.exit_code, count(session)) == (2, 0)
    assert "NOT SURE" in done.output


def test_the_activity_must_be_known(session, cast, run):
    make.offering(session, cast.enterprise)
    session.commit()
    assert "--offering" in run().output
    assert run("--offering", "no-such").exit_code == 1
