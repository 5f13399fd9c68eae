"""The tables of the encodings before Unicode: TCVN3 (ABC), VNI and VISCII, from their standards.

Text in one of them comes out of files as the characters that windows-1252 has for its bytes: `B¸o c¸o` for `Báo cáo`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum


class Encoding(StrEnum):
    """An encoding of Vietnamese from before Unicode, and how UTF-8 looks when it is read as windows-1252."""

    TCVN3 = "TCVN3"
    VNI = "VNI"
    VISCII = "VISCII"
    WINDOWS_1258 = "windows-1258"
    MOJIBAKE = "UTF-8 read as windows-1252"


def _byte_of() -> dict[str, int]:
    """The byte behind a character of text that was read as windows-1252 or ISO 8859-1."""
    found = {chr(byte): byte for byte in range(0x80, 0x100)}
    for byte in range(0x80, 0xA0):
        try:
            found[bytes([byte]).decode("cp1252")] = byte
        except UnicodeDecodeError:
            continue
    return found


BYTE_OF: Mapping[str, int] = _byte_of()

# Bytes of windows-1252 that are no control characters, as the characters that they are there.
_WINDOWS_1252 = str.maketrans({chr(byte): char for char, byte in BYTE_OF.items() if char != chr(byte)})


def as_windows_1252(data: bytes) -> str:
    """Bytes read as windows-1252; those that it has nothing for, as ISO 8859-1."""
    return data.decode("latin-1").translate(_WINDOWS_1252)


# Fonts inside PDF files name glyphs, and readers give these characters for the glyphs of the bytes.
_GLYPHS = {"\u2212": "\xad", "\u2010": "\xad", "\u2219": "\xb7", "\u03bc": "\xb5", "\u02c9": "\xaf", "\u0394": "\xc6"}

# Each letter with its tones in the order: grave, acute, hook, tilde, dot.
_TONES = "\u0300\u0301\u0309\u0303\u0323"
_TCVN3 = {
    "a": "µ¸¶·¹", "ă": "»¾¼½Æ", "â": "ÇÊÈÉË", "e": "ÌÐÎÏÑ", "ê": "ÒÕÓÔÖ", "i": "×ÝØÜÞ", "o": "ßãáâä",
    "ô": "åèæçé", "ơ": "êíëìî", "u": "ïóñòô", "ư": "õøö÷ù", "y": "úýûüþ",
}  # fmt: skip
_TCVN3_LETTERS = dict(zip("¨©®ª«¬\xad¡¢§£¤¥¦", "ăâđêôơưĂÂĐÊÔƠƯ", strict=True))

_VISCII = (
    "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯ"
    "ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡưàáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ"
)
_VISCII_CONTROLS = dict(zip("\x02\x05\x06\x14\x19\x1e", "ẲẴẪỶỸỴ", strict=True))

# VNI writes marks as a letter of their own after the vowel.
_VNI_MARKS = {
    "ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323", "â": "\u0302", "ê": "\u0306",
    "á": "\u0302\u0301", "à": "\u0302\u0300", "å": "\u0302\u0309", "ã": "\u0302\u0303", "ä": "\u0302\u0323",
    "é": "\u0306\u0301", "è": "\u0306\u0300", "ú": "\u0306\u0309", "ü": "\u0306\u0303", "ë": "\u0306\u0323",
}  # fmt: skip
_VNI_LETTERS = {"ñ": "đ", "ô": "ơ", "ö": "ư", "î": "ỵ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "í": "í", "ì": "ì"}
_TONES_ONLY = "ùøûõï"


def _tcvn3() -> dict[str, str]:
    table = {
        code: unicodedata.normalize("NFC", letter + tone)
        for letter, codes in _TCVN3.items()
        for code, tone in zip(codes, _TONES, strict=True)
    }
    return table | _TCVN3_LETTERS


def _vni() -> dict[str, str]:
    table = dict(_VNI_LETTERS)
    for vowel, marks in {"aeouy": _VNI_MARKS, "ôö": {mark: _VNI_MARKS[mark] for mark in _TONES_ONLY}}.items():
        for letter in vowel:
            base = _VNI_LETTERS.get(letter, letter)
            for code, mark in marks.items():
                composed = unicodedata.normalize("NFC", base + mark)
                if len(composed) == 1:
                    table[letter + code] = composed
    # A mark may be typed as a capital after a capital, or as a small letter where the font shows capitals.
    for written, letter in list(table.items()):
        table[written.upper()] = letter.upper()
        table.setdefault(written[0].upper() + written[1:], letter.upper())
    return table


TABLES: Mapping[Encoding, Mapping[str, str]] = {
    Encoding.TCVN3: _tcvn3(),
    Encoding.VNI: _vni(),
    Encoding.VISCII: {chr(byte): letter for byte, letter in enumerate(_VISCII, 0x80)} | _VISCII_CONTROLS,
}
"""Per encoding: what is written, as characters of ISO 8859-1, and the letter it means (NFC)."""

_PATTERNS = {
    encoding: re.compile("|".join(map(re.escape, sorted(table, key=len, reverse=True))))
    for encoding, table in TABLES.items()
}
_TO_LATIN_1 = str.maketrans({char: chr(byte) for char, byte in BYTE_OF.items()} | _GLYPHS)
_PLAIN_GLYPHS = str.maketrans(_GLYPHS)
_HIGH = re.compile(f"[{re.escape(''.join(BYTE_OF))}]{{2,}}")
_UTF8 = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe1-\xef][\x80-\xbf]{2}|\xf0[\x90-\xbf][\x80-\xbf]{2}")


def convert(text: str, encoding: Encoding) -> str:
    """`text`, which was read as windows-1252 or ISO 8859-1, as `encoding` means it, in NFC.

    What the encoding has no letter for stays as it is.
    """
    if encoding is Encoding.MOJIBAKE:
        return _HIGH.sub(lambda run: _as_utf8(run[0]), text)
    if encoding is Encoding.WINDOWS_1258:
        return unicodedata.normalize("NFC", "".join(map(_as_1258, text)))
    # Only VISCII has letters where windows-1252 has punctuation: in the others, quotes mean themselves.
    source = text.translate(_TO_LATIN_1 if encoding is Encoding.VISCII else _PLAIN_GLYPHS)
    table = TABLES[encoding]
    return _PATTERNS[encoding].sub(lambda found: table[found[0]], source)


def _as_utf8(run: str) -> str:
    """A run of high bytes, where they are UTF-8 decoded."""
    pieces, done = [], 0
    for found in _UTF8.finditer(bytes(BYTE_OF[char] for char in run)):
        try:
            letter = found[0].decode("utf-8")
        except UnicodeDecodeError:
            continue
        pieces += [run[done : found.start()], letter]
        done = found.end()
    return "".join([*pieces, run[done:]])


def _as_1258(char: str) -> str:
    try:
        return bytes([BYTE_OF[char]]).decode("cp1258")
    except (KeyError, UnicodeDecodeError):
        return char
