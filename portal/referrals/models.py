"""The referral, which is also how a person moves on to another provider."""

from datetime import date, datetime

from sqlalchemy import ColumnElement, ForeignKey, UniqueConstraint, false, or_
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.core import Actor, Addressed, Base, FreeText, Guarded, enum_column, hers_where_opened
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EnrolmentStatus
from portal.organisations.models import Organisation
from portal.participants.models import Participant
from portal.referrals.rules import AgreedHow


class Referral(Addressed, Guarded, Base):
    """One person, referred to one offering by one organisation, with her agreement.

    The referring organisation reads what became of the sign-up until `outcome_until`, or until she
    withdraws that (`withdrawn_at`); `told_status` is what it was told last. `from_enrolment_id` is
    set when she moves on from a provider: her place there ends when she has the new one. With
    a `reference`, its own for her, it reads her days, hours and outcome there as long. With
    `shares_history` the new provider reads what she did with the old one, until `history_until`.
    """

    __tablename__ = "referral"
    __table_args__ = (UniqueConstraint("enrolment_id", "from_organisation_id"),)

    enrolment_id: Mapped[int] = mapped_column(ForeignKey(Enrolment.id))
    participant_id: Mapped[int] = mapped_column(ForeignKey(Participant.id), index=True)
    from_organisation_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id), index=True)
    to_organisation_id: Mapped[int] = mapped_column(ForeignKey(Organisation.id), index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    good_to_know: Mapped[str] = mapped_column(FreeText(500), default="")
    reference: Mapped[str] = mapped_column(FreeText(40), default="")
    agreed_how: Mapped[AgreedHow] = enum_column(AgreedHow)
    outcome_until: Mapped[date]
    withdrawn_at: Mapped[datetime | None]
    told_status: Mapped[EnrolmentStatus] = enum_column(EnrolmentStatus)
    from_enrolment_id: Mapped[int | None] = mapped_column(ForeignKey(Enrolment.id))
    shares_history: Mapped[bool] = mapped_column(default=False)
    history_until: Mapped[date | None]

    enrolment: Mapped[Enrolment] = relationship(foreign_keys=enrolment_id)
    participant: Mapped[Participant] = relationship()
    user: Mapped[User | None] = relationship()
    from_enrolment: Mapped[Enrolment | None] = relationship(foreign_keys=from_enrolment_id)
    from_organisation: Mapped[Organisation] = relationship(foreign_keys=from_organisation_id)

    @classmethod
    def visible_to(cls, actor: Actor) -> ColumnElement[bool]:
        if actor.is_participant:
            return or_(
                hers_where_opened(actor, cls.participant_id, cls.from_organisation_id),
                hers_where_opened(actor, cls.participant_id, cls.to_organisation_id),
            )
        if actor.is_staff and actor.organisation_id is not None:
            return or_(
                cls.from_organisation_id == actor.organisation_id,
                cls.to_organisation_id == actor.organisation_id,
            )
        return false()
