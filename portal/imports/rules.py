"""What an import goes through."""

from __future__ import annotations

from enum import StrEnum


class ImportStatus(StrEnum):
    """Read and shown; then applied, in the background; and taken back whole if need be."""

    READ = "read"
    APPLYING = "applying"
    APPLIED = "applied"
    TAKING_BACK = "taking_back"
    TAKEN_BACK = "taken_back"
