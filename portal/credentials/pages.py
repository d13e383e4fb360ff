"""A proof as a sheet of paper shows it, and as its status list is handed out."""

from typing import Any

from flask_babel import gettext

from portal.catalogue.labels import paper_drawing
from portal.core import clock
from portal.core.qr import qr_svg
from portal.core.signing import is_unchanged
from portal.credentials.models import BroughtBadge, Credential
from portal.credentials.rules import read_brought
from portal.offerings.labels import competence_words
from portal.progress.rules import Voice
from portal.web.i18n import locale_code
from portal.web.words import day_and_year, label


def said_by(voice: str) -> str:
    """Say whose voice it is, as others read it: a role, and no name."""
    return gettext("Told by herself") if voice == Voice.PARTICIPANT else label(Voice(voice))


def in_words(badge: BroughtBadge) -> dict[str, str]:
    """Say what a badge of another is, never more; nothing where it can't be read."""
    found, unchanged = read_brought(badge.token), is_unchanged(badge.token)
    if found is None:
        return {}
    state = {
        True: gettext("From another. Nothing in it was changed. Who signed it, we do not know."),
        False: gettext("From another. The signature is not right."),
        None: gettext("From another. We could not check the signature."),
    }[unchanged]
    if found.until and found.until < clock.today():
        state += " " + gettext("It was valid until %(day)s.", day=day_and_year(found.until))
    given = day_and_year(found.given_on) if found.given_on else ""
    return {"name": found.name, "issuer": found.issuer, "given": given, "state": state}


def certificate(proof: Credential, name: str, address: str) -> dict[str, Any]:
    """Gather what the sheet needs, in the page's language; her name stands only here."""
    made = clock.to_local(proof.created_at)
    return {
        "language": locale_code(),
        "day": [made.year, made.month, made.day],
        "issuer": proof.organisation.name,
        "drawing": paper_drawing(proof.competence),
        "title": gettext("Proof"),
        "of": gettext("This proof is of"),
        "name": name,
        "can": gettext("can do this:"),
        "words": competence_words(proof.competence),
        "seen": gettext("Who saw it?"),
        "voices": [[voice, said_by(voice)] for voice in proof.voices],
        "real": gettext("Is it real? Scan the code. You see whether it still holds."),
        "made": gettext(
            "Given by %(name)s on %(day)s.",
            name=proof.organisation.name, day=day_and_year(made),
        ),
        "number": proof.number,
        "alt": gettext("A code to scan. It opens %(address)s", address=address),
        "address": address,
        "qr": qr_svg(address),
    }  # fmt: skip
