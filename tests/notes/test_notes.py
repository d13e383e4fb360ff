"""Notes and tasks of staff: who reads them, when a task waits, and what leaves with a note."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.core import clock
from portal.core.actor import HOUSE
from portal.core.guard import reading_as
from portal.notes.models import StaffNote
from portal.notes.queries import list_notes
from tests.deeds import deeds

WORDS = "Vraag donderdag naar haar cursus."


@pytest.fixture
def about(cast):
    return f"/participants/{cast.participant.uuid}"


def press(client, note, button):
    token = client.csrf_token()
    return client.post(f"/notes/{note.uuid}", data={"do": button, "csrf_token": token})


def written(session):
    session.rollback()
    with reading_as(session, HOUSE):
        return session.scalars(select(StaffNote)).all()


def test_a_task_stands_on_her_page_and_waits_until_it_is_done(cast, session, about):
    guide, today = cast.client("guide"), clock.today()
    page = guide.page(guide.submit(f"{about}/notes/new", body=WORDS, due_on=today.isoformat()))
    assert WORDS in page.words
    assert WORDS in guide.page("/work").words
    [note] = written(session)
    guide.submit(page, form=f"form[action='/notes/{note.uuid}']", button="done")
    assert "Klaar" in guide.page(about).words
    assert WORDS not in guide.page("/work").words
    assert written(session)[0].done_at


def test_a_note_without_a_day_is_no_task_and_a_day_that_is_over_is_refused(cast, session, about):
    guide, yesterday = cast.client("guide"), clock.today() - timedelta(days=1)
    refused = guide.submit(f"{about}/notes/new", body=WORDS, due_on=yesterday.isoformat())
    assert refused.status_code == 422
    guide.submit(f"{about}/notes/new", body=WORDS)
    assert WORDS not in guide.page("/work").words
    [note] = written(session)
    press(guide, note, "done")
    assert written(session)[0].done_at is None


def test_only_who_wrote_a_note_takes_it_out(cast, session, about):
    cast.client("guide").submit(f"{about}/notes/new", body=WORDS)
    [note] = written(session)
    other = cast.client("coordinator")
    assert WORDS in other.page(about).words
    assert press(other, note, "remove").status_code == 422
    assert written(session)
    press(cast.client("guide"), note, "remove")
    assert not written(session)
    assert deeds(session)[-1] == "note.removed"


@pytest.mark.slow
def test_a_note_is_read_only_by_who_guides_her_at_its_organisation(cast, session, about):
    cast.client("guide").submit(f"{about}/notes/new", body=WORDS)
    readers = {name for name in cast.logins if WORDS in cast.client(name).get(about).text}
    assert readers == {"guide", "coordinator", "admin"}
    for url in ("/my", "/my/data", "/my/can"):
        assert WORDS not in cast.client("participant").page(url).body_text


def test_the_database_shows_notes_to_who_guides_there_whatever_page_asks(cast, session, about):
    cast.client("guide").submit(f"{about}/notes/new", body=WORDS)
    session.rollback()
    seen = set()
    for name, actor in cast.actors.items():
        with reading_as(session, actor):
            if list_notes(session, cast.participant.id):
                seen.add(name)
    assert seen == {"guide", "coordinator", "admin"}
