"""Every page that somebody may open, with addresses that lead to whatever there is."""

from random import Random
from typing import Any, get_type_hints

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter, Rule

from portal.check_in.rules import code_at
from portal.core import clock
from portal.core.actor import PARTICIPANT_MAY, ROLES, Permission, Role
from portal.core.links import Purpose
from portal.organisations.models import Organisation
from portal.participants.models import Participant, ParticipantLink
from portal.schedule.models import OfferingSession
from portal.web.room import doors
from tests.house.access_matrix import MATRIX
from tests.house.world import World
from tests.links import link_to

# These addresses are keys: whoever was given one has it, and nobody can guess one.
KEYS = {"token", "code"}
# Of the frame of each page: they end what the browser is, and say nothing of anybody.
_OF_THE_FRAME = ("/sign-out", "/work/switch", "/language")
# Where the form stands of a command that has no page of its own.
FORMS_ON = {
    "accounts.end_session": "accounts.account",
    "accounts.sign_out": "the frame of each page",
    "agreements.confirm_as_guide": "agreements.show",
    "agreements.note_paper": "agreements.show",
    "absences.follow_up": "home.calls",
    "attendance.remind_members": "attendance.members",
    "phones.take_events": "sent by the walk itself",
    "attendance.went_on": "attendance.register",
    "home.send_again": "home.messages",
    "home.take_people_along": "home.list_people",
    "home.told": "home.calls",
    "hours.withdraw": "hours.person",
    "impact.remove_picture": "impact.give_picture",
    "impact.remove_words": "impact.ask_words",
    "notes.change": "home.person",
    "offerings.confirm": "offerings.show",
    "offerings.publish": "offerings.show",
    "offerings.take_step": "offerings.show",
    "offerings.throw_away": "offerings.show",
    "organisations.switch": "the frame of each page",
    "organisations.withdraw_invitation": "organisations.team",
    "progress.take_back": "progress.correct",
    "presentation.remove_picture": "presentation.give_picture",
    "recognition.appeal": "recognition.submit",
    "recognition.withdraw": "recognition.submit",
    "work_places.take_step": "work_places.edit",
}
_WORDS = {"text_language": "en", "feed_name": "session-series", "picture_kind": "webp"}


class Doors:
    """Who may enter where, and what an address can be filled in with."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.rules: dict[str, Rule] = {}
        for rule in app.url_map.iter_rules():
            if rule.endpoint in MATRIX:
                self.rules.setdefault(rule.endpoint, rule)
        self.adapter: MapAdapter = app.url_map.bind("localhost")
        self.models = get_type_hints(World)

    def of(self, role: str, *, method: str = "GET") -> list[str]:
        """The endpoints that a role, "her" or a "visitor" may enter, but for those with a key."""
        may = {"her": PARTICIPANT_MAY, "visitor": frozenset[Permission]()}.get(role)
        if may is None:
            may = ROLES[Role(role)]
        found = doors(self.app)
        return [
            name
            for name, rule in self.rules.items()
            if method in (rule.methods or ())
            and not KEYS & rule.arguments
            and (not isinstance(found[name].allow, Permission) or found[name].allow in may)
        ]

    def match(self, path: str) -> tuple[str, dict[str, Any]]:
        """The endpoint that a path leads to; "" when it leads nowhere."""
        for method in ("GET", "POST"):
            try:
                endpoint, values = self.adapter.match(path.partition("?")[0], method=method)
            except HTTPException:
                continue
            return str(endpoint), dict(values)
        return "", {}

    def is_key(self, path: str) -> bool:
        """Whether an address opens something for whoever holds it."""
        return bool(KEYS & set(self.match(path)[1]))

    def is_of_the_frame(self, path: str) -> bool:
        return path.startswith(_OF_THE_FRAME)

    def path(self, session: Session, endpoint: str, luck: Random, own: int = 0) -> str:
        """An address of an endpoint, about any row that there is; most often an `own` one."""
        values: dict[str, Any] = {}
        for argument in sorted(self.rules[endpoint].arguments):
            source = MATRIX[endpoint].values[argument]
            found = self._values(session, source, own) if own and luck.random() < 0.7 else []
            found = found or self._values(session, source)
            if not found:
                return ""
            values[argument] = luck.choice(found)
        found_path = self.adapter.build(endpoint, values)
        if endpoint == "referrals.refer" or "move_on" in endpoint:
            slugs = self._values(session, "offering.slug")
            found_path += f"?offering={luck.choice(slugs)}"
        return found_path

    def every_path(self, session: Session, endpoint: str, most: int = 40) -> list[str]:
        """All addresses of an endpoint with one argument."""
        arguments = sorted(self.rules[endpoint].arguments)
        if not arguments:
            return [self.adapter.build(endpoint, {})]
        if len(arguments) > 1:
            return []
        found = self._values(session, MATRIX[endpoint].values[arguments[0]])[:most]
        return [self.adapter.build(endpoint, {arguments[0]: value}) for value in found]

    def _values(self, session: Session, source: str, own: int = 0) -> list[Any]:
        """What stands at a place in the matrix's world: the same column, of every row."""
        if source in _WORDS:
            return [_WORDS[source]]
        root, _, column = source.rpartition(".")
        if root == "cast.enterprise":
            model: Any = Organisation
        elif root.endswith(".participant"):
            model = self.models["participant"]
        else:
            model = self.models.get(root)
        if model is None:
            return []
        query = select(getattr(model, column)).order_by(model.id)
        if own and hasattr(model, "organisation_id"):
            query = query.where(model.organisation_id == own)
        elif own and model is Participant:
            known = select(ParticipantLink.participant_id)
            query = query.where(model.id.in_(known.where(ParticipantLink.organisation_id == own)))
        return [value for value in session.scalars(query) if value is not None]

    def code(self, session: Session, organisation_id: int) -> str:
        """The code on the screen of an organisation, which whoever stands there can read."""
        row = self._running(session, organisation_id)
        return code_at(str(self.app.config["SECRET_KEY"]).encode(), row.uuid, clock.now())

    def kiosk(self, session: Session, organisation_id: int) -> str:
        """The address of the tablet that stands at an organisation."""
        token = link_to(self._running(session, organisation_id), Purpose.KIOSK)
        session.commit()
        return f"/kiosk/{token}"

    @staticmethod
    def _running(session: Session, organisation_id: int) -> OfferingSession:
        near = session.scalars(
            select(OfferingSession)
            .where(OfferingSession.organisation_id == organisation_id)
            .order_by(OfferingSession.id)
        ).all()
        return min(near, key=lambda row: abs(row.starts_at - clock.now()))
