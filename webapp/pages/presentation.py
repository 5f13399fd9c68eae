"""Formatting of values on pages (dates, numbers, durations), and the output options of templates.

Jinja escapes all template output; `webapp.responses.escaping` does the rest.
"""

from __future__ import annotations

import datetime
import re
from typing import Any

from babel import numbers
from flask import Flask
from flask_babel import format_date, format_decimal, format_scientific, get_locale, gettext
from markupsafe import Markup, escape

from webapp.pages.languages import language
from webapp.responses.escaping import marked, printable, safe_url


def register(app: Flask) -> None:
    """Make these functions available in templates, and all template output printable.

    Call it before anything else touches the templates of `app`: their options are read once.
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


def backticks(text: str) -> Markup:
    """`text` escaped, with text between backticks as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))


def day(date: datetime.date) -> str:
    """26/12/2023 in Vietnamese, 26 Dec 2023 in English."""
    # A page has dozens, and babel takes ten times as long.
    return f"{date.day:02}/{date.month:02}/{date.year:04}" if _vietnamese() else str(format_date(date, "d MMM yyyy"))


def long_day(date: datetime.date) -> str:
    """Thứ Ba, 26/12/2023 in Vietnamese, Tuesday, 26 December 2023 in English."""
    return str(format_date(date, "EEEE, dd/MM/yyyy" if _vietnamese() else "EEEE, d MMMM yyyy"))


def month(date: datetime.date) -> str:
    """Tháng 12/2023 in Vietnamese, December 2023 in English."""
    return str(format_date(date, "'Tháng' M/yyyy" if _vietnamese() else "MMMM yyyy"))


def number(value: float) -> str:
    """1.234 in Vietnamese, 1,234 in English; with all its digits, and as a power of ten where they would be many."""
    if isinstance(value, int) and abs(value) < 1e16:
        # As babel writes it, which takes fifty times as long; a page has dozens.
        grouped = f"{value:,}"
        return grouped.replace(",", ".") if _vietnamese() else grouped
    if value and not 1e-6 <= abs(value) < 1e16:  # Of 25 digits and more, babel makes an error.
        return str(format_scientific(value))
    return str(numbers.format_decimal(value, locale=get_locale(), decimal_quantization=False))


def seconds(milliseconds: float) -> str:
    """A duration in seconds: two decimals, and no more exact than that below a hundredth."""
    if milliseconds < 10:
        return str(gettext("dưới %(seconds)s giây", seconds=format_decimal(0.01, "0.00")))
    return str(gettext("%(seconds)s giây", seconds=format_decimal(milliseconds / 1000, "0.00")))


def _vietnamese() -> bool:
    return language() == "vi"


def _finalize(value: Any) -> Any:
    if not isinstance(value, str) or value.isprintable():  # As nearly every value is.
        return value
    return type(value)(printable(value))
