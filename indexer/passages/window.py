"""Snippet windows: the part of a text with the most highlighted words.

Texts stand side by side as `codes[bounds[t]:bounds[t + 1]]`; a text is made of *parts*, which are shown wholly or not
at all and follow each other without gaps. Highlights are spans of their text, in order.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from indexer.loops import loop, on_warm
from indexer.passages.characters import COMBINING, SPACE, WORD, bounds, codes, kinds
from indexer.passages.sentences import next_clause, next_sentence

_PARTS_OF_WINDOW = 4
"""Text without punctuation is cut into parts of at least so many to a window."""

_MOST_COMBINING = 32
"""How far a cut moves back so as not to part a letter from its combining diacritics: text of nothing else must not take
long."""


@loop
def best_windows(
    codes: Any, bounds: Any, highlights: Any, highlights_at: Any, words_at: Any, words: Any, characters: Any, kinds: Any
) -> Any:
    """Where the best window of each text starts and ends, a row each. No text is empty.

    The highlights of text t are `highlights[highlights_at[t]:highlights_at[t + 1]]`, and the numbers of the distinct
    words of highlight h are `words[words_at[h]:words_at[h + 1]]`.
    """
    longest = 0
    for text in range(len(bounds) - 1):
        longest = max(longest, bounds[text + 1] - bounds[text])
    starts, opens = np.empty(longest + 1, np.int64), np.empty(longest + 1, np.bool_)
    at = np.empty(longest + 1, np.int64)
    found = np.empty((len(bounds) - 1, 2), np.int64)
    counts = np.zeros(len(words), np.int64)
    for text in range(len(bounds) - 1):
        base, stop = bounds[text], bounds[text + 1]
        first, after = highlights_at[text], highlights_at[text + 1]
        parts = _parts(codes, base, stop, highlights, first, after, characters, kinds, starts, opens)
        # Where the words of each part begin.
        part = 0
        at[0] = words_at[first]
        for each in range(first, after):
            while part + 1 < parts and starts[part + 1] <= base + highlights[each, 0]:
                part += 1
                at[part] = words_at[each]
        for later in range(part + 1, parts + 1):
            at[later] = words_at[after]
        begin, end = _best(starts, opens, parts, at, words, counts, characters)
        found[text, 0], found[text, 1] = starts[begin] - base, starts[end + 1] - base
    return found


@loop
def _parts(
    codes: Any,
    base: Any,
    stop: Any,
    highlights: Any,
    first: Any,
    after: Any,
    characters: Any,
    kinds: Any,
    starts: Any,
    opens: Any,
) -> Any:
    """Note where the parts of the text `codes[base:stop]` start, with its end, and whether each starts a sentence.

    They are its clauses, cut further where they are longer than a window, and not cut inside of its highlights
    `highlights[first:after]`. White space before the first is left out. Returns their number.
    """
    begin = base
    while begin < stop - 1 and kinds[codes[begin]] & SPACE:
        begin += 1
    starts[0], opens[0] = begin, True
    count = 1
    sentence = next_sentence(codes, base, begin, stop, kinds)
    clause = next_clause(codes, begin, stop, kinds)
    inside = cutting = first
    start = begin
    while start < stop:
        start = min(sentence, clause)
        opening = start == sentence
        if start < stop:
            if clause == start:
                clause = next_clause(codes, clause, stop, kinds)
            if opening:
                sentence = next_sentence(codes, base, sentence, stop, kinds)
            while inside < after and base + highlights[inside, 1] <= start:
                inside += 1
            if inside < after and base + highlights[inside, 0] < start:
                continue
        if start - starts[count - 1] > characters:
            count, cutting = _cut(
                codes, base, start, highlights, cutting, after, characters, kinds, starts, opens, count
            )
        starts[count], opens[count] = start, opening
        count += 1
    return count - 1


@loop
def _cut(
    codes: Any,
    base: Any,
    stop: Any,
    highlights: Any,
    inside: Any,
    after: Any,
    characters: Any,
    kinds: Any,
    starts: Any,
    opens: Any,
    count: Any,
) -> Any:
    """Cut the part from `starts[count - 1]` to `stop` into parts of a quarter of a window, or little more.

    It is cut at white space; in a chunk longer than a window, after a run of letters; in a run of letters longer than
    that, anywhere but before a combining diacritic. Parts do not end inside of a highlight, unless it alone is longer
    than a window. Returns the number of parts, and the first highlight that ends behind them.
    """
    most = characters // _PARTS_OF_WINDOW
    at = begun = last = previous = starts[count - 1]
    while at < stop:
        chunk = at
        while chunk < stop and kinds[codes[chunk]] & SPACE:
            chunk += 1
        while chunk < stop and not kinds[codes[chunk]] & SPACE:
            chunk += 1
        while chunk < stop and kinds[codes[chunk]] & SPACE:
            chunk += 1
        is_short = chunk - at <= characters
        while at < chunk:
            run = chunk
            if not is_short:
                run = at
                while run < chunk and _is_letter(codes[run], kinds):
                    run += 1
                while run < chunk and not _is_letter(codes[run], kinds):
                    run += 1
            while at < run:
                end = run
                if run - at > characters:
                    end = at + characters
                    least = max(at + 1, end - _MOST_COMBINING)
                    while end > least and kinds[codes[end]] & COMBINING:
                        end -= 1
                    if kinds[codes[end]] & COMBINING:
                        end = at + characters
                if end - begun > most and last > begun:
                    starts[count], opens[count] = last, False
                    count += 1
                    begun = last
                if end - begun > characters:
                    starts[count], opens[count] = previous, False
                    count += 1
                    begun = previous
                while inside < after and base + highlights[inside, 1] <= end:
                    inside += 1
                if not (inside < after and base + highlights[inside, 0] < end):
                    last = end
                previous = at = end
    return count, inside


@loop
def _is_letter(code: Any, kinds: Any) -> Any:
    """Whether it is a letter, a digit, `_` or a common combining diacritic."""
    return kinds[code] & WORD != 0 or code == 0x5F or 0x300 <= code <= 0x36F


@loop
def _promising(opens: Any, at: Any, parts: Any) -> Any:
    """For each part, whether the rest of its sentence has a highlighted word."""
    flags = np.zeros(parts, np.bool_)
    for part in range(parts - 1, -1, -1):
        continues = part + 1 < parts and not opens[part + 1]
        flags[part] = at[part + 1] > at[part] or (continues and flags[part + 1])
    return flags


@loop
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


@on_warm
def _compile() -> None:
    text, ends, none = codes("A. B"), bounds(["A. B"]), np.zeros(2, np.int64)
    best_windows(text, ends, np.zeros((0, 2), np.int64), none, none[:1], none[:0], 2, kinds(text))
