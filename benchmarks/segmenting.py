"""The segmenter beside pyvi's `ViTokenizer`, which has the same model."""

from __future__ import annotations

import itertools
import time
import warnings
from collections.abc import Callable
from typing import Any

from benchmarks.corpus import Corpus
from indexer.vietnamese import analyze, analyze_all


def measure(corpus: Corpus, count: int, rounds: int) -> dict[str, Any]:
    """Paragraphs a second of each way, round by round after one that is not kept, by processor time in one process.

    `count` paragraphs are taken from all over the corpus. `analyze_all` takes them many at once, which
    the first, unkept round lets it compile for; ViTokenizer has no such way.
    """
    step = max(1, corpus.paragraphs // count)
    chosen = itertools.islice(corpus.documents(), 0, step * count, step)
    texts = [document.paragraph.text for document in chosen]
    ways: dict[str, Callable[[list[str]], object]] = {
        "analyze_all": analyze_all,
        "analyze": lambda texts: [analyze(text).word_forms for text in texts],
    }
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pyvi import ViTokenizer
        ways["ViTokenizer"] = lambda texts: [ViTokenizer.tokenize(text) for text in texts]
    except ImportError:
        pass
    found: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds + 1):
        for name, way in ways.items():
            found[name].append(len(texts) / _seconds(way, texts))
    syllables = sum(len(analyze(text).forms) for text in texts)
    return {
        "texts": len(texts),
        "syllables": syllables,
        "a_second": {name: values[1:] for name, values in found.items()},
    }


def _seconds(way: Callable[[list[str]], object], texts: list[str]) -> float:
    start = time.process_time()
    way(texts)
    return time.process_time() - start
