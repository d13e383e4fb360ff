"""A report on its way: compiled, handed in, recognised."""

from datetime import timedelta

import pytest

from portal.core import clock
from portal.core.signing_keys import open_keys
from portal.recognition.commands import log as writing
from tests.impact.conftest import cast as cast, enrolments as enrolments, stage as stage


@pytest.fixture
def draft(stage):
    return stage.report


submitted = recognised = draft


@pytest.fixture
def keep(session):
    """What the worker does each minute."""

    def do():
        return writing.keep(session, lambda: open_keys(session, "s" * 32), "https://a.example")

    return do


@pytest.fixture
def sampled(session, cast, submitted, keep):
    """A report whose sample was drawn a minute after it was handed in."""
    with clock.freeze(clock.now() + timedelta(minutes=1)):
        assert keep() == 1
    session.commit()
    return submitted
