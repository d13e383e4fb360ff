"""A report on its way: compiled, handed in, recognised."""

import pytest

from portal.recognition import commands
from tests.impact import made


@pytest.fixture
def draft(session, cast):
    made.quarter(session, cast.enterprise)
    made.money(session, cast.enterprise)
    report = made.report(session, cast.actor("admin"))
    session.commit()
    return report


@pytest.fixture
def submitted(session, cast, draft):
    commands.submit(session, cast.actor("admin"), report=draft, recogniser_id=cast.municipality.id)
    session.commit()
    return draft


@pytest.fixture
def recognised(session, cast, submitted):
    commands.recognise(
        session, cast.actor("recogniser"), report=submitted, remark="=1+1 Mooi werk."
    )
    session.commit()
    return submitted
