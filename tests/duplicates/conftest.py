"""The same person, entered twice."""

import pytest

from tests import factories as make


@pytest.fixture
def twin(session, cast):
    """The cast's participant entered once more, in another group of the same enterprise."""
    twin = make.participant(session, "Fatma Aydin", card_token="card-of-twin", birth_year=1980)
    make.enrolment(session, make.offering(session, cast.enterprise, title="Naaien"), twin)
    session.commit()
    return twin


@pytest.fixture
def abroad(session, cast):
    """The same person as another enterprise knows her, and only it."""
    entry = make.participant(session, "F. Aydin", card_token="card-abroad")
    make.enrolment(session, make.offering(session, cast.other_enterprise), entry)
    session.commit()
    return entry
