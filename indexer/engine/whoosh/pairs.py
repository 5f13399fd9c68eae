"""Whether the tokens of `Field.BIGRAMS` are the neighbours in `Field.SYLLABLES`: then they can stand for phrases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from indexer.engine.whoosh.arrays import Array
from indexer.fields import Column, Field, bigram, bigrams

SEPARATOR = bigram("", "")


def has_pairs(tokens: Mapping[Field, Sequence[str]]) -> bool:
    """Whether they are in one paragraph."""
    return list(tokens.get(Field.BIGRAMS, ())) == bigrams(tokens.get(Field.SYLLABLES, ()))


def columns_have_pairs(columns: Mapping[Field, Column]) -> bool:
    """Whether they are in each of several paragraphs; false where that cannot be told from the columns as they are."""
    syllables, pairs = columns.get(Field.SYLLABLES), columns.get(Field.BIGRAMS)
    if syllables is None or pairs is None or syllables.parts is not None:
        return False
    if pairs.parts is None or pairs.parts.shape[1] != 2 or pairs.separator != SEPARATOR:
        return False
    if not np.array_equal(np.maximum(syllables.counts - 1, 0), pairs.counts):
        return False
    if not len(pairs.numbers):
        return True
    forms = {form: i for i, form in enumerate(syllables.forms)}
    same = np.fromiter((forms.get(form, -1) for form in pairs.forms), np.int64, len(pairs.forms))
    parts = pairs.parts[pairs.numbers]
    if parts.min() < 0:
        return False
    followed = _followed(syllables.counts)
    first, second = syllables.numbers[:-1][followed], syllables.numbers[1:][followed]
    return np.array_equal(same[parts[:, 0]], first) and np.array_equal(same[parts[:, 1]], second)


def _followed(counts: Array) -> Array:
    """For each token but the very last, whether the next one is of the same paragraph."""
    owners = np.repeat(np.arange(len(counts)), counts)
    followed: Array = owners[:-1] == owners[1:]
    return followed
