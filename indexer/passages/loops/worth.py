"""What the best sentence of each text is worth: `indexer.search.rerank.SentenceScorer`, compiled."""

from __future__ import annotations

from typing import Any

import numpy as np

from indexer.loops import compiled
from indexer.passages.loops.characters import bounds, codes, kinds
from indexer.passages.loops.chunks import NUMBER, PLACE, TEXT, find, flags, letters
from indexer.passages.loops.sentences import abbreviations, next_sentence


@compiled
def _blanks(codes: Any, first: Any, last: Any) -> Any:
    """How many blanks and line ends `codes[first:last]` has."""
    count = 0
    for at in range(first, last):
        if codes[at] == 0x20 or codes[at] == 0x0A:
            count += 1
    return count


@compiled
def best(
    codes: Any,
    bounds: Any,
    rows: Any,
    leaves_at: Any,
    leaves: Any,
    worths: Any,
    answering: Any,
    more: Any,
    share: Any,
    common: Any,
    kinds: Any,
    abbreviations: Any,
) -> Any:
    """For each text what its best sentence is worth, and the place of its first leaf (-1: it has none).

    `rows` are those of `chunks.find`; `leaves[leaves_at[n]:leaves_at[n + 1]]` are the leaves that chunks of number n
    show, `worths` what each leaf is worth. A sentence of n chunks is worth the sum of its distinct leaves over
    `1 - share + share * n / common`, and `1 + more` times that where it has a chunk whose number is `answering`.
    """
    texts = len(bounds) - 1
    values, places = np.zeros(texts), np.full(texts, -1)
    shown = np.full(len(worths), -1)
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
            offset = next_sentence(codes, base, offset, stop, kinds, abbreviations)
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
                    if shown[leaves[at]] != sentence:
                        shown[leaves[at]] = sentence
                        total += worths[leaves[at]]
                row += 1
            if total > 0.0:
                if answers:
                    total *= 1 + more
                values[text] = max(values[text], total / (1 - share + share * ((end - begin) / common)))
            sentence += 1
            begin = end
        row = last
    return values, places


def compile_all() -> None:
    """Call everything once, as it will be called."""
    texts = ["a b"]
    every, ends = codes("".join(texts)), bounds(texts)
    rows, firsts, _ = find(every, ends, np.zeros(1, np.bool_), letters(), flags(["b"], []), False)
    leaves_at = np.arange(len(firsts) + 1)
    given = np.ones(len(firsts)), np.zeros(len(firsts), np.bool_), 1.0, 0.5, 25, kinds(), abbreviations()
    best(every, ends, rows, leaves_at, leaves_at[:-1], *given)
