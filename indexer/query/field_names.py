"""What the restrictions of a query may be called: their names, and what they are called in Vietnamese.

`nguồn:`, `tác giả:`, `ngày:`; also without diacritics or white space, and a declared field by its labels.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from indexer.loops import on_warm
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


@lru_cache(maxsize=16)
def pattern(schema: Schema) -> re.Pattern[str]:
    """One of the names, diacritics or not, and a colon; `key_of` its group is a key of `names`."""
    written = sorted(names(schema), key=len, reverse=True)
    return re.compile(rf"({'|'.join(map(_with_diacritics, written))}):", re.IGNORECASE)


@lru_cache(maxsize=1)
def kinds_of_several_words() -> re.Pattern[str]:
    """One of the kinds of paragraphs whose names have white space in them, diacritics or not."""
    written = sorted((kind for kind in KINDS if " " in kind), key=len, reverse=True)
    return re.compile(rf"(?:{'|'.join(map(_with_diacritics, written))})(?![^\W_])", re.IGNORECASE)


@on_warm
def _prepare() -> None:
    pattern(Schema())
    kinds_of_several_words()


def _with_diacritics(key: str) -> str:
    """A pattern of the letters of `key`, with any diacritics, composed or not."""
    return "".join(r"\s+" if letter == " " else _letter(letter) for letter in key)


@lru_cache(maxsize=64)
def _letter(letter: str) -> str:
    if not letter.isalpha():
        return re.escape(letter)
    latin = (chr(code) for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)))
    variants = "".join(each for each in latin if each.islower() and fold(each) == letter)
    marks = r"[\u0300-\u036f]*" if unicodedata.category(letter) == "Ll" else ""
    return f"[{letter}{variants}]{marks}"
