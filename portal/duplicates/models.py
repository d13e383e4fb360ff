"""A merge of two participants, asked, agreed, done, and perhaps undone."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ColumnElement, ForeignKey, false, select
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import Actor, Addressed, Base, Guarded, Numbered, enum_column
from portal.duplicates.rules import MergeStatus
from portal.organisations.models import Organisation
from portal.participants.models import Participant


class ParticipantMerge(Addressed, Guarded, Base):
    """One entry is another, which is kept; `moved` is what to undo.

    There is no way from here to the people themselves: who has a say need not know both.
    """

    __tablename__ = "participant_merge"

    kept_id: Mapped[int] = mapped_column(ForeignKey(Participant.id), index=True)
    merged_id: Mapped[int] = mapped_column(ForeignKey(Participant.id), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id))
    user_id: Mapped[int | None]
    status: Mapped[MergeStatus] = enum_column(MergeStatus)
    moved: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    done_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]

    @classmethod
    def visible_to(cls, actor: Actor) -> ColumnElement[bool]:
        if actor.is_staff and actor.organisation_id is not None:
            return cls.id.in_(
                select(MergeSay.merge_id).where(MergeSay.organisation_id == actor.organisation_id)
            )
        return false()


class MergeSay(Numbered, Base):
    """The say of one organisation that knows one of the two, or both."""

    __tablename__ = "merge_say"

    merge_id: Mapped[int] = mapped_column(
        ForeignKey(ParticipantMerge.id, ondelete="CASCADE"), index=True
    )
    organisation_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id), index=True)
    said_at: Mapped[datetime | None]
    is_agreed: Mapped[bool | None]
    user_id: Mapped[int | None]
