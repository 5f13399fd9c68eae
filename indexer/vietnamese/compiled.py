"""Batch tokenizing and segmentation, compiled by numba: the tokens of `analysis` and the decoder.

The results equal those of `analysis.analyze` bit for bit, many times as fast. Import this only
for large amounts of text: numba takes half a second to load, and some seconds to compile the first time on a machine.

No token extends over a blank, so a text is cut at blanks, and each distinct *chunk* between two blanks is tokenized
once: most of any text is a few thousand distinct chunks. From there on everything is numbers.
"""

from __future__ import annotations

import functools
from array import array
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from indexer.loops import compiled

from .model import Model, load_model
from .segmenter import Features

Numbers: TypeAlias = NDArray[np.int32]

_END = 0
"""The number of the chunk that ends each text."""

_MOST_CHUNKS = 1 << 18
_MOST_LONG = 1 << 20
_LONGEST_KEPT = 64
_UNLISTED = -1

# Of each token: its form in lower case and the form itself as numbers of the model's word list, whether it is a
# barrier, and whether it is a token at all or a symbol between tokens.
_LOWER, _SELF, _BARRIER, _IS_TOKEN = range(4)
_KINDS = 4
# Of each part of a chunk: the number of its token, and where that starts and ends.
_NUMBER, _START, _STOP = range(3)
_BEGIN_BEGIN, _BEGIN_INSIDE, _INSIDE_BEGIN, _INSIDE_INSIDE, _FIRST, _SECOND, _FIRST_OF_THREE, _THIRD = range(8)


class Decoded(NamedTuple):
    """The tokens of several texts, one after another: token i is `table.forms[numbers[i]]`."""

    numbers: Numbers
    starts: Numbers
    ends: Numbers
    joined: NDArray[np.bool_]
    counts: Numbers
    """Per text, its tokens."""


