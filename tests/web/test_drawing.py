"""What is drawn quicker is drawn as Jinja draws it, and is kept in each language apart."""

from flask import Flask, render_template_string
from flask_babel import force_locale
from jinja2 import Environment
from markupsafe import Markup

SAID = """{% macro said(x, more="") %}<b>{{ x }}</b>{{ caller() if caller else more }}{% endmacro %}
{% set whole %}{{ text }}{{ bold }}{% endset %}
{{ text }}|{{ bold }}|{{ number }}|{{ nothing }}|{{ unknown }}|{{ page }}|{{ whole }}
{{ said(text) }}{{ said(bold, more=text) }}{% call said(number) %}{{ text }}{% endcall %}
{% for one in [text, bold] %}{{ said(one) }}{{ one.upper() }}{{ loop.cycle("<", ">") }}{% endfor %}
{{ asks(text) }}{{ text ~ bold }}{{ (text ~ "")|replace("<", "&") }}{{ bold|upper }}
{% autoescape false %}{{ text }}{% endautoescape %}{% filter upper %}{{ text }}{% endfilter %}"""


class _Page:
    def __html__(self) -> str:
        return "<p>page</p>"


def test_each_kind_of_value_is_written_as_jinja_writes_it(app: Flask) -> None:
    values = {
        "text": "<i>&'\"",
        "bold": Markup("<b>&amp;</b>"),
        "number": 1.5,
        "nothing": None,
        "page": _Page(),
        "asks": lambda text: f"<{text}>",
    }
    theirs = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    with app.test_request_context():
        ours = app.jinja_env.from_string(SAID).render(**values)
    assert ours == theirs.from_string(SAID).render(**values)


def test_what_is_kept_is_drawn_once_in_each_language(app: Flask) -> None:
    text = "{% call kept('drawing', of) %}{{ _('Save') }} {{ number }}{% endcall %}"
    found = []
    with app.test_request_context():
        for language, of, number in (("nl", 1, 1), ("en", 1, 2), ("nl", 2, 3), ("nl", 1, 4)):
            with force_locale(language):
                found.append(render_template_string(text, of=of, number=number))
    assert found == [found[0], "Save 2", found[0].replace("1", "3"), found[0]]
