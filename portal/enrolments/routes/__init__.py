"""Doors of the enrolments room, by who stands before them."""

from portal.web.room import Room

room = Room("enrolments", __name__)
