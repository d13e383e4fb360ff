"""What somebody types while a colleague hands the same text in."""

import pytest

from tests.house.test_versions import drawn
from tests.house.world import build_world
from tests.pages import page_of


@pytest.mark.slow
def test_what_was_typed_while_a_colleague_handed_it_in_is_not_lost(app, cast, session):
    world = build_world(cast, session)
    session.commit()
    client, forms = drawn(app, session, world, "calls.edit")
    (form,) = [one for one in forms if "title" in one.fields]
    typed = {**dict(form.pairs), "csrf_token": client.csrf_token()}
    handed_in = client.post(form.url, data={**typed, "do": "hand_in", "title": "Van een collega"})
    assert handed_in.status_code == 303
    again = {**typed, "do": "save", "title": "Dit typte ik net", "once": "another"}
    refused = client.post(form.url, data=again)
    assert refused.status_code == 422
    (title,) = page_of(refused).select("[name=title]")
    assert title["value"] == "Dit typte ik net"
