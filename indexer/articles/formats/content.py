"""Which format the beginning of a file shows, where its suffix says another: Word files are often RTF or HTML inside.

Told are the formats whose first bytes are their own. Programs that save such files name them as they like, and open
each other's by what they hold.
"""

from __future__ import annotations

import io
from typing import BinaryIO

HEAD = 2_048
"""Bytes at the beginning that are looked at."""

_SHEETS, _PACKAGES = (".xls", ".xlsx"), (".docx", ".docm", ".dotx", ".odt", ".xlsx")
_DOCUMENTS = (".doc", ".rtf", ".pdf")

TOLD = frozenset((*_SHEETS, *_PACKAGES, *_DOCUMENTS))
"""The suffixes of files that are looked into."""

_COMPOUND, _ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"
_HTML = (b"<!doctype html", b"<html", b"<head", b"<table", b"<meta")


def shown(head: bytes, suffix: str) -> str:
    """The suffix of the format that a file begins as; the given one, of `TOLD`, where it begins as no other."""
    sheet = suffix in _SHEETS
    if head.startswith(b"{\\rtf"):
        return ".rtf"
    if head.startswith(b"%PDF-"):
        return ".pdf"
    if head.startswith(_COMPOUND):
        return ".xls" if sheet else ".doc"
    if head.startswith(_ZIP):
        return suffix if suffix in _PACKAGES else ".xlsx" if sheet else ".docx"
    begins = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if begins.startswith(_HTML):
        return ".html"
    # What programs export for Excel is often no more than its rows.
    if sheet and begins and b"\0" not in head and any(mark in begins for mark in b"\t,;"):
        return ".csv"
    return suffix


class Rejoined(io.RawIOBase):
    """A stream from its beginning again, of which `head` was read."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head, self._rest = head, rest

    def readable(self) -> bool:
        """That it can be read."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # of what the module io gives
        """Fill a buffer."""
        size = len(buffer)
        data = self._head[:size] if self._head else self._rest.read(size)
        self._head = self._head[size:]
        buffer[: len(data)] = data
        return len(data)
