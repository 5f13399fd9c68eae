"""What a saved search finds that it did not find before.

Passages are compared by a hash of the article's id and of the letters and digits of the passage, so that a new
paragraph of a known article counts, and a comma that was moved does not, nor an index that was built again.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from indexer.engine.base import Hit
from indexer.results import SearchRequest
from indexer.search.index import Index

MOST_FOUND = 100_000
"""Of a search that finds more passages, the newest so many are looked at."""


class Look(NamedTuple):
    """What a search finds: the keys of its passages with the ids of their articles, newest articles first.

    `total` is how many there are, more than are looked at where a search is too wide.
    """

    total: int
    found: dict[int, str]


def key_of(article_id: str, text: str) -> int:
    """A passage as a number of 63 bits."""
    letters = "".join(filter(str.isalnum, unicodedata.normalize("NFC", text).casefold()))
    plain = f"{article_id}\0{letters}".encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(plain, digest_size=8).digest(), "big") >> 1


def look(index: Index, query: str, most: int = MOST_FOUND) -> Look:
    """What a query finds; nothing near to it counts."""
    found = index.export(SearchRequest(query, sort="date"))
    return Look(found.total, dict(_keyed(islice(found.passages, most))))


def _keyed(hits: Iterator[Hit]) -> Iterator[tuple[int, str]]:
    for hit in hits:
        yield key_of(hit.info.id, hit.paragraph.text), hit.info.id
