"""SQLite's FTS5 over the field of syllables. It scores every match; it does not count them."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from benchmarks.drawing import Query
from benchmarks.engines.base import BEST, Ask, Peer, PeerAnswer
from indexer.engine.base import Document
from indexer.schema import Field

# Every printable ASCII character but letters, digits, the blank and quotes is part of a token, as in our own tokens.
_TOKEN_CHARACTERS = "".join(c for c in map(chr, range(33, 127)) if not c.isalnum() and c not in "'\"")
_TABLES = f"""
    CREATE TABLE texts (id INTEGER PRIMARY KEY, text TEXT NOT NULL);
    CREATE VIRTUAL TABLE found USING fts5(syllables, content='', detail=full,
        tokenize="unicode61 remove_diacritics 0 tokenchars '{_TOKEN_CHARACTERS}'");
"""
_BEST = "SELECT rowid FROM found WHERE found MATCH ? ORDER BY rank LIMIT ?"


class Fts5(Peer):
    """A contentless table of tokens, and a plain one of texts."""

    index = "fts5"

    def __init__(self) -> None:
        self._path = ":memory:"

    def ready(self, document: Document) -> tuple[str, str]:
        return " ".join(document.tokens[Field.SYLLABLES]), document.paragraph.text

    def writer(self, folder: Path) -> Fts5Writer:
        return Fts5Writer(folder)

    def open(self, folder: Path) -> None:
        self._database = sqlite3.connect(folder / "index.sqlite", check_same_thread=False)

    def prepare(self, kind: str, query: Query, plan: dict[str, Any] | None) -> Ask:
        quoted = ['"{}"'.format(form.replace('"', '""')) for form in query.forms]
        match = {"any": " OR ", "all": " AND ", "phrase": " + "}[kind].join(quoted)

        def ask() -> PeerAnswer:
            rows = [row for (row,) in self._database.execute(_BEST, (match, BEST))]
            texts = [
                self._database.execute("SELECT text FROM texts WHERE id = ?", (row,)).fetchone()[0] for row in rows
            ]
            return PeerAnswer(None, texts)

        return ask


class Fts5Writer:
    """One transaction, then one merge of all segments."""

    def __init__(self, folder: Path) -> None:
        self._database = sqlite3.connect(folder / "index.sqlite")
        self._database.executescript(_TABLES)
        self._next = 1

    def add(self, item: tuple[str, str]) -> None:
        syllables, text = item
        self._database.execute("INSERT INTO texts VALUES (?, ?)", (self._next, text))
        self._database.execute("INSERT INTO found (rowid, syllables) VALUES (?, ?)", (self._next, syllables))
        self._next += 1

    def commit(self) -> None:
        self._database.commit()
        self._database.execute("INSERT INTO found (found) VALUES ('optimize')")
        self._database.commit()
        self._database.close()
