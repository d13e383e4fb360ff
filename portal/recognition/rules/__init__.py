"""The steps in a report's way from its makers to the public."""

from __future__ import annotations

from enum import StrEnum


class Decision(StrEnum):
    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"
    RETURNED = "returned"
    RECOGNISED = "recognised"
