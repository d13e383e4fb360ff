"""What is drawn once is kept in each language apart."""

from flask import Flask, render_template_string
from flask_babel import force_locale
from jinja2 import pass_context


def test_what_is_kept_is_drawn_once_in_each_language(app: Flask) -> None:
    text = "{% call kept('drawing', of) %}{{ _('Save') }} {{ number }}{% endcall %}"
    found = []
    with app.test_request_context():
        for language, of, number in (("nl", 1, 1), ("en", 1, 2), ("nl", 2, 3), ("nl", 1, 4)):
            with force_locale(language):
                found.append(render_template_string(text, of=of, number=number))
    assert found == [found[0], "Save 2", found[0].replace("1", "3"), found[0]]


def test_a_template_gives_what_a_function_asks_of_it(app: Flask) -> None:
    """Also in a loop, where one that asks for the context finds what the loop has."""
    text = (
        "{% macro shown(word) %}<b>{{ word }}</b>{% endmacro %}"
        "{% for one in ['<'] %}{% set it = one %}{{ seen() }} {{ plain(one) }} "
        "{{ _('%(it)s', it=one) }} {{ shown(one) }} {{ kind('x') }}{% endfor %}"
    )
    seen = pass_context(lambda context: context["it"])
    with app.test_request_context():
        found = render_template_string(text, seen=seen, plain=lambda word: word * 2, kind=str)
    assert found == "&lt; &lt;&lt; &lt; <b>&lt;</b> x"
