"""Which part of a text is shown: `indexer.snippets`, compiled, for texts no clause of which is longer than a window."""

from __future__ import annotations

from typing import Any

import numpy as np

from indexer.compiling import compiled
from indexer.kernel.characters import codes, kinds
from indexer.kernel.sentences import abbreviations, next_clause, next_sentence


@compiled
def _parts(codes: Any, marks: Any, characters: Any, kinds: Any, abbreviations: Any) -> Any:
    """Where the clauses of a text start, with its end; whether each starts a sentence; and their number, 0 where one is
    longer than a window."""
    size = len(codes)
    starts, opens = np.empty(size + 1, np.int64), np.empty(size + 1, np.bool_)
    starts[0], opens[0] = 0, True
    count = 1
    mark, base = 0, np.int64(0)
    sentence = next_sentence(codes, base, base, size, kinds, abbreviations)
    clause = next_clause(codes, base, size, kinds)
    while sentence < size or clause < size:
        start = min(sentence, clause)
        is_sentence = start == sentence
        if clause == start:
            clause = next_clause(codes, clause, size, kinds)
        if is_sentence:
            sentence = next_sentence(codes, base, sentence, size, kinds, abbreviations)
        while mark < len(marks) and marks[mark, 1] <= start:
            mark += 1
        if mark < len(marks) and marks[mark, 0] < start:
            continue
        if start - starts[count - 1] > characters:
            return starts, opens, 0
        starts[count], opens[count] = start, is_sentence
        count += 1
    starts[count] = size
    return starts, opens, count if size - starts[count - 1] <= characters else 0


@compiled
def _promising(opens: Any, words_at: Any, parts: Any) -> Any:
    """For each part, whether the rest of its sentence has a marked word."""
    flags = np.zeros(parts, np.bool_)
    for part in range(parts - 1, -1, -1):
        continues = part + 1 < parts and not opens[part + 1]
        flags[part] = words_at[part + 1] > words_at[part] or (continues and flags[part + 1])
    return flags


@compiled
def best(codes: Any, marks: Any, at: Any, words: Any, characters: Any, kinds: Any, abbreviations: Any) -> Any:
    """Where the best window of a text starts and ends; (-1, -1) where a clause is longer than a window.

    `marks` are spans in order, a row each; `words[at[m]:at[m + 1]]` are the numbers of the distinct words of mark m.
    """
    starts, opens, parts = _parts(codes, marks, characters, kinds, abbreviations)
    if not parts:
        return -1, -1
    words_at = np.zeros(parts + 1, np.int64)
    part = 0
    for mark in range(len(marks)):
        while starts[part + 1] <= marks[mark, 0]:
            part += 1
        words_at[part + 1] = at[mark + 1]
    for part in range(parts):
        words_at[part + 1] = max(words_at[part + 1], words_at[part])
    promising = _promising(opens, words_at, parts)
    counts = np.zeros(len(words), np.int64)
    distinct = total = 0
    found_first = found_last = -1
    value = last = -1
    for first in range(parts):
        while last < first or (last + 1 < parts and starts[last + 2] - starts[first] <= characters):
            last += 1
            for place in range(words_at[last], words_at[last + 1]):
                distinct += counts[words[place]] == 0
                counts[words[place]] += 1
                total += 1
        this = ((distinct * 2 + opens[first]) * 2 + promising[first]) * (len(words) + 1) + total
        if this > value:
            value, found_first, found_last = this, first, last
        for place in range(words_at[first], words_at[first + 1]):
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
    return starts[found_first], starts[found_last + 1]


def compile_all() -> None:
    """Call everything once, as it will be called."""
    none = np.zeros((0, 2), np.int64)
    best(codes("A. B"), none, none[:, 0], none[:, 0], 2, kinds(), abbreviations())
