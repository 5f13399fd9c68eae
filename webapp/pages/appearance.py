"""The style sheet of an appearance that another site asks for (`webapp.requests.appearance`).

Its colours are those of theme.css. An accent is made darker, or lighter on dark pages, as far as it takes to be read:
4.5 to 1 against the ground of the page, as WCAG 2 asks of text.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path

from flask import Blueprint, Flask, Response, request, url_for

from webapp.requests.appearance import Appearance, appearance

CONTRAST = 4.5
SECONDS_KEPT = 3_600
_STEPS = 64

Colours = dict[str, str]

blueprint = Blueprint("appearance", __name__)


def register(app: Flask) -> None:
    """Give templates what they need to look as they are asked to."""
    app.add_template_global(appearance_address)
    app.add_template_global(appearance)


def appearance_address() -> str:
    """The address of the style sheet of this request; empty where none was asked for."""
    asked = appearance()
    return url_for("appearance.sheet", theme=asked.theme or None, accent=asked.accent or None) if asked else ""


@blueprint.get("/appearance.css")
def sheet() -> Response:
    """The style sheet of the appearance that the address asks for."""
    response = Response(style_sheet(Appearance.of(request.args)), mimetype="text/css")
    response.cache_control.max_age = SECONDS_KEPT
    return response


@lru_cache(maxsize=256)
def style_sheet(asked: Appearance) -> str:
    """What changes the colours of theme.css into those asked for, on the screen; in print they stay."""
    light, dark = palettes()
    if asked.theme:
        colours = {**(dark if asked.theme == "dark" else light), **_accented(asked.accent, asked.theme)}
        return _screen("", {"color-scheme": asked.theme, **colours})
    ways = {"": "light", " and (prefers-color-scheme: dark)": "dark"}
    return "".join(_screen(media, _accented(asked.accent, theme)) for media, theme in ways.items())


def _screen(media: str, values: Colours) -> str:
    if not values:
        return ""
    rules = "".join(f"  {name}: {value};\n" for name, value in values.items())
    return f"@media screen{media} {{ :root {{\n{rules}}} }}\n"


@cache
def palettes() -> tuple[Colours, Colours]:
    """The colours of theme.css in light and in dark."""
    text = (Path(__file__).parent / "static" / "theme.css").read_text("utf-8")
    light, _, dark = text.partition("prefers-color-scheme: dark")
    first, second = (dict(re.findall(r"(?m)^ *(--[a-z-]+): (#[0-9a-f]{6});", part)) for part in (light, dark))
    return first, second


def _accented(accent: str, theme: str) -> Colours:
    """The colours that an accent changes, readable on pages of a theme."""
    if not accent:
        return {}
    light, dark = palettes()
    grounds = light if theme == "light" else dark
    towards = (0, 0, 0) if theme == "light" else (255, 255, 255)
    rgb = _rgb(f"#{accent}")
    for step in range(_STEPS + 1):
        mixed = tuple(round(a + (b - a) * step / _STEPS) for a, b in zip(rgb, towards, strict=True))
        if all(contrast(mixed, _rgb(grounds[name])) >= CONTRAST for name in ("--paper", "--tint", "--on-violet")):
            break
    return {"--violet": "#{:02x}{:02x}{:02x}".format(*mixed), "--on-violet": grounds["--on-violet"]}


def _rgb(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour[1:]))


def contrast(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """The ratio of the relative luminances of two colours (WCAG 2), from 1 to 21."""
    a, b = sorted((_luminance(one), _luminance(other)))
    return (b + 0.05) / (a + 0.05)


def _luminance(colour: tuple[int, ...]) -> float:
    parts = [value / 255 for value in colour]
    r, g, b = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
