"""A wrong setting stops the start with one line that says which."""

import os
import subprocess
import sys

import pytest

from portal.config import ROOT, SettingError, Settings
from tests import patience

SECRET = "s" * 32


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("PORTAL_DATABSE_URL", "sqlite:///x.db"),
        ("PORTAL_DATABASE_URL", "mysql://localhost/x"),
        ("PORTAL_DATABASE_URL", "sqlite://"),
        ("PORTAL_SECRET_KEY", "short"),
        ("PORTAL_BASE_URL", "portal.example.org"),
        ("PORTAL_MAIL_URL", "mail.example.org:25"),
        ("PORTAL_SMS_URL", "gateway.example.org"),
        ("PORTAL_SMS_URL", "ftp://s3cret@gateway.example.org"),
        ("PORTAL_SMS_URL", "https://"),
        ("PORTAL_SMS_URL", "https://s3cret@gateway.example.org:port/"),
        ("PORTAL_SMS_URL", "https://s3cret@gateway.example.org/ "),
        ("PORTAL_SMS_URL", "https://s3cret@gateway.example.org/\n"),
        ("PORTAL_DEMO", "no"),
        ("PORTAL_SMALL_COUNT", "4"),
        ("PORTAL_SMALL_COUNT", "11"),
        ("PORTAL_WORKERS", "0"),
        ("PORTAL_WORKERS", "two"),
        ("PORTAL_WORKERS", "²"),
        ("PORTAL_PROXIES", "-1"),
        ("PORT", "70000"),
        ("PORT", ""),
    ],
)
def test_a_wrong_setting_is_named(setting, value, tmp_path):
    environment = {"PORTAL_INSTANCE": str(tmp_path), setting: value}
    with pytest.raises(SettingError) as refused:
        Settings.from_environment(environment)
    words = str(refused.value)
    assert setting in words
    assert "s3cret" not in words
    assert "\n" not in words


def test_what_unlocks_something_is_not_shown_with_the_settings(tmp_path):
    settings = Settings.from_environment(
        {
            "PORTAL_INSTANCE": str(tmp_path),
            "PORTAL_SECRET_KEY": "s3cret" * 6,
            "PORTAL_MAIL_URL": "smtp://me:s3cret@mail.example.org",
            "PORTAL_SMS_URL": "https://s3cret@gateway.example.org/sms?account=7",
        }
    )
    assert "s3cret" not in repr(settings)
    assert settings.sms_url.endswith("account=7")


def test_a_real_installation_needs_a_secret(tmp_path):
    environment = {"PORTAL_INSTANCE": str(tmp_path), "PORTAL_DEMO": "0"}
    with pytest.raises(SettingError, match="PORTAL_SECRET_KEY is missing"):
        Settings.from_environment(environment)
    assert list(tmp_path.iterdir()) == []
    assert Settings.from_environment({**environment, "PORTAL_SECRET_KEY": SECRET})


def test_a_demo_makes_its_secret_once_and_keeps_it_to_itself(tmp_path):
    environment = {"PORTAL_INSTANCE": str(tmp_path / "new")}
    first, second = (Settings.from_environment(environment) for _ in range(2))
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 32
    assert (tmp_path / "new" / "secret-key").stat().st_mode & 0o077 == 0


def test_without_settings_there_is_a_demo_on_sqlite(tmp_path):
    settings = Settings.from_environment({"PORTAL_INSTANCE": str(tmp_path)})
    assert settings.is_demo
    assert settings.database_url == f"sqlite:///{tmp_path / 'portal.db'}"
    assert settings.base_url == "http://127.0.0.1:8000"
    assert settings.small_count == 5


@pytest.mark.slow
@pytest.mark.parametrize(
    "given",
    [
        {"PORTAL_TYPO": "1"},
        {"PORTAL_DEMO": "0"},
        {"PORTAL_DATABASE_URL": "oracle://x"},
        {"PORTAL_SECRET_KEY": "short"},
    ],
)
def test_the_start_stops_with_one_line(given, tmp_path):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    started = subprocess.run(
        [sys.executable, "-c", "import wsgi"],
        cwd=ROOT,
        env={**kept, "PORTAL_INSTANCE": str(tmp_path), **given},
        capture_output=True,
        text=True,
        timeout=patience.SECONDS,
        check=False,
    )
    assert started.returncode == 1
    assert started.stdout == ""
    (line,) = started.stderr.splitlines()
    assert line.startswith("Warm Werkt can't start: ")
    assert next(iter(given)) in line or "PORTAL_SECRET_KEY is missing" in line
