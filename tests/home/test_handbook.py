"""The handbook has a page for each task, which a journey walks and which helps where it should."""

import re

from babel.messages.pofile import read_po

from portal.config import ROOT
from portal.home.rules import LANGUAGES, helps_at, tasks
from portal.web.room import doors
from tests.browser.handbook import JOURNEYS


def test_each_task_has_its_journey_and_picture_and_helps_on_pages_of_its_doers(app):
    assert set(JOURNEYS) == set(tasks())
    seen: set[str] = set()
    for task in tasks().values():
        assert (ROOT / "static" / "img" / "help" / f"{task.name}.png").is_file(), task.name
        assert not task.stuck & seen, "a page helps with one task"
        seen |= task.stuck
        for endpoint in task.stuck:
            assert endpoint in doors(app), endpoint
            assert helps_at(endpoint) is task
        for language in LANGUAGES:
            words = task.words[language]
            assert words["title"]
            assert 3 <= len(words["steps"]) <= 6
            assert words["good_to_know"]
        assert len({len(task.words[language]["steps"]) for language in LANGUAGES}) == 1


def test_the_buttons_are_those_on_the_screen():
    """Named as the code says it, so that each language shows what stands there today."""
    file = ROOT / "portal" / "translations" / "nl" / "LC_MESSAGES" / "messages.po"
    with file.open("rb") as catalogue:
        known = {message.id for message in read_po(catalogue)}
    for task in tasks().values():
        named = [
            set(re.findall(r"{([^}]+)}", " ".join(task.words[one]["steps"]))) for one in LANGUAGES
        ]
        assert named[0] == named[1], task.name
        assert named[0] <= known, f"{task.name}: no button says {named[0] - known}"


def test_one_is_led_to_it_from_the_page_where_one_is_stuck(cast):
    client = cast.client("guide")
    [link] = client.page("/registers").select('footer a[href="/help/offline"]')
    assert "zonder bereik" in link.text
    assert "zonder bereik" in client.page("/help/offline").words
    turkish = client.page("/help/offline?lang=tr")
    assert turkish.select_one('[lang="en"] h1').text == "A register without a signal"
    titles = {link["href"] for link in client.page("/help").select("main li a")}
    assert "/help/register" in titles
    assert "/help/team" not in titles
    assert client.get("/help/team").status_code == 404
    assert client.get("/help/nothing").status_code == 404
