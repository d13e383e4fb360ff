"""A report of several providers: asked, answered, summed, recognised; and nothing counted anew."""

from datetime import date

import pytest

from portal.core import NotAllowed, RuleBroken
from portal.core.areas import areas
from portal.impact.commands import together as joint
from portal.impact.pages import paper_of
from portal.impact.queries import find_overlapping, list_parts, list_recognised_over
from portal.impact.queries.sheets import recognised_months
from portal.impact.queries.together import list_periods
from portal.impact.rules import Period, ReportStatus
from portal.impact.rules.documents import public_document
from portal.impact.rules.together import ProviderAnswer
from portal.recognition import commands as recognition
from portal.recognition.queries import list_of_year, list_recognised
from portal.recognition.queries.sample import list_undrawn
from portal.tenders import queries as tenders
from tests.impact import made
from tests.impact.staged import recognised

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
YES, NO = ProviderAnswer.YES, ProviderAnswer.NO


@pytest.fixture
def theirs(stage):
    """Recognised reports of two houses over the same quarter."""
    return stage.theirs


def asked(session, cast, **values):
    ids = [cast.enterprise.id, cast.other_enterprise.id]
    values = {"name": "Perceel 3", "provider_ids": ids, **values}
    of = joint.ask_together(session, cast.actor("admin"), period=made.QUARTER, **values)
    session.flush()
    return of


def agreed(session, cast, **values):
    of = asked(session, cast, **values)
    joint.say(session, cast.actor("stranger"), of=of, answer=YES)
    return of


def compiled(session, cast, of):
    report = joint.compile_together(session, cast.actor("admin"), of=of)
    session.flush()
    return report


def test_days_can_be_chosen_that_several_have_the_last_first(session, cast, theirs):
    both, ours = (Period(date(2025, month, 1), date(2025, month, 28)) for month in (1, 2))
    for who, period in (("admin", both), ("stranger", both), ("admin", ours)):
        recognised(session, cast, made.report(session, cast.actor(who), period), who)
    assert list_periods(session) == [made.QUARTER, both]


def test_it_is_the_sum_of_what_each_shows(session, cast, theirs):
    report = compiled(session, cast, agreed(session, cast))
    ours, other = ({f["id"]: f["value"] for f in one.document["figures"]} for one in theirs)
    rows = {row["id"]: row for row in report.document["figures"]}
    assert rows["people"]["value"] == 58 == ours["people"] + other["people"]
    for id_, row in rows.items():
        of = ours[id_], other[id_]
        assert row["value"] == (None if None in of else sum(of)), id_
    # What one house didn't fill in is told as the least of the other.
    assert rows["not_paid_cents"]["at_least"] == ours["not_paid_cents"]
    assert rows["not_paid_cents"]["reports"] == 1
    assert "at_least" not in rows["completed"]  # hidden by both
    assert not {"weeks", "weeks_in_a_row"} & rows.keys()
    assert report.part_numbers == [
        one.number for one in sorted(theirs, key=lambda one: one.document["organisation"].lower())
    ]
    assert public_document(report.document) == report.document


def test_only_who_says_yes_is_in_it(session, cast, theirs):
    of = asked(session, cast)
    with pytest.raises(RuleBroken, match="two providers have to say yes"):
        compiled(session, cast, of)
    with pytest.raises(NotAllowed):
        joint.say(session, cast.actor("recogniser"), of=of, answer=YES)
    joint.say(session, cast.actor("stranger"), of=of, answer=YES)
    with pytest.raises(NotAllowed):
        joint.compile_together(session, cast.actor("stranger"), of=of)
    report = compiled(session, cast, of)
    assert report.document["whose"]["asked"] == 2
    # A yes taken back is seen where it is handed in, and where it is recognised.
    joint.say(session, cast.actor("stranger"), of=of, answer=NO)
    with pytest.raises(RuleBroken, match="said no meanwhile"):
        recognised(session, cast, report)
    joint.say(session, cast.actor("stranger"), of=of, answer=YES)
    hand_in(session, cast, report)
    joint.say(session, cast.actor("stranger"), of=of, answer=NO)
    with pytest.raises(RuleBroken, match="said no meanwhile"):
        recognition.recognise(session, cast.actor("recogniser"), report=report, remark="Goed.")
    joint.say(session, cast.actor("stranger"), of=of, answer=YES)
    recognition.recognise(session, cast.actor("recogniser"), report=report, remark="Goed.")
    with pytest.raises(RuleBroken):
        joint.say(session, cast.actor("stranger"), of=of, answer=NO)


