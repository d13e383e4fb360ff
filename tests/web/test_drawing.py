"""What is drawn once is kept in each language apart."""

from flask import Flask, render_template_string
from flask_babel import force_locale


def test_what_is_kept_is_drawn_once_in_each_language(app: Flask) -> None:
    text = "{% call kept('drawing', of) %}{{ _('Save') }} {{ number }}{% endcall %}"
    found = []
    with app.test_request_context():
        for language, of, number in (("nl", 1, 1), ("en", 1, 2), ("nl", 2, 3), ("nl", 1, 4)):
            with force_locale(language):
                found.append(render_template_string(text, of=of, number=number))
    assert found == [found[0], "Save 2", found[0].replace("1", "3"), found[0]]
