"""Nobody passes for another: whatever staff of one organisation do, they see and do no more."""

from __future__ import annotations

from tests.house.attack.city import ROLES
from tests.house.attack.doors import FORMS_ON, Doors
from tests.house.attack.walk import LEFT_OUT


def test_each_command_of_staff_is_played(app):
    """By the form on its own page, by one on another's, or it stands on a list with the reason."""
    doors = Doors(app)
    commands = {name for role in (*ROLES, "visitor") for name in doors.of(role, method="POST")}
    without_page = {name for name in commands if "GET" not in (doors.rules[name].methods or ())}
    assert without_page - set(LEFT_OUT) == set(FORMS_ON)
    assert set(LEFT_OUT) <= commands
    assert {page for page in FORMS_ON.values() if "." in page} <= set(doors.of("admin"))
