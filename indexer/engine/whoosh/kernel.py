"""Compiled loops over postings: the best k of a weighted query with exact counts, and scores of a range.

MaxScore (Turtle and Flood 1995) in windows of paragraphs: lists whose highest scores together cannot reach the k-th
best so far are not scored, only looked into for paragraphs that others brought. Lists of which a share is required are
still counted, so totals are exact. Scores are integers, UNIT to one: sums do not depend on the order of addition, so
equal paragraphs have equal scores and stand in document order.

Nothing here knows of terms or files: `fast` prepares the arrays. Damaged values are never used as an index unchecked;
a function that meets one returns DAMAGED. Importing this module imports numba and compiles, or loads what was
compiled before: that takes seconds, so only `fast.warm` does it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
import numpy as np

UNIT = float(1 << 32)
"""A score of one, as an integer (int64 holds scores up to two thousand million)."""

WINDOW = 4096
"""Paragraphs looked at together: their sums stay in the first-level cache."""

ESCAPE = 255
DAMAGED = -1


def _compiled(function: Callable[..., Any]) -> Any:
    """The function compiled when first called, without Python's lock; kept on disk where a folder can be written."""
    try:
        return numba.njit(nogil=True, cache=True, error_model="numpy")(function)
    except RuntimeError:  # no folder for the cache
        return numba.njit(nogil=True, error_model="numpy")(function)


