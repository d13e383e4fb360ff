"""The room that the doors beside this file belong to."""

from portal.web.room import Room

room = Room("home", "portal.home.routes")
