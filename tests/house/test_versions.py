"""Nobody saves over what she didn't see: every form of something that stands already."""

from __future__ import annotations

import pytest
from flask import url_for

from portal.core import clock
from portal.offerings.rules import OfferingKind
from tests.cast import COLUMNS, VISITOR
from tests.house.access_matrix import MATRIX, taking
from tests.house.test_access_matrix import changes, rows_of
from tests.house.test_bad_input import forms_of
from tests.offerings.made import picture_of
from tests.pages import current_of, page_of

pytestmark = pytest.mark.slow

# Something stands in these from the start, and it is of nothing that is kept.
BEGINS_WITH_A_PROPOSAL = {
    "agreements.note_paper",  # today, and the version that holds: the form says which
    "duplicates.compare",  # which of the two stays
    "enrolments.sign_up_at_desk",  # the language that most speak
    "hours.own",
    "hours.person",
    "impact.compile_report",
    "imports.correct",  # a step of an import is taken once
    "imports.show",
    "offerings.copy",
    "offerings.new",
    "organisations.accept",
    "organisations.add_tie",
    "participants.assign_programme",
    "progress.observe",
    "progress.observe_own",
    "progress.state_own_step",
    "progress.state_step",
}
BOTH = "Iemand anders heeft dit intussen veranderd."
THEIRS, HERS = "Wat een ander schreef", "Wat zij schreef"


def drawn(app, session, world, endpoint):
    """The first in the cast who may, her browser, and the forms of the page."""
    row = MATRIX[endpoint]
    with app.test_request_context():
        url = url_for(endpoint, **row.url_values(world))
    session.rollback()
    client = world.cast.client(min(row.who, key=COLUMNS.index, default=VISITOR))
    client.audits = False  # each page is audited where it is tested
    answer = client.get(url)
    if answer.status_code != 200 or answer.mimetype != "text/html":
        return client, []
    return client, list(forms_of(page_of(answer)))


@pytest.mark.parametrize("endpoint", taking("GET"))
def test_a_form_in_which_something_stands_says_which_version_that_is(app, session, world, endpoint):
    for filled in drawn(app, session, world, endpoint)[1]:
        stands = any(
            tag.get("type") != "hidden" and any(current_of(tag)) for tag in filled.fields.values()
        )
        at = app.url_map.bind("localhost").match(filled.url.partition("?")[0], method="POST")[0]
        if stands and at not in BEGINS_WITH_A_PROPOSAL:
            assert dict(filled.pairs).get("drawn_from"), f"{filled.url}: Form(of=...) says it"


EDITED = [
    ("organisations.edit", "name"),
    ("organisations.edit_tie", "until_on"),
    ("offerings.edit", "summary"),
    ("presentation.give_picture", "alt"),
    ("presentation.write_text", "summary"),
    ("enrolments.edit_series", "starts"),
    ("enrolments.move_session", "place"),
    ("participants.change_contact", "name"),
    ("participants.end_programme", "valid_until"),
    ("agreements.write", "goals"),
]
OTHERS = {
    "until_on": ("2031-01-01", "2031-02-01"),
    "valid_until": ("2031-01-01", "2031-02-01"),
    "starts": ("09:30", "09:45"),
}


@pytest.mark.parametrize(("endpoint", "name"), EDITED)
def test_what_another_saved_meanwhile_is_not_undone(app, engine, session, world, endpoint, name):
    theirs, hers = OTHERS.get(name, (THEIRS, HERS))
    world.offering.kind = OfferingKind.PRE_TRAJECTORY  # which agreements are for
    world.draft.picture = picture_of(session, world.draft)
    session.commit()
    client, forms = drawn(app, session, world, endpoint)
    (filled,) = [one for one in forms if name in one.fields]
    stood: dict[str, list[str | bytes]] = {"csrf_token": [client.csrf_token()]}
    for field, value in filled.pairs:
        stood.setdefault(field, []).append(value)
    stood.pop("times", None)  # another way to say the last day

    def send(text, key):
        answer = client.post(filled.url, data={**stood, name: text, "once": key})
        if endpoint == "enrolments.edit_series" and answer.status_code == 200:
            answer = client.submit(answer, follow=False)  # it showed first what changes
        return answer

    with clock.freeze(clock.now()):
        done = send(theirs, "1")
        assert done.status_code == 303, page_of(done).words
        before = rows_of(engine)
        refused = send(hers, "2")
        assert refused.status_code == 422, refused.location
        page = page_of(refused)
        assert BOTH in page.words
        assert theirs in page.words
        assert hers in refused.text
        assert changes(before, rows_of(engine)) == {}
        # What another saved, typed again, is no conflict.
        same = send(theirs, "3")
        assert BOTH not in page_of(same).words
        # She saw both now, and saves.
        again = client.submit(refused, form=f"form:has([name={name}])", follow=False)
        assert again.status_code in {200, 303}
