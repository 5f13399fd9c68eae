"""Decoding of text files: the supported encodings, and how one is recognised.

JSON Lines are UTF-8 by their standard and don't come through here.
"""

from __future__ import annotations

import codecs
import unicodedata

from charset_normalizer import from_bytes

from indexer.articles.assembly import Unfit

# The byte order marks of UTF-32 begin with those of UTF-16, so they must be tried first.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 4096

_LETTERS = frozenset("đĐ") | frozenset(
    unicodedata.normalize("NFC", letter + tone)
    for letter in "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
    for tone in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
)
_FOREIGN_SHARE = 0.1
"""Share of non-ASCII letters that may be foreign (in names, for example) in Vietnamese text."""


def decode_text(data: bytes) -> str:
    """The text of `data`, without a byte order mark; raises `Unfit`, which says where the first bad byte is.

    Supported are UTF-8, UTF-16 and UTF-32 with a byte order mark, UTF-8 and UTF-16 without, and windows-1258, the
    Windows encoding of Vietnamese. It encodes tones as combining marks, which are kept, so offsets count the decoded
    text. The older encodings TCVN3, VNI and VISCII are refused.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strict(data, encoding, len(mark))
    if guess := _unmarked_utf16(data[:_SAMPLE]):
        return _strict(data, guess, 0)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        text = _windows_1258(data)
        if text is None:
            raise Unfit(
                f"is neither UTF-8 (byte {error.start} is 0x{data[error.start]:02x}) nor UTF-16 nor "
                "windows-1258; convert it to UTF-8"
            ) from None
        return text


def _strict(data: bytes, encoding: str, start: int) -> str:
    """The text from byte `start` on."""
    try:
        return data[start:].decode(encoding)
    except UnicodeDecodeError as error:
        name = encoding.upper()
        raise Unfit(f"is not valid {name} at byte {start + error.start}; convert it to UTF-8") from None


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


def _windows_1258(data: bytes) -> str | None:
    """The text if it reads as Vietnamese in windows-1258.

    The detector is limited to that encoding: a short text would fit several. It also accepts VNI, which has foreign
    letters in the place of tones; therefore the letters are counted.
    """
    best = from_bytes(data, cp_isolation=["cp1258"], preemptive_behaviour=False, enable_fallback=False).best()
    if best is None or best.encoding != "cp1258":
        return None
    try:
        text = data.decode("cp1258")
    except UnicodeDecodeError:
        return None
    composed = unicodedata.normalize("NFC", text)
    marked = [char for char in composed if char > "\x7f" and unicodedata.category(char)[0] in "LM"]
    foreign = sum(char not in _LETTERS for char in marked)
    return text if foreign <= _FOREIGN_SHARE * len(marked) else None
