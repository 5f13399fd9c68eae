"""Compares `segment`, on the decoder of the product, with pyvi on tens of thousands of texts and measures both.

Run as `python -m tests.vietnamese.compare_pyvi`. Exits with status 1 if any text differs. Reads the
measurement data from the folder TIMDOAN_SHARED names, else from ../shared/data.
"""

from __future__ import annotations

import os
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from indexer.vietnamese import analyze, analyze_all
from tests.oracles.segmenter import segment

from .texts import real_texts, variants

STEP = 19
TIMED = 1500
ROUNDS = 5


def main() -> int:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pyvi import ViTokenizer
    data = Path(os.environ.get("TIMDOAN_SHARED", Path(__file__).resolve().parents[3] / "shared" / "data"))
    texts = [text for text in real_texts(data, STEP) if text.strip()]
    compared: Counter[str] = Counter()
    different: Counter[str] = Counter()
    for name, variant in (each for text in texts for each in variants(text).items()):
        compared[name] += 1
        different[name] += str(segment(variant)) != ViTokenizer.tokenize(variant)
    for name, count in compared.items():
        print(f"{name:10} {count:7,} texts, {different[name]:,} different")
    print(f"{'in all':10} {compared.total():7,} texts, {different.total():,} different")

    timed = texts[:: len(texts) // TIMED + 1]
    base = _seconds(lambda texts: [ViTokenizer.tokenize(text) for text in texts], timed)
    print(f"pyvi tokenize               {len(timed) / base:8,.0f} texts a second")
    measured: dict[str, Callable[[Sequence[str]], object]] = {
        "analyze, forms and words": lambda texts: [analyze(text).word_forms for text in texts],
        "analyze_all": analyze_all,
    }
    for name, function in measured.items():
        seconds = _seconds(function, timed)
        print(f"{name:27} {len(timed) / seconds:8,.0f} texts a second, x{base / seconds:.1f}")
    return 1 if different else 0


def _seconds(function: Callable[[Sequence[str]], object], texts: Sequence[str]) -> float:
    """The processor time of the fastest of several rounds, in seconds."""
    rounds = []
    for _ in range(ROUNDS):
        start = time.process_time()
        function(texts)
        rounds.append(time.process_time() - start)
    return min(rounds)


if __name__ == "__main__":
    sys.exit(main())
