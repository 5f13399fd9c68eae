"""Finding the keys of a text: at its digits, its hyphens and apostrophes, its Roman numerals and abbreviations."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from ..tones import canonical
from ..unicode import NormalText, normalize
from .capitals import capitals_at
from .codes import code_at, compound_at, numbered_at, phone_at, plate_at
from .dates import date_at, month_before, time_at
from .documents import called_at, document_at
from .found import BLANKS, Keyed
from .numerals import arabic_at, roman_at
from .places import Places, places, places_of
from .quantities import quantity_at

_WORD = re.compile(r"[^\W\d_]+")
_IN_CAPITALS = re.compile("[0-9]{1,2}[A-ZĐ](?![^\\W_])")
"""In capitals it is no unit: `5G`, `12A`."""
_BEHIND_TIME = re.compile("[0-9][hg]-$")
"""What stands before the second time of `8h-17h`."""
_TIMES = re.compile("[0-9]{1,2}[hg](?:[0-9]{2})?-[0-9]{1,2}[hg][0-9]{2}(?![0-9])")
"""Two times, and no grams: `8g-11g30`."""
_OF_PHONES = ("0", "84", "1800", "1900")


def keyed(text: str) -> list[Keyed]:
    """The stretches of `text` that may be spelled otherwise, in order; some may overlap, or be inside of others.

    Any string is allowed. Time is linear in its length.
    """
    normal = normalize(text)
    found = sorted(_found(normal.text, places_of(normal.text)), key=lambda each: (each.start, -each.end))
    if normal.starts is None:
        return found
    starts, ends = normal.source_spans([each.start for each in found], [each.end for each in found])
    return [each._replace(start=start, end=end) for each, start, end in zip(found, starts, ends, strict=True)]


def keys_of(text: str) -> list[str]:
    """The tokens of the keys' field for a text: each key that it has, once."""
    source = normalize(text).text
    return _keys(_found(source, places_of(source)))


def keys_of_all(texts: Sequence[NormalText]) -> list[list[str]]:
    """`keys_of` each of several texts, given in normal form, in less time."""
    sources = [text.text for text in texts]
    return [_keys(_found(source, own)) for source, own in zip(sources, places(sources), strict=True)]


def _keys(found: Iterable[Keyed]) -> list[str]:
    return list(dict.fromkeys([key for each in found for key in (*each.keys, *each.also)]))


def _found(source: str, where: Places | None) -> list[Keyed]:
    """What stands in a text in normal form, in no order: of all that may be meant, what no token goes beyond."""
    if where is None:
        return []
    found = _possible(source, where)
    return [each for each in found if not _cuts(source, each.start) and not _cuts(source, each.end)]


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


def _possible(source: str, where: Places) -> Iterator[Keyed]:
    text = where.text
    done = 0
    for at, after in where.digits:
        if at < done:
            continue
        for each in _at_digits(source, text, at, after):
            yield each
            done = max(done, each.end)
    done = 0
    for at in where.joints:
        if at >= done and (compound := compound_at(source, text, at)):
            yield compound
            done = compound.end
    for at in where.numerals:
        numeral = roman_at(source, text, at)
        # A name before a numeral is any word.
        if numeral and (numeral.keys[0].isalnum() or _is_spelled_so(source, numeral)):
            yield numeral
    yield from filter(None, (capitals_at(source, at) for at in where.abbreviations))


_OF_SUCH_THINGS = """
    ngày tháng năm giêng một hai ba tư sáu bảy tám chín mười chạp mùng mồng hôm giờ phút giây rưỡi sáng trưa chiều
    tối đêm rạng từ đến tới nghìn ngàn triệu tỷ đồng đô la đôla mỹ việt nam yên nhật bảng anh nhân dân tệ hàn quốc
    phần trăm mét vuông khối cây số ki lô kí kilô gam kilôgam kilômét mi li xăng xen ti xăngtimét xentimét milimét
    tấn lít héc kilôvôn hécta hectô độ mỗi điện vôn oát chấm thế kỷ quý khoá chương nhiệm kỳ học tập đại hội nghị
    hạng cấp mục bài giai đoạn chiến loại nhóm vùng quân khu vòng quyển lớp bậc đội thiên niên cộng hoà phụ lục hiệp
    vực đoàn binh trung ương lần thứ lộ tỉnh đường hương cao tốc vnđ đ định thông quyết chỉ thị công văn nđ qđ
"""
_WORDS = frozenset(map(canonical, _OF_SUCH_THINGS.split()))
"""What dates, quantities and counted numerals are made of. Letters alone would have `5 thắng 3` be a date."""


def _is_spelled_so(source: str, found: Keyed) -> bool:
    """Whether the words of a stretch are those of such things, diacritics included where there are any."""
    if source[found.start : found.end].isascii():
        return True
    words = _WORD.findall(source[found.start : found.end].lower())
    return all(word.isascii() or canonical(word) in _WORDS for word in words)


def _at_digits(source: str, text: str, at: int, after: int) -> list[Keyed]:
    """What the digits from `at` to `after` are part of; the first kind that they can be."""
    before = text[at - 1] if at else " "
    if before.isalnum() or (before in "-." and at > 1 and text[at - 2].isalpha()):
        single = time_at(text, at, after) if _BEHIND_TIME.search(text, max(0, at - 3), at) else None
        single = single or numbered_at(text, at) or code_at(source, text, at, after)
        return [single] if single else []
    called = called_at(text, at) if before in BLANKS else None
    single = document_at(source, text, at) if text.startswith("/", after) else None
    if called and _is_spelled_so(source, called):
        whole = single and Keyed(called.start, single.end, single.keys, (*called.keys, *called.also))
        return [whole or called]
    single = single or (phone_at(text, at) if text.startswith(_OF_PHONES, at) else None)
    if single:
        return [single]
    single = date_at(text, at, after)
    if before in BLANKS and not single:
        single = (month_before(text, at) if after - at == 4 else None) or numbered_at(text, at)
    if single and _is_spelled_so(source, single):
        return [single]
    several: list[Keyed] = []
    if not _IN_CAPITALS.match(source, at):
        counted = arabic_at(text, at) if before in BLANKS else None
        measured = quantity_at(text, at, after) if not _TIMES.match(text, at) else []
        several = [*filter(None, (time_at(text, at, after), counted)), *measured]
        several = [each for each in several if _is_spelled_so(source, each)]
    if several:
        return several
    single = plate_at(source, text, at) or code_at(source, text, at, after)
    return [single] if single else []
