"""What a good password is, how long a link lives, and where signing in may lead."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

from portal.core.errors import N_, RuleBroken

LEAST_PASSWORD = 10  # characters
MOST_PASSWORD = 200
RESET_LASTS = timedelta(hours=1)

# Ten characters or more, and still among the first that somebody else tries.
_MOST_USED = frozenset(
    """
    0123456789 1234567890 12345678910 123456789a 0987654321 9876543210 1q2w3e4r5t 1qaz2wsx3edc
    qwertyuiop qwerty12345 qwerty123456 qwertyuiop123 azertyuiop asdfghjkl1 asdfghjkl123
    zxcvbnm123 1q2w3e4r5t6y q1w2e3r4t5 password12 password123 password1234 password12345
    passw0rd123 p@ssw0rd123 p@ssword123 welkom1234 welkom12345 welkom2024 welkom2025 welkom2026
    wachtwoord wachtwoord1 wachtwoord12 wachtwoord123 wachtwoord1234 wachtwoord! welcome123
    welcome1234 letmein123 letmein1234 iloveyou123 iloveyou12 administrator administrator1
    administrator123 changeme123 changeme1234 rotterdam1 rotterdam12 rotterdam123 rotterdam010
    feyenoord1 feyenoord12 feyenoord123 feyenoord1908 nederland1 nederland123 amsterdam1
    amsterdam020 amsterdam123 lente2026! zomer2026! herfst2026! winter2026! zomer12345
    sunshine123 princess123 football123 superman123 geheim12345 geheim1234 warmwerkt1 warmwerkt123
    """.split()  # noqa: SIM905 - seventy words read better without quotes
)


def check_password(password: str, *, email: str, name: str) -> None:
    """Refuse a password that is short, says who she is, or is on every list."""
    if len(password) < LEAST_PASSWORD:
        raise RuleBroken("password", N_("Use at least {least} characters."), least=LEAST_PASSWORD)
    if len(password) > MOST_PASSWORD:
        raise RuleBroken("password", N_("Use at most {most} characters."), most=MOST_PASSWORD)
    plain = _plain(password)
    if plain in {_plain(email), _plain(email.partition("@")[0]), _plain(name)}:
        raise RuleBroken("password", N_("Don't use your name or e-mail address as your password."))
    if password.casefold() in _MOST_USED or len(set(plain)) <= 2:
        raise RuleBroken("password", N_("This password is easy to guess. Think of another one."))


def _plain(text: str) -> str:
    return "".join(text.casefold().split())


def local_path(target: str | None) -> str | None:
    """A path of this portal to go on to, or None when the text leads anywhere else."""
    if not target or not target.startswith("/") or "\\" in target or not target.isprintable():
        return None
    if target.startswith("//"):  # a browser takes this for another host
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc else target
