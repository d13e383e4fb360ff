"""What people send becomes a small picture with nothing else inside, or is refused in words."""

import io
import os

import pytest
from PIL import Image, ImageCms

from portal.core.errors import RuleBroken
from portal.offerings.rules import HEIGHT, WIDTH
from portal.offerings.rules.pictures import MOST_BYTES, SmallPicture, as_jpeg, make_small
from tests.offerings.made import as_file, photo

ORIENTATION, CAMERA, GPS = 0x0112, 0x0110, 0x8825
RED, BLUE = (254, 0, 0), (0, 0, 254)


def opened(picture: SmallPicture) -> list[Image.Image]:
    files = [Image.open(io.BytesIO(body)) for body in (picture.avif, picture.webp)]
    for file in files:
        file.load()
    assert [file.format for file in files] == ["AVIF", "WEBP"]
    assert all(file.size == (picture.width, picture.height) for file in files)
    return list(files)


def is_near(pixel: object, colour: tuple[int, int, int], most: int = 40) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(a - b) <= most for a, b in zip(pixel, colour, strict=True))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
def test_each_kind_of_photo_becomes_both_formats(kind):
    picture = make_small(photo(kind))
    assert (picture.width, picture.height) == (WIDTH, HEIGHT)
    assert 0 < len(picture.avif) <= MOST_BYTES
    assert 0 < len(picture.webp) <= MOST_BYTES
    for shown in opened(picture):
        assert is_near(shown.convert("RGB").getpixel((50, 300)), RED)
        assert is_near(shown.convert("RGB").getpixel((900, 300)), BLUE)


@pytest.mark.slow
def test_what_can_hardly_be_packed_fits_too():
    noise = Image.frombytes("RGB", (1200, 800), os.urandom(1200 * 800 * 3))
    picture = make_small(as_file(noise))
    assert max(len(picture.avif), len(picture.webp)) <= MOST_BYTES
    assert picture.width < WIDTH
    opened(picture)


def test_a_small_photo_is_not_blown_up():
    picture = make_small(photo(size=(600, 400)))
    assert (picture.width, picture.height) == (600, 400)


@pytest.mark.parametrize("size", [(3000, 700), (700, 3000), (20_000, 400)])
def test_any_shape_becomes_the_shape_of_a_card(size):
    picture = make_small(photo(size=size))
    assert abs(picture.width / picture.height - WIDTH / HEIGHT) < 0.01


