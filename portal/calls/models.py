"""A call, a story or news of an organisation, and the answers to a call."""

from datetime import date, datetime

from sqlalchemy import ColumnElement, ForeignKey, String, or_, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.calls.rules import SHOWN, CallKind, CallStatus
from portal.core import Actor, Addressed, Base, FreeText, Permission, enum_column
from portal.core.guard import SeenByStaff
from portal.organisations.models import Organisation


class Call(Addressed, SeenByStaff, Base):
    """What an organisation asks for or tells.

    `until_on` is the last day that it is public, `body` is Markdown; `agreed_by` says who of the
    people in a story read it and agreed.
    """

    __tablename__ = "network_call"
    for_experts = True

    organisation_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id), index=True)
    kind: Mapped[CallKind] = enum_column(CallKind)
    title: Mapped[str] = mapped_column(FreeText(120))
    body: Mapped[str] = mapped_column(FreeText(4000))
    until_on: Mapped[date | None]
    agreed_by: Mapped[str] = mapped_column(FreeText(200), default="")
    of_id: Mapped[int | None] = mapped_column(ForeignKey("network_call.id"))  # a story's call
    status: Mapped[CallStatus] = enum_column(CallStatus, default=CallStatus.DRAFT)
    published_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship()
    of: Mapped["Call | None"] = relationship(remote_side="Call.id")

    @classmethod
    def visible_to(cls, actor: Actor) -> ColumnElement[bool]:
        if actor.is_operator:
            return true()
        return or_(cls.status.in_(SHOWN), super().visible_to(actor))


class CallAnswer(Addressed, SeenByStaff, Base):
    """Somebody who wants to help; only who asked reads it, for half a year."""

    __tablename__ = "call_answer"
    seen_with = Permission.MANAGE_OFFERINGS

    call_id: Mapped[int] = mapped_column(ForeignKey(Call.id), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id), index=True)
    name: Mapped[str] = mapped_column(FreeText(80))
    company: Mapped[str] = mapped_column(FreeText(120))
    email: Mapped[str] = mapped_column(String(254))
    phone: Mapped[str] = mapped_column(String(32))
    words: Mapped[str] = mapped_column(FreeText(500))
