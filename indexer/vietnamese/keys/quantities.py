"""Keys of quantities (`640m2`, `12.5%`), money (`25000vnd`), large numbers (`12500000`) and ranges (`10..15`).

A number is written by its value, so that `1,5 triệu` and `1.500.000` are one. `units.tsv` has the units.
"""

from __future__ import annotations

import re
from decimal import Decimal
from importlib import resources
from itertools import groupby

from indexer.loops import made_once

from .found import BLANK, BLANKS, NUMBER, Keyed, value_of, written
from .places import plain

_B = BLANK
_SCALES = {
    **{"nghin": 3, "ngan": 3, "k": 3, "trieu": 6, "tr": 6, "ty": 9, "ti": 9},
    **{f"{thousand} {billion}": 12 for thousand in ("nghin", "ngan") for billion in ("ty", "ti")},
}
_SCALE = re.compile(rf"{_B}?((?:nghin|ngan) t[yi]|nghin|ngan|trieu|tr|ty|ti|k)(?![a-z0-9])(?:{_B}(ruoi)(?![a-z]))?")
_FOLLOWING = re.compile(rf"{_B}({NUMBER})(?={_B}?(?:nghin|ngan|trieu|tr)(?![a-z]))")
_SLANG = re.compile(r"(tr|ty|ti|k)([1-9])(?![0-9a-z.,])")
_METRES = re.compile(r"([0-9]{1,3})m([0-9]{2}|[014-9])(?![0-9a-z])")
"""`1m75`; `1m2` and `1m3` are an area and a volume."""
_NUMBER = re.compile(NUMBER)
_WORD = re.compile("[a-z]+")
_SPACED = re.compile(rf"[0-9]{{1,3}}(?:{_B}[0-9]{{3}}){{1,4}}(?![0-9]|[.,][0-9])")
_BETWEEN = re.compile(rf"{_B}?(?:[-‐‑‒–—~]|->){_B}?(?=[0-9])|{_B}(?:den|toi){_B}(?=[0-9])")
_OF_DATE = re.compile("/[0-9]")
_BEFORE = re.compile(rf"(us)?([$€£¥₫]){_B}?$")
_ENDING = frozenset(")];:")
_SIGNS = frozenset("%‰°\"'$€£¥₫₩฿")
_ESCAPED_BLANK = re.escape(" ")
_MOST_SCALES = 3