class ChunkTable:
    """Numbers for chunks and their tokens.

    `parse` gives the parts of a chunk, tokens and symbols, as (key, start, end); `compute` the features of a key: a
    symbol has an empty token. Not for several threads.
    """

    def __init__(
        self, parse: Callable[[str], Iterable[tuple[str, int, int]]], compute: Callable[[str], Features]
    ) -> None:
        self._parse, self._compute = parse, compute
        self._listed = _word_list().numbers
        self._begin()

    def _begin(self) -> None:
        self.chunks = _Chunks(self._add_chunk)
        self.forms: list[str] = []
        """Number of a token -> its form."""
        self._tokens: dict[str, int] = {}
        self._weights, self._kinds = array("d"), array("i")
        self._sizes, self._ends, self._parts = array("i", [0]), array("i", [0, 0]), array("i")
        self._long = 0

    def _add_chunk(self, chunk: str) -> int:
        number = len(self._sizes)
        for key, start, end in self._parse(chunk):
            token = self._tokens.get(key)
            self._parts.extend((self._add_token(key) if token is None else token, start, end))
        self._ends.append(len(self._parts) // 3)
        self._sizes.append(len(chunk))
        if len(chunk) > _LONGEST_KEPT:
            self._long += len(chunk)
        return number

    def _add_token(self, key: str) -> int:
        found = self._compute(key)
        self._weights.extend((found.own, found.to_next, found.to_previous))
        lower, itself = (self._listed.get(form, _UNLISTED) for form in (found.lower, found.token))
        self._kinds.extend((lower, itself, found.is_barrier, found.token != ""))
        number = self._tokens[key] = len(self.forms)
        self.forms.append(found.token)
        return number

    def decode(self, texts: Iterable[str], longest: int) -> Decoded:
        """The tokens of texts, and which of them continue a word as `segmenter.decode` says of each text by itself.

        Words of more than `longest` tokens are cut at the borders of known words.
        """
        if len(self._sizes) > _MOST_CHUNKS or self._long > _MOST_LONG:
            self._begin()
        line: list[str | None] = []
        for text in texts:
            line += text.split(" ")
            line.append(None)
        numbers = np.fromiter(map(self.chunks.__getitem__, line), np.int32, len(line))
        listed = _word_list()
        parts = np.frombuffer(self._parts or array("i", [0] * 3), np.int32).reshape(-1, 3)
        kinds = np.frombuffer(self._kinds or array("i", [0] * _KINDS), np.int32).reshape(-1, _KINDS)
        weights = np.frombuffer(self._weights or array("d", [0] * 3)).reshape(-1, 3)
        sizes, ends = np.frombuffer(self._sizes, np.int32), np.frombuffer(self._ends, np.int32)
        return Decoded(*_decode(numbers, sizes, ends, parts, (weights, kinds), listed.weights, listed.words, longest))


class _Chunks(dict[str | None, int]):
    """Chunk -> its number; None, which ends a text, is `_END`."""

    def __init__(self, add: Callable[[str], int]) -> None:
        super().__init__({None: _END})
        self._add = add

    def __missing__(self, chunk: str) -> int:
        number = self[chunk] = self._add(chunk)
        return number


def first_seen(numbers: Numbers, most: int) -> tuple[Numbers, Numbers]:
    """The distinct numbers (all below `most`) in order of first occurrence, and for each number its index there."""
    distinct, places = _first_seen(numbers, most)
    return distinct, places


class _WordList:
    """The word list and the weights of the model as arrays.

    `words` holds, one after another: where the pairs of syllables that begin a known word begin for each first one,
    their second syllables, whether they are a word themselves, where the third syllables begin for each pair, and
    those. Second and third syllables ascend.
    """

    def __init__(self, model: Model) -> None:
        names = {name for first, seconds in model.followers.items() for name in (first, *seconds)}
        names |= {third for seconds in model.followers.values() for _, thirds in seconds.values() for third in thirds}
        self.numbers = {name: number for number, name in enumerate(sorted(names))}
        pairs = sorted(
            (self.numbers[first], self.numbers[second], is_word, sorted(self.numbers[third] for third in thirds))
            for first, seconds in model.followers.items()
            for second, (is_word, thirds) in seconds.items()
        )
        firsts = np.array([first for first, *_ in pairs])
        sizes = [len(thirds) for *_, thirds in pairs]
        self.words = (
            np.searchsorted(firsts, np.arange(len(names) + 1)).astype(np.int32),
            np.array([second for _, second, *_ in pairs], np.int32),
            np.array([is_word for *_, is_word, _ in pairs]),
            np.concatenate(([0], np.cumsum(sizes))).astype(np.int32),
            np.array([third for *_, thirds in pairs for third in thirds], np.int32),
        )
        self.weights = np.array(
            [
                model.begin_begin, model.begin_inside, model.inside_begin, model.inside_inside,
                model.first, model.second, model.first_of_three, model.third,
            ]
        )  # fmt: skip


@functools.cache
def _word_list() -> _WordList:
    return _WordList(load_model())


@compiled
def _find(values: Any, low: Any, high: Any, wanted: Any) -> Any:
    """The place of `wanted` in the ascending `values[low:high]`, or -1."""
    end = high
    while low < high:
        middle = (low + high) >> 1
        if values[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low if low < end and values[low] == wanted else -1


@compiled
def _pair(words: Any, first: Any, second: Any) -> Any:
    """The number of the pair of two syllables that begin a known word, or -1."""
    pairs_at, seconds = words[0], words[1]
    if first < 0 or second < 0:
        return -1
    return _find(seconds, pairs_at[first], pairs_at[first + 1], second)


@compiled
def _is_third(words: Any, pair: Any, syllable: Any) -> Any:
    """Whether a pair and a syllable are a known word of three."""
    thirds_at, thirds = words[3], words[4]
    return pair >= 0 and syllable >= 0 and _find(thirds, thirds_at[pair], thirds_at[pair + 1], syllable) >= 0


@compiled
def _label(line: Any, size: Any, table: Any, model: Any, words: Any, scratch: Any) -> None:
    """`segmenter.decode` for `line[:size]`; the comments are there. Label k stands at `labels[k + 3]`."""
    weights, kinds = table
    labels, open_at, open_lead = scratch
    is_word = words[2]
    before_begin = model[_BEGIN_BEGIN] - model[_INSIDE_BEGIN]
    before_inside = model[_BEGIN_INSIDE] - model[_INSIDE_INSIDE]
    below, above = min(before_begin, before_inside), max(before_begin, before_inside)
    gain_below = model[_BEGIN_INSIDE] - model[_BEGIN_BEGIN]
    gain_above = model[_INSIDE_INSIDE] - model[_INSIDE_BEGIN]
    opened = 0
    lead = weight_before = weight = -np.inf
    from_previous = -gain_below
    before, pair = -1, -1
    for at in range(size + 2):
        own = to_next = to_previous = 0.0
        lower = -1
        if at < size:
            token = line[at]
            own, to_next, to_previous = weights[token, 0], weights[token, 1], weights[token, 2]
            lower = kinds[token, _LOWER]
        weight += to_previous
        if _is_third(words, pair, lower):
            weight_before += model[_FIRST_OF_THREE]
            own += model[_THIRD]
        pair = _pair(words, before, lower)
        if pair >= 0 and is_word[pair]:
            weight += model[_FIRST]
            own += model[_SECOND]
        if lead <= below:
            labels[at] = False
            lead = weight_before + gain_below
        elif lead > above:
            labels[at] = True
            lead = weight_before + gain_above
        else:
            open_at[opened] = at
            open_lead[opened] = lead
            opened += 1
            to_inside = max(lead + model[_INSIDE_INSIDE], model[_BEGIN_INSIDE])
            to_begin = max(lead + model[_INSIDE_BEGIN], model[_BEGIN_BEGIN])
            lead = weight_before + (to_inside - to_begin)
        weight_before, weight = weight, own + from_previous
        from_previous, before = to_next, lower
    labels[size + 2] = lead > 0
    while opened:
        opened -= 1
        at = open_at[opened]
        labels[at] = open_lead[opened] > (before_inside if labels[at + 1] else before_begin)
    labels[3] = False
    labels[size + 3] = False
    for at in range(size):
        if kinds[line[at], _BARRIER]:
            labels[at + 3] = labels[at + 4] = False


@compiled
def _decode(
    chunks: Any, sizes: Any, parts_at: Any, parts: Any, table: Any, model: Any, words: Any, longest: Any
) -> Any:
    """See `ChunkTable.decode`."""
    kinds = table[1]
    most = tokens = texts = size = 0
    for at in range(len(chunks)):
        chunk = chunks[at]
        for part in range(parts_at[chunk], parts_at[chunk + 1]):
            tokens += kinds[parts[part, _NUMBER], _IS_TOKEN]
            size += 1
        if chunk == _END:
            most = max(most, size)
            size = 0
            texts += 1
    line = np.empty(most, np.int32)
    is_token = np.empty(most, np.bool_)
    labels = np.empty(most + 4, np.bool_)
    scratch = (labels, np.empty(most + 3, np.int32), np.empty(most + 3, np.float64))
    numbers, starts, ends = np.empty(tokens, np.int32), np.empty(tokens, np.int32), np.empty(tokens, np.int32)
    joined, counts = np.zeros(tokens, np.bool_), np.empty(texts, np.int32)
    size = done = first = offset = text = 0
    for at in range(len(chunks)):
        chunk = chunks[at]
        if chunk != _END:
            for part in range(parts_at[chunk], parts_at[chunk + 1]):
                number = parts[part, _NUMBER]
                found = kinds[number, _IS_TOKEN] != 0
                if found:
                    numbers[done] = number
                    starts[done] = offset + parts[part, _START]
                    ends[done] = offset + parts[part, _STOP]
                    done += 1
                if found or size:  # Symbols before the first token are none of the model's.
                    line[size] = number
                    is_token[size] = found
                    size += 1
            offset += sizes[chunk] + 1
            continue
        _label(line, size, table, model, words, scratch)
        token = first
        for k in range(size):
            if is_token[k]:
                joined[token] = labels[k + 3]
                token += 1
        _cut(numbers, first, done, kinds, words, longest, joined)
        counts[text] = done - first
        text += 1
        first = done
        size = offset = 0
    return numbers, starts, ends, joined, counts


@compiled
def _first_seen(numbers: Any, most: Any) -> Any:
    """See `first_seen`."""
    place_of = np.full(most, -1, np.int32)
    distinct = np.empty(min(most, len(numbers)), np.int32)
    places = np.empty(len(numbers), np.int32)
    count = 0
    for at in range(len(numbers)):
        number = numbers[at]
        if place_of[number] < 0:
            place_of[number] = count
            distinct[count] = number
            count += 1
        places[at] = place_of[number]
    return distinct[:count], places


@compiled
def _cut(tokens: Any, start: Any, end: Any, kinds: Any, words: Any, longest: Any, joined: Any) -> None:
    """Cut the words of more than `longest` tokens between `start` and `end` as `segmenter.known_words` says."""
    while start < end:
        after = start + 1
        while after < end and joined[after]:
            after += 1
        if after - start > longest:
            while start < after:
                joined[start] = False
                step = 1
                if start + 1 < after:
                    pair = _pair(words, kinds[tokens[start], _SELF], kinds[tokens[start + 1], _SELF])
                    if pair >= 0 and words[2][pair]:
                        step = 2
                    if start + 2 < after and _is_third(words, pair, kinds[tokens[start + 2], _SELF]):
                        step = 3
                start += step
        start = after
