"""The language of the interface: Vietnamese, or English on request.

The texts in the source are Vietnamese; translations/en has the English ones. Articles, queries and JSON are never
translated.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, cast

from babel.support import NullTranslations, Translations
from flask import Flask, Response, g, request
from flask_babel import Babel
from markupsafe import Markup
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}
TRANSLATIONS = Path(__file__).parent / "translations"
COOKIE = "lang"
COOKIE_SECONDS = 365 * 24 * 3600

# `language` is asked dozens of times a page, and each attribute of the proxy `g` has the request looked up again.
_globals_of_request: Callable[[], Any] = cast(Any, g)._get_current_object


def register(app: Flask) -> None:
    """Choose a language for every request, and remember one that was requested by `?lang=`."""
    app.config["BABEL_DEFAULT_LOCALE"] = "vi"
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    Babel(app, locale_selector=language)
    app.after_request(_keep)
    app.context_processor(lambda: {"language": language(), "languages": LANGUAGES})
    # A page has about seventy texts, and Jinja's own functions make and fill in the markup of each every time.
    app.jinja_env.globals.update(_=_text, gettext=_text, ngettext=_texts)


def language() -> str:
    """The language of this request: a key of `LANGUAGES`."""
    own = _globals_of_request()
    kept: str | None = own.get("language")
    if kept is None:
        kept = own.language = _choose()
    return kept


def gettext(message: str, **values: object) -> str:
    """A text in the reader's language; the names in it stand for `values`, where there are any."""
    text = _translated(language(), message)
    return text % values if values else text


def ngettext(singular: str, plural: str, number: int, **values: object) -> str:
    """A text that depends on a number, which `num` stands for unless `values` has one."""
    return str(_catalogue(language()).ungettext(singular, plural, number)) % {"num": number, **values}


def _text(message: str, **values: object) -> Markup:
    """`gettext` in templates, where texts may hold markup and values are escaped."""
    return _markup(language(), message) % values if values else plain_markup(language(), message)


def _texts(singular: str, plural: str, number: int, **values: object) -> Markup:
    """`ngettext` in templates."""
    return _plural(language(), singular, plural, number) % {"num": number, **values}


@cache
def _catalogue(code: str) -> NullTranslations:
    return Translations.load(TRANSLATIONS, [code])


@cache
def _translated(code: str, message: str) -> str:
    return str(_catalogue(code).ugettext(message))


@cache
def _markup(code: str, message: str) -> Markup:
    return Markup(_translated(code, message))


@lru_cache(1 << 12)
def _plural(code: str, singular: str, plural: str, number: int) -> Markup:
    return Markup(_catalogue(code).ungettext(singular, plural, number))


@cache
def plain_markup(code: str, message: str) -> Markup:
    """A text of templates without values in a language: `%%` in it is a percent sign, as in those with values."""
    return _markup(code, message) % {}


def _choose() -> str:
    for wanted in (request.args.get("lang"), request.cookies.get(COOKIE)):
        if wanted in LANGUAGES:
            return wanted
    return _preferred(request.headers.get("Accept-Language", ""))


# Browsers send few different headers, and each page would read one again.
@lru_cache(256)
def _preferred(accepted: str) -> str:
    """The language that a browser asks for by its header."""
    return parse_accept_header(accepted, LanguageAccept).best_match(LANGUAGES, default="vi") or "vi"


def _keep(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.vary.update(["Accept-Language", "Cookie"])
        wanted = request.args.get("lang")
        if wanted in LANGUAGES:
            response.set_cookie(
                COOKIE, wanted, max_age=COOKIE_SECONDS, samesite="Lax", secure=request.is_secure, httponly=True
            )
    return response
