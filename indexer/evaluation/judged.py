"""Judged sets in BEIR layout (Thakur et al. 2021): a corpus, queries, and which documents answer which query.

    corpus.jsonl    one document a line: _id, title, text (read by `indexer.articles` like any other articles)
    queries.jsonl   one query a line: _id, text
    qrels.tsv       a header, then query-id, corpus-id, score

A corpus-id names an article or, written `<article id>#<position>`, one paragraph of it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from indexer.errors import JudgedSetInvalid


@dataclass(frozen=True, slots=True)
class JudgedSet:
    """The judged queries by id, in file order, and for each its documents' grades (0: judged not relevant)."""

    corpus: Path
    queries: dict[str, str]
    judgements: dict[str, dict[str, int]]


def read_judged_set(folder: Path, queries: Path | None = None, *, corpus: bool = True) -> JudgedSet:
    """Read a judged set; raises `JudgedSetInvalid` with the file and line.

    `queries` is another file with the same ids (typing variants); a path that does not exist is looked up in `folder`.
    Queries without a judgement are left out. With `corpus` false, corpus.jsonl may be missing.
    """
    documents = _existing(folder / "corpus.jsonl") if corpus else folder / "corpus.jsonl"
    if queries is None or not queries.is_file():
        queries = folder / (queries or "queries.jsonl")
    judgements = _judgements(_existing(folder / "qrels.tsv"))
    texts = {key: text for key, text in _queries(_existing(queries)).items() if key in judgements}
    if not texts:
        raise JudgedSetInvalid(
            f"no query of {queries} has a judgement in {folder / 'qrels.tsv'}",
            "Check that the ids of both files agree.",
        )
    return JudgedSet(documents, texts, judgements)


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise JudgedSetInvalid(
            f"there is no {path}", "A judged set is a folder with corpus.jsonl, queries.jsonl and qrels.tsv."
        )
    return path


def _queries(path: Path) -> dict[str, str]:
    queries: dict[str, str] = {}
    with open(path, encoding="utf-8-sig", errors="replace") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                record = json.loads(line)
                key, text = str(record["_id"]), record["text"]
                if key in queries:
                    raise ValueError(f"the id {key} stands twice")
                if not isinstance(text, str):
                    raise ValueError("its text is no string")
            except (ValueError, KeyError, TypeError, RecursionError) as error:
                raise JudgedSetInvalid(
                    f"{path}:{number}: no query: {error}",
                    'Each line is an object such as {"_id": "q1", "text": "hồ Kẻ Gỗ"}.',
                ) from None
            queries[key] = text
    return queries


def _judgements(path: Path) -> dict[str, dict[str, int]]:
    judgements: dict[str, dict[str, int]] = {}
    with open(path, encoding="utf-8-sig", errors="replace") as lines:
        next(lines, None)
        for number, line in enumerate(lines, 2):
            row = line.rstrip("\n").split("\t")
            if row == [""]:
                continue
            try:
                query, document, grade = row[0], row[1], int(row[2])
            except (IndexError, ValueError):
                raise JudgedSetInvalid(
                    f"{path}:{number}: not three columns query-id, corpus-id, score (a whole number)",
                    "Columns are separated by tabs; the first line is the header.",
                ) from None
            judgements.setdefault(query, {})[document] = grade
    return judgements
