"""What an employer sees first: counts of what it has, each with a way to it."""

from datetime import timedelta

import pytest

from portal.core import clock
from portal.offerings.rules import CONFIRM_AFTER, OfferingStatus
from tests.cast import CAST, VISITOR
from tests.introductions.made import Walk, visible, work_place
from tests.social_return.made import contract, line
from tests.work_places import made


def counts_of(client):
    """The numbers on the page, by where each leads."""
    found = client.page("/work").select(".stat")
    return [(one.b.text.replace("\N{NO-BREAK SPACE}", " "), one.a["href"]) for one in found]


def test_an_employer_sees_what_it_has_and_who_acts(session, cast):
    long_ago = clock.now() - CONFIRM_AFTER - timedelta(days=1)
    place = work_place(session, cast)
    stale = made.work_place(session, cast, title="Stil", confirmed_at=long_ago)
    stale.published_at = long_ago
    made.work_place(session, cast, title="Concept", status=OfferingStatus.DRAFT, published_at=None)
    visible(session, cast)
    walk = Walk(session, cast, place=place)
    of = contract(session, cast)
    line(session, cast.actor("employer"), of, week_minutes=23 * 60)
    session.commit()
    employer = cast.client("employer")
    places, introductions = "/work/work-places", "/work/introductions"
    duty = ("€ 11.222,22", "/work/contracts")  # 24,000 less 12,777.78
    assert counts_of(employer) == [("2", places), ("1", places), ("1", introductions), duty]
    assert "5 plaatsen vrij" in employer.page("/work").words

    walk.meeting().text()
    session.commit()
    assert counts_of(employer)[2] == ("0", introductions)
    assert "1 wacht op de ander of de begeleider" in employer.page("/work").words

    walk.agree(walk.her, walk.guide)
    session.commit()
    assert counts_of(employer)[2:] == [("1", introductions), duty]
    assert "persoon aan het werk bij u" in employer.page("/work").words


def test_who_has_none_of_it_sees_nothing_of_it(session, cast):
    visible(session, cast)
    Walk(session, cast).meeting()
    contract(session, cast)
    session.commit()
    for name in ("guide", "coordinator", "referrer", "recogniser", "operator", "stranger"):
        assert "Ons bedrijf" not in cast.client(name).page("/work").words, name


def test_what_a_company_can_do_here_is_about_its_work_and_not_about_activities(cast):
    links = cast.client("employer").page("/work").select(".goes a")
    assert [link["href"] for link in links] == [
        "/work/work-places",
        "/work/contracts",
        "/work/introductions",
    ]


@pytest.mark.parametrize("who", [one for one in CAST if one not in (VISITOR, "participant")])
def test_what_one_can_do_here_is_open_to_her(cast, who):
    client = cast.client(who)
    for link in client.page("/work").select(".goes a"):
        assert client.get(link["href"]).status_code == 200, link["href"]