def hand_in(session, cast, report):
    recognition.submit(
        session, cast.actor("admin"), report=report, recogniser_id=cast.municipality.id
    )


def test_a_report_of_the_same_is_not_made_twice(session, cast, theirs):
    of = agreed(session, cast)
    one, two = compiled(session, cast, of), compiled(session, cast, of)
    hand_in(session, cast, one)
    for again in (lambda: compiled(session, cast, of), lambda: hand_in(session, cast, two)):
        with pytest.raises(RuleBroken, match="already"):
            again()
    recognition.recognise(session, cast.actor("recogniser"), report=one, remark="Goed.")
    with pytest.raises(RuleBroken, match="already"):
        compiled(session, cast, of)


def test_it_is_made_anew_when_a_part_was_replaced(session, cast, theirs):
    of = agreed(session, cast)
    first = recognised(session, cast, compiled(session, cast, of))
    draft = compiled(session, cast, agreed(session, cast))
    anew = made.report(session, cast.actor("admin"), replaces=theirs[0])
    recognised(session, cast, anew)
    with pytest.raises(RuleBroken, match="has another report"):
        hand_in(session, cast, draft)
    second = recognised(session, cast, compiled(session, cast, of))
    assert second.document["previous"] == first.number
    assert first.status is ReportStatus.REPLACED
    assert anew.number in second.part_numbers


def test_nobody_of_its_providers_looks_at_it(session, cast, theirs):
    report = compiled(session, cast, agreed(session, cast))
    hand_in(session, cast, report)
    report.recogniser_id = cast.other_enterprise.id  # whatever the list offers
    with pytest.raises(RuleBroken, match="A colleague"):
        recognition.recognise(session, cast.actor("stranger"), report=report, remark="Goed.")


def test_all_of_a_part_of_the_city_are_asked(session, cast, theirs):
    for one in (cast.enterprise, cast.other_enterprise):
        one.area_code = "BU05991570"
    session.flush()
    code = areas()["BU05991570"].district_code
    with pytest.raises(RuleBroken, match="not both"):
        asked(session, cast, district_code=code)
    of = asked(session, cast, district_code=code, provider_ids=())
    assert len(of.says) == 2
    joint.say(session, cast.actor("stranger"), of=of, answer=YES)
    report = compiled(session, cast, of)
    assert report.document["whose"]["district"] == areas()["BU05991570"].district
    cast.other_enterprise.area_code = None
    with pytest.raises(RuleBroken, match="At least two"):
        asked(session, cast, district_code=code, provider_ids=())


def test_it_counts_nowhere_beside_the_reports_that_it_sums(session, cast, theirs):
    """Its maker can still report these days, and no list of reports has it twice."""
    lists = [
        lambda: [one.number for one in list_recognised(session, cast.enterprise.id)],
        lambda: [one.number for one in list_of_year(session, 2026)],
        lambda: list_recognised_over(session, cast.enterprise.id, [made.QUARTER.from_on]),
        lambda: [*recognised_months(session, cast.enterprise.id).values()],
        lambda: [one.number for one in list_parts(session, cast.enterprise.id, YEAR)],
        lambda: [str(one) for one in list_periods(session)],
        lambda: [one.number for one in tenders._reports(session, None, YEAR.from_on)],
    ]
    before = [of() for of in lists]
    report = recognised(session, cast, compiled(session, cast, agreed(session, cast)))
    session.commit()
    assert report.number
    assert [of() for of in lists] == before
    assert find_overlapping(session, cast.enterprise.id, made.QUARTER, [theirs[0].id]) is None
    assert not list_undrawn(session)


