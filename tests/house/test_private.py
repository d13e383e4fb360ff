"""What the portal keeps is its owner's only: everything its processes make, and what was there."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from portal import create_app
from portal.config import ROOT, Settings
from portal.core.private import put_right


def shared(folder: Path) -> dict[str, str]:
    """What others may read, write or enter."""
    modes = {path: stat.S_IMODE(path.lstat().st_mode) for path in (folder, *folder.rglob("*"))}
    return {str(path): oct(mode) for path, mode in modes.items() if mode & 0o077}


@pytest.mark.slow
def test_whatever_a_process_makes_is_its_owners_only(tmp_path):
    instance, copies = tmp_path / "instance", tmp_path / "copies"
    copies.mkdir(mode=0o700)
    tmp_path.chmod(0o700)
    environment = {"PATH": os.environ["PATH"], "PORTAL_INSTANCE": str(instance)}
    backup = str(copies / "a.zip")
    for command in (
        ("db", "upgrade"),
        ("portal", "create-operator", "a@example.org"),
        ("portal", "work", "--once"),
        ("portal", "backup", backup),
    ):
        subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", *command],
            cwd=ROOT, env=environment, check=True, capture_output=True, umask=0o022,
        )  # fmt: skip
    assert {"portal.db", "secret-key"} <= {path.name for path in instance.iterdir()}
    assert shared(tmp_path) == {}


@pytest.mark.slow
def test_what_was_there_is_put_right_and_said(tmp_path, capsys):
    instance, elsewhere = tmp_path / "instance", tmp_path / "elsewhere.db"
    (instance / "outbox").mkdir(parents=True)
    for file in (instance / "secret-key", instance / "outbox" / "a.eml", elsewhere):
        file.touch()
        file.chmod(0o644)
    environment = {
        "PORTAL_INSTANCE": str(instance),
        "PORTAL_DATABASE_URL": f"sqlite:///{elsewhere}",
    }
    create_app(Settings.from_environment(environment))
    assert "could be read by others" in capsys.readouterr().err
    assert shared(instance) == {}
    assert stat.S_IMODE(elsewhere.stat().st_mode) == 0o600
    create_app(Settings.from_environment(environment))
    assert capsys.readouterr().err == ""


def test_a_link_is_not_followed_out_of_the_folder(tmp_path):
    outside = tmp_path / "outside"
    outside.touch()
    outside.chmod(0o644)
    instance = tmp_path / "instance"
    instance.mkdir(mode=0o700)
    (instance / "link").symlink_to(outside)
    assert put_right(instance, "") == ""
    assert stat.S_IMODE(outside.stat().st_mode) == 0o644