@made_once
def units() -> dict[str, str]:
    """Every spelling of a unit -> its key."""
    table = resources.files(__package__).joinpath("units.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in table.splitlines() if line and not line.startswith("#")]
    return {plain(spelling.strip()): key for key, spellings in rows for spelling in spellings.split("|")}


@made_once
def _unit() -> re.Pattern[str]:
    # By their first letter, as all would be tried in turn.
    spellings = groupby(sorted(units(), key=lambda each: (each[0], -len(each))), lambda each: each[0])
    words = "|".join(
        f"{re.escape(first)}(?:{'|'.join(re.escape(each[1:]).replace(_ESCAPED_BLANK, _B) for each in own)})"
        for first, own in spellings
    )
    # `5 m` and `5-m`; a sign may stand before anything, a word ends there.
    return re.compile(rf"({_B}?-?)({words})(?![a-z0-9])")


@made_once
def _words_behind() -> frozenset[str]:
    """The words that may follow a number and a blank: the first ones of units, those of scales and ranges."""
    words = map(_WORD.match, (*units(), *_SCALES, "den", "toi"))
    return frozenset(word[0] for word in words if word)


def _is_alone(text: str, at: int, after: int) -> bool:
    """Whether the digits from `at` to `after` can be no more than that: no sign of money, no scale, unit or range."""
    following = text[after : after + 1]
    if not _SIGNS.isdisjoint(text[max(0, at - 2) : at]):
        return False
    if not following or following in ".,":
        return not text[after + 1 : after + 2].isdigit()
    if following in BLANKS:
        word = _WORD.match(text, after + 1)
        return word is not None and word[0] not in _words_behind()
    return following in _ENDING


def quantity_at(text: str, at: int, after: int) -> list[Keyed]:
    """The quantities and the range that begin with the digits from `at` to `after` of a text without diacritics."""
    if _is_alone(text, at, after):
        return []
    if metres := _METRES.match(text, at):
        return [Keyed(at, metres.end(), (f"{written(Decimal(f'{metres[1]}.{metres[2]}'))}m",))]
    first = _number_at(text, at)
    if first is None:
        return []
    value, end, scaled = first
    own = _measured(text, at, value, end, scaled)
    between = _BETWEEN.match(text, end) or (_BETWEEN.match(text, own.end) if own else None)
    second = _number_at(text, between.end()) if between else None
    if between is None or second is None or _OF_DATE.match(text, second[1]):
        return [own] if own else []
    last, stop, rescaled = second
    more = _measured(text, between.end(), last, stop, rescaled)
    unit = _unit_of(more)
    if rescaled and not scaled and value < last:
        value = value.scaleb(_power(last, text, between.end()))
    key = f"{written(value)}..{written(last)}"
    start = at - 3 if text.startswith("tu ", at - 3) and at >= 3 else at
    stop = more.end if more else stop
    # `10-15%` holds ten per cent too, though the sign stands behind the second.
    also = (key, f"{written(value)}{unit}") if unit else ()
    ranged = Keyed(start, stop, (key + unit,), also, more is not None and more.signs)
    return [ranged, *([own] if own else []), *([more] if more else [])]


def _power(scaled: Decimal, text: str, at: int) -> int:
    """By how many powers of ten the number at `at` is scaled to be `scaled`."""
    match = _NUMBER.match(text, at)
    assert match is not None
    own = value_of(match[0])
    return 0 if not own else (scaled / own).adjusted()


def _unit_of(found: Keyed | None) -> str:
    return re.sub(r"^[0-9.]+", "", found.keys[0]) if found else ""


def _number_at(text: str, at: int) -> tuple[Decimal, int, bool] | None:
    """The value of the number at `at` with its scale words, where that ends, and whether it has any."""
    match = _NUMBER.match(text, at)
    if match is None:
        return None
    value, end = value_of(match[0]), match.end()
    if slang := _SLANG.match(text, end):
        scale = _SCALES[slang[1]]
        return value.scaleb(scale) + Decimal(slang[2]).scaleb(scale - 1), slang.end(), True
    total, before, scaled = Decimal(0), 99, False
    for _ in range(_MOST_SCALES):
        scale_word = _SCALE.match(text, end)
        if scale_word is None or _SCALES[scale_word[1]] >= before:
            break
        before, scaled, end = _SCALES[scale_word[1]], True, scale_word.end()
        total += value.scaleb(before) + (Decimal(5).scaleb(before - 1) if scale_word[2] else 0)
        following = _FOLLOWING.match(text, end)
        if following is None:
            return total, end, True
        value, end = value_of(following[1]), following.end()
    if scaled:
        return total, end, True
    if spaced := _SPACED.match(text, at):
        joined = re.sub(_B, "", spaced[0])
        if _unit().match(text, spaced.end()) and not joined.startswith("0"):
            return Decimal(joined), spaced.end(), False
    return value, end, False


def _measured(text: str, at: int, value: Decimal, end: int, scaled: bool) -> Keyed | None:
    number = written(value)
    if not _SIGNS.isdisjoint(text[max(0, at - 2) : at]) and (currency := _BEFORE.search(text, max(0, at - 5), at)):
        return Keyed(currency.start(), end, (number + units()[currency[2]],), (number,) if scaled else (), True)
    match = _unit().match(text, end)
    if match is None:
        if not scaled:
            return None
        return Keyed(at, end, (number, f"{number}vnd") if text[end - 1] == "k" else (number,))
    unit = units()[re.sub(_B, " ", match[2])]
    glued = not match[1] and match[2][0] not in _SIGNS
    signs = match[2][0] in _SIGNS or match[2][-1] in _SIGNS
    return Keyed(at, match.end(), (number + unit,), (number,) if glued or scaled else (), signs)
