"""The cast, and their quarter where a test asks for the people of it."""

import pytest

from tests.impact.staged import stage_of


@pytest.fixture
def stage(request, app, session):
    return stage_of(request.fixturenames, app, session)


@pytest.fixture
def cast(stage):
    return stage.cast


@pytest.fixture
def enrolments(stage):
    """All that `made.quarter` makes of the cast's enterprise."""
    return stage.enrolments
