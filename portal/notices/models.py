"""The outbox."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import Addressed, Base, SeenByStaff, enum_column
from portal.notices.rules import MOST_ATTEMPTS, Channel, NoticeStatus


class Notice(Addressed, SeenByStaff, Base):
    """One message to one person; `data` fills it, emptied once it was sent.

    `kind` names the template (`enrolments/accepted` is `templates/mail/enrolments/accepted.txt`).
    `is_own_action` marks the answer to something she did herself, which no daily limit delays.
    """

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_due", "status", "channel", "not_before"),
        Index("ix_notice_status_not_after", "status", "not_after"),
    )

    kind: Mapped[str] = mapped_column(String(64))
    channel: Mapped[Channel] = enum_column(Channel)
    status: Mapped[NoticeStatus] = enum_column(NoticeStatus, default=NoticeStatus.WAITING)
    address: Mapped[str] = mapped_column(String(254), default="", index=True)
    name: Mapped[str] = mapped_column(String(80), default="")
    language: Mapped[str] = mapped_column(String(8), default="nl")
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    participant_id: Mapped[int | None] = mapped_column(index=True)
    organisation_id: Mapped[int | None] = mapped_column(index=True)
    is_own_action: Mapped[bool] = mapped_column(default=False)
    not_before: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    not_after: Mapped[datetime | None]  # a reminder is no use afterwards
    sent_at: Mapped[datetime | None]
    # What travels together has the same one, so that whoever is handed it twice knows it again.
    letter: Mapped[UUID | None] = mapped_column(index=True)
    gateway_id: Mapped[str] = mapped_column(String(64), default="")  # the SMS gateway's own name
    last_error: Mapped[str] = mapped_column(String(200), default="")

    @property
    def is_refused(self) -> bool:
        """Whether it was given up at once: the number or the address is wrong."""
        return self.status is NoticeStatus.FAILED and self.attempts < MOST_ATTEMPTS
