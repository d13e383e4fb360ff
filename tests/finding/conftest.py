"""The city that is searched in."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from portal.core import clock
from portal.offerings.models import OfferingText
from portal.offerings.rules import DutchLevel, WorkWord
from tests import factories as make
from tests.finding.five import ALL, COOL, DE_ESCH, NOW, PERNIS, SEWING


@pytest.fixture
def monday_morning():
    with clock.freeze(NOW):
        yield


@pytest.fixture
def city(session: Session, monday_morning: None) -> Session:
    """Five offerings, sooner and later, that differ in all a visitor may ask."""
    house = make.organisation(session, "De Oever")
    values: tuple[dict[str, object], ...] = (
        {
            "what": "De kookgroep maakt soep. Gisteren is er gekookt voor 50 buren.",
            "costs_cents": 0,
            "contact_name": "Zwaantje",
        },
        {"what": "Met naald en draad.", "work_word": WorkWord.MAKEN, "costs_cents": 250},
        {
            "what": "Banden plakken en schoonmaken.",
            "work_word": WorkWord.MAKEN,
            "area_code": DE_ESCH,
        },
        {"what": "Groenten en kruiden zaaien.", "spoken": ["nl", "ar"], "area_code": COOL},
        {"what": "Koffie, thee en verhalen.", "dutch_level": DutchLevel.A2, "area_code": PERNIS},
    )
    empty: dict[str, object] = {"summary": ".", "for_whom": ".", "area_code": COOL}
    for number, (title, own) in enumerate(zip(ALL, values, strict=True)):
        row = make.offering(session, house, title=title, **(empty | own))
        make.offering_session(session, row, NOW + timedelta(days=number, hours=1))
        if title == SEWING:
            session.add(OfferingText(offering_id=row.id, language="ar", title="ورشة الخياطة"))
            session.add(OfferingText(offering_id=row.id, language="en", title="Sewing dresses"))
            session.add(OfferingText(offering_id=row.id, language="zh", title="缝纫工作室"))
    session.commit()
    return session
