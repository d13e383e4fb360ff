"""A call's Markdown as the page shows it."""

from functools import cache

from markdown_it import MarkdownIt
from markupsafe import Markup

_TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "blockquote"}
_SCHEMES = {"https", "http", "mailto", "tel"}


@cache
def _reader() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).disable(["image", "heading", "lheading"])


def cleaned(text: str) -> Markup:
    """Draw Markdown as the few tags of a plain text, cleaned after it was drawn."""
    import nh3

    drawn = _reader().render(text)
    rel = "nofollow noopener noreferrer ugc"
    return Markup(
        nh3.clean(drawn, tags=_TAGS, attributes={"a": {"href"}}, url_schemes=_SCHEMES, link_rel=rel)
    )
