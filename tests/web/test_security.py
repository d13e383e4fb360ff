"""What a browser is told about our cookie and our address."""

from pathlib import Path
from typing import Any

import pytest
from joserfc import jwe

from portal import create_app
from portal.config import Settings
from tests.cast import Cast


def test_no_script_reads_the_cookie_and_no_other_site_sends_it(cast: Cast):
    client = cast.client()
    client.get("/card/card-of-fatma")
    kept = client.get_cookie("portal")
    assert kept is not None
    assert (kept.http_only, kept.same_site, kept.domain) == (True, "Lax", "localhost")


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("address", "name", "says"),
    [
        ("https://portal.example.org", "__Host-portal", "max-age=31536000"),
        ("http://localhost", "portal", None),  # or nobody could come back to it without
    ],
)
def test_over_https_a_browser_never_speaks_without(
    app, database_url, tmp_path: Path, address, name, says
):
    given = {"PORTAL_BASE_URL": address, "PORTAL_DATABASE_URL": database_url}
    other = create_app(Settings.from_environment({**given, "PORTAL_INSTANCE": str(tmp_path)}))
    answer = other.test_client().get("/sign-in", base_url=address)
    assert answer.status_code == 200
    assert answer.headers.get("Strict-Transport-Security") == says
    [cookie] = [one for one in answer.headers.getlist("Set-Cookie") if one.startswith(f"{name}=")]
    assert ("; Secure" in cookie) is (says is not None)
    assert "; HttpOnly" in cookie
    assert "; Path=/" in cookie
    assert "Domain" not in cookie


def test_a_cookie_that_comes_again_is_opened_once_and_another_is_none_of_ours(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
):
    client = cast.client()
    client.get("/card/card-of-fatma")
    kept = client.get_cookie("portal")
    assert kept is not None
    opened: list[str] = []
    ours = jwe.decrypt_compact

    def seen(value: str, *how: Any) -> Any:
        opened.append(value)
        return ours(value, *how)

    monkeypatch.setattr(jwe, "decrypt_compact", seen)
    for value in (kept.value, kept.value, f"{kept.value[:-2]}xx", f"{kept.value[:-2]}xx"):
        client.set_cookie("portal", value)
        assert client.get("/my").status_code == (200 if value == kept.value else 303)
    assert opened.count(kept.value) <= 1
    assert len(opened) >= 2  # what did not open is not kept as if it had
