"""Languages: Dutch first, another one when it was chosen; catalogues compiled at the start."""

import os
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from babel import Locale
from flask import Flask, Response, g, has_app_context, request
from flask_babel import Domain, get_locale, refresh
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from portal.extensions import babel
from portal.web.current import here

LANGUAGES = {
    "nl": "Nederlands",
    "en": "English",
    "tr": "Türkçe",
    "ar": "العربية",
    "pl": "Polski",
}
# Languages a participant may have; the portal writes to her in one of LANGUAGES.
SPOKEN = LANGUAGES | {
    "ti": "ትግርኛ",
    "uk": "Українська",
    "fa": "فارسی",
    "fr": "Français",
    "es": "Español",
    "pt": "Português",
    "pap": "Papiamentu",
    "so": "Soomaali",
    "zh": "中文",
}
DEFAULT = "nl"
_DEFAULT_LOCALE = Locale(DEFAULT)
_COOKIE = "language"
_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
_CATALOGUES = Path(__file__).resolve().parent.parent / "translations"


def init_app(app: Flask) -> None:
    """Choose a request's language: by the address, a cookie, or Dutch."""
    compile_catalogues()
    app.config["BABEL_DEFAULT_LOCALE"] = "en"  # the language of the texts in the code
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(_CATALOGUES)
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Europe/Amsterdam"
    babel.init_app(app, locale_selector=chosen_language)
    babel.domain_instance = _texts
    app.after_request(_remember_choice)
    app.jinja_env.globals.update(  # macros know them too
        _=_text,
        ngettext=_number_text,
        written_in=written_in,
        locale_code=locale_code,
        text_direction=text_direction,
        languages=LANGUAGES.items,
        language_url=language_url,
    )
    app.add_template_filter(apart)


class _Texts(Domain):
    """The translations of a request, looked up once for its hundreds of texts."""

    def get_translations(self) -> Any:
        """The texts in the language of now, which `refresh` and `force_locale` change."""
        context, locale = _now()
        if locale is None:
            return super().get_translations()
        of, found = getattr(context, "texts", (None, None))
        if of is not locale:
            found = super().get_translations()
            context.texts = locale, found
        return found


_texts = _Texts()
gettext, ngettext = _texts.gettext, _texts.ngettext  # flask_babel's look for the domain first


def _now() -> tuple[Any, Locale | None]:
    """Where the locale of now is kept, and that locale once it is known."""
    context = here().get("_flask_babel") if has_app_context() else None
    return context, getattr(context, "babel_locale", None)


@pass_eval_context
def _text(context: EvalContext, message: str, /, **values: Any) -> str:
    """Say a text in the language of now, its values escaped; Jinja's makes a context for each."""
    text: str = _texts.get_translations().ugettext(message)
    return _with_values(context, text, values)


@pass_eval_context
def _number_text(context: EvalContext, one: str, more: str, number: int, /, **values: Any) -> str:
    text: str = _texts.get_translations().ungettext(one, more, number)
    return _with_values(context, text, {"num": number, **values})


def _with_values(context: EvalContext, text: str, values: dict[str, Any]) -> str:
    text = Markup(text) if context.autoescape else text
    return text % values if "%" in text else text


def chosen_language() -> str:
    """The language of this request."""
    if not request:
        return DEFAULT
    found: str | None = g.get("language")
    if found is None:
        asked = request.args.get("lang") or request.cookies.get(_COOKIE) or DEFAULT
        found = g.language = asked if asked in LANGUAGES else DEFAULT
    return found


def prefer_language(language: str) -> None:
    """Speak somebody's own language from here on, where this browser chose none."""
    if not (request.args.get("lang") or request.cookies.get(_COOKIE)) and language in LANGUAGES:
        g.language = language
        refresh()


def locale_code() -> str:
    """The language of the page, for `<html lang>`."""
    return _code_of(_now()[1] or get_locale() or _DEFAULT_LOCALE)


@cache
def _code_of(locale: Locale) -> str:
    return str(locale).replace("_", "-")


def text_direction(language: str | None = None) -> str:
    """`rtl` or `ltr`, of the page or of a text in `language`."""
    return "rtl" if (language or locale_code()) in _RIGHT_TO_LEFT else "ltr"


def written_in(language: str) -> Markup:
    """The attributes for a text in `language`; the direction only where it turns around."""
    direction = text_direction(language)
    turns = direction != text_direction()
    attributes = Markup('lang="{}"').format(language)
    return attributes + Markup(' dir="{}"').format(direction) if turns else attributes


def apart(text: str) -> str:
    """Keep a name's own order in a sentence read right to left: "Fatma A."."""
    return f"\u2068{text}\u2069" if text_direction() == "rtl" else text


def language_url(code: str) -> str:
    """This same page in another language, with its search kept."""
    kept = [(key, value) for key, value in request.args.items(multi=True) if key != "lang"]
    return f"{quote(request.path)}?{urlencode([*kept, ('lang', code)])}"


def _remember_choice(response: Response) -> Response:
    asked = request.args.get("lang")
    if asked in LANGUAGES and asked != request.cookies.get(_COOKIE):
        response.set_cookie(
            _COOKIE, asked, max_age=31_536_000, samesite="Lax", httponly=True,
            secure=request.is_secure,
        )  # fmt: skip
    return response


def compile_catalogues() -> None:
    """Make each `.mo` that is missing or older than its `.po`."""
    for po in _CATALOGUES.glob("*/LC_MESSAGES/messages.po"):
        mo = po.with_suffix(".mo")
        if mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime:
            continue
        from babel.messages.mofile import write_mo
        from babel.messages.pofile import read_po

        with po.open("rb") as source:
            catalogue = read_po(source, locale=po.parent.parent.name)
        half = mo.with_suffix(f".{os.getpid()}.half")
        with half.open("wb") as target:
            write_mo(target, catalogue)
        half.chmod(0o644)  # a program's file, whoever starts it first
        half.replace(mo)  # whole or not at all, also when two workers start together
