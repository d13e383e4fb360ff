"""A report on its way: compiled, handed in, recognised."""

import pytest

from tests.impact.conftest import cast as cast, enrolments as enrolments, stage as stage


@pytest.fixture
def draft(stage):
    return stage.report


submitted = recognised = draft
