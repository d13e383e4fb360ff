"""The states of a report, and the arithmetic of hiding small counts."""

from __future__ import annotations

from enum import StrEnum


class ReportStatus(StrEnum):
    COMPILED = "compiled"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    RECOGNISED = "recognised"
    REPLACED = "replaced"
