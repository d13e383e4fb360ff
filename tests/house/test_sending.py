"""Nobody sends mail to others through us: every message is counted, whatever form it came from."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from portal.core import clock
from portal.core.errors import RuleBroken
from portal.enrolments.rules import EnrolmentStatus as S
from portal.notices.models import Notice
from portal.organisations import commands as organisations
from portal.organisations.rules import OrganisationStatus
from portal.web import throttle
from tests import factories as make
from tests.organisations.test_pages import FILLED_IN

PORTAL = Path(throttle.__file__).parents[1]
_MADE = re.compile(r"(?<!class )\bNotice\(|insert\(Notice|insert_into\(\w+, Notice")


@pytest.fixture(autouse=True)
def only_few(monkeypatch):
    """Two of each; what is to be tried has the others out of its way."""
    for name in ("_by_staff", "_by_participant", "_from_range", "_to_reader"):
        monkeypatch.setattr(getattr(throttle, name), "most", 1000)


def invite(client, number, **options):
    values = {"name": "Noor", "email": f"noor{number}@example.net", "role": "guide", **options}
    return client.submit("/work/team/invite", follow=False, **values).status_code


def cancel(session, cast, client, days=2):
    """Cancel a time to come, of which everybody in the group is told."""
    coming = make.offering_session(session, cast.offering, clock.now() + timedelta(days=days))
    session.commit()
    url = f"/work/sessions/{coming.uuid}/cancel"
    return client.submit(url, follow=False)


def told(session):
    session.rollback()
    found = session.scalar(select(func.count()).select_from(Notice))
    session.rollback()
    return found


def test_nothing_comes_into_the_outbox_around_the_limit():
    """`tell` alone makes a notice, and asks first; so no form can be left out."""
    made = [
        str(file.relative_to(PORTAL))
        for file in PORTAL.rglob("*.py")
        if re.search(
            r"(?<!class )\bNotice\(|insert\(Notice|insert_into\(\w+, Notice",
            file.read_text("utf-8"),
        )
    ]
    assert made == ["notices/commands.py"]
    tells = (PORTAL / "notices" / "commands.py").read_text("utf-8")
    assert tells.count("Notice(") == 1
    assert tells.index("before_telling") < tells.index("Notice(")


def test_one_of_the_staff(cast, session, monkeypatch):
    monkeypatch.setattr(throttle._by_staff, "most", 2)
    admin = cast.client("admin")
    assert [invite(admin, n) for n in range(4)] == [303, 303, 429, 429]
    assert told(session) == 2
    assert invite(cast.client("stranger"), 9) == 303  # somebody else is not held up


def test_a_colleague_is_not_held_up_by_what_she_sent(cast, session, monkeypatch):
    monkeypatch.setattr(throttle._by_staff, "most", 1)
    admin, colleague = cast.client("admin"), cast.client("coordinator")
    assert [invite(admin, n) for n in range(2)] == [303, 429]
    assert cancel(session, cast, colleague).status_code == 303


def test_one_tap_that_tells_a_whole_group_is_one(cast, session, monkeypatch):
    """And who takes part is told of all of it: what she gets in a day is held up, not refused."""
    monkeypatch.setattr(throttle._by_staff, "most", 2)
    monkeypatch.setattr(throttle._to_reader, "most", 1)
    for _ in range(3):
        make.enrolment(session, cast.offering)  # each at the same number
    client = cast.client("coordinator")
    assert [cancel(session, cast, client, n).status_code for n in (2, 3, 4)] == [303, 303, 429]
    assert told(session) == 8


def test_one_who_takes_part(cast, session, monkeypatch):
    monkeypatch.setattr(throttle._by_participant, "most", 2)
    offerings = [make.offering(session, cast.enterprise) for _ in range(3)]
    rows = [make.enrolment(session, one, cast.participant, S.APPLIED) for one in offerings]
    session.commit()
    client = cast.client("participant")
    urls = [f"/my/enrolments/{row.uuid}/withdraw" for row in rows]
    assert [client.submit(url, follow=False).status_code for url in urls] == [303, 303, 429]


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (["10.1.2.3", "10.1.2.4", "10.1.2.250"], "10.1.3.3"),
        (["2001:db8:1:2::3", "2001:db8:1:2:9::4", "2001:db8:1:2:ffff::5"], "2001:db8:1:3::3"),
    ],
)
def test_one_range_of_addresses(cast, session, monkeypatch, ours, theirs):
    monkeypatch.setattr(throttle._from_range, "most", 2)

    def register(number, address):
        client = cast.client()
        client.environ_base["REMOTE_ADDR"] = address
        name = f"Keuken {number}"
        values = {**FILLED_IN, "name": name, "admin_email": f"a{number}@example.net"}
        return client.submit("/organisations/register", follow=False, **values).status_code

    assert [register(n, one) for n, one in enumerate(ours)] == [303, 303, 429]
    assert register(9, theirs) == 303


def test_one_reader(cast, session, monkeypatch):
    monkeypatch.setattr(throttle._to_reader, "most", 2)
    admin = cast.client("admin")
    assert [invite(admin, 0) for _ in range(3)] == [303, 303, 429]
    assert invite(admin, 1) == 303


def test_a_form_with_somebody_elses_address_has_a_limit_of_its_own(cast, monkeypatch):
    from portal.organisations.routes import _invitations

    monkeypatch.setattr(_invitations._by_one, "most", 2)
    assert [invite(cast.client("admin"), n) for n in range(3)] == [303, 303, 429]


def test_each_form_that_asks_for_an_address_has_such_a_limit():
    """Where staff or strangers type whom we write to, found by what the form asks."""
    asking = re.compile(r"commands\.(invite|register|refer|sign_up_new|ask_to_keep)\(")
    files = [*PORTAL.glob("*/routes/*.py"), *PORTAL.glob("*/routes.py")]
    texts = {str(file.relative_to(PORTAL)): file.read_text("utf-8") for file in files}
    found = {name: text for name, text in texts.items() if asking.search(text)}
    assert len(found) >= 5
    assert [name for name, text in found.items() if not re.search(r"\.(take|check)\(", text)] == []


def test_who_was_not_checked_invites_nobody(cast, session):
    cast.enterprise.status = OrganisationStatus.REGISTERED
    session.commit()
    client = cast.client("admin")
    values = {"name": "Noor", "email": "noor@example.net", "role": "guide"}
    page = client.page(client.submit("/work/team/invite?lang=en", **values), status=422)
    assert "isn't checked yet" in page.main.text
    assert page.select_one("input[name=email]")["value"] == "noor@example.net"
    assert told(session) == 0


@pytest.mark.parametrize("status", [OrganisationStatus.REGISTERED, OrganisationStatus.REFUSED])
def test_nor_does_whoever_comes_around_the_page(cast, session, status):
    cast.enterprise.status = status
    with pytest.raises(RuleBroken):
        organisations.invite(
            session, cast.actor("admin"), name="N", email="n@example.net",
            role=cast.actor("guide").role, language="nl",
        )  # fmt: skip
    session.rollback()


def test_each_limit_that_a_room_has_is_asked():
    """Or it would stand there and hold nobody up."""
    unasked = set()
    for file in PORTAL.rglob("*.py"):
        source = file.read_text("utf-8")
        for name, kind in re.findall(r"^(\w+) = (Throttle|Sending)\(", source, re.MULTILINE):
            asks = rf"\b{name}\.take\(" if kind == "Sending" else rf"\b{name}\b(?! =)"
            if not re.search(asks, source):
                unasked.add(f"{file.relative_to(PORTAL)}: {name}")
    assert unasked == set()
