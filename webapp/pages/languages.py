"""The language of the interface: Vietnamese, or English on request.

The texts in the source are Vietnamese; translations/en has the English ones. Articles, queries and JSON are never
translated.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask, Response, g, request
from flask_babel import Babel, get_locale, get_translations

LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}
COOKIE = "lang"
COOKIE_SECONDS = 365 * 24 * 3600


def register(app: Flask) -> None:
    """Choose a language for every request, and remember one that was requested by `?lang=`."""
    app.config["BABEL_DEFAULT_LOCALE"] = "vi"
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(Path(__file__).parent / "translations")
    Babel(app, locale_selector=_choose)
    app.after_request(_keep)
    app.context_processor(lambda: {"language": language(), "languages": LANGUAGES})
    # A page has about seventy texts: the catalogue is looked up once.
    app.jinja_env.install_gettext_callables(_text, _texts, newstyle=True)  # type: ignore[attr-defined]


def language() -> str:
    """The language of this request: a key of `LANGUAGES`."""
    if "language" not in g:
        g.language = str(get_locale())
    return str(g.language)


def _catalogue() -> Any:
    if "catalogue" not in g:
        g.catalogue = get_translations()
    return g.catalogue


def _text(message: str) -> str:
    return str(_catalogue().ugettext(message))


def _texts(singular: str, plural: str, number: int) -> str:
    return str(_catalogue().ungettext(singular, plural, number))


def _choose() -> str:
    for wanted in (request.args.get("lang"), request.cookies.get(COOKIE)):
        if wanted in LANGUAGES:
            return wanted
    return request.accept_languages.best_match(LANGUAGES, default="vi") or "vi"


def _keep(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.vary.update(["Accept-Language", "Cookie"])
        wanted = request.args.get("lang")
        if wanted in LANGUAGES:
            response.set_cookie(
                COOKIE, wanted, max_age=COOKIE_SECONDS, samesite="Lax", secure=request.is_secure, httponly=True
            )
    return response
