"""The score of the best sentence of a text: what `best_sentence` does in loops."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from tests.oracles.sentences import sentence_starts

Held = tuple[Sequence[int], bool]
"""The leaves a chunk holds, by their numbers, and whether it holds what is sought."""


def best_sentence(
    text: str, held: Callable[[str], Held], scores: Sequence[float], more: float, share: float, common: int
) -> tuple[float, int]:
    """The score of the best sentence, and the place of the first leaf (-1: there is none)."""
    blanks = text.replace("\n", " ")
    chunks = [held(chunk) for chunk in blanks.split(" ")]
    place = next((at for at, (leaves, _) in enumerate(chunks) if leaves), -1)
    # The first chunk that starts at an offset or after it: as many chunks stand before it as blanks, and one.
    begins = [blanks.count(" ", 0, offset - 1) + 1 for offset in sentence_starts(text)]
    best = 0.0
    for begin, end in pairwise([0, *begins, len(chunks)]):
        here = chunks[begin:end]
        score = sum(scores[leaf] for leaf in dict.fromkeys(leaf for leaves, _ in here for leaf in leaves))
        if any(answers for _, answers in here):
            score *= 1 + more
        best = max(best, score / (1 - share + share * (end - begin) / common))
    return best, place
