"""Real Vietnamese texts from the measurement data, each in the ways people and programs write it."""

from __future__ import annotations

import gzip
import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from indexer.vietnamese import fold


def real_texts(data: Path, step: int) -> Iterator[str]:
    """Every `step`-th paragraph, sentence and question of the measurement data, in a fixed order."""
    for number, text in enumerate(_all_texts(data)):
        if number % step == 0:
            yield text


def _all_texts(data: Path) -> Iterator[str]:
    with gzip.open(data / "viwiki" / "articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            yield from json.loads(line)["text"].split("\n\n")
    for path in sorted((data / "segmentation").glob("*.txt")):
        yield from path.read_text(encoding="utf-8").replace("_", " ").splitlines()
    for name in ("corpus", "queries", "queries.nodiac", "queries.telex"):
        for line in (data / "xquad-vi" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            yield json.loads(line)["text"]
    for line in (data / "spelling" / "viwiki-spelling.jsonl").read_text(encoding="utf-8").splitlines():
        yield json.loads(line)["text"]
    yield from (data / "ha-tinh" / "article.txt").read_text(encoding="utf-8").splitlines()


def variants(text: str) -> dict[str, str]:
    """The text as given, in small and in capital letters, without diacritics, and decomposed."""
    return {
        "as given": text,
        "lower": text.lower(),
        "upper": text.upper(),
        "unmarked": fold(text),
        "NFD": unicodedata.normalize("NFD", text),
    }
