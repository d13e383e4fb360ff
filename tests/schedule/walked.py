"""The pages of an offering's form, walked as a coordinator does."""

from datetime import timedelta

from sqlalchemy import select

from portal.core import clock
from portal.offerings.models import Offering

NEW = "/work/offerings/new"


def values_of(**changed):
    return {
        "kind": "pre_trajectory",
        "title": "Leren koken voor veel mensen",
        "summary": "In tien weken leert u koken.",
        "what": "U leert snijden en bakken.",
        "for_whom": "Voor iedereen.",
        "work_word": "maken",
        "domain": "reintegration",
        "competences": ["samenwerken", "schoon-werken"],
        "dutch_level": "a1",
        "area_code": "BU05991080",
        "address": "Kadeweg 1",
        "places": 12,
        "intake": "by_invitation",
        "replaces_no_paid_work": True,
        "weekdays": ["1", "3"],
        "starts": "09:30",
        "ends": "12:00",
        "first_on": clock.today() + timedelta(days=7),
        "weeks": "10",
        **changed,
    }


def walk(coordinator, page=NEW, **values):
    """Fill in the form page by page, until one is refused or it is looked at as visitors will."""
    page = coordinator.page(page) if isinstance(page, str) else page
    for _page in range(7):
        if page.url.endswith("/preview"):
            break
        fields = {tag["name"] for tag in page.select("main form.panel [name]")}
        own = {name: value for name, value in values.items() if name in fields}
        response = coordinator.submit(page, form="form.panel", **own)
        page = coordinator.page(response, status=response.status_code)
        if page.status != 200:
            break
    return page


def newest(session):
    session.rollback()
    found = session.scalars(select(Offering).order_by(Offering.id.desc())).first()
    session.rollback()
    return found
