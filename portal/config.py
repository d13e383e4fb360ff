"""The environment becomes one frozen Settings; anything unknown or missing stops the start."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
MIGRATION_HEAD = ROOT / "migrations" / "versions" / "HEAD"  # names the newest migration

_KNOWN = {
    "PORTAL_DATABASE_URL",
    "PORTAL_SECRET_KEY",
    "PORTAL_BASE_URL",
    "PORTAL_MAIL_URL",
    "PORTAL_SMS_URL",
    "PORTAL_DEMO",
    "PORTAL_THEME",
    "PORTAL_SMALL_COUNT",
    "PORTAL_WORKERS",
    "PORTAL_PROXIES",
    "PORTAL_INSTANCE",
}


class SettingError(SystemExit):
    """A setting is wrong; ends the process with one line that says which."""

    def __init__(self, message: str) -> None:
        super().__init__(f"Warm Werkt can't start: {message}")


@dataclass(frozen=True)
class Settings:
    """All that differs between one installation and another."""

    database_url: str
    secret_key: str = field(repr=False)
    base_url: str
    mail_url: str = field(repr=False)  # smtp://user:password@host:port, or "" for .eml files
    sms_url: str = field(repr=False)  # https://token@host/path, or "" for files
    instance: Path
    is_demo: bool
    theme: str  # a css file's address or path; "" for our own
    small_count: int  # people; a figure about fewer is hidden
    workers: int
    proxies: int  # how many reverse proxies of ours stand in front
    port: int

    @property
    def outbox(self) -> Path:
        """Where messages go as files when there is no mail server."""
        return self.instance / "outbox"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """Read and check the settings; raises SettingError at the first that is wrong."""
        for name in environment:
            if name.startswith("PORTAL_") and name not in _KNOWN:
                raise SettingError(f"{name} is not a setting. Known: {', '.join(sorted(_KNOWN))}.")
        instance = Path(environment.get("PORTAL_INSTANCE") or ROOT / "instance")
        is_demo = _number(environment, "PORTAL_DEMO", 1, 0, 1) == 1
        port = _number(environment, "PORT", 8000, 1, 65535)
        mail_url = environment.get("PORTAL_MAIL_URL", "")
        if mail_url and not mail_url.startswith(("smtp://", "smtps://")):
            raise SettingError("PORTAL_MAIL_URL must begin with smtp:// or smtps://.")
        base_url = environment.get("PORTAL_BASE_URL", f"http://127.0.0.1:{port}").rstrip("/")
        if not base_url.startswith(("http://", "https://")):
            raise SettingError("PORTAL_BASE_URL must begin with http:// or https://.")
        return cls(
            database_url=_database_url(environment, instance),
            secret_key=_secret_key(environment, instance, is_demo),
            base_url=base_url,
            mail_url=mail_url,
            sms_url=_sms_url(environment),
            instance=instance,
            is_demo=is_demo,
            theme=environment.get("PORTAL_THEME", ""),
            small_count=_number(environment, "PORTAL_SMALL_COUNT", 5, 5, 10),
            workers=_number(environment, "PORTAL_WORKERS", 1, 1, 64),
            proxies=_number(environment, "PORTAL_PROXIES", 0, 0, 5),
            port=port,
        )


def _database_url(environment: Mapping[str, str], instance: Path) -> str:
    url = environment.get("PORTAL_DATABASE_URL", "")
    if not url:
        instance.mkdir(parents=True, exist_ok=True)
        return f"sqlite:///{instance / 'portal.db'}"
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise SettingError(
            "PORTAL_DATABASE_URL must begin with sqlite:/// or postgresql+psycopg://."
        )
    return url


def _sms_url(environment: Mapping[str, str]) -> str:
    """A gateway's address; what is wrong with it is said without repeating it: it holds a key."""
    url = environment.get("PORTAL_SMS_URL", "")
    try:
        parts = urlsplit(url)
        is_whole = bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port or host that is none
        is_whole = False
    if url and not (
        url.startswith(("http://", "https://"))
        and is_whole
        and not re.search(r"[\s\x00-\x1f]", url)
    ):
        raise SettingError("PORTAL_SMS_URL must be a gateway's http:// or https:// address.")
    return url


def _secret_key(environment: Mapping[str, str], instance: Path, is_demo: bool) -> str:
    given = environment.get("PORTAL_SECRET_KEY", "")
    if given:
        if len(given) < 32:
            raise SettingError("PORTAL_SECRET_KEY must have at least 32 characters.")
        return given
    if not is_demo:
        raise SettingError("PORTAL_SECRET_KEY is missing. Set it to a long random text.")
    instance.mkdir(parents=True, exist_ok=True)
    kept = instance / "secret-key"
    try:
        with kept.open("x", encoding="ascii") as file:  # the first process to come makes it
            kept.chmod(0o600)
            file.write(secrets.token_hex(32))
    except FileExistsError:
        pass
    return kept.read_text(encoding="ascii")


def _number(environment: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    value = environment.get(name, str(default))
    if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
        raise SettingError(f"{name} must be a whole number from {least} to {most}.")
    return int(value)
