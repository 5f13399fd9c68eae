"""What the sample corpus answers to each of its queries, as recorded: the gate that no change of ranking passes unseen.

    .venv/bin/python -m tests.evaluation.gate      rewrites corpus_gate.tsv, after an intended change

A line has the id of the query, the nDCG@10 of its ranking, and a digest of its first ten passages in order.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from indexer import Index, Settings, build, open_index, warm
from indexer.evaluation.judged import JudgedSet, read_judged_set
from indexer.evaluation.run import ask

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
RECORD = Path(__file__).with_name("corpus_gate.tsv")
DEPTH = 10


class Outcome(NamedTuple):
    """How well a query was answered, and by which passages in which order."""

    ndcg: float
    digest: str


def outcomes(index: Index, judged: JudgedSet, *, literal: bool = False) -> dict[str, Outcome]:
    """The outcome of every query, by its id."""
    run = ask(index, judged, literal=literal, depth=DEPTH)
    return {
        query: Outcome(
            round(run.per_query[query]["nDCG@10"], 4), hashlib.sha256("\n".join(ranking).encode()).hexdigest()[:12]
        )
        for query, ranking in run.rankings.items()
    }


def recorded() -> dict[str, Outcome]:
    """The outcomes on record."""
    rows = (line.split("\t") for line in RECORD.read_text("utf-8").splitlines())
    return {query: Outcome(float(ndcg), digest) for query, ndcg, digest in rows}


def mean(found: dict[str, Outcome]) -> float:
    """The mean nDCG@10."""
    return sum(outcome.ndcg for outcome in found.values()) / len(found)


def differing(found: dict[str, Outcome], asked: Iterable[str] | None = None) -> list[str]:
    """A line for each query whose outcome is not the one on record, of those asked (None: all)."""
    known = recorded()
    return [
        f"{query}: {known.get(query)} -> {found.get(query)}"
        for query in sorted(known.keys() | found.keys() if asked is None else asked)
        if known.get(query) != found.get(query)
    ]


def main() -> None:
    """Write the record."""
    warm()
    with tempfile.TemporaryDirectory() as folder:
        build([CORPUS / "corpus.jsonl"], folder)
        with open_index(folder, Settings()) as index:
            found = outcomes(index, read_judged_set(CORPUS))
    RECORD.write_text("".join(f"{query}\t{each.ndcg:.4f}\t{each.digest}\n" for query, each in found.items()), "utf-8")
    print(f"{len(found)} queries, nDCG@10 {mean(found):.4f}")


if __name__ == "__main__":
    main()
