"""The judged sets that rankings are measured on."""

from __future__ import annotations

import gzip
import itertools
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click

from indexer.evaluation.judged import JudgedSet, read_judged_set

ROOT = Path(__file__).resolve().parent.parent
_EVERY_ARTICLE = 7


def sets(shared: Path) -> Iterator[tuple[str, JudgedSet, list[Path]]]:
    """Of each set its name, itself, and what is indexed; paths last until the next one."""
    corpus = read_judged_set(ROOT / "corpus")
    yield "corpus", corpus, [corpus.corpus]
    if not shared.is_dir():
        click.echo(f"there is no folder {shared}: XQuAD is not measured", err=True)
        return
    xquad = read_judged_set(shared / "xquad-vi")
    yield "xquad-vi", xquad, [xquad.corpus]
    with tempfile.TemporaryDirectory(prefix="timdoan-relevance-") as folder:
        sample = Path(folder) / "viwiki.jsonl"
        with gzip.open(shared / "viwiki" / "articles.jsonl.gz", "rt", encoding="utf-8") as lines:
            sample.write_text("".join(itertools.islice(lines, 0, None, _EVERY_ARTICLE)), "utf-8")
        yield "xquad-vi among viwiki", xquad, [xquad.corpus, sample]
