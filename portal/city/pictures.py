"""The demo city's own pictures: still lifes seen from above, drawn by program, that show nobody."""

import io
import math
import random
from collections.abc import Callable
from functools import cache

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from portal.offerings.rules.pictures import SmallPicture, make_small

_SIZE = (1200, 800)
_STEP = 270  # between two things
_Draw = Callable[[ImageDraw.ImageDraw, random.Random, float, float, float], None]


@cache
def drawn(scene: str, seed: str) -> SmallPicture:
    """Draw a scene by a seed, as small as a photo that is sent becomes."""
    draw = random.Random(f"{scene}/{seed}")
    ground, thing = _SCENES[scene]
    image = _ground(draw, ground)
    places = [
        (x + draw.uniform(-45, 45), y + draw.uniform(-40, 40), draw.uniform(88, 118))
        for y in range(120, _SIZE[1] + _STEP, _STEP)
        for x in range(120, _SIZE[0] + _STEP, _STEP)
    ]
    shadow = Image.new("L", _SIZE)
    under = ImageDraw.Draw(shadow)
    for x, y, r in places:
        _disc(under, x + 16, y + 22, r, 110)
    image.paste((40, 25, 15), mask=shadow.filter(ImageFilter.GaussianBlur(14)))
    on_top = ImageDraw.Draw(image)
    for x, y, r in places:
        thing(on_top, draw, x, y, r)
    light = Image.radial_gradient("L").resize(_SIZE).point(lambda value: 255 - value * 2 // 5)
    image = ImageChops.multiply(image.filter(ImageFilter.GaussianBlur(1)), light.convert("RGB"))
    out = io.BytesIO()
    image.save(out, "PNG")
    return make_small(out.getvalue())


def _ground(draw: random.Random, colour: tuple[int, int, int]) -> Image.Image:
    """Planks of one wood, or folds of one cloth."""
    image = Image.new("RGB", _SIZE, colour)
    on = ImageDraw.Draw(image)
    for top in range(0, _SIZE[1], 100):
        shade = draw.randint(-9, 9)
        plank = tuple(min(255, part + shade) for part in colour)
        on.rectangle((0, top, _SIZE[0], top + 97), fill=plank)
    return image


def _disc(on: ImageDraw.ImageDraw, x: float, y: float, r: float, fill: object) -> None:
    on.ellipse((x - r, y - r, x + r, y + r), fill=fill)  # type: ignore[arg-type]


def _bowl(on: ImageDraw.ImageDraw, draw: random.Random, x: float, y: float, r: float) -> None:
    _disc(on, x, y, r, draw.choice([(250, 246, 238), (226, 236, 236), (245, 226, 205)]))
    _disc(on, x, y, r * 0.78, draw.choice([(214, 120, 44), (188, 68, 44), (150, 168, 82)]))
    for _ in range(12):
        turn, far = draw.uniform(0, math.tau), draw.uniform(0, r * 0.62)
        at = (x + far * math.cos(turn), y + far * math.sin(turn))
        _disc(on, *at, draw.uniform(3, 8), draw.choice([(66, 110, 58), (240, 226, 190)]))


def _spool(on: ImageDraw.ImageDraw, draw: random.Random, x: float, y: float, r: float) -> None:
    thread = draw.choice([(178, 58, 72), (32, 104, 118), (226, 170, 60), (92, 76, 140)])
    for ring in range(9):
        part = 1 - ring * 0.075
        shade = 14 if ring % 2 else -10
        _disc(on, x, y, r * part, tuple(max(0, min(255, one + shade)) for one in thread))
    _disc(on, x, y, r * 0.3, (232, 208, 166))
    _disc(on, x, y, r * 0.12, (96, 66, 40))


def _seedling(on: ImageDraw.ImageDraw, draw: random.Random, x: float, y: float, r: float) -> None:
    _disc(on, x, y, r, (190, 98, 62))
    _disc(on, x, y, r * 0.84, (72, 50, 38))
    leaf = draw.choice([(84, 140, 66), (120, 164, 74), (58, 116, 84)])
    first = draw.uniform(0, math.tau)
    for number in range(6):
        turn = first + number * math.tau / 6
        for part in (0.25, 0.42, 0.56):
            at = (x + r * part * math.cos(turn), y + r * part * math.sin(turn))
            _disc(on, *at, r * (0.26 - part * 0.2), leaf)


_SCENES: dict[str, tuple[tuple[int, int, int], _Draw]] = {
    "bowls": ((172, 124, 82), _bowl),
    "spools": ((206, 196, 182), _spool),
    "seedlings": ((128, 112, 92), _seedling),
}
