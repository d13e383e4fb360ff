"""After a form the page opens where the news is, in view, in focus, and said aloud."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PORTAL = Path(__file__).parents[2] / "portal"
OWN_NEWS = {"attendance/routes.py"}  # the line of whom a guide has added or marked
# Where a form leads without a word, as the page that it leads to is the news, or asks on.
SAYS_IT_ITSELF = {
    "attendance.register": "the line of who was marked says it",
    "catalogue.find": "it was no form",
    "check_in.here": "that she is on the list, and for how long",
    "check_in.kiosk": "what became of the card, in one big line",
    "check_in.show": "which session the code is of, and one button",
    "enrolments.sign_up": "the first question",
    "enrolments.sign_up_at_desk": "it was no form",
    "enrolments.sign_up_check": "the next question",
    "enrolments.sign_up_name": "the next question",
    "enrolments.sign_up_reach": "the next question",
    "enrolments.signed_up": "that she has signed up, and what happens next",
    "impact.show_sheet": "what the file would write",
    "home.own_contact": "how she is reached is asked first",
    "home.person": "it was no form",
    "imports.show": "how far the file is",
    "organisations.registered": "what happens next",
    "home.list_people": "who was found",
    "home.make_cards": "the cards to print",
    "participants.own_card": "the new card",
    "participants.reissue_card": "the card to print",
}


def ways_on() -> Iterator[tuple[Path, ast.Call, set[str | None]]]:
    for file in PORTAL.rglob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        said = {
            call.lineno
            for call in ast.walk(tree)
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "flash"
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "see_other":
                named = {one.arg for one in node.keywords}
                is_said = any(0 <= node.lineno - line <= 4 for line in said)
                yield file, node, named | ({"done"} if is_said else set())


@pytest.mark.slow
def test_no_page_that_says_what_was_done_opens_further_down():
    for file, node, named in ways_on():
        is_own = file.relative_to(PORTAL).as_posix() in OWN_NEWS
        assert not named >= {"done", "_anchor"} or is_own, f"{file}:{node.lineno}"


@pytest.mark.slow
def test_each_form_says_what_was_done_or_leads_to_the_page_that_does():
    silent = {}
    for file, node, named in ways_on():
        target = node.args[0]
        if "done" not in named and isinstance(target, ast.Constant):
            silent[target.value] = f"{file.name}:{node.lineno}"
    assert silent.keys() == SAYS_IT_ITSELF.keys(), silent


def test_the_news_is_the_first_of_the_page_in_focus_and_said(cast):
    client = cast.client("participant")
    page = client.page(client.submit("/my/data", form="form[action='/my/reminders']"))
    (news,) = page.select("main > .flash")
    assert news.find_previous_sibling() is None
    assert (news["role"], news["tabindex"]) == ("status", "-1")
    assert news.has_attr("autofocus")
    assert not client.page("/my/data").select(".flash")  # once
