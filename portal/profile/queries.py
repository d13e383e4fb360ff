"""Reads of her profile: all of it for herself, and what others see of it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from portal.assessments.queries import list_to_learn
from portal.core import Actor, NotFound, as_house, clock, links, one_or_not_found, or_not_found
from portal.core.actor import participant_actor
from portal.credentials.models import BroughtBadge
from portal.credentials.queries import list_brought
from portal.enrolments.models import Enrolment
from portal.enrolments.queries import list_of_participant
from portal.enrolments.rules import TOOK_PART
from portal.hours.queries import list_visits
from portal.hours.rules import tally
from portal.participants.models import Participant, ParticipantLink
from portal.participants.queries import get_own_self, own_links
from portal.participants.queries.happened import View, list_views
from portal.profile.models import ProfileChoice, ProfileShare
from portal.profile.rules import ProfileLine, is_in, line_of
from portal.progress.models import Observation
from portal.progress.queries import list_observations, newest_shown
from portal.progress.rules import Voice

OPENED = "profile.opened"
_EVER = date(2000, 1, 1)


@dataclass(frozen=True)
class Skill:
    """One competence: what each voice said of it, the newest first; never one from three."""

    competence: str
    said: dict[Voice, list[Observation]]

    def rows(self) -> list[Observation]:
        """Every example of it, by voice."""
        return [row for rows in self.said.values() for row in rows]

    def shown(self) -> Skill | None:
        """The same as others see it.

        Of each voice the newest that she doesn't keep to herself.
        """
        said = {row.voice: [row] for row in newest_shown(self.rows())}
        return Skill(self.competence, said) if said else None


@dataclass(frozen=True)
class Profile:
    """What she can, did and wants.

    None or nothing where there is none, or it isn't to be seen.
    """

    participant: Participant
    skills: Sequence[Skill]
    activities: Sequence[Enrolment]
    minutes: int | None
    headline: str
    wish: str
    learns: Sequence[str]  # words of the list, by key
    phone: str
    badges: Sequence[BroughtBadge] = ()
    photos: Mapping[int, str] = field(default_factory=dict)  # by the first of an example
    switched: frozenset[str] = field(default=frozenset())

    def rows(self) -> list[Observation]:
        """Every example in it."""
        return [row for one in self.skills for row in one.rows()]

    def lines(self) -> set[str]:
        """The name of each line with a key, as a switch says it."""
        keys = {
            ProfileLine.ACTIVITY: [row.uuid for row in self.activities],
            ProfileLine.BADGE: [row.uuid for row in self.badges],
            ProfileLine.LEARN: self.learns,
            ProfileLine.PHOTO: self.photos.values(),
        }
        return {line_of(kind, key) for kind, found in keys.items() for key in found}

    def shows(self, kind: str, key: object = "") -> bool:
        """Whether others see a line."""
        return is_in(line_of(ProfileLine(kind), key), self.switched)

    def shown(self) -> Profile:
        """The same as others see it: what she keeps to herself is not in it."""
        skills = [shown for skill in self.skills if (shown := skill.shown())]
        seen = {row.first_id for skill in skills for row in skill.rows()}
        return Profile(
            participant=self.participant,
            skills=skills,
            activities=[row for row in self.activities if self.shows("activity", row.uuid)],
            minutes=self.minutes if self.shows("hours") else None,
            headline=self.headline,
            wish=self.wish if self.shows("wish") else "",
            learns=[key for key in self.learns if self.shows("learn", key)],
            phone=self.phone if self.shows("phone") else "",
            badges=[row for row in self.badges if self.shows("badge", row.uuid)],
            photos={
                id_: digest
                for id_, digest in self.photos.items()
                if id_ in seen and self.shows("photo", digest)
            },
        )


def own_profile(session: Session, actor: Actor) -> Profile:
    """All that her keys open, for herself: also what she keeps to herself."""
    her = get_own_self(session, actor)
    choice = find_choice(session, her.id)
    rows = list_of_participant(session, her.id)
    examples = list_observations(session, her.id)
    phones = [link.phone for link in own_links(session, her.id) if link.knows_her and link.phone]
    return Profile(
        participant=her,
        skills=skills_of(examples, choice.first),
        activities=[row for row in rows if row.status in TOOK_PART and row.started_on],
        minutes=tally(list_visits(session, her.id), _EVER, clock.today()).minutes,
        headline=choice.headline,
        wish=choice.wish,
        learns=list_to_learn(session, her.id),
        phone=phones[0] if phones else "",
        badges=list_brought(session, actor),
        photos={row.first_id: row.photo for row in examples if row.photo},
        switched=frozenset(choice.switched),
    )


def skills_of(newest_first: Sequence[Observation], first: Sequence[str]) -> list[Skill]:
    """Group examples by competence, in the order that she chose.

    Then the newest first; by no score.
    """
    found: dict[str, dict[Voice, list[Observation]]] = {key: {} for key in first}
    for row in newest_first:
        found.setdefault(row.competence, {}).setdefault(row.voice, []).append(row)
    return [
        Skill(key, {voice: said[voice] for voice in Voice if voice in said})
        for key, said in found.items()
        if said
    ]


def find_choice(session: Session, participant_id: int, *, lock: bool = False) -> ProfileChoice:
    """What she chose; the row of who chose nothing yet."""
    query = select(ProfileChoice).where(ProfileChoice.participant_id == participant_id)
    query = query.order_by(ProfileChoice.id.desc()).limit(1)
    found = session.scalar(query.with_for_update() if lock else query)
    nothing: dict[str, Any] = {"headline": "", "wish": "", "switched": [], "first": []}
    return found or ProfileChoice(participant_id=participant_id, **nothing)


@dataclass(frozen=True)
class Shared:
    """To whom she shows it, whether it is open, and who looked last."""

    share: ProfileShare
    is_open: bool
    views: list[View]


def list_shares(session: Session, actor: Actor) -> list[Shared]:
    """List to whom she shows what her keys open now, the newest first."""
    query = select(ProfileShare, ProfileShare.is_open()).order_by(ProfileShare.id.desc())
    rows = [row for row in session.execute(query) if actor.opens.issuperset(row[0].opens)]
    with as_house(session):
        views = list_views(session, OPENED, ProfileShare.__tablename__, [row[0].id for row in rows])
    return [
        Shared(share, is_open, [view for view in views if view.row_id == share.id])
        for share, is_open in rows
    ]


def list_to_show(session: Session, actor: Actor) -> dict[int, ParticipantLink]:
    """List the organisations that have her and do not see it yet, by id."""
    see_it = {one.share.organisation_id for one in list_shares(session, actor) if one.is_open}
    query = select(ParticipantLink).where(
        ParticipantLink.participant_id == actor.participant_id,
        ParticipantLink.has_her(),
        ParticipantLink.organisation_id.not_in(see_it - {None}),
    )
    links = session.scalars(query.options(joinedload(ParticipantLink.organisation)))
    return {link.organisation_id: link for link in links}


def get_own_share(session: Session, actor: Actor, share_uuid: uuid.UUID) -> ProfileShare:
    """A link of hers that shows no more than her keys open."""
    found = one_or_not_found(session, select(ProfileShare).where(ProfileShare.uuid == share_uuid))
    if not actor.opens.issuperset(found.opens):
        raise NotFound("share")
    return found


def open_share(session: Session, token: str) -> tuple[ProfileShare, Actor]:
    """Read what a link shows, and on whose behalf.

    NotFound when it is over.
    """
    link = or_not_found(links.find(session, token, links.Purpose.PROFILE))
    with as_house(session):
        hers = select(ProfileShare).where(ProfileShare.uuid == link.row, ProfileShare.is_open())
        return _on_behalf(session, one_or_not_found(session, hers))


def find_shown(session: Session, her: Participant) -> ProfileShare | None:
    """What a participant shows the reader's organisation now; the guard knows which is."""
    query = select(ProfileShare).where(ProfileShare.participant_id == her.id)
    return session.scalars(query.order_by(ProfileShare.id.desc()).limit(1)).first()


def get_shown(session: Session, her: Participant) -> tuple[ProfileShare, Actor]:
    """Read what she shows the reader's organisation, and on whose behalf."""
    return _on_behalf(session, or_not_found(find_shown(session, her)))


def _on_behalf(session: Session, share: ProfileShare) -> tuple[ProfileShare, Actor]:
    her = session.get_one(Participant, share.participant_id)
    return share, participant_actor(her.id, her.name, share.opens)
