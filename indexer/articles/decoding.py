"""The bytes of a text file become text: which encodings are read, and how one is recognised.

JSON Lines are UTF-8 by their standard and don't come through here.
"""

from __future__ import annotations

import codecs
import unicodedata

from charset_normalizer import from_bytes

from indexer.articles.assembly import Unfit

# The UTF-32 marks begin with those of UTF-16, so they must be tried first.
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
"""Share of the letters beyond ASCII that may be foreign (in names, say) in text that is Vietnamese."""


def decode_text(data: bytes) -> str:
    """The text of `data`, without a byte order mark; raises `Unfit`, which says where the first bad byte is.

    Read are UTF-8, UTF-16 and UTF-32 with their byte order mark, UTF-8 and UTF-16 without, and windows-1258,
    the Windows encoding of Vietnamese. That one writes tones as combining marks: they stay as they are, so
    offsets count the decoded text. The older encodings TCVN3, VNI and VISCII are refused.
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
    """Which UTF-16 it is, when that is obvious.

    In Vietnamese text spaces and plain letters are most of the characters, and one byte of each is zero,
    always the same one of the two.
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

    The detector may choose from that encoding alone: among all it knows, a short text fits several. It also
    takes VNI for it, which puts foreign letters in the place of tones; therefore the letters are counted.
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
