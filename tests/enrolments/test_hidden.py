"""What a house hides is shown to whom takes part in it, and to nobody else who has a card there."""

import pytest

from portal.offerings.rules import OfferingStatus
from tests import factories as make

TITLE = "Verborgen naaigroep"


@pytest.mark.parametrize("status", [OfferingStatus.HIDDEN, OfferingStatus.ARCHIVED])
@pytest.mark.parametrize("takes_part", [False, True])
def test_a_hidden_activity_has_a_page_for_whom_takes_part(session, cast, status, takes_part):
    hidden = make.offering(session, cast.enterprise, title=TITLE)
    if takes_part:
        make.enrolment(session, hidden, cast.participant)
    hidden.status = status
    session.commit()
    her = cast.client("participant")
    move = f"/my/enrolments/{cast.enrolment.uuid}/move-on?offering={hidden.slug}"
    pages = [her.get(f"/offerings/{hidden.slug}/sign-up"), her.get(move)]
    assert [page.status_code for page in pages] == [200 if takes_part else 404] * 2
    assert all((TITLE in page.text) is takes_part for page in pages)
