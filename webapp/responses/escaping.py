"""Escaping of untrusted text: highlights as markup, invalid characters, and URLs that may become links."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Literal
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from indexer import Span

# What the HTML standard calls a parse error in text: controls, surrogates, noncharacters.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(plane + 0xFFFE) + chr(plane + 0xFFFF) for plane in range(0, 0x110000, 0x10000))
    + "]"
)


def _is_special(text: str) -> bool:
    """Whether anything is to be escaped. A regular expression takes six times as long."""
    return "&" in text or "<" in text or ">" in text or '"' in text or "'" in text


def printable(text: str) -> str:
    """`text` with each code point that is invalid in HTML replaced by U+FFFD; the length stays the same."""
    return _UNPRINTABLE.sub("\ufffd", text)


def written(value: object) -> str:
    """What a template writes of a value: its text, escaped unless it is markup, and printable."""
    # Nearly every value is markup, or a text with nothing to escape: markup made of each would take longest of all.
    text: str
    if type(value) is Markup or (type(value) is str and not _is_special(value)):
        text = value
    elif type(value) is int or type(value) is float:
        return str(value)
    else:
        text = escape(value)
    return text if text.isprintable() else printable(text)


def marked(
    text: str,
    marks: Iterable[Span],
    tag: Literal["mark", "b"] = "mark",
    is_faint: Callable[[str], bool] = lambda _: False,
) -> Markup:
    """`text` escaped, with the spans `marks` (ascending; overlaps are cut) in elements `tag`; some of class "faint"."""
    # Nearly every text has nothing to escape: it is looked through once, not each of its pieces.
    write = escape if _is_special(text) else str
    pieces: list[str] = []
    at = 0
    for start, end in marks:
        start, end = max(start, at), min(end, len(text))
        if start < end:
            opening = f'<{tag} class="faint">' if is_faint(text[start:end]) else f"<{tag}>"
            pieces += write(text[at:start]), opening, write(text[start:end]), f"</{tag}>"
            at = end
    return Markup("".join([*pieces, write(text[at:])]))


def safe_url(url: str | None) -> str | None:
    """`url` if it is an absolute http or https URL, else None: `javascript:` and the like must not become links."""
    if not url or re.search(r"[\s\\]", url) or _UNPRINTABLE.search(url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None
