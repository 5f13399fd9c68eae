"""The score of the best sentence of each text."""

from __future__ import annotations

from typing import Any

import numpy as np

from indexer.loops import loop, on_warm
from indexer.passages.characters import kinds
from indexer.passages.chunks import NUMBER, PLACE, TEXT, ChunkFinder
from indexer.passages.sentences import next_sentence


@loop
def _blanks(codes: Any, first: Any, last: Any) -> Any:
    """How many blanks and line ends `codes[first:last]` has."""
    count = 0
    for at in range(first, last):
        if codes[at] == 0x20 or codes[at] == 0x0A:
            count += 1
    return count


@loop
def best_sentences(
    codes: Any,
    bounds: Any,
    rows: Any,
    leaves_at: Any,
    leaves: Any,
    scores: Any,
    answering: Any,
    more: Any,
    share: Any,
    common: Any,
    kinds: Any,
) -> Any:
    """For each text the score of its best sentence, and the place of its first leaf (-1: it has none).

    `rows` are those of `chunks.Candidates`; `leaves[leaves_at[n]:leaves_at[n + 1]]` are the leaves that the chunks of
    number n hold, `scores` those of the leaves. A sentence of n chunks scores the sum of its distinct leaves over
    `1 - share + share * n / common`, and `1 + more` times that where it has a chunk whose number is `answering`.
    """
    texts = len(bounds) - 1
    values, places = np.zeros(texts), np.full(texts, -1)
    seen = np.full(len(scores), -1)
    sentence = 0
    row = 0
    for text in range(texts):
        base, stop = bounds[text], bounds[text + 1]
        last = row
        while last < rows.shape[1] and rows[TEXT, last] == text:
            number = rows[NUMBER, last]
            if places[text] < 0 and leaves_at[number + 1] > leaves_at[number]:
                places[text] = rows[PLACE, last]
            last += 1
        if places[text] < 0:
            row = last
            continue
        begin, offset, counted, blanks = 0, base, base, 0
        while offset < stop:
            offset = next_sentence(codes, base, offset, stop, kinds)
            # The first chunk that starts at an offset or after it: as many chunks stand before it as blanks, and one.
            reach = offset - 1 if offset < stop else stop
            blanks += _blanks(codes, counted, reach)
            counted = max(counted, reach)
            end = blanks + 1
            total = 0.0
            answers = False
            while row < last and rows[PLACE, row] < end:
                number = rows[NUMBER, row]
                answers |= answering[number]
                for at in range(leaves_at[number], leaves_at[number + 1]):
                    if seen[leaves[at]] != sentence:
                        seen[leaves[at]] = sentence
                        total += scores[leaves[at]]
                row += 1
            if total > 0.0:
                if answers:
                    total *= 1 + more
                values[text] = max(values[text], total / (1 - share + share * ((end - begin) / common)))
            sentence += 1
            begin = end
        row = last
    return values, places


@on_warm
def _compile() -> None:
    codes, bounds, rows, _ = ChunkFinder(["b"]).candidates(["a b"])
    scores, places, answering = np.ones(1), np.arange(2), np.zeros(1, np.bool_)
    best_sentences(codes, bounds, rows, places, places[:1], scores, answering, 1.0, 0.5, 25, kinds(codes))
