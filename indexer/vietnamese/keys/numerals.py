"""Keys of what is counted in Roman or Arabic numerals: `thế kỷ XX` and `thế kỷ 20` are `the ky 20`."""

from __future__ import annotations

import re

from .found import BLANK, Keyed, word_before

_B = BLANK
_COUNTED = (
    "the ky", "quy", "khoa", "chuong", "nhiem ky", "hoc ky", "ky", "phan", "tap", "dai hoi", "hoi nghi", "hang", "cap",
    "muc", "bai", "giai doan", "the chien", "loai", "nhom", "vung", "quan khu", "vong", "quyen", "lop", "bac", "doi",
    "thien nien ky", "cong hoa", "phu luc", "hiep", "khu vuc", "quan doan", "binh doan", "trung uong", "lan", "thu",
    "tk",
)  # fmt: skip
_KEYS = {"tk": "the ky ", "quan khu": "qk"}
"""How the keys of some begin: of what is short for another, and as `codes` has `QK7`."""
_SPELLED = sorted((each.replace(" ", _B).replace("y", "[yi]") for each in _COUNTED), key=len, reverse=True)
_BEFORE = re.compile(
    rf"(?:^|[^a-z])({'|'.join(_SPELLED)})"
    rf"{_B}(?:lan{_B})?(?:thu{_B})?$"
)
_LAST_WORDS = frozenset(
    each.rpartition(" ")[2].replace("y", other) for each in (*_COUNTED, "lan", "thu") for other in "yi"
)
_LONGEST_BEFORE = 24
_LONGEST_WORD = max(map(len, _LAST_WORDS))
_ROMAN = re.compile(r"M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})(?![^\W_])")
_ARABIC = re.compile(r"[0-9]{1,4}(?![0-9a-z]|[.,:/][0-9])")
_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
_NAME = re.compile(rf"[^\W\d_]{{2,20}}{_B}$")
_ORDINAL = re.compile(rf"(?:^|[^a-z])thu{_B}$")


def roman_at(source: str, text: str, at: int) -> Keyed | None:
    """The Roman numeral at `at` of `source`, where it counts something; `text` is the source without diacritics."""
    match = _ROMAN.match(source, at)
    if match is None or not match[0]:
        return None
    found = _counted(text, at, match.end(), roman(match[0]))
    if found is None and len(match[0]) > 1:
        # A name: `Louis XIV`, `Elizabeth II`. Nobody writes `Louis 14`, but people type it.
        name = _NAME.search(source, max(0, at - 22), at)
        if name is not None and name[0][0].isupper() and not name[0][:-1].isupper():
            word = text[name.start() : name.end() - 1]
            return Keyed(name.start(), match.end(), (f"{word}{roman(match[0])}",))
    return found


def arabic_at(text: str, at: int) -> Keyed | None:
    """The Arabic numeral at `at` of a text without diacritics, where it counts something."""
    word = word_before(text, at, _LONGEST_WORD + 1)
    match = _ARABIC.match(text, at) if word in _LAST_WORDS or not word.isalpha() else None
    return _counted(text, at, match.end(), int(match[0])) if match else None


def roman(numeral: str) -> int:
    """The value of a Roman numeral in capitals: `XIV` is 14."""
    values = [_VALUES[letter] for letter in numeral]
    return sum(-one if one < following else one for one, following in zip(values, [*values[1:], 0], strict=True))


def _counted(text: str, at: int, end: int, value: int) -> Keyed | None:
    before = _BEFORE.search(text, max(0, at - _LONGEST_BEFORE), at)
    if before is None:
        return None
    what = re.sub(_B, " ", before[1]).replace("ki", "ky").replace("qui", "quy")
    if what == "lan" and not _ORDINAL.search(text, max(0, at - 5), at):
        return None
    return Keyed(before.start(1), end, (f"{_KEYS.get(what, f'{what} ')}{value}",))