@_compiled
def _seek(ids: Any, start: int, end: int, wanted: int) -> int:
    """The first place from `start` on whose paragraph is not before `wanted`, by galloping."""
    if start >= end or ids[start] >= wanted:
        return start
    step = 1
    while start + step < end and ids[start + step] < wanted:
        start += step
        step *= 2
    low, high = start + 1, min(end, start + step)
    while low < high:
        middle = (low + high) >> 1
        if ids[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low


@_compiled
def _frequency(frequencies: Any, at: Any, values: Any, place: int) -> Any:
    """The frequency of a posting, from the exceptions where it is escaped."""
    frequency = np.int64(frequencies[place])
    if frequency == ESCAPE and len(at):
        found = np.searchsorted(at, np.uint64(place))
        if found < len(at):
            frequency = np.int64(values[found])
    return frequency


@_compiled
def highest(ids: Any, frequencies: Any, at: Any, values: Any, norms: Any, start: int, end: int) -> float:
    """The highest tf / (tf + norm) of the postings from `start` to `end`; negative when one is damaged."""
    best = 0.0
    for place in range(start, end):
        paragraph = ids[place]
        if paragraph >= len(norms):
            return -1.0
        frequency = _frequency(frequencies, at, values, place)
        best = max(best, frequency / (frequency + np.float64(norms[paragraph])))
    return best


@_compiled
def best_k(
    ids: Any,
    frequencies: Any,
    exceptions_at: Any,
    exceptions: Any,
    norms: Any,
    given: Any,
    lists: Any,
    weights: Any,
    bounds: Any,
    minimum: int,
    allowed: Any,
    article_of: Any,
    base: int,
    article_base: int,
    grouped: bool,
    flags: Any,
    best_scores: Any,
    best_numbers: Any,
    best_articles: Any,
    filled: int,
) -> tuple[int, int, int]:
    """Go through a segment; returns (best filled, matches, articles matched), or DAMAGED first.

    `ids`, `frequencies`, `exceptions_at`, `exceptions`, `norms`: per source, its arrays (norms f4 per paragraph).
    `given` (i8): scores of the postings of the last source, which has no frequencies.
    `lists` (i8, n x 4), in ascending order of `bounds`: source, start, end, whether required.
    `weights` (f8): per list, what tf / (tf + norm) is multiplied by, in UNITs. `bounds` (i8): its highest score.
    `minimum`: required lists a match must be in. `allowed` (bool per paragraph, or empty: all): which may match.
    `flags` (bool per paragraph, or empty: not wanted) is set where a paragraph matches.
    `best_*` hold the best so far, in order, and are added to; with `grouped` only the best of each article.
    """
    count = len(article_of)
    n = len(lists)
    given_source = len(ids) - 1
    current = lists[:, 1].copy()
    begin = current.copy()
    below = np.zeros(n + 1, np.int64)
    for i in range(n):
        below[i + 1] = below[i] + bounds[i]
    scores = np.zeros(WINDOW, np.int64)
    counts = np.zeros(WINDOW, np.uint8)
    k = len(best_scores)
    threshold: Any = best_scores[k - 1] if filled == k else np.int64(-1)
    essential = 0
    total = 0
    articles = 0
    last_article = np.int64(-1)
    for low in range(0, count, WINDOW):
        high = min(low + WINDOW, count)
        while essential < n and below[essential + 1] <= threshold:
            essential += 1
        scores[:] = 0
        counts[:] = 0
        for i in range(n):
            source, end, required = lists[i, 0], lists[i, 2], lists[i, 3]
            own = ids[source]
            place = current[i]
            if i < essential and not required:
                continue
            if i >= essential:
                place = _seek(own, place, end, low)
            begin[i] = place
            if i < essential:
                while place < end:
                    x = np.int64(own[place]) - low
                    if x >= WINDOW:
                        break
                    if x < 0:
                        return DAMAGED, 0, 0
                    counts[x] += 1
                    place += 1
            elif source == given_source:
                while place < end:
                    x = np.int64(own[place]) - low
                    if x >= WINDOW:
                        break
                    if x < 0:
                        return DAMAGED, 0, 0
                    counts[x] += required
                    scores[x] += given[place]
                    place += 1
            else:
                its_frequencies, at, values, norm = (
                    frequencies[source],
                    exceptions_at[source],
                    exceptions[source],
                    norms[source],
                )
                weight = weights[i]
                while place < end:
                    at_place = np.int64(own[place])
                    x = at_place - low
                    if x >= WINDOW:
                        break
                    if x < 0 or at_place >= count:
                        return DAMAGED, 0, 0
                    frequency = np.float64(its_frequencies[place])
                    if frequency == ESCAPE:
                        frequency = np.float64(_frequency(its_frequencies, at, values, place))
                    counts[x] += required
                    scores[x] += np.int64(weight * frequency / (frequency + np.float64(norm[at_place])))
                    place += 1
            current[i] = place
        for x in range(high - low):
            if counts[x] < minimum:
                continue
            paragraph = low + x
            if len(allowed) and not allowed[paragraph]:
                continue
            total += 1
            article = np.int64(article_of[paragraph])
            if article != last_article:
                articles += 1
                last_article = article
            if len(flags):
                flags[paragraph] = True
            score = scores[x]
            if score + below[essential] <= threshold:
                continue
            beaten = False
            for i in range(essential - 1, -1, -1):
                if score + below[i + 1] <= threshold:
                    beaten = True
                    break
                source, end = lists[i, 0], lists[i, 2]
                own = ids[source]
                if lists[i, 3]:
                    place = _seek(own, begin[i], current[i], paragraph)
                    begin[i] = place
                    end = current[i]
                else:
                    place = _seek(own, current[i], end, paragraph)
                    current[i] = place
                if place < end and own[place] == paragraph:
                    if source == given_source:
                        score += given[place]
                    else:
                        frequency = np.float64(
                            _frequency(frequencies[source], exceptions_at[source], exceptions[source], place)
                        )
                        norm_here = np.float64(norms[source][paragraph])
                        score += np.int64(weights[i] * frequency / (frequency + norm_here))
            if beaten or score <= threshold:
                continue
            at_article = article_base + article
            slot = filled
            if grouped:
                # Articles lie together, so one that is there already was put there a moment ago.
                for j in range(filled):
                    if best_articles[j] == at_article:
                        slot = j
                        break
                if slot < filled and best_scores[slot] >= score:
                    continue
            if slot == filled:
                if filled < k:
                    filled += 1
                else:
                    slot = k - 1
            while slot > 0 and best_scores[slot - 1] < score:
                best_scores[slot] = best_scores[slot - 1]
                best_numbers[slot] = best_numbers[slot - 1]
                best_articles[slot] = best_articles[slot - 1]
                slot -= 1
            best_scores[slot] = score
            best_numbers[slot] = base + paragraph
            best_articles[slot] = at_article
            if filled == k:
                threshold = best_scores[k - 1]
    return filled, total, articles


@_compiled
def score_range(
    ids: Any,
    frequencies: Any,
    exceptions_at: Any,
    exceptions: Any,
    norms: Any,
    given: Any,
    lists: Any,
    weights: Any,
    low: int,
    high: int,
    scores: Any,
    counts: Any,
) -> int:
    """Add to `scores` (i8) and `counts` (u2: required lists) of the paragraphs from `low` to `high`; 0 or DAMAGED."""
    given_source = len(ids) - 1
    for i in range(len(lists)):
        source, end, required = lists[i, 0], lists[i, 2], lists[i, 3]
        own = ids[source]
        for place in range(_seek(own, lists[i, 1], end, low), end):
            paragraph = np.int64(own[place])
            if paragraph >= high:
                break
            if paragraph < low:
                return DAMAGED
            counts[paragraph - low] += required
            if source == given_source:
                scores[paragraph - low] += given[place]
            else:
                frequency = np.float64(
                    _frequency(frequencies[source], exceptions_at[source], exceptions[source], place)
                )
                norm = np.float64(norms[source][paragraph])
                scores[paragraph - low] += np.int64(weights[i] * frequency / (frequency + norm))
    return 0
