"""The list of people: whom it shows, in which order, and what is taken along in a file."""

from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from sqlalchemy import select

from portal.attendance.commands import record
from portal.attendance.rules import AttendanceStatus, RecordedHow
from portal.core import clock
from portal.core.actor import HOUSE
from portal.core.audit import AuditEvent
from portal.core.guard import as_house
from portal.home.queries.listing import list_people
from portal.home.rules import PeopleSort, Seen, Wanted
from portal.progress.models import LadderStep
from portal.progress.rules import Voice
from tests import factories as make

DAYS_AGO = {"Anna": 2, "Bilal": 20, "Chaima": 60}


@pytest.fixture
def group(session, cast):
    """Three who were there so many days ago and one who never was, on the steps 1 to 3."""
    made = make.offering(session, cast.enterprise, title="Naaien", absences_signal=3)
    start = clock.today() - timedelta(days=100)
    for step, name in enumerate([*DAYS_AGO, "=Dina"], start=1):
        person = make.participant(session, name)
        row = make.enrolment(session, made, person, started_on=start)
        if name in DAYS_AGO:
            at = clock.now() - timedelta(days=DAYS_AGO[name])
            held = make.offering_session(session, made, at)
            present = {row.id: (AttendanceStatus.PRESENT, None)}
            record(session, HOUSE, held, present, RecordedHow.BY_HAND)
            session.add(
                LadderStep(
                    enrolment_id=row.id, participant_id=person.id, step=step, voice=Voice.GUIDE,
                    organisation_id=cast.enterprise.id, stated_on=start,
                )
            )  # fmt: skip
    session.commit()
    return made


ALL = ["Anna", "Bilal", "Chaima", "=Dina"]


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (Wanted(), ALL),
        (Wanted(name="ila"), ["Bilal"]),
        (Wanted(step=3), ["Chaima"]),
        (Wanted(seen=Seen.WEEK), ["Anna"]),
        (Wanted(seen=Seen.MONTH), ["Anna", "Bilal"]),
        (Wanted(seen=Seen.LONGER), ["Chaima"]),
        (Wanted(seen=Seen.NEVER), ["=Dina"]),
        (Wanted(signal=True), []),
        (Wanted(sort=PeopleSort.SEEN), ["=Dina", "Chaima", "Bilal", "Anna"]),
        (Wanted(sort=PeopleSort.STEP), ["Anna", "Bilal", "Chaima", "=Dina"]),
    ],
)
def test_whom_it_shows_and_in_which_order(session, cast, group, wanted, names):
    wanted = Wanted(**{**vars(wanted), "group": group.slug})
    page, number = list_people(session, cast.actor("guide"), wanted)
    assert [line.participant.name for line in page.rows] == names
    assert number == len(names)


def test_each_line_says_what_holds(session, cast, group):
    page, _ = list_people(session, cast.actor("guide"), Wanted(name="Chaima"))
    [line] = page.rows
    assert (line.step, list(line.groups), line.absent) == (3, ["Naaien"], 0)
    assert line.seen_at is not None
    assert (clock.now() - line.seen_at).days == DAYS_AGO["Chaima"]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_it_is_taken_along_as_it_is_filtered_without_formulas_and_is_noted(
    session, cast, group, kind
):
    client = cast.client("coordinator")
    client.submit("/participants", group=group.slug)
    data = {"kind": kind, "csrf_token": client.csrf_token()}
    client.set_cookie("language", "ar")
    file = client.post("/participants/file", data=data)
    assert f".{kind}" in file.headers["Content-Disposition"]
    assert file.headers["Content-Disposition"].isascii()
    if kind == "csv":
        names = [row.partition(",")[0] for row in file.text.splitlines()[1:]]
    else:
        rows = openpyxl.load_workbook(BytesIO(file.data)).active.values
        names = [row[0] for row in rows][1:]
    assert sorted(names) == ["'=Dina", "Anna", "Bilal", "Chaima"]
    with as_house(session):
        taken = AuditEvent.event == "participants.taken_along"
        [noted] = session.scalars(select(AuditEvent).where(taken)).all()
    assert (noted.data, noted.user_id) == ({"people": 4}, cast.actor("coordinator").user_id)
    assert cast.client("stranger").post("/participants/file", data=data).status_code != 200


def test_the_list_and_its_file_show_the_columns_that_somebody_chose(cast, group):
    def heads(page):
        return [cell.text.strip(" ↓") for cell in page.select(".people thead th")]

    client = cast.client("coordinator")
    start = client.page("/participants")
    assert heads(start)[-1] == "Bereikbaar"
    assert len(start.select("[name=columns][checked]")) == len(heads(start)) - 1
    found = client.page(client.submit(start, name="chai", columns=["seen", "reach"]))
    assert heads(found) == ["Naam", "Laatst gezien", "Bereikbaar"]
    data = {"kind": "csv", "csrf_token": client.csrf_token()}
    head, line = client.post("/participants/file", data=data).text.splitlines()
    assert head == "Naam,Laatst gezien"  # how somebody is reached is in no file
    assert line.startswith("Chaima,20")
    everybody = client.page(client.submit(found, form="main form[role=search]", button="yes"))
    assert heads(everybody) == heads(found)
    assert len(everybody.select(".people tbody tr")) > 3


def test_what_is_searched_for_is_kept_and_cleared_with_one_button(cast, group):
    client = cast.client("guide")
    found = client.page(client.submit("/participants", name="chai", group=group.slug))
    assert [row.text for row in found.select(".people tbody th")] == ["Chaima"]
    assert found.url == "/participants"
    cleared = client.page(client.submit(found, form="main form[role=search]", button="yes"))
    assert len(cleared.select(".people tbody tr")) > 3
