"""QR codes as drawings."""


def qr_svg(address: str, *, border: int = 0, light: str | None = None) -> str:
    """Draw an address, and no other text, as an SVG with `border` quiet modules."""
    import segno  # pages without a code need it not

    code = segno.make(address, error="m", micro=False)
    return code.svg_inline(border=border, omitsize=True, light=light, svgclass=None, lineclass=None)
