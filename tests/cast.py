"""A fixed cast of people, one of each kind, around one social enterprise with one offering."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from flask import Flask
from sqlalchemy.orm import Session

from portal.accounts.models import User
from portal.core import clock
from portal.core.actor import HOUSE, Actor, Role, participant_actor
from portal.enrolments.models import Enrolment
from portal.enrolments.rules import EnrolmentStatus
from portal.offerings.models import Offering
from portal.organisations.models import CooperativeTie, Membership, Organisation
from portal.organisations.queries import staff_actor
from portal.organisations.rules import OrganisationKind
from portal.participants.models import Participant
from portal.schedule.models import OfferingSession
from tests import factories as make
from tests.signed_in import Login, SignedIn

if TYPE_CHECKING:
    from tests.pages import AuditingClient

VISITOR = "visitor"
# Everyone who may knock at a door, in the order of the access matrix.
CAST = (
    VISITOR,
    "participant",
    "guide",
    "coordinator",
    "admin",
    "viewer",
    "expert",
    "cooperative",
    "referrer",
    "employer",
    "recogniser",
    "stranger",
    "operator",
)
# Beside them, at each door too: an admin of another organisation who is a guide of the enterprise
# as well, and has chosen the other; an admin of one that had the participant until last year; and
# the participant where she is signed in with a card of that one only.
COLUMNS = (*CAST, "both", "past", "apart")


@dataclass
class Cast:
    """The people, their organisations, and one enrolment with a session today."""

    app: Flask
    enterprise: Organisation
    cooperative: Organisation
    municipality: Organisation
    other_enterprise: Organisation
    offering: Offering
    offering_session: OfferingSession
    participant: Participant
    enrolment: Enrolment
    actors: dict[str, Actor] = field(default_factory=dict)
    logins: dict[str, Login] = field(default_factory=dict)

    def actor(self, name: str) -> Actor:
        """The actor of one of the cast."""
        return self.actors[name]

    def client(self, name: str = VISITOR) -> AuditingClient:
        """A browser in which one of the cast is signed in."""
        client: AuditingClient = self.app.test_client()  # type: ignore[assignment]
        if name != VISITOR:
            client.signed_in = SignedIn(self.app, self.logins[name])
            seal: Any = self.app.session_interface
            held = {"_user_id": client.signed_in.token}
            value = seal.get_signing_serializer(self.app).dumps(held)
            client.set_cookie(self.app.config["SESSION_COOKIE_NAME"], value)
        return client

    def cookie_of(self, name: str) -> str:
        """The session cookie of a browser in which one of the cast is signed in."""
        client = self.client(name)
        assert client.signed_in is not None
        client.signed_in.keep_up()
        found = client.get_cookie("portal")
        assert found is not None
        return found.value


def build_cast(app: Flask, session: Session) -> Cast:
    """Make the cast in an empty database; the caller commits."""
    enterprise = make.organisation(session, "Keuken aan de Kade")
    cooperative = make.organisation(session, "Wijkwerk Samen", OrganisationKind.COOPERATIVE)
    municipality = make.organisation(session, "Stad aan de Rotte", OrganisationKind.MUNICIPALITY)
    other = make.organisation(session, "De Andere Oever")
    support = make.organisation(session, "Wijkteam Noord", OrganisationKind.SUPPORT_ORGANISATION)
    company = make.organisation(session, "Bakkerij Zuiderzon", OrganisationKind.COMPANY)
    session.add(
        CooperativeTie(
            cooperative_id=cooperative.id,
            member_id=enterprise.id,
            from_on=clock.today() - timedelta(days=365),
            may_log_attendance=True,
            may_see_figures=True,
        )
    )
    offering = make.offering(session, enterprise, title="Koken voor de buurt")
    midnight, _ = clock.day_bounds(clock.today(), clock.today())
    # Today, also just after midnight, and at no second that a test may take for another one.
    begun = max(midnight, clock.now() - timedelta(hours=1, seconds=1))
    offering_session = make.offering_session(session, offering, begun, 120)
    participant = make.participant(session, "Fatma A.", card_token="card-of-fatma")
    enrolment = make.enrolment(session, offering, participant, EnrolmentStatus.ENROLLED)
    cast = Cast(
        app, enterprise, cooperative, municipality, other,
        offering, offering_session, participant, enrolment,
    )  # fmt: skip
    cast.actors[VISITOR] = Actor()
    cast.logins["participant"] = make.card_login(session, participant)
    cast.actors["participant"] = participant_actor(
        participant.id, participant.name, [enterprise.id], cast.logins["participant"].keys
    )
    joining = []
    for name, organisation, role in (
        ("guide", enterprise, Role.GUIDE),
        ("coordinator", enterprise, Role.COORDINATOR),
        ("admin", enterprise, Role.ADMIN),
        ("viewer", enterprise, Role.VIEWER),
        ("expert", enterprise, Role.EXPERT),
        ("cooperative", cooperative, Role.ADMIN),
        ("referrer", support, Role.COORDINATOR),
        ("employer", company, Role.ADMIN),
        ("recogniser", municipality, Role.RECOGNISER),
        ("stranger", other, Role.ADMIN),
        ("both", make.organisation(session, "Het Tweede Huis"), Role.ADMIN),
    ):
        joining.append(_join(session, name, organisation, role))
    session.add(Membership(user=joining[-1][1], organisation=enterprise, role=Role.GUIDE))
    joining.append(_join(session, "operator", None, None))
    session.flush()
    for name, user, membership in joining:
        cast.actors[name] = staff_actor(session, user, membership)
        cast.logins[name] = Login(
            "staff",
            user.id,
            user.session_version,
            membership.organisation_id if membership else None,
        )
    return cast


def add_past(cast: Cast, session: Session) -> dict[str, Login]:
    """Let an organisation have had the participant until last year: its admin, and its card.

    The card that is her own opens it too, as it opens all who know her.
    """
    past, her = make.organisation(session, "De Vorige Kade"), cast.participant
    _, user, _ = _join(session, "past", past, Role.ADMIN)
    ended = clock.today() - timedelta(days=400)
    make.known(session, past, her)
    own = make.keys_of(session, her)[0]
    own.opens = [*own.opens, past.id]
    row = Enrolment(
        offering_id=make.offering(session, past).id, organisation_id=past.id,
        participant_id=her.id, status=EnrolmentStatus.COMPLETED, started_on=ended, ended_on=ended,
    )  # fmt: skip
    session.add(row)
    session.flush()
    key = make.key(session, her, "card-of-last-year", opens=[past.id], organisation_id=past.id)
    return {
        "past": Login("staff", user.id, user.session_version, past.id),
        "apart": Login("card", her.id, 0, keys=(key.id,)),
    }


def _join(
    session: Session, name: str, organisation: Organisation | None, role: Role | None
) -> tuple[str, User, Membership | None]:
    user = User(email=f"{name}@example.org", name=name.capitalize(), is_operator=name == "operator")
    session.add(user)
    if organisation is None:
        return name, user, None
    membership = Membership(user=user, organisation=organisation, role=role)
    session.add(membership)
    return name, user, membership


__all__ = ["CAST", "COLUMNS", "HOUSE", "VISITOR", "Cast", "add_past", "build_cast"]
