"""The room that the doors beside this file belong to."""

from portal.web.room import BOTH, Room

room = Room("home", "portal.home.routes")
__all__ = ["BOTH", "room"]
