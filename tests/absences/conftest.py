"""Who keeps the registers sees to absences too."""

from tests.attendance.conftest import guide

__all__ = ["guide"]
