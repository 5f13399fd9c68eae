"""Decoding of text files: the supported encodings, and how one is recognised.

JSON Lines are UTF-8 by their standard and don't come through here.
"""

from __future__ import annotations

import codecs
import unicodedata
from typing import NamedTuple

from indexer.articles.assembly import Unfit
from indexer.articles.encodings import Encoding, best_encoding, convert, was_converted
from indexer.articles.encodings.tables import as_windows_1252

# The byte order marks of UTF-32 begin with those of UTF-16, so they must be tried first.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 4096


class Decoded(NamedTuple):
    """The text of a file; `notes` has a sentence if it had to be converted from an old encoding."""

    text: str
    notes: tuple[str, ...] = ()


def decode_text(data: bytes) -> str:
    """The text of `data`, without a byte order mark; raises `Unfit`, which says where the first bad byte is.

    Supported are UTF-8, UTF-16 and UTF-32 with a byte order mark, UTF-8 and UTF-16 without, and the encodings of
    Vietnamese from before Unicode: windows-1258, whose tones are combining marks, which are kept, and TCVN3, VNI and
    VISCII, which become NFC. Offsets count the decoded text.
    """
    return decode(data).text


def decode(data: bytes) -> Decoded:
    """The same, with what there is to say of it."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return Decoded(_strict(data, encoding, len(mark)))
    if guess := _unmarked_utf16(data[:_SAMPLE]):
        return Decoded(_strict(data, guess, 0))
    try:
        return Decoded(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        decoded = _old(data)
        if decoded is None:
            raise Unfit(
                f"is neither UTF-8 (byte {error.start} is 0x{data[error.start]:02x}) nor UTF-16 nor in an old "
                "encoding of Vietnamese (windows-1258, TCVN3, VNI, VISCII); convert it to UTF-8"
            ) from None
        return decoded


def _strict(data: bytes, encoding: str, start: int) -> str:
    """The text from byte `start` on."""
    try:
        text = data[start:].decode(encoding)
    except UnicodeDecodeError as error:
        name = encoding.upper()
        raise Unfit(f"is not valid {name} at byte {start + error.start}; convert it to UTF-8") from None
    # Any bytes are characters of UTF-16, but not all of them exist.
    sample = text[:_SAMPLE]
    if "16" in encoding and sum(unicodedata.category(char) in ("Cn", "Co") for char in sample) > 0.01 * len(sample):
        raise Unfit(f"is not {encoding.upper()}: it holds characters that do not exist; convert it to UTF-8")
    return text


def _unmarked_utf16(sample: bytes) -> str | None:
    """The byte order of UTF-16 without a byte order mark, if it is obvious.

    In Vietnamese text most characters are spaces and ASCII letters, and one byte of each is zero, always the same one
    of the two.
    """
    pairs = len(sample) // 2
    if not pairs or b"\0" not in sample:
        return None
    even, odd = sample[0 : 2 * pairs : 2].count(0), sample[1 : 2 * pairs : 2].count(0)
    if odd >= 0.3 * pairs and even <= 0.01 * pairs:
        return "utf-16-le"
    if even >= 0.3 * pairs and odd <= 0.01 * pairs:
        return "utf-16-be"
    return None


def _old(data: bytes) -> Decoded | None:
    """The text if nearly all that is not ASCII makes Vietnamese syllables in one of the old encodings."""
    if b"\0" in data:
        return None
    text = as_windows_1252(data)
    encoding = best_encoding(text.splitlines(), fewest=1)
    if encoding is None:
        return None
    if encoding is Encoding.WINDOWS_1258:
        try:
            return Decoded(data.decode("cp1258"), (was_converted(encoding),))
        except UnicodeDecodeError:
            return None
    return Decoded(convert(text, encoding), (was_converted(encoding),))
