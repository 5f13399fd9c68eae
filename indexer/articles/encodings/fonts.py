"""Fonts whose names tell the encoding of the text that is set in them."""

from __future__ import annotations

import re

from indexer.articles.encodings.tables import Encoding

# Fonts embedded in a PDF have six capitals and a plus before their names.
_SUBSET = re.compile(r"^[A-Z]{6}\+")
_FAMILIES = (
    # ABC: .VnTime, .VnArialH; in PDF and style names the point may be gone or escaped.
    (re.compile(r"^(?:\.|_|#2e)?vn(?!i(?![a-z]))[a-z]|^abc", re.IGNORECASE), Encoding.TCVN3),
    (re.compile(r"^vni(?![a-z])", re.IGNORECASE), Encoding.VNI),
    (re.compile(r"viscii|^vi[ -]?(?:times|arial|helvetica|courier)", re.IGNORECASE), Encoding.VISCII),
)
# Fonts with such names that are Unicode.
_UNICODE = re.compile(r"^vni?[-_ ]?(?:unicode|uni)|\bunicode\b", re.IGNORECASE)


def encoding_of_font(name: str | None) -> Encoding | None:
    """The encoding of text in the font of this name; None for Unicode and for fonts that tell nothing."""
    if not name:
        return None
    family = _SUBSET.sub("", name.strip())
    if _UNICODE.search(family):
        return None
    return next((encoding for pattern, encoding in _FAMILIES if pattern.search(family)), None)