def test_who_is_not_asked_sees_nothing_of_it(session, cast, theirs):
    of = asked(session, cast)
    session.commit()
    path = f"/work/reports/together/{of.uuid}"
    assert cast.client("admin").get(path).status_code == 200
    assert cast.client("stranger").get(path).status_code == 200
    assert cast.client("recogniser").get(path).status_code in {403, 404}
    assert cast.client("cooperative").get(path).status_code in {403, 404}


def test_who_is_none_of_them_recognises_it_on_the_page(session, cast, theirs):
    report = compiled(session, cast, agreed(session, cast))
    hand_in(session, cast, report)
    session.commit()
    client, path = cast.client("recogniser"), f"/recognition/{report.uuid}"
    client.page(path)
    form = {"csrf_token": client.csrf_token(), "decision": "recognise", "remark": "Goed."}
    assert client.post(path, data=form).status_code == 303
    session.expire_all()
    assert report.status is ReportStatus.RECOGNISED
    page = cast.client().page(f"/reports/{report.number}")
    assert "Perceel 3" in page.words
    for part in theirs:
        assert part.number in page.words


def test_who_reads_one_page_is_not_told_time_and_again_that_something_is_hidden(
    app, session, cast, theirs
):
    report = recognised(session, cast, compiled(session, cast, agreed(session, cast)))
    for one in (report, theirs[0]):
        with app.test_request_context():
            paper = paper_of(one, None)
        assert paper["minute"]
        assert not [text for text in paper["minute"] if "zijn verborgen" in text]
        assert [of["says"] for of in paper["groups"] if "zijn verborgen" in of["says"]]


def test_no_report_of_one_takes_the_place_of_one_of_several(session, cast, theirs):
    """Its own page leads to the set; whoever types the address of the other form is refused."""
    report = recognised(session, cast, compiled(session, cast, agreed(session, cast)))
    session.commit()
    with pytest.raises(RuleBroken, match="can't be replaced"):
        made.report(session, cast.actor("admin"), replaces=report)
    page = cast.client("admin").page(f"/work/reports/{report.uuid}")
    assert not page.select("a[href*='replaces=']")
    assert page.select("a[href^='/work/reports/together/']")


def test_the_registers_of_one_are_not_what_several_rest_on(session, cast, theirs):
    report = compiled(session, cast, agreed(session, cast))
    session.commit()
    admin = cast.client("admin")
    assert not admin.page(f"/work/reports/{report.uuid}").select("#behind, [href='#behind']")
    assert admin.page(f"/work/reports/{theirs[0].uuid}").select("#behind")


@pytest.mark.parametrize("name", ["De Andere Oever", "  de ANDERE-oever", "Stad aan de Rotte"])
def test_it_is_called_by_no_name_of_an_organisation(session, cast, theirs, name):
    """Its name stands where that of who achieved something does."""
    with pytest.raises(RuleBroken) as broken:
        asked(session, cast, name=name)
    assert broken.value.field == "name"
    asked(session, cast, name="Perceel van De Andere Oever en ons")


def test_days_that_went_meanwhile_are_not_turned_into_others(session, cast, theirs):
    session.commit()
    admin, url = cast.client("admin"), "/work/reports/together"
    sent = {"name": "Perceel 3", "providers": [cast.enterprise.id, cast.other_enterprise.id]}
    for gone, status in ((True, 422), (False, 200)):
        page = admin.page(url)
        form = page.select_one("form[action*='days=']")
        form["action"] = f"{url}?days=2020-01-01/2020-03-31" if gone else form["action"]
        assert admin.submit(page, form="form[action*='days=']", **sent).status_code == status
