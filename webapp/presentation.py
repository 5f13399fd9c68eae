"""How values become text on a page: marks, days, numbers, addresses, all of them safe to show.

Everything a template puts out is escaped by Jinja; `marked` is the one place that adds markup to foreign text.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from typing import Any, Literal
from urllib.parse import urlsplit

from flask import Flask
from flask_babel import format_date, format_decimal, get_locale, gettext
from markupsafe import Markup, escape

from indexer import Span

# What the HTML standard calls a parse error in text: controls, surrogates, noncharacters.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(plane + 0xFFFE) + chr(plane + 0xFFFF) for plane in range(0, 0x110000, 0x10000))
    + "]"
)


def register(app: Flask) -> None:
    """Give templates what is here, and have everything they put out made printable.

    To be called before anything else touches the templates of `app`: their options are read once.
    """
    app.jinja_options = {**app.jinja_options, "finalize": _finalize, "trim_blocks": True, "lstrip_blocks": True}
    app.add_template_filter(marked)
    app.add_template_filter(backticks)
    app.add_template_filter(safe_url)
    app.add_template_filter(day)
    app.add_template_filter(long_day)
    app.add_template_filter(month)
    app.add_template_filter(number)
    app.add_template_filter(seconds)


def printable(text: str) -> str:
    """`text` with each code point that no page may hold replaced by U+FFFD; its length stays."""
    return _UNPRINTABLE.sub("\ufffd", text)


def marked(text: str, marks: Iterable[Span], tag: Literal["mark", "b"] = "mark") -> Markup:
    """`text` escaped, with the spans `marks` (ascending; overlaps are cut) in elements `tag`."""
    pieces: list[Markup] = []
    at = 0
    for start, end in marks:
        start, end = max(start, at), min(end, len(text))
        if start < end:
            pieces += escape(text[at:start]), Markup(f"<{tag}>"), escape(text[start:end]), Markup(f"</{tag}>")
            at = end
    return Markup("").join([*pieces, escape(text[at:])])


def backticks(text: str) -> Markup:
    """`text` escaped, with what stands between backticks as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))


def safe_url(url: str | None) -> str | None:
    """`url` when it is an absolute http or https address, else None: `javascript:` and the like are no links."""
    if not url or re.search(r"[\s\\]", url) or _UNPRINTABLE.search(url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None


def day(date: datetime.date) -> str:
    """26/12/2023 in Vietnamese, 26 Dec 2023 in English."""
    return str(format_date(date, "dd/MM/yyyy" if _vietnamese() else "d MMM yyyy"))


def long_day(date: datetime.date) -> str:
    """Thứ Ba, 26/12/2023 in Vietnamese, Tuesday, 26 December 2023 in English."""
    return str(format_date(date, "EEEE, dd/MM/yyyy" if _vietnamese() else "EEEE, d MMMM yyyy"))


def month(date: datetime.date) -> str:
    """Tháng 12/2023 in Vietnamese, December 2023 in English."""
    return str(format_date(date, "'Tháng' M/yyyy" if _vietnamese() else "MMMM yyyy"))


def number(value: float) -> str:
    """1.234 in Vietnamese, 1,234 in English."""
    return str(format_decimal(value))


def seconds(milliseconds: float) -> str:
    """A duration in seconds: two decimals, and no more exact than that below a hundredth."""
    if milliseconds < 10:
        return str(gettext("dưới %(seconds)s giây", seconds=format_decimal(0.01, "0.00")))
    return str(gettext("%(seconds)s giây", seconds=format_decimal(milliseconds / 1000, "0.00")))


def _vietnamese() -> bool:
    return str(get_locale()) == "vi"


def _finalize(value: Any) -> Any:
    return type(value)(printable(value)) if isinstance(value, str) else value
