"""Formatting of values on pages (dates, numbers, durations), and the options of templates."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from functools import lru_cache

from babel import dates, numbers
from flask import Flask
from flask_babel import format_scientific, get_locale
from markupsafe import Markup, escape

from webapp.pages.languages import gettext, language
from webapp.pages.templating import PageEnvironment
from webapp.responses.escaping import marked, safe_url


def register(app: Flask) -> None:
    """Make these functions available in templates, and all template output escaped and printable.

    Call it before anything else touches the templates of `app`: their options are read once.
    """
    app.jinja_environment = PageEnvironment
    app.jinja_options = {**app.jinja_options, "trim_blocks": True, "lstrip_blocks": True}
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
    if _vietnamese():  # As babel writes it; a page has dozens that no page before had.
        return f"{date.day:02}/{date.month:02}/{date.year:04}"
    return _date(date, "d MMM yyyy", language())


def long_day(date: datetime.date) -> str:
    """Thứ Ba, 26/12/2023 in Vietnamese, Tuesday, 26 December 2023 in English."""
    return _date(date, "EEEE, dd/MM/yyyy" if _vietnamese() else "EEEE, d MMMM yyyy", language())


def month(date: datetime.date) -> str:
    """Tháng 12/2023 in Vietnamese, December 2023 in English."""
    return _date(date, "'Tháng' M/yyyy" if _vietnamese() else "MMMM yyyy", language())


@lru_cache(maxsize=8192)
def _date(date: datetime.date, pattern: str, code: str) -> str:
    """Babel takes longer for a date than for a dozen lines of a page, which holds the same ones again and again."""
    return str(dates.format_date(date, pattern, code))


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
    rounded = str(Decimal(str(max(milliseconds, 10) / 1000)).quantize(Decimal("0.01")))
    text = rounded.replace(".", ",") if _vietnamese() else rounded
    if milliseconds < 10:
        return gettext("dưới %(seconds)s giây", seconds=text)
    return gettext("%(seconds)s giây", seconds=text)


def _vietnamese() -> bool:
    return language() == "vi"
