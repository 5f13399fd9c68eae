"""Detection of bylines, the paragraphs that name an article's author or source, by their words and position alone."""

from __future__ import annotations

import re
from collections.abc import Sequence

_LONGEST = 80
"""Most characters of a byline. Longer lines of names are lists of people."""

_NAME_SYLLABLES = 5

# Between names: "Văn Đức – Anh Tấn", "Minh Anh, Thu Hà", "PV/TTXVN", "Hà và Nam".
_BETWEEN = re.compile(r"\s*[,;/&|–—]\s*|\s+-\s+|\s+và\s+")

# Before a colon: "Bài và ảnh: ...", "Thực hiện: ...", "Nguồn: ...".
_CREDITS = frozenset(
    {"tin", "bài", "tin bài", "bài viết", "ảnh", "clip", "video", "nội dung", "đồ họa", "đồ hoạ", "thực hiện"}
    | {"tác giả", "người viết", "biên tập", "tổng hợp", "lược dịch", "biên dịch", "nguồn", "theo", "thiết kế"}
    | {"trình bày", "pv", "phóng viên", "ctv"}
)
_FOLLOWED = re.compile(r"(?:theo(?: (?:báo|tạp chí|trang))?|(?:nhóm )?(?:phóng viên|pv)|ctv)\s+(?=\S)", re.IGNORECASE)
_ALONE = frozenset({"pv", "ctv", "btv", "bbt", "nhóm pv", "nhóm phóng viên", "phóng viên", "ban biên tập", "ttxvn"})

# After a name: "Minh Anh (tổng hợp)", "Thu Hà (theo Reuters)".
_NOTE = re.compile(
    r"(?<=\S)\s+\((?:t/h|th|tổng hợp|ghi|dịch|lược dịch|biên dịch|thực hiện|theo [^()]+)\)$", re.IGNORECASE
)
_DOMAIN = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,6}", re.IGNORECASE)


def bylines(texts: Sequence[str], title: str = "") -> set[int]:
    """The indexes of the bylines among an article's paragraphs (without the title, NFC).

    A byline is at the end (the last paragraph, or the last two) or before everything else. It is a short line that is
    either a credit ("Theo TTXVN", "Bài và ảnh: Minh Anh", "PV") or nothing but names. Names alone count only when none
    occurs elsewhere in the article, since such names are its subject; and at the beginning, where a place name may be,
    only when there are two or more. Some other paragraph must be left.
    """
    found: set[int] = set()
    for index in (len(texts) - 1, len(texts) - 2):
        if index < 1 or not _is_byline(texts, index, title, names=1):
            break
        found.add(index)
    if len(texts) - len(found) > 1 and _is_byline(texts, 0, title, names=2):
        found.add(0)
    return found


def people_in(text: str) -> list[str]:
    """The people that a list in one string names ("Lê Minh, Trần Bình", "Lê Minh - Trần Bình"); else the text."""
    parts = _BETWEEN.split(text.strip())
    return parts if len(parts) > 1 and len(text) <= _LONGEST and all(map(_is_name_or_source, parts)) else [text]


def _is_byline(texts: Sequence[str], index: int, title: str, names: int) -> bool:
    line = texts[index]
    if len(line) > _LONGEST or "\n" in line or "\r" in line:
        return False
    line = _NOTE.sub("", line.strip("*_ ")).strip("()[] ")
    if _is_credit(line):
        return True
    found = _BETWEEN.split(line)
    if len(found) < names or not all(map(_is_name, found)):
        return False
    return not any(name in text for name in found for text in (title, *texts[:index], *texts[index + 1 :]))


def _is_credit(line: str) -> bool:
    """Whether the line is a credit by its own words."""
    line = line.removesuffix(".")
    if _ALONE.issuperset(_BETWEEN.split(line.casefold())):
        return True
    before, colon, credited = line.partition(":")
    if colon:
        if not _CREDITS.issuperset(_BETWEEN.split(before.strip().casefold())):
            return False
    elif match := _FOLLOWED.match(line):
        credited = line[match.end() :]
    else:
        return False
    return all(map(_is_name_or_source, _BETWEEN.split(credited.strip())))


def _is_name(text: str) -> bool:
    """Two to five syllables, each of letters with a capital first; an initial may have its point."""
    syllables = text.split()
    return 2 <= len(syllables) <= _NAME_SYLLABLES and all(map(_is_name_syllable, syllables))


def _is_name_syllable(syllable: str) -> bool:
    bare = syllable.removesuffix(".")
    return bare.isalpha() and bare[0].isupper() and (bare == syllable or len(bare) == 1)


def _is_name_or_source(text: str) -> bool:
    """What may follow a credit: a pen name, initials, a newspaper, a domain, PV."""
    if text.casefold() in _ALONE or _DOMAIN.fullmatch(text):
        return True
    syllables = text.split()
    return 1 <= len(syllables) <= _NAME_SYLLABLES and all(
        syllable[0].isupper() and re.sub("[.+]", "", syllable).isalnum() for syllable in syllables
    )
