"""The language model and the likeliest path over a lattice, in numpy: what `bigrams` and `lattice` do in loops."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.lexicon.bigrams import ADDED, DISCOUNT, SEEN_WORDS, UNKNOWN, WORD_PAIRS, BigramModel, Logs, Numbers, Tables
from indexer.lexicon.channel import PRIORS, Arc, Habit
from indexer.lexicon.inputs import BREAK
from indexer.lexicon.lattice import BEAM, Path, Step


def logs(tables: Tables, firsts: Numbers, seconds: Numbers, words: float = 0.0) -> Logs:
    """The logarithm of the probability of each of `seconds` after each of `firsts`: one row for each first."""
    known = np.maximum(seconds, 0).astype(np.uint32)
    alone = (np.where(seconds == UNKNOWN, 0, tables.counts[known]) + ADDED) / tables.total
    likely = np.tile(alone, (len(firsts), 1))
    for at, first in enumerate(firsts.tolist()):
        seen = np.zeros(len(seconds), np.int64)
        if first == UNKNOWN or not (context := int(tables.counts[first])):
            continue
        start, stop = int(tables.rows[first]), int(tables.rows[first + 1])
        if stop > start:
            seen = _counted(tables.seconds[start:stop], known, tables.pair_counts[start:stop], seconds)
            # The mass the discount takes off goes to all forms, as likely as each is alone.
            spread = DISCOUNT * (stop - start) / context
            likely[at] = np.maximum(seen - DISCOUNT, 0.0) / context + spread * alone
        low, high = np.searchsorted(tables.word_pairs, _row_of(first)).tolist()
        if high > low:
            pairs = (tables.word_pairs[low:high] & np.uint64(0xFFFFFFFF)).astype(np.uint32)
            listed = _counted(pairs, known, np.ones(len(pairs), np.uint32), seconds)
            likely[at] += words * listed * (seen > 0) / context
            likely[at] = (context * likely[at] + WORD_PAIRS * listed / (high - low)) / (context + WORD_PAIRS)
    return np.log(likely)


def _row_of(first: int) -> NDArray[np.uint64]:
    return np.array([first << 32, first + 1 << 32], np.uint64)


def _counted(
    row: NDArray[np.uint32], known: NDArray[np.uint32], counts: NDArray[np.uint32], seconds: Numbers
) -> NDArray[np.int64]:
    """The count of each of `seconds` in an ascending row; 0 where it is not in it."""
    places = np.minimum(row.searchsorted(known), len(row) - 1)
    return np.where(row[places] == seconds, counts[places], 0).astype(np.int64)


@dataclass(frozen=True, slots=True)
class _Arrivals:
    """The ways over one arc: for each habit and each choice the best score, and the way it came by to its start."""

    arc: Arc
    scores: NDArray[np.float64]
    origins: NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class _Place:
    """The best ways to have read everything before a place, one column for each, with the last syllable's number."""

    numbers: NDArray[np.int64]
    scores: NDArray[np.float64]
    steps: list[Step]
    origins: NDArray[np.intp]


def best(model: BigramModel, arcs: Sequence[Arc], size: int, habits: Sequence[Habit]) -> Path:
    """What `lattice.best` gives."""
    outgoing: defaultdict[tuple[int, int], list[Arc]] = defaultdict(list)
    for arc in arcs:
        outgoing[arc.start].append(arc)
    start, end = (0, 0), (size, 0)
    places = {start: _Place(np.array([UNKNOWN]), np.array([[PRIORS[habit]] for habit in habits]), [], _NOWHERE)}
    arriving: defaultdict[tuple[int, int], list[_Arrivals]] = defaultdict(list)
    for place in sorted(outgoing):
        if place != start:
            if place not in arriving:
                continue
            places[place] = _gathered(arriving[place])
        here = places[place]
        for arc in outgoing[place]:
            steps = logs(model.tables, here.numbers, arc.options.numbers, SEEN_WORDS)
            scores = here.scores[:, :, None] + steps  # habits x ways here x options
            reached = scores.max(axis=1) + arc.options.costs[habits]
            arriving[arc.end].append(_Arrivals(arc, reached, scores.argmax(axis=1)))
    last = places[end] = _gathered(arriving[end])
    finals = last.scores + logs(model.tables, last.numbers, np.array([BREAK]), SEEN_WORDS)[:, 0]
    row, column = map(int, np.unravel_index(int(finals.argmax()), finals.shape))
    path: list[Step] = []
    place, way = end, column
    while place != start:
        step = places[place].steps[way]
        way = int(places[place].origins[row, way])
        path.append(step)
        place = step.arc.start
    return path[::-1], habits[row], float(finals[row, column])


_NOWHERE = np.zeros((0, 0), np.intp)


def _gathered(arriving: Sequence[_Arrivals]) -> _Place:
    """The `BEAM` best of the ways that arrive at a place."""
    scores = np.concatenate([arrivals.scores for arrivals in arriving], axis=1)
    origins = np.concatenate([arrivals.origins for arrivals in arriving], axis=1)
    numbers = np.concatenate([arrivals.arc.options.numbers for arrivals in arriving])
    steps = [Step(arrivals.arc, choice) for arrivals in arriving for choice in range(len(arrivals.arc.options.forms))]
    if len(steps) > BEAM:
        relative = (scores - scores.max(axis=1, keepdims=True)).max(axis=0)
        chosen = np.sort(np.argpartition(-relative, BEAM)[:BEAM])
        scores, origins, numbers = scores[:, chosen], origins[:, chosen], numbers[chosen]
        steps = [steps[at] for at in chosen]
    return _Place(numbers, scores, steps, origins)
