"""Articles kept in a temporary file from their reading to their writing: no lock is held while they are read."""

from __future__ import annotations

import contextlib
import pickle
import tempfile
from collections.abc import Iterable, Iterator

from indexer.articles import Article

IN_MEMORY = 32 * 1024 * 1024
"""Bytes that are kept in memory; more go to a file without a name, which no other process can open."""


@contextlib.contextmanager
def spooled(articles: Iterable[Article]) -> Iterator[Iterator[Article]]:
    """Read all articles; gives them in order, once, for the length of a `with` block. Raises `OSError`."""
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as file:
        count = 0
        for article in articles:
            pickle.dump(article, file, pickle.HIGHEST_PROTOCOL)
            count += 1
        file.seek(0)
        yield (pickle.load(file) for _ in range(count))
