"""Doors of the home room, by who stands before them."""

from portal.home.routes.room import room

__all__ = ["room"]
