"""Other engines with their default settings, for comparisons of relevance over the same paragraphs.

Each ranks paragraphs, best first; `relevance` groups them where articles are judged. `engines` measures their speed.
"""

from __future__ import annotations

import re
import sqlite3
import warnings
from collections.abc import Callable, Sequence

import bm25s

DEPTH = 300
"""Paragraphs taken of each ranking."""

Ask = Callable[[str], list[int]]
"""A query -> the numbers of the paragraphs found, best first."""

_WORDS = re.compile(r"\w+")


def syllable_bm25(texts: Sequence[str]) -> Ask:
    """Lower-case runs of letters and digits, BM25 with k1 1.2 and b .75."""
    return _bm25(texts, lambda text: _WORDS.findall(text.lower()))


def word_bm25(texts: Sequence[str]) -> Ask:
    """The words of pyvi's model on lower-case text, alone; the same BM25."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pyvi import ViTokenizer
    return _bm25(texts, lambda text: _WORDS.findall(ViTokenizer.tokenize(text.lower())))


def fts5(texts: Sequence[str]) -> Ask:
    """SQLite FTS5 as it comes: unicode61, which takes one mark off a letter, not two; any word may match."""
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE found USING fts5(text)")
    database.executemany("INSERT INTO found (rowid, text) VALUES (?, ?)", enumerate(texts))

    def ask(query: str) -> list[int]:
        match = " OR ".join(f'"{word}"' for word in _WORDS.findall(query))
        if not match:
            return []
        rows = database.execute("SELECT rowid FROM found WHERE found MATCH ? ORDER BY rank LIMIT ?", (match, DEPTH))
        return [row for (row,) in rows]

    return ask


def tantivy_default(texts: Sequence[str]) -> Ask:
    """tantivy as it comes: its default tokenizer and query parser; any word may match."""
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("text")
    builder.add_unsigned_field("number", stored=True)
    index = tantivy.Index(builder.build())
    writer = index.writer(heap_size=64_000_000, num_threads=1)
    for number, text in enumerate(texts):
        writer.add_document(tantivy.Document(text=text, number=number))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def ask(query: str) -> list[int]:
        parsed, _ = index.parse_query_lenient(query, ["text"])
        return [searcher.doc(address)["number"][0] for _, address in searcher.search(parsed, DEPTH).hits]

    return ask


def _bm25(texts: Sequence[str], split: Callable[[str], list[str]]) -> Ask:
    index = bm25s.BM25(k1=1.2, b=0.75)
    index.index([split(text) for text in texts], show_progress=False)

    def ask(query: str) -> list[int]:
        known = [form for form in split(query) if form in index.vocab_dict]
        if not known:
            return []
        found = index.retrieve([known], k=min(DEPTH, len(texts)), show_progress=False, n_threads=1)
        return [int(n) for n, score in zip(found.documents[0], found.scores[0], strict=True) if score > 0]

    return ask


PEERS: dict[str, Callable[[Sequence[str]], Ask]] = {
    "plain syllable BM25 (k1 1.2, b .75)": syllable_bm25,
    "pyvi's words alone, same BM25": word_bm25,
    "SQLite FTS5, defaults": fts5,
    "tantivy, defaults": tantivy_default,
}
"""By the name shown."""
