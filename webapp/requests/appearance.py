"""How a site that leads here has pages look: light or dark, and the colour of links and buttons.

`?theme=dark&accent=1a7f37` is remembered in a cookie until the browser is closed; `?theme=auto` alone takes it
back. What has another form is ignored, and nothing else is read: `webapp.pages.appearance` makes colours of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask, Response, g, request

COOKIE = "appearance"
THEMES = ("light", "dark")
_ACCENT = re.compile("[0-9a-f]{6}")


@dataclass(frozen=True, slots=True)
class Appearance:
    """`theme` is one of `THEMES`, or empty: that of the browser. `accent` has six hexadecimal digits, or is empty."""

    theme: str = ""
    accent: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Appearance:
        """The appearance that parameters ask for; what they may not be counts as absent."""
        theme, accent = given.get("theme", ""), given.get("accent", "").lower()
        return cls(theme if theme in THEMES else "", accent if _ACCENT.fullmatch(accent) else "")

    def __bool__(self) -> bool:
        return bool(self.theme or self.accent)


def register(app: Flask) -> None:
    """Remember what a request for a page asks for."""
    app.after_request(_keep)


def appearance() -> Appearance:
    """The appearance of this request: what its address asks for, else what was asked for before."""
    kept: Appearance | None = g.get("appearance")
    if kept is None:
        theme, _, accent = request.cookies.get(COOKIE, "").partition("-")
        kept = Appearance.of(request.args if _is_asked_for() else {"theme": theme, "accent": accent})
        g.appearance = kept
    return kept


def _is_asked_for() -> bool:
    return "theme" in request.args or "accent" in request.args


def _keep(response: Response) -> Response:
    if response.mimetype == "text/html" and _is_asked_for():
        asked = appearance()
        if asked:
            value = f"{asked.theme}-{asked.accent}"
            response.set_cookie(COOKIE, value, samesite="Lax", secure=request.is_secure, httponly=True)
        else:
            response.delete_cookie(COOKIE)
    return response
