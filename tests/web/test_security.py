"""What a browser is told about our cookie and our address."""

from pathlib import Path

import pytest

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
