"""Keys of codes: letters and digits without what stands between (`vn1234`, `29a12345`, `0912345678`).

So are the keys of words with a hyphen, an apostrophe or a point inside (`wifi`, `hmong`, `vleague`).
"""

from __future__ import annotations

import functools
import re

from ..tones import is_spelled_like_a_syllable, is_syllable
from .found import BLANK, Keyed, word_before
from .places import CAPITALS

_B = BLANK
_DASH = "[-‐‑‒–]"
_APOSTROPHE = "['’‘ʼʻ´`]"

_PHONE = re.compile(r"(?:\(?\+?84\)?(?:[ .\-]?\(0\))?|\(?0)(?:[ .\-()]{0,2}[0-9]){8,10}(?![0-9])")
_SERVICE = re.compile(r"1[89]00(?:[ .\-]?[0-9]){4,6}(?![0-9])")
_PLATE = re.compile(
    r"[0-9]{2}[- ]?[A-ZĐa-zđ]{1,2}(?:[0-9](?=[- .]))?[- .]{0,2}(?:[0-9]{3}[. ]?[0-9]{2}|[0-9]{4})(?![0-9])"
)
_NUMBERED = {
    **{"quoc lo": "ql", "tinh lo": "dt", "duong tinh": "dt", "huong lo": "hl", "cao toc": "ct"},
    **{"ql": "ql", "tl": "dt", "dt": "dt", "hl": "hl", "ct": "ct", "quan khu": "qk", "qk": "qk"},
}  # fmt: skip
_BEFORE_NUMBER = re.compile(
    rf"(?:^|[^a-z])({'|'.join(name.replace(' ', _B) for name in _NUMBERED)})(?:{_B}so)?{_B}?(?:{_DASH}|\.)?{_B}?$"
)
_LAST_WORDS = frozenset(name.rpartition(" ")[2] for name in (*_NUMBERED, "so"))
_LONGEST_LAST_WORD = max(map(len, _LAST_WORDS))
_ITS_NUMBER = re.compile(r"[0-9]{1,4}(?:-?[a-e](?![a-z]))?(?![0-9a-z])")
_LONGEST_WORD = 16
_MOST_CAPITALS = 5
_WORD_BEFORE = re.compile(rf"(?:^|[^\w])([^\W\d_]{{1,{_LONGEST_WORD}}})[ \u00a0]$")
_LONGEST = 40
_MOST_PARTS = 6
_PART = re.compile(r"[^\W_]+")
_JOINT = re.compile(rf"(?:{_DASH}|{_APOSTROPHE}|&)(?=[^\W_])|\.(?=[{CAPITALS}])")
_DIGIT_JOINT = re.compile(rf"(?:{_DASH}|\.|{_APOSTROPHE})(?=[^\W_])")


def phone_at(text: str, at: int) -> Keyed | None:
    """The telephone number whose first digit is at `at`: as dialled inside of the country."""
    start = at
    while start > 0 and text[start - 1] in "+(" and at - start < 2:
        start -= 1
    match = _PHONE.match(text, start) or _PHONE.match(text, at)
    if match is not None:
        digits = "".join(filter(str.isdigit, match[0]))
        national = digits.startswith("84") and (text[start] in "+(" or len(digits) > 10)
        if national:
            digits = "0" + digits[2:].removeprefix("0")
        if digits.startswith("0") and 10 <= len(digits) <= 11:
            return Keyed(match.start(), match.end(), (digits,))
    if match := _SERVICE.match(text, at):
        return Keyed(at, match.end(), ("".join(filter(str.isdigit, match[0])),))
    return None


def plate_at(source: str, text: str, at: int) -> Keyed | None:
    """The number plate that begins at `at`; what is separated by blanks has its letters in capitals."""
    match = _PLATE.match(source, at)
    if match is None:
        return None
    letters = "".join(filter(str.isalpha, match[0]))
    if not letters.isupper() and " " in match[0]:
        return None
    return Keyed(at, match.end(), (_joined(text, at, match.end()),))


