"""Writers of the old encodings for tests: text becomes the bytes that programs of the time wrote."""

from __future__ import annotations

import unicodedata

LETTERS = "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ"
# As GNU iconv writes LETTERS in TCVN5712-1 and VISCII.
TCVN3 = bytes.fromhex(
    "b5b8b6b7b9a8bbbebcbdc6a9c7cac8c9cbaeccd0cecfd1aad2d5d3d4d6d7ddd8dcdedfe3e1e2e4abe5e8e6e7e9aceaedebeceeeff3f1f2f4ad"
    "f5f8f6f7f9fafdfbfcfe"
)
VISCII = bytes.fromhex(
    "e0e1e4e3d5e5a2a1c6c7a3e2a5a4a6e7a7f0e8e9eba8a9eaabaaacadaeecedefeeb8f2f3f6f5f7f4b0afb1b2b5bdb6beb7defef9fafcfbf8dfd7"
    "d1d8e6f1cffdd6dbdc"
)
VNI_MARKS = {
    "\u0301": "ù", "\u0300": "ø", "\u0309": "û", "\u0303": "õ", "\u0323": "ï",
    "\u0302": "â", "\u0302\u0301": "á", "\u0302\u0300": "à", "\u0302\u0309": "å", "\u0302\u0303": "ã",
    "\u0302\u0323": "ä", "\u0306": "ê", "\u0306\u0301": "é", "\u0306\u0300": "è", "\u0306\u0309": "ú",
    "\u0306\u0303": "ü", "\u0306\u0323": "ë",
}  # fmt: skip
VNI_LETTERS = {"đ": "ñ", "ơ": "ô", "ư": "ö", "ỵ": "î", "ỉ": "æ", "ĩ": "ó", "ị": "ò", "í": "í", "ì": "ì"}
TONES = "\u0300\u0301\u0303\u0309\u0323"


def tcvn3(text: str) -> bytes:
    """TCVN3 has no capitals with tones: fonts show them, and they are written small."""
    table = dict(zip(LETTERS, (bytes([byte]) for byte in TCVN3), strict=True))
    table |= dict(zip("ĂÂĐÊÔƠƯ", (bytes([byte]) for byte in bytes.fromhex("a1a2a7a3a4a5a6")), strict=True))
    return b"".join(
        table.get(char) or table.get(char.lower()) or char.encode("cp1252")
        for char in unicodedata.normalize("NFC", text)
    )


def viscii(text: str) -> bytes:
    table = dict(zip(LETTERS, (bytes([byte]) for byte in VISCII), strict=True))
    return b"".join(table.get(char) or char.encode("ascii") for char in unicodedata.normalize("NFC", text))


def vni(text: str) -> bytes:
    """VNI writes the marks of a vowel as a letter after it, and other letters in the place of some."""
    return "".join(map(_vni, unicodedata.normalize("NFC", text))).encode("cp1252")


def _vni(char: str) -> str:
    lower = char.lower()
    if lower in VNI_LETTERS:
        code = VNI_LETTERS[lower]
    else:
        parts = unicodedata.normalize("NFD", lower)
        tone = "".join(part for part in parts if part in TONES)
        base = unicodedata.normalize("NFC", "".join(part for part in parts if part not in TONES))
        if base in VNI_LETTERS:
            code = VNI_LETTERS[base] + VNI_MARKS[tone]
        else:
            # Hat or breve first, whatever the canonical order.
            marks = "".join(sorted(parts[1:], key=lambda mark: mark not in "\u0302\u0306"))
            code = parts[0] + VNI_MARKS[marks] if marks else parts
    return code.upper() if char != lower else code


def windows_1258(text: str) -> bytes:
    """The bytes an old Vietnamese editor wrote: letters with hat, horn or breve composed, tones as marks."""
    encoded = b""
    for char in unicodedata.normalize("NFC", text):
        try:
            encoded += char.encode("cp1258")
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", char)
            letter = unicodedata.normalize("NFC", "".join(part for part in parts if part not in TONES))
            encoded += (letter + "".join(part for part in parts if part in TONES)).encode("cp1258")
    return encoded


def as_windows_1252(data: bytes) -> str:
    """What a program that knows nothing of it makes of the bytes."""
    return "".join(
        bytes([byte]).decode("cp1252") if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else chr(byte) for byte in data
    )
