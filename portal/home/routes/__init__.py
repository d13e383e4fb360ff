"""Doors of the home room, by who stands before them."""

from portal.web.room import Room

room = Room("home", __name__)
