"""One search over what staff may see, and nothing of what they may not."""

from datetime import timedelta

import pytest

from portal.core import clock
from portal.core.actor import Role
from portal.core.guard import reading_as
from portal.home.queries import find_all
from tests import factories as make
from tests.cast import COLUMNS
from tests.recognition.made import submitted_report


def found(session, cast, who, q):
    actor = cast.actor(who)
    with reading_as(session, actor):
        all_ = find_all(session, actor, q)
        return {kind for kind, rows in vars(all_).items() if rows}


@pytest.fixture
def rows(session, cast):
    """Something of each kind that has `zonnewijzer` in its name, with an accent and a particle."""
    cast.participant.name = "Zonnewijzer, Fátma de"
    cast.offering.title = "De Zonnewijzer maken"
    cast.enterprise.name = "Stichting Zonnewijzer"
    report = submitted_report(session, cast, 2)
    session.commit()
    return report


OURS = {
    "guide": {"people", "offerings", "registers"},
    "expert": {"offerings"},
    "coordinator": {"people", "offerings", "registers", "reports"},
    "admin": {"people", "offerings", "registers", "reports"},
    "viewer": {"offerings", "reports"},
    "cooperative": {"registers"},
    "recogniser": {"reports"},
    "operator": {"organisations"},
    "stranger": set(),
    "referrer": set(),
    "employer": set(),
}


@pytest.mark.parametrize("who", OURS)
def test_each_role_finds_what_its_own_pages_show(session, cast, rows, who):
    assert found(session, cast, who, "ZONNEWIJZER") == OURS[who]


@pytest.mark.parametrize(
    ("q", "kinds"),
    [
        ("fatma de zonne", {"people"}),
        ("de zonnewijzer fatma", {"people"}),
        ("wijzer maken", {"offerings", "registers"}),
        ("zonnewijzer niets", set()),
        ("   ", set()),
        ("'; --", set()),
    ],
)
def test_words_are_compared_as_names_are(session, cast, rows, q, kinds):
    assert found(session, cast, "coordinator", q) == kinds


def test_the_key_leads_there_and_the_name_stays_out_of_the_address(cast, rows):
    client = cast.client("coordinator")
    [link] = client.page("/work").select('a[data-key="/"]')
    assert link["href"] == "/find"
    answer = client.submit("/find", words="fatma")
    assert answer.request.url.endswith("/find")
    assert "Zonnewijzer, Fátma de" in answer.text
    assert "Niets gevonden" in client.submit("/find", words="bestaatniet").text


def test_every_role_of_the_cast_was_tried():
    staff = set(COLUMNS) - {"visitor", "participant", "apart", "both", "past"}
    assert set(OURS) == staff
    assert len(Role) <= len(OURS)


def test_the_register_nearest_to_today_stands_first(session, cast):
    offering = make.offering(session, cast.enterprise, title="Zonnewijzers")
    noon = clock.now().astimezone(clock.LOCAL_ZONE).replace(hour=12)
    for days in (-9, 3, -1, 6, 0):
        make.offering_session(session, offering, noon + timedelta(days=days))
    session.commit()
    actor = cast.actor("coordinator")
    with reading_as(session, actor):
        registers = find_all(session, actor, "zonnewijzers").registers
    assert [(line.day - clock.today()).days for line in registers] == [0, -1, 3, 6, -9]
