"""Photos as people send them, and an offering's picture."""

import io
from typing import Any

from PIL import Image
from sqlalchemy.orm import Session

from portal.offerings.models import Offering, OfferingPicture


def photo(kind: str = "JPEG", size: tuple[int, int] = (1200, 900), **options: Any) -> bytes:
    """A file with a picture: red on the left, blue on the right."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (size[0] // 2, 0, *size))
    return as_file(image, kind, **options)


def as_file(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def picture_of(session: Session, offering: Offering, **values: Any) -> OfferingPicture:
    """A picture, for where only its row matters."""
    values = {
        "alt": "Vier mensen schillen wortels.", "digest": "0123456789abcdef",
        "width": 96, "height": 64, "avif": b"\x00avif\xff", "webp": photo("WEBP", (96, 64)),
        **values,
    }  # fmt: skip
    picture = OfferingPicture(offering_id=offering.id, **values)
    session.add(picture)
    session.flush()
    return picture
