"""A proof that was made before a test begins."""

from __future__ import annotations

from sqlalchemy.orm import Session

from portal.core import reading_as
from portal.core.signing_keys import open_keys
from portal.credentials import commands
from portal.credentials.models import Credential
from portal.enrolments.models import Enrolment
from portal.progress.rules import Voice
from tests import factories as make
from tests.cast import Cast


def told(session: Session, enrolment: Enrolment, competence: str = "koken") -> None:
    """A guide and an expert say it, each with an example."""
    for voice in (Voice.GUIDE, Voice.EXPERT):
        make.observation(session, enrolment, competence=competence, voice=voice)


def proof(session: Session, cast: Cast, competence: str = "koken") -> Credential:
    """Hers, of the cast's enterprise."""
    told(session, cast.enrolment, competence)
    keys = open_keys(session, cast.app.config["SETTINGS"].secret_key)
    actor = cast.actor("participant")
    with reading_as(session, actor):
        made = commands.prove(
            session, actor, competence=competence, organisation_id=cast.enterprise.id,
            keys=keys, base_url=cast.app.config["SETTINGS"].base_url,
        )  # fmt: skip
    session.flush()
    return made


def asked_of(cast: Cast) -> dict[str, object]:
    """What she sends to get a proof of what a guide and she herself said."""
    return {"competence": "samenwerken", "organisation": cast.enterprise.id}
