"""Finding the keys of a text: what stands at its digits, its hyphens and apostrophes, and its Roman numerals."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from ..unicode import normalize
from .codes import code_at, compound_at, document_at, phone_at, plate_at, road_at
from .dates import date_at, month_before, time_at
from .found import Keyed, plain
from .numerals import arabic_at, roman_at
from .quantities import quantity_at

_DIGITS = re.compile("[0-9]+")
_JOINTS = re.compile("[-‐‑‒–'’‘ʼʻ´`&](?=[^\\W_])")
_BLANKS = " \u00a0\u2009\u202f"
_IN_DATES, _IN_TIMES = f"-/.,{_BLANKS}", f":hg{_BLANKS}"
"""What may stand behind the first number of a date, and of a time of day."""
_IN_CAPITALS = re.compile("[0-9]{1,2}[A-ZĐ](?![^\\W_])")
"""In capitals it is no unit: `5G`, `12A`."""
_ROMAN = re.compile("[IVXLCDM]+(?![^\\W_])")


def keyed(text: str) -> list[Keyed]:
    """The stretches of `text` that may be spelled otherwise, in order; some may overlap, or be inside of others.

    Any string is allowed. Time is linear in its length.
    """
    normal = normalize(text)
    found = sorted(_found(normal.text), key=lambda each: (each.start, -each.end))
    if normal.starts is None:
        return found
    starts, ends = normal.source_spans([each.start for each in found], [each.end for each in found])
    return [each._replace(start=start, end=end) for each, start, end in zip(found, starts, ends, strict=True)]


def keys_of(text: str) -> list[str]:
    """The tokens of the keys' field for a text: each key that it has, once."""
    return list(dict.fromkeys([key for each in _found(normalize(text).text) for key in (*each.keys, *each.also)]))


def _found(source: str) -> Iterator[Keyed]:
    """The same for a text in normal form, in no order: of all that may be meant, what no token goes beyond."""
    return (each for each in _possible(source) if not _cuts(source, each.start) and not _cuts(source, each.end))


def _cuts(source: str, at: int) -> bool:
    """Whether a token goes on from before `at` to behind it."""
    if not 0 < at < len(source):
        return False
    before, after = source[at - 1], source[at]
    if after in ".,":
        return before.isdigit() and source[at + 1 : at + 2].isdigit()
    if before in ".,":
        return after.isdigit() and source[at - 2 : at - 1].isdigit()
    if after in "+#":
        return before.isalpha()
    return before.isalnum() and (after.isalnum() or unicodedata.category(after)[0] == "M")


def _possible(source: str) -> Iterator[Keyed]:
    digits = list(_DIGITS.finditer(source))
    joints = list(_JOINTS.finditer(source))
    numerals = list(_ROMAN.finditer(source))
    if not (digits or joints or numerals):
        return
    text = plain(source)
    done = 0
    for match in digits:
        at = match.start()
        if at < done:
            continue
        for each in _at_digits(source, text, at, match.end()):
            yield each
            done = max(done, each.end)
    done = 0
    for match in joints:
        if match.start() >= done and (compound := compound_at(source, text, match.start())):
            yield compound
            done = compound.end
    for match in numerals:
        at = match.start()
        if (at == 0 or not source[at - 1].isalnum()) and (numeral := roman_at(source, text, at)):
            yield numeral


def _at_digits(source: str, text: str, at: int, after: int) -> list[Keyed]:
    """What the digits from `at` to `after` are part of; the first kind that they can be."""
    before = text[at - 1] if at else " "
    if before.isalnum() or (before in "-." and at > 1 and text[at - 2].isalpha()):
        single = road_at(text, at) or code_at(source, text, at)
        return [single] if single else []
    following = text[after : after + 1]
    # Most numbers stand by themselves: nothing is tried that cannot be.
    single = document_at(source, text, at) if following == "/" else None
    single = single or (phone_at(text, at) if text[at] in "018" else None)
    single = single or (date_at(text, at) if following and following in _IN_DATES else None)
    if before in _BLANKS and not single:
        single = (month_before(text, at) if after - at == 4 else None) or road_at(text, at)
    if single:
        return [single]
    several: list[Keyed] = []
    if not _IN_CAPITALS.match(source, at):
        time = time_at(text, at) if following and following in _IN_TIMES else None
        counted = arabic_at(text, at) if before in _BLANKS else None
        several = [*filter(None, (time, counted)), *quantity_at(text, at)]
    if several:
        return several
    single = plate_at(source, text, at) or code_at(source, text, at)
    return [single] if single else []
