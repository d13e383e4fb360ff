"""Nobody saves over what she didn't see. That each form says what stood: the access matrix."""

import pytest
from flask import url_for

from portal.accounts.models import User
from portal.core import clock
from portal.offerings.rules import OfferingKind
from tests.cast import CAST, COLUMNS, VISITOR
from tests.house.access import taking
from tests.house.access_matrix import MATRIX
from tests.house.forms import forms_of
from tests.house.post import Post
from tests.house.posts import POSTS
from tests.house.test_access_matrix import DECIDE, changes, rows_of
from tests.offerings.made import picture_of
from tests.pages import page_of

pytestmark = pytest.mark.slow

# What these ask is of no version, and why.
OF_NO_VERSION = dict.fromkeys(
    {
        "offerings.add_series", "offerings.copy", "participants.assign_programme",
        "enrolments.sign_up", "enrolments.sign_up_name", "enrolments.sign_up_reach",
        "enrolments.sign_up_check", "enrolments.sign_up_at_desk", "enrolments.sign_up_known",
        "enrolments.enter_group",
        "referrals.move_on", "referrals.move_on_myself", "attendance.walk_in", "hours.person",
        "progress.observe", "progress.observe_group", "progress.correct", "progress.correct_own",
        "progress.state_step", "progress.tell_outflow",
        "talks.own", "talks.with_her", "notes.write", "notes.change", "social_return.declare",
        "calls.answer", "introductions.want", "impact.give_picture", "impact.ask_words",
        "recognition.list_people",
    },
    "it adds something beside what is there",
) | dict.fromkeys(
    {
        "agreements.confirm_as_guide", "agreements.note_paper", "agreements.own",
        "attendance.register", "attendance.history", "attendance.not_held", "attendance.excuse",
        "attendance.come", "absences.follow_up", "enrolments.remove_series",
        "introductions.write",
    },
    "it names the version, the time, the marks or the changes that it was drawn for",
) | dict.fromkeys(
    {
        "accounts.reset_password", "participants.link_sign_in", "organisations.accept",
        "organisations.withdraw_invitation", "check_in.show", "check_in.kiosk", "check_in.tablet",
        "participants.reissue_card", "participants.stop_own_card",
        "attendance.went_on", "hours.withdraw", "hours.withdraw_own", "home.told",
        "credentials.show_examples", "credentials.withdraw",
        "credentials.withdraw_own", "credentials.remove",
        "home.send_again", "home.letter", "home.not_me", "progress.hide",
        "searches.end", "searches.save", "impact.remove_picture", "impact.remove_words",
        "impact.own_words",
        "progress.object_to", "profile.stop", "progress.own_aftercare", "progress.aftercare",
        "progress.rate",
        "progress.take_back", "progress.give_photo", "progress.remove_photo",
        "offerings.confirm", "offerings.throw_away", "enrolments.confirm",
        "work_places.stop_showing",
        "assessments.ask", "assessments.show", "assessments.own",
        "assessments.table", "assessments.own_table",
        "goals.own", "goals.of_her",
    },
    "it is done once or not at all, and means the same whatever else stands there",
)  # fmt: skip
BOTH = "Iemand anders heeft dit intussen veranderd."
HERSELF = "in een ander venster"
CHANGED = "Er is intussen iets veranderd. Kijk nog eens"
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


def test_each_address_of_a_row_has_its_version_or_a_reason():
    of_a_row = {endpoint for endpoint in taking("POST") if MATRIX[endpoint].values}
    edits = {endpoint for endpoint, _ in EDITED if MATRIX[endpoint].values}
    versioned = DECIDE | edits | {"organisations.change_role", *OF_NO_VERSION}
    assert of_a_row | DECIDE == versioned  # a button may decide about a row that its form names


@pytest.mark.parametrize("endpoint", sorted(DECIDE))
def test_a_button_drawn_from_something_else_decides_nothing(
    app, engine, session, world, monkeypatch, endpoint
):
    post, row = POSTS.get(endpoint, Post()), MATRIX[endpoint]
    post.before(world)
    if endpoint == "presentation.remove_picture":
        world.draft.picture = picture_of(session, world.draft)
    session.commit()
    with app.test_request_context():
        url = url_for(endpoint, **row.url_values(world))
    session.rollback()
    client = world.cast.client(post.who or min(row.who & set(CAST), key=CAST.index))
    client.audits = False
    post.prepare(client, world)
    before = rows_of(engine)
    asks = {"do": "leave"} if endpoint == "home.answer" else {}
    stale = Post(lambda world: {**post.values(world), **asks, "seen_as": "0"}, query=post.query)
    answer = stale.send(client, url, world)
    assert answer.status_code == 422
    assert CHANGED in page_of(answer).words
    assert changes(before, rows_of(engine)) == {}


def test_it_is_said_who_decided_meanwhile_and_when(session, world):
    """The coordinator's page is older than what the admin of her own organisation did."""
    world.offering.places = world.offering.places_taken  # so that she waits
    session.commit()
    coordinator, admin = world.cast.client("coordinator"), world.cast.client("admin")
    url, wait = f"/work/enrolments/{world.applied.uuid}/decide", "form:has([value=wait])"
    drawn_before = coordinator.page(url)
    at = clock.now()
    assert admin.submit(url, form=wait, follow=False).status_code == 303
    refused = coordinator.page(coordinator.submit(drawn_before, form=wait), status=422)
    name = session.get_one(User, world.cast.actor("admin").user_id).name
    assert f"{name} heeft dit veranderd: " in refused.words
    assert f"{clock.to_local(at):%H.%M}" in refused.words
    again = coordinator.submit(refused, form="form:has([value=withdraw])", follow=False)
    assert again.status_code == 303  # she saw it, and goes on


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
    ("assessments.plan", "place"),
    ("assessments.tell", "said"),
    ("assessments.own_tell", "example"),
    ("referrals.give_reference", "reference"),
    ("impact.save_month", "costs_rent_cents"),
    ("impact.tell_story", "story"),
    ("calls.edit", "title"),
    ("work_places.edit", "summary"),
    ("tenders.edit", "title"),
    ("tenders.fit", "words"),
]
ONE_WAY = {  # what a form asks in two ways: the last day of a series, a word needed or learned
    "enrolments.edit_series": ["times"],
    "work_places.edit": ["learned"],
}
OTHERS = {
    "until_on": ("2031-01-01", "2031-02-01"),
    "valid_until": ("2031-01-01", "2031-02-01"),
    "starts": ("09:30", "09:45"),
    "costs_rent_cents": ("12,50", "13,75"),
    "reference": ("W-7", "W-8"),
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
    for one in ONE_WAY.get(endpoint, ()):
        stood.pop(one, None)
    if endpoint in {"calls.edit", "tenders.edit"}:
        stood["do"] = ["save"]  # once it is handed in nobody changes it
    # A moment still to come, at any hour of the day; and that she agreed.
    if endpoint in {"assessments.plan", "referrals.give_reference"}:
        stood |= {one: [str(said)] for one, said in POSTS[endpoint].values(world).items()}

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
        assert HERSELF in page.words  # who and when: it was she, in another window
        assert hers in refused.text
        assert changes(before, rows_of(engine)) == {}
        # What another saved, typed again, is no conflict.
        same = send(theirs, "3")
        assert BOTH not in page_of(same).words
        # She saw both now, and saves.
        again = client.submit(refused, form=f"form:has([name={name}])", follow=False)
        assert again.status_code in {200, 303}
