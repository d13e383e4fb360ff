"""Giving an offering its picture and its texts in other languages."""

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from portal.core.audit import AuditEvent
from portal.core.errors import RuleBroken
from portal.finding.queries import find_version
from portal.offerings.commands import presentation
from portal.offerings.models import Offering, OfferingPicture, OfferingText
from portal.offerings.rules.pictures import SmallPicture
from tests.cast import Cast
from tests.offerings.made import picture_of

ONE = SmallPicture(960, 640, b"avif one", b"webp one")
TWO = SmallPicture(600, 400, b"avif two", b"webp two")


def count(session: Session, table: type) -> int | None:
    return session.scalar(select(func.count()).select_from(table))


def events(session: Session) -> list[str]:
    mine = AuditEvent.event.like("offering.picture%") | AuditEvent.event.like("offering.text%")
    return list(session.scalars(select(AuditEvent.event).where(mine).order_by(AuditEvent.id)))


def test_a_picture_is_given_replaced_better_said_and_taken_away(session, cast):
    def give(alt: str, small: SmallPicture | None) -> OfferingPicture:
        return presentation.give_picture(
            session, cast.actor("coordinator"), cast.offering, alt=alt, small=small
        )

    first = give("Een pan", ONE)
    assert (first.digest, first.alt) == (ONE.digest, "Een pan")
    second = give("Twee pannen", TWO)
    assert (second.width, second.avif, second.digest) == (600, b"avif two", TWO.digest)
    assert ONE.digest != TWO.digest
    give("Twee grote pannen", None)
    assert (second.alt, second.digest) == ("Twee grote pannen", TWO.digest)
    assert count(session, OfferingPicture) == 1
    for _ in range(2):
        presentation.remove_picture(session, cast.actor("coordinator"), cast.offering)
    assert count(session, OfferingPicture) == 0
    given, removed = "offering.picture_given", "offering.picture_removed"
    assert events(session) == [given, given, given, removed]


@pytest.mark.parametrize(("alt", "small", "field"), [(" ", ONE, "alt"), ("Een pan", None, "file")])
def test_a_picture_needs_bytes_and_words(session, cast, alt, small, field):
    with pytest.raises(RuleBroken) as refused:
        presentation.give_picture(
            session, cast.actor("coordinator"), cast.offering, alt=alt, small=small
        )
    assert refused.value.field == field
    assert count(session, OfferingPicture) == 0


def write(session: Session, cast: Cast, language: str, **parts: str) -> OfferingText | None:
    return presentation.write_text(
        session, cast.actor("coordinator"), cast.offering, language, **parts
    )


def test_a_text_is_written_changed_and_emptied_again(session, cast):
    assert write(session, cast, "ar", title="", what="") is None
    first = write(session, cast, "ar", title="طبخ", what="نطبخ")
    assert first is not None
    assert write(session, cast, "ar", title="طبخ", summary="معا") is first
    assert (first.what, first.summary) == ("", "معا")  # what was left out is empty
    write(session, cast, "tr", title="Yemek")
    assert [text.language for text in cast.offering.texts] == ["ar", "tr"]
    assert write(session, cast, "ar") is None
    session.expire(cast.offering)
    assert [text.language for text in cast.offering.texts] == ["tr"]
    written, removed = "offering.text_written", "offering.text_removed"
    assert events(session) == [written, written, written, removed]


def test_the_offerings_own_language_is_written_in_the_offering(session, cast):
    with pytest.raises(RuleBroken, match="in this language"):
        write(session, cast, "nl", title="Koken")


def test_a_number_that_may_be_a_bsn_is_refused_in_every_language(session, cast):
    with pytest.raises(RuleBroken):
        write(session, cast, "en", what="My number is 111222333.")
    with pytest.raises(RuleBroken):
        presentation.give_picture(
            session, cast.actor("coordinator"), cast.offering, alt="nr. 111222333", small=ONE
        )


def test_visitors_see_a_change_at_once(session, cast):
    before = find_version(session)
    write(session, cast, "en", title="Cooking")
    session.commit()
    between = find_version(session)
    picture_of(session, cast.offering)
    session.commit()
    assert len({before, between, find_version(session)}) == 3


def test_what_belongs_to_an_offering_goes_with_it(session, cast):
    from tests import factories as make

    offering = make.offering(session, cast.enterprise)
    offering.texts.append(OfferingText(language="en", title="Cooking"))
    picture_of(session, offering)
    session.execute(delete(Offering).where(Offering.id == offering.id))
    assert (count(session, OfferingText), count(session, OfferingPicture)) == (0, 0)
