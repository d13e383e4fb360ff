"""QR codes as drawings."""


def qr_svg(address: str, *, border: int = 0, light: str | None = None) -> str:
    """An address as an SVG with a quiet edge of `border` modules, and no style of its own.

    Nobody's text goes in: it is drawn from the address alone.
    """
    import segno  # pages without a code need it not

    code = segno.make(address, error="m", micro=False)
    return code.svg_inline(border=border, omitsize=True, light=light, svgclass=None, lineclass=None)
