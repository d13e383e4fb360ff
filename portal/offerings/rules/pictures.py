"""A photo as it came in becomes a small picture in two formats, with nothing else inside.

Pillow is taken along by what reads or writes one, and by nothing that names this.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING, Any

from portal.core.errors import N_, RuleBroken
from portal.offerings.rules import FOCUS, HEIGHT, SMALLER, WIDTH

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

MOST_BYTES = 60_000  # of each format

_LEAST = (480, 320)
_MOST_PIXELS = {"JPEG": 64_000_000, "MPO": 64_000_000}  # read at a part of their size
_MOST_PIXELS_OF_OTHERS = 40_000_000
_FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF")
_HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1")
_SCALES = (1.0, 0.75, 0.5)
_QUALITIES = (72, 58, 44, 30)

_HEIC = N_(
    "This is a HEIC photo, as an iPhone makes it. On the iPhone choose Settings, Camera, Formats, "
    "Most compatible. Or make a screenshot of the photo, and send that."
)
_PDF = N_("This is a PDF. Make a picture of the page (JPEG or PNG), and send that.")
_SVG = N_("This is a drawing (SVG). Save it as PNG, and send that.")
_UNKNOWN = N_("We can't read this file as a picture. Send a photo as JPEG, PNG or WebP.")
_BROKEN = N_("This picture is not whole. Send it again, or make a new one.")
_EMPTY = N_("This file is empty. Choose another one.")
_TOO_MANY = N_("This picture has too many pixels. Make it smaller first.")
_TOO_SMALL = N_("This picture is too small: it is {width} by {height}. It needs {least}.")

# A photo of 50 megapixels takes hundreds of megabytes while it is read: one at a time.
_one_at_a_time = Lock()


@dataclass(frozen=True)
class SmallPicture:
    """What is kept of an upload."""

    width: int
    height: int
    avif: bytes
    webp: bytes
    smaller: tuple[tuple[int, bytes], ...] = ()  # its width, and a WebP of it

    @property
    def digest(self) -> str:
        return sha256(self.avif + self.webp).hexdigest()[:16]

    def columns(self) -> dict[str, Any]:
        """What of it is kept under which name."""
        smaller = dict(self.smaller)
        return {
            "digest": self.digest,
            "width": self.width,
            "height": self.height,
            "avif": self.avif,
            "webp": self.webp,
            "smaller": list(smaller),
            **{f"webp_{width}": smaller.get(width) for width in SMALLER},
        }


def make_small(upload: bytes, focus: tuple[int, int] = FOCUS) -> SmallPicture:
    """Cut, turn upright and shrink a picture; raises RuleBroken for anything else.

    What is cut off is what lies farthest from `focus`, hundredths from the left and from above. The
    name and the type that the sender gave say nothing: only the bytes count.
    """
    from PIL import Image

    _refuse_what_we_know(upload)
    with _one_at_a_time:
        try:
            picture = _read(upload, focus)
        except RuleBroken:
            raise
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise RuleBroken("file", _TOO_MANY) from None
        except Exception:  # a decoder meets junk in more ways than anyone can list
            raise RuleBroken("file", _BROKEN) from None
    return _shrunk(picture)


def as_jpeg(webp: bytes) -> bytes:
    """Make a picture a JPEG, which a PDF holds as it is."""
    from PIL import Image

    out = io.BytesIO()
    with Image.open(io.BytesIO(webp), formats=("WEBP",)) as picture:
        picture.convert("RGB").save(out, "JPEG", quality=85)
    return out.getvalue()


def _refuse_what_we_know(upload: bytes) -> None:
    """Words of their own for what people send most that isn't a picture here."""
    start = upload[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not upload:
        raise RuleBroken("file", _EMPTY)
    if start.startswith(b"%PDF"):
        raise RuleBroken("file", _PDF)
    if start.startswith(b"<") and b"<svg" in upload[:65_536].lower():
        raise RuleBroken("file", _SVG)
    if upload[4:8] == b"ftyp" and upload[8:12] in _HEIC_BRANDS and b"avif" not in upload[8:64]:
        raise RuleBroken("file", _HEIC)


def _read(upload: bytes, focus: tuple[int, int]) -> Picture:
    """The picture upright, in its final shape, in sRGB, on a sheet that holds nothing else."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        sent = Image.open(io.BytesIO(upload), formats=_FORMATS)
    except UnidentifiedImageError:
        raise RuleBroken("file", _UNKNOWN) from None
    _check_size(sent)
    profile = sent.info.get("icc_profile")
    sent.draft(None, (2 * WIDTH, 2 * WIDTH))  # a JPEG is read at an eighth or more of its size
    sent.load()
    upright: Picture = sent
    with suppress(Exception):  # the pixels are whole; what is written about them isn't
        upright = ImageOps.exif_transpose(sent)
    image = _with_plain_pixels(upright)
    width, height = image.size
    scale = min(1.0, width / WIDTH, height / HEIGHT)
    size = (max(1, round(WIDTH * scale)), max(1, round(HEIGHT * scale)))
    centering = (focus[0] / 100, focus[1] / 100)
    fitted = ImageOps.fit(image, size, Image.Resampling.LANCZOS, centering=centering)
    sheet = Image.new("RGB", size, "white")
    if fitted.mode == "RGBA":
        sheet.paste(fitted, mask=fitted.getchannel("A"))
        return _in_srgb(sheet, profile)
    sheet.paste(_in_srgb(fitted, profile))
    return sheet


def _check_size(image: Picture) -> None:
    width, height = image.size
    if width * height > _MOST_PIXELS.get(image.format or "", _MOST_PIXELS_OF_OTHERS):
        raise RuleBroken("file", _TOO_MANY)
    if max(width, height) < _LEAST[0] or min(width, height) < _LEAST[1]:
        least = f"{_LEAST[0]} × {_LEAST[1]}"
        raise RuleBroken("file", _TOO_SMALL, width=width, height=height, least=least)


def _with_plain_pixels(image: Picture) -> Picture:
    """Eight bits a colour, as RGB, RGBA or CMYK."""
    if image.mode in {"RGB", "RGBA", "CMYK"}:
        return image
    if image.mode.startswith("I"):  # 16 bits of grey, which Pillow would cut off at 255
        image = image.point(lambda value: value / 256, "L") if image.mode == "I" else _grey(image)
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _grey(image: Picture) -> Picture:
    return image.convert("I").point(lambda value: value / 256, "L")


def _in_srgb(image: Picture, profile: Any) -> Picture:
    """The colours that the camera or the printer's programme meant."""
    from PIL import ImageCms

    if profile:
        try:
            own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            shown = ImageCms.profileToProfile(image, own, target, outputMode="RGB")
            return shown or image.convert("RGB")
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            pass  # a profile for other colours than these, or none at all
    return image.convert("RGB")


def _shrunk(picture: Picture) -> SmallPicture:
    """The best quality that fits in the budget, at the largest size that has one."""
    from PIL.Image import Resampling

    for scale in _SCALES:
        size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
        image = picture if scale == 1 else picture.resize(size, Resampling.LANCZOS)
        avif = _packed(image, "AVIF", speed=7)
        webp = _packed(image, "WEBP", method=5)
        if avif and webp:
            return SmallPicture(*size, avif, webp, tuple(_smaller(image, Resampling.LANCZOS)))
    raise RuleBroken("file", _TOO_MANY)  # nothing made so far is so wild that it comes here


def _smaller(image: Picture, how: Any) -> Iterator[tuple[int, bytes]]:
    for width in (one for one in SMALLER if one < image.width):
        size = (width, round(image.height * width / image.width))
        webp = _packed(image.resize(size, how), "WEBP", method=5)
        if webp:
            yield width, webp


def _packed(image: Picture, kind: str, **options: Any) -> bytes | None:
    for quality in _QUALITIES:
        out = io.BytesIO()
        image.save(out, kind, quality=quality, exif=b"", xmp=b"", icc_profile=b"", **options)
        if out.tell() <= MOST_BYTES:
            return out.getvalue()
    return None
