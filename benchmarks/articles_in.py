"""The whole indexing pipeline, from a file of articles to an index on disk: ours, and pyvi with tantivy, a process for
each.

Run as `python -m benchmarks.articles_in WAY ARTICLES FOLDER`; prints the seconds, without those of importing.
"""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from benchmarks import engines
from benchmarks.engines.base import spaced
from benchmarks.fleet import ROOT
from benchmarks.worker import peak
from indexer.schema import Pairs
from indexer.vietnamese import fold


def ways() -> list[str]:
    """The ways that can be gone here."""
    from benchmarks.engines.ours import has_jobs

    found = ["ours"]
    if has_jobs():
        found.append("ours with two jobs")
    if all(find_spec(module) for module in ("pyvi", "tantivy")):
        found.append("ViTokenizer and tantivy")
    return found


def run(way: str, articles: Path, folder: Path) -> dict[str, float]:
    """Go one way in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.articles_in", way, str(articles), str(folder)]
    printed = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
    figures: dict[str, float] = json.loads(printed.splitlines()[-1])
    return figures


def ours(articles: Path, folder: Path, jobs: int) -> Callable[[], None]:
    """`indexer.build`, ready to be called."""
    from benchmarks.engines.ours import build_with_one_job

    return lambda: build_with_one_job(articles, folder / "index", jobs)


def pyvi_and_tantivy(articles: Path, folder: Path) -> Callable[[], None]:
    """What one would write with pyvi and tantivy: the same six fields, one thread; ready to be called."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pyvi import ViTokenizer

    peer = engines.peer("tantivy")
    ViTokenizer.tokenize("khởi động")
    unmarked = functools.lru_cache(maxsize=1 << 18)(fold)

    def forms(text: str) -> tuple[list[str], list[str]]:
        words = ViTokenizer.tokenize(text).lower().split()
        return words, [syllable for word in words for syllable in word.split("_") if syllable]

    def go() -> None:
        writer = peer.writer(folder)
        with articles.open(encoding="utf-8") as lines:
            for line in lines:
                article = json.loads(line)
                _, title = forms(article["title"])
                title_fields = {"title": spaced(title), "title_unmarked": spaced([unmarked(form) for form in title])}
                for paragraph in article["paragraphs"]:
                    words, syllables = forms(paragraph["text"])
                    row = {
                        "syllables": spaced(syllables),
                        "words": spaced(words),
                        "bigrams": spaced(Pairs(syllables)),
                        "unmarked": spaced([unmarked(form) for form in syllables]),
                    }
                    writer.add({**row, **title_fields, "text": paragraph["text"].encode()})
        writer.commit()

    return go


def main(way: str, articles: Path, folder: Path) -> dict[str, float]:
    """Go one way; seconds by the wall clock and of processor time (children included), and the peak of memory."""
    if way == "ViTokenizer and tantivy":
        go = pyvi_and_tantivy(articles, folder)
    else:
        go = ours(articles, folder, 2 if "two" in way else 1)
    before, start = os.times(), time.perf_counter()
    go()
    seconds, after = time.perf_counter() - start, os.times()
    return {"seconds": seconds, "cpu": sum(after[:4]) - sum(before[:4]), "peak": peak()}


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))))
