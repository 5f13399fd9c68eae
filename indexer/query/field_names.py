"""What the restrictions of a query may be called: their names, and what they are called in Vietnamese.

`nguồn:`, `tác giả:`, `ngày:`; also without diacritics or white space, and a declared field by its labels.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from indexer.schema import RESERVED, Schema
from indexer.vietnamese import fold

DATES = ("date", "from", "until", "after", "before")
"""The restrictions to dates: the days meant; from their first, until their last; after and before as in an address."""

_VIETNAMESE = {
    "tiêu đề": "title",
    "nguồn": "source",
    "tác giả": "author",
    "loại": "kind",
    "ngày": "date",
    "từ": "from",
    "đến": "until",
}

KINDS: Mapping[str, str] = {
    "tieu de": "title",
    "sapo": "lead",
    "noi dung": "body",
    "chu thich anh": "caption",
    "anh": "caption",
    "nguoi viet": "byline",
    "de muc": "heading",
    "bang": "table",
    "danh sach": "list",
    "chu thich cuoi trang": "footnote",
}
"""The kinds of paragraphs as the page calls them, without diacritics."""

_SPACE = re.compile(r"\s+")


@lru_cache(maxsize=16)
def names(schema: Schema) -> Mapping[str, str]:
    """The names of all restrictions as `key_of` has them, each with the one it stands for."""
    found = {"title": "title", **{name: name for name in DATES}, **{row.name: row.name for row in schema.filters}}
    spoken = [*_VIETNAMESE.items(), *((label, row.name) for row in schema.filters for label in row.label)]
    for label, name in spoken:
        key = key_of(label)
        if len(key) > 1 and key not in RESERVED and not any(each in key for each in ':()"*'):
            found.setdefault(key, name)
            found.setdefault(key.replace(" ", ""), name)
    return found


def key_of(name: str) -> str:
    """A name as it is looked up: without diacritics, in lower case, with single spaces."""
    return _SPACE.sub(" ", fold(name).lower())


def written_at(text: str, start: int, schema: Schema) -> tuple[str, str, int] | None:
    """The name that stands with a colon at `start`: as written, what it stands for, and the offset after the colon."""
    found = _name(schema).match(text, start)
    meant = names(schema).get(key_of(found[1])) if found else None
    return (found[1], meant, found.end()) if found and meant else None


@lru_cache(maxsize=16)
def _name(schema: Schema) -> re.Pattern[str]:
    """What may be a name, and a colon."""
    words = [key.split(" ") for key in names(schema)]
    word = rf'[^\s:()"*]{{1,{_most_letters(words)}}}+'
    return re.compile(rf"({word}(?:\s++{word}){{0,{max(map(len, words)) - 1}}}):")


def kind_at(text: str, start: int) -> re.Match[str] | None:
    """The name of a kind of paragraphs that stands at `start` and has white space in it."""
    matches = (pattern.match(text, start) for pattern in _kinds())
    return next((match for match in matches if match and key_of(match[0]) in KINDS), None)


@lru_cache(maxsize=1)
def _kinds() -> Sequence[re.Pattern[str]]:
    """What may be such a name: that many words, the most first."""
    words = [key.split(" ") for key in KINDS]
    word = rf"[\w\u0300-\u036f]{{1,{_most_letters(words)}}}+"
    numbers = sorted({len(each) for each in words} - {1}, reverse=True)
    return [re.compile(rf"{word}(?:\s++{word}){{{number - 1}}}") for number in numbers]


def _most_letters(words: Iterable[Sequence[str]]) -> int:
    """The most code points of a word: of each letter with a mark and a tone there may be three."""
    return 3 * max(len(word) for name in words for word in name)
