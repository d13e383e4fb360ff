"""Doors of the home room, by who stands before them."""

from __future__ import annotations

from portal.home.routes.room import room

__all__ = ["room"]
