"""What a phone fetches to open the registers without a signal; the journeys try that it does."""

from tests.cast import VISITOR
from tests.pages import page_of


def test_the_worker_may_serve_the_list_too_and_is_looked_for_again_each_time(cast):
    answer = cast.client(VISITOR).get("/registers/sw.js")
    assert answer.headers["Service-Worker-Allowed"] == "/registers"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.mimetype == "text/javascript"
    assert "worker-src 'self'" in answer.headers["Content-Security-Policy"]


def test_the_app_begins_at_the_registers_and_its_pictures_are_there(cast):
    client = cast.client("guide")
    (link,) = page_of(client.get("/registers")).select("link[rel=manifest]")
    app = client.get(link["href"]).json
    assert (app["start_url"], app["scope"], app["lang"]) == ("/registers", "/", "nl")
    assert {icon["purpose"] for icon in app["icons"]} == {"any", "maskable"}
    for icon in app["icons"]:
        with client.get(icon["src"]) as picture:
            assert picture.status_code == 200
            width = int.from_bytes(picture.data[16:20], "big")
            assert icon["sizes"] == f"{width}x{width}"


def test_the_page_for_what_is_not_kept_names_nobody(cast):
    page = page_of(cast.client(VISITOR).get("/registers/not-here?lang=nl"))
    assert page.select_one("#on-phone")
    assert not page.select("[data-user]")