def numbered_at(text: str, at: int) -> Keyed | None:
    """The road or military region whose number begins at `at`: `QL1A`, `QL 1A`, `quốc lộ 1A`, `QK7`."""
    if at and text[at - 1] == " ":
        word = word_before(text, at, _LONGEST_LAST_WORD + 1)
        if word not in _LAST_WORDS and word.isalpha():
            return None
    before = _BEFORE_NUMBER.search(text, max(0, at - 16), at)
    match = _ITS_NUMBER.match(text, at) if before else None
    if before is None or match is None:
        return None
    number = match[0].replace("-", "")
    return Keyed(before.start(1), match.end(), (_NUMBERED[re.sub(_B, " ", before[1])] + number,))


def code_at(source: str, text: str, at: int, after: int) -> Keyed | None:
    """The code around the digits from `at` to `after`: letters and digits, joined by hyphens or points or by nothing.

    A blank counts between a word that is no syllable, or is in capitals, and the digits behind it: `VN 1234`.
    """
    start = _code_start(source, at)
    if start == at and not _goes_on(source, after):
        # Most numbers stand by themselves behind a word.
        word = word_before(source, at, _LONGEST_WORD) if at and source[at - 1] == " " else ""
        if word.isalpha() and len(word) < _LONGEST_WORD and not _may_have_number(word):
            return None
    end, parts = at, 0
    while match := _PART.match(source, end):
        end, parts = match.end(), parts + 1
        joint = _DIGIT_JOINT.match(source, end)
        if joint is None or parts == _MOST_PARTS:
            break
        end = joint.end()
    if not _PART.match(source, end - 1):
        end -= 1
    if end - start > _LONGEST:
        return None
    before = _WORD_BEFORE.search(source, max(0, at - _LONGEST_WORD - 2), at) if start == at else None
    if before is not None and _may_have_number(before[1]):
        start = before.start(1)
    key = _joined(text, start, end)
    if key.isdigit() or key.isalpha():
        return None
    return Keyed(start, end, (key,))


def _goes_on(source: str, after: int) -> bool:
    """Whether something may follow the digits that end at `after` within a code."""
    return _PART.match(source, after) is not None or _DIGIT_JOINT.match(source, after) is not None


@functools.lru_cache(1 << 12)
def _may_have_number(word: str) -> bool:
    """Whether a word may have a number behind a blank: `VN 1234`, `Boeing 737`, `covid 19`; not `tháng 3`."""
    letters = word.lower()
    return (len(letters) <= _MOST_CAPITALS and word.isupper()) or not is_syllable(letters)


def _code_start(source: str, at: int) -> int:
    start = at
    while start > 0 and at - start < _LONGEST:
        before = source[start - 1]
        if before.isalnum() or (before in "-‐‑‒–." and start > 1 and source[start - 2].isalnum()):
            start -= 1
        else:
            break
    return start


def compound_at(source: str, text: str, at: int) -> Keyed | None:
    """The word around a hyphen, an apostrophe, an ampersand or a point at `at`; None where it has digits.

    With points it is none that could be a syllable: `T.Ư`.
    """
    start = at
    while start > 0 and at - start < _LONGEST and source[start - 1].isalpha():
        start -= 1
    if start == at or (start and source[start - 1].isalnum()):
        return None
    end, parts = at, 1
    while parts < _MOST_PARTS and (joint := _JOINT.match(source, end)):
        match = _PART.match(source, joint.end())
        assert match is not None
        end, parts = match.end(), parts + 1
    key = _joined(text, start, end)
    if end == at or end - start > _LONGEST or not key.isalpha():
        return None
    if "." in source[start:end] and is_spelled_like_a_syllable(key):
        return None
    return Keyed(start, end, (key,))


def _joined(text: str, start: int, end: int) -> str:
    return "".join(filter(str.isalnum, text[start:end]))
