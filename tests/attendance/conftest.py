"""Who keeps the registers."""

import pytest

from portal.core.guard import set_actor


@pytest.fixture
def guide(session, cast):
    """The guide of the cast, who acts in this session from now on."""
    actor = cast.actor("guide")
    set_actor(session, actor)
    return actor