def test_nothing_about_the_photo_is_kept():
    exif = Image.Exif()
    exif[CAMERA] = "Geheime camera"
    exif.get_ifd(GPS).update({1: "N", 2: (51.0, 54.0, 30.5), 3: "E", 4: (4.0, 30.0, 1.5)})
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    sent = photo(exif=exif, icc_profile=profile, xmp=b"<x:xmpmeta>Geheim</x:xmpmeta>")
    assert Image.open(io.BytesIO(sent)).getexif().get_ifd(GPS)
    picture = make_small(sent)
    for body in (picture.avif, picture.webp, as_jpeg(picture.webp)):
        assert b"Geheim" not in body
        assert b"sRGB" not in body
        shown = Image.open(io.BytesIO(body))
        shown.load()
        assert not shown.getexif()
        left = set(shown.info) & {"exif", "xmp", "icc_profile", "comment", "XML:com.adobe.xmp"}
        assert not [name for name in left if shown.info[name]], left


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_taken_with_the_phone_on_its_side_stands_upright(kind):
    exif = Image.Exif()
    exif[ORIENTATION] = 6  # turned a quarter: what lies left must come on top
    shown = opened(make_small(photo(kind, exif=exif)))[1].convert("RGB")
    assert is_near(shown.getpixel((WIDTH // 2, 50)), RED)
    assert is_near(shown.getpixel((WIDTH // 2, HEIGHT - 50)), BLUE)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
def test_a_photo_whose_notes_are_junk_is_taken_as_it_lies():
    sent = photo(exif=b"Exif\x00\x00II*\x00\xff\xff\xff\xff" + bytes(range(40)))
    assert is_near(opened(make_small(sent))[1].convert("RGB").getpixel((50, 300)), RED)


def test_print_colours_and_sixteen_bits_of_grey_are_read():
    printed = Image.open(io.BytesIO(photo())).convert("CMYK")
    shown = opened(make_small(as_file(printed)))[1].convert("RGB")
    assert is_near(shown.getpixel((50, 300)), RED)
    deep = Image.new("I;16", (1200, 800), 0x8000)
    shown = opened(make_small(as_file(deep, "PNG")))[1].convert("RGB")
    assert is_near(shown.getpixel((50, 300)), (128, 128, 128), 4)


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGBA"])
def test_few_colours_and_see_through_parts_are_read(mode):
    image = Image.open(io.BytesIO(photo("PNG")))
    image.putalpha(0)
    shown = opened(make_small(as_file(image.convert(mode), "PNG")))[1].convert("RGB")
    if mode in {"LA", "RGBA"}:  # what is see-through stands on white paper
        assert is_near(shown.getpixel((50, 300)), (255, 255, 255), 4)


def test_a_see_through_colour_of_a_palette_stands_on_white():
    image = Image.new("P", (900, 600))
    shown = opened(make_small(as_file(image, "PNG", transparency=0)))[1].convert("RGB")
    assert is_near(shown.getpixel((50, 300)), (255, 255, 255), 4)


def test_a_moving_picture_stands_still():
    frames = [Image.new("RGB", (600, 400), colour) for colour in ("red", "blue")]
    sent = as_file(frames[0], "GIF", save_all=True, append_images=frames[1:])
    for shown in opened(make_small(sent)):
        assert getattr(shown, "n_frames", 1) == 1
        assert is_near(shown.convert("RGB").getpixel((50, 300)), RED)


@pytest.mark.slow
def test_a_photo_of_fifty_megapixels_is_taken():
    picture = make_small(photo(size=(8160, 6120), quality=80))
    assert (picture.width, picture.height) == (WIDTH, HEIGHT)


REFUSED: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "empty"),
    "text": (b"Dit is geen foto", "can't read"),
    "noise": (bytes(range(256)) * 20, "can't read"),
    "web page": (b"<!doctype html><p>foto", "can't read"),
    "svg": (b'\xef\xbb\xbf<?xml version="1.0"?>\n<SVG xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
    "pdf": (b"%PDF-1.7\n", "PDF"),
    "heic": (b"\x00\x00\x00\x20ftypheic\x00\x00\x00\x00mif1heic" + bytes(200), "HEIC"),
    "heif": (b"\x00\x00\x00\x20ftypmif1\x00\x00\x00\x00mif1heix" + bytes(200), "HEIC"),
    "film": (b"\x00\x00\x00\x20ftypisom\x00\x00\x00\x00mp42" + bytes(200), "can't read"),
    "tiff": (photo("TIFF"), "can't read"),
    "half": (photo()[:4000], "not whole"),
    "half png": (photo("PNG")[:900], "not whole"),
    "only a head": (photo()[:60], "can't read|not whole"),
    "1 by 1": (photo("PNG", size=(1, 1)), "too small"),
    "a thread": (photo("PNG", size=(20_000, 10)), "too small"),
    "a stamp": (photo("PNG", size=(479, 400)), "too small"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_picture_for_us_is_refused_in_words(name):
    upload, words = REFUSED[name]
    with pytest.raises(RuleBroken, match=words) as refused:
        make_small(upload)
    assert refused.value.field == "file"


@pytest.mark.parametrize("side", [7_000, 10_000, 14_000])
def test_a_small_file_that_would_fill_the_memory_is_refused_unread(side):
    bomb = as_file(Image.new("1", (side, side)), "PNG")
    assert len(bomb) < 200_000
    with pytest.raises(RuleBroken, match="too many pixels"):
        make_small(bomb)


@pytest.mark.slow
def test_any_damage_is_refused_and_never_a_failure():
    whole = photo("PNG", size=(600, 400)), photo(size=(600, 400)), photo("WEBP", size=(600, 400))
    for body in whole:
        for place in range(0, min(len(body), 1200), 37):
            damaged = body[:place] + bytes([body[place] ^ 0xFF]) + body[place + 1 :]
            try:
                opened(make_small(damaged))
            except RuleBroken as refused:
                assert refused.field == "file"  # noqa: PT017 - either is right
