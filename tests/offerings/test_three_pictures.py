"""Up to three pictures of an offering, each in the size that its place needs."""

import io

import pytest
from PIL import Image
from sqlalchemy import select

from portal.offerings.commands import copy, presentation
from portal.offerings.models import OfferingPicture
from portal.offerings.rules import SMALLER
from portal.offerings.rules.pictures import SmallPicture, make_small
from tests.offerings.made import photo
from tests.pages import page_of


def give(session, cast, place, alt, offering=None):
    small = SmallPicture(960, 640, alt.encode(), alt.encode(), ((360, b"small"),))
    return presentation.give_picture(
        session, cast.actor("coordinator"), offering or cast.offering,
        alt=alt, small=small, place=place,
    )  # fmt: skip


def alts(session, offering):
    session.expire_all()
    first = [offering.picture] if offering.picture else []
    return [one.alt for one in (*first, *offering.more_pictures)]


def test_each_is_there_in_smaller_sizes_where_it_is_wider_than_those():
    picture = make_small(photo())
    found = [(width, Image.open(io.BytesIO(webp))) for width, webp in picture.smaller]
    assert [(width, image.format) for width, image in found] == [(w, "WEBP") for w in SMALLER]
    assert [image.size for _width, image in found] == [(360, 240), (720, 480)]
    assert len(picture.smaller[0][1]) <= len(picture.smaller[1][1]) <= len(picture.webp)
    assert [width for width, _webp in make_small(photo(size=(600, 400))).smaller] == [360]


@pytest.mark.parametrize(("focus", "left"), [((0, 50), "red"), ((100, 50), "blue")])
def test_what_matters_is_not_cut_off(focus, left):
    """A very wide photo, red on the left and blue on the right."""
    picture = make_small(photo(size=(3000, 700)), focus)
    shown = Image.open(io.BytesIO(picture.webp)).convert("RGB")
    pixel = shown.getpixel((480, 320))
    assert isinstance(pixel, tuple)
    assert (pixel[0] > pixel[2]) is (left == "red")


def test_the_others_move_up_when_one_goes_and_a_copy_takes_all_along(session, cast):
    for place, alt in enumerate(("pan", "bord", "lepel"), 1):
        give(session, cast, place, alt)
    assert alts(session, cast.offering) == ["pan", "bord", "lepel"]
    copied = copy(session, cast.actor("coordinator"), source=cast.offering, title="Nog een keer")
    presentation.remove_picture(session, cast.actor("coordinator"), cast.offering)
    assert alts(session, cast.offering) == ["bord", "lepel"]
    presentation.remove_picture(session, cast.actor("coordinator"), cast.offering, 2)
    assert alts(session, cast.offering) == ["bord"]
    assert alts(session, copied) == ["pan", "bord", "lepel"]
    first = session.scalar(select(OfferingPicture).where(OfferingPicture.offering_id == copied.id))
    assert (first.smaller, first.webp_360, first.webp_720) == ([360], b"small", None)


def test_the_second_is_given_on_its_own_page_with_leave_to_show_it(session, cast):
    give(session, cast, 1, "Een pan")
    session.commit()
    client = cast.client("coordinator")
    url = f"/work/offerings/{cast.offering.slug}/picture"
    assert [one.get_text() for one in client.page(url).select("main nav a")] == [
        "Foto 1", "Foto 2",
    ]  # fmt: skip

    def send(**more):
        sent = {"file": (io.BytesIO(photo()), "pan.jpg"), "alt": "Een bord", "across": "20", **more}
        sent["csrf_token"] = client.csrf_token()
        return client.post(f"{url}?place=2", data=sent, content_type="multipart/form-data")

    refused = page_of(send())
    assert refused.status == 422
    assert "mag laten zien" in refused.select_one(".error-summary").get_text()
    assert send(may_show="y").status_code == 303
    assert alts(session, cast.offering) == ["Een pan", "Een bord"]
    session.rollback()
    page = cast.client().page(f"/offerings/{cast.offering.slug}")
    second = page.select("main img")[1]
    assert second["alt"] == "Een bord"
    assert second["loading"] == "lazy"
    parts = [part.split() for part in second["srcset"].split(", ")]
    assert [width for _at, width in parts] == ["360w", "720w", "960w"]
    sizes = [Image.open(io.BytesIO(cast.client().get(at).data)).width for at, _width in parts]
    assert sizes == [360, 720, 960]
    assert cast.client().get(parts[0][0].replace("360", "361")).status_code == 404
    assert client.get(f"{url}?place=4").status_code == 404
