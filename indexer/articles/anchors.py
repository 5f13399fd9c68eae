"""Anchors: where a passage stands in its article, as a fragment of an address."""

from __future__ import annotations

import hashlib
import unicodedata


def anchor(position: int, text: str) -> str:
    """The URL fragment of a passage, which leads to its text even if it has moved after a rebuild."""
    return f"p{position}-{fingerprint(text)}"


def fingerprint(text: str) -> str:
    """A hash of a text as eight hexadecimal digits, the same in NFC and NFD and for any white space."""
    plain = unicodedata.normalize("NFC", text)
    # Of white space, only blanks are printable. Nearly every text is as it should be: putting it together takes longer.
    if "  " in plain or plain[:1] == " " or plain[-1:] == " " or not plain.isprintable():
        plain = " ".join(plain.split())
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()[:8]
