"""How a participant can be reached."""

from __future__ import annotations

from enum import StrEnum


class ContactWay(StrEnum):
    EMAIL = "email"
    PHONE = "phone"
    VISIT = "visit"  # "I come by": no phone, no e-mail
