"""Which part of a text is shown: `snippets`, compiled, for texts no clause of which is longer than a window."""

from __future__ import annotations

from typing import Any

import numpy as np

from indexer.loops import compiled
from indexer.passages.loops.characters import bounds, codes, kinds
from indexer.passages.loops.sentences import abbreviations, next_clause, next_sentence


@compiled
def _parts(
    codes: Any,
    base: Any,
    stop: Any,
    marks: Any,
    mark: Any,
    after: Any,
    characters: Any,
    kinds: Any,
    abbreviations: Any,
    starts: Any,
    opens: Any,
) -> Any:
    """Note where the clauses of the text `codes[base:stop]` start, with its end, and whether each starts a sentence.

    Returns their number, or 0 where one is longer than a window. Its marks are `marks[mark:after]`.
    """
    starts[0], opens[0] = base, True
    count = 1
    sentence = next_sentence(codes, base, base, stop, kinds, abbreviations)
    clause = next_clause(codes, base, stop, kinds)
    while sentence < stop or clause < stop:
        start = min(sentence, clause)
        is_sentence = start == sentence
        if clause == start:
            clause = next_clause(codes, clause, stop, kinds)
        if is_sentence:
            sentence = next_sentence(codes, base, sentence, stop, kinds, abbreviations)
        while mark < after and base + marks[mark, 1] <= start:
            mark += 1
        if mark < after and base + marks[mark, 0] < start:
            continue
        if start - starts[count - 1] > characters:
            return 0
        starts[count], opens[count] = start, is_sentence
        count += 1
    starts[count] = stop
    return count if stop - starts[count - 1] <= characters else 0


@compiled
def _promising(opens: Any, at: Any, parts: Any) -> Any:
    """For each part, whether the rest of its sentence has a marked word."""
    flags = np.zeros(parts, np.bool_)
    for part in range(parts - 1, -1, -1):
        continues = part + 1 < parts and not opens[part + 1]
        flags[part] = at[part + 1] > at[part] or (continues and flags[part + 1])
    return flags


@compiled
def _best(starts: Any, opens: Any, parts: Any, at: Any, words: Any, counts: Any, characters: Any) -> Any:
    """The first and the last part of the best window; `counts` are zero, and are so again afterwards."""
    promising = _promising(opens, at, parts)
    distinct = total = 0
    found_first = found_last = 0
    value = last = -1
    for first in range(parts):
        while last < first or (last + 1 < parts and starts[last + 2] - starts[first] <= characters):
            last += 1
            for place in range(at[last], at[last + 1]):
                distinct += counts[words[place]] == 0
                counts[words[place]] += 1
                total += 1
        this = ((distinct * 2 + opens[first]) * 2 + promising[first]) * (len(words) + 1) + total
        if this > value:
            value, found_first, found_last = this, first, last
        for place in range(at[first], at[first + 1]):
            counts[words[place]] -= 1
            distinct -= counts[words[place]] == 0
            total -= 1
    if found_last == parts - 1:
        # The whole sentences before that still fit come along with the end of a text.
        for first in range(found_first - 1, -1, -1):
            if starts[parts] - starts[first] > characters:
                break
            if opens[first]:
                found_first = first
    return found_first, found_last


@compiled
def best(
    codes: Any,
    bounds: Any,
    marks: Any,
    marks_at: Any,
    words_at: Any,
    words: Any,
    characters: Any,
    kinds: Any,
    abbreviations: Any,
) -> Any:
    """Where the best window of each text starts and ends, a row each; (-1, -1) where a clause is longer than a window.

    Text t is `codes[bounds[t]:bounds[t + 1]]`, its marks are `marks[marks_at[t]:marks_at[t + 1]]`, spans in order, and
    the numbers of the distinct words of mark m are `words[words_at[m]:words_at[m + 1]]`.
    """
    longest = np.int64(0)
    for text in range(len(bounds) - 1):
        longest = max(longest, bounds[text + 1] - bounds[text])
    starts, opens = np.empty(longest + 1, np.int64), np.empty(longest + 1, np.bool_)
    found = np.full((len(bounds) - 1, 2), -1)
    counts = np.zeros(len(words), np.int64)
    for text in range(len(bounds) - 1):
        base, stop = bounds[text], bounds[text + 1]
        mark, after = marks_at[text], marks_at[text + 1]
        parts = _parts(codes, base, stop, marks, mark, after, characters, kinds, abbreviations, starts, opens)
        if not parts:
            continue
        # Where the words of each part begin.
        at = np.full(parts + 1, words_at[mark])
        part = 0
        for each in range(mark, after):
            while starts[part + 1] <= base + marks[each, 0]:
                part += 1
                at[part] = words_at[each]
            at[part + 1] = words_at[each + 1]
        for later in range(part + 1, parts + 1):
            at[later] = words_at[after]
        first, last = _best(starts, opens, parts, at, words, counts, characters)
        found[text, 0], found[text, 1] = starts[first] - base, starts[last + 1] - base
    return found


def compile_all() -> None:
    """Call everything once, as it will be called."""
    texts = ["A. B"]
    at = np.array([0, 0])
    best(codes(texts[0]), bounds(texts), np.zeros((0, 2), np.int64), at, at[1:], at[:0], 2, kinds(), abbreviations())
