"""What a rule refuses stands in the form that asked for it, or on a page of its own."""

from portal.offerings.commands import presentation
from portal.offerings.models import OfferingPicture
from portal.offerings.rules.pictures import SmallPicture


def test_a_refusal_that_no_form_shows_has_its_own_page_and_nothing_says_it_was_done(session, cast):
    """The button leads on wherever it may; a refusal is no reason to say that it did."""
    small = SmallPicture(960, 640, b"pan", b"pan")
    presentation.give_picture(
        session, cast.actor("coordinator"), cast.offering, alt="Een pan", small=small
    )
    session.commit()
    client = cast.client("coordinator")
    url = f"/work/offerings/{cast.offering.slug}/picture"
    page = client.page(url)
    session.get_one(OfferingPicture, cast.offering.picture.id).alt = "Een andere pan"
    session.commit()
    refused = client.page(client.submit(page, form="form[action*='remove']"), status=422)
    assert "veranderd" in refused.words
    assert "De foto is weg" not in client.page(url).words
    session.expire_all()
    assert cast.offering.picture.alt == "Een andere pan"
