"""Writing a lexicon: what was learned is sorted and numbered in the layout that `store` reads.

`store` documents the layout; `container` writes the file.
"""

from __future__ import annotations

import json
import zlib
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.lexicon.container import write_sections
from indexer.lexicon.counting import Counts, Keys, renumbered
from indexer.lexicon.definitions import Definition
from indexer.lexicon.strings import pooled
from indexer.vietnamese import fold, word_pairs

_SECOND = np.uint64(0xFFFFFFFF)
_LEAST_NEIGHBOUR = 3
_LITTLE_TEXT = 100_000
_SHORTEST_NEIGHBOUR, _LONGEST_NEIGHBOUR = 2, 12


@dataclass(frozen=True, slots=True)
class Learned:
    """The whole content of a lexicon, as `Learner` passes it.

    `forms[i]` was counted `counts[i]` times, `capitals[i]` times with a capital; forms[0] is "", the start and the end
    of a sentence. A key of `pairs` is (number of the first form << 32) | number of the second; keys ascend.
    `capital_pairs` are such keys and counts of the pairs in capitals (see `BatchCounts`), None where they are not
    known: lexicons of earlier versions do not say them. `phrases` maps syllables joined by spaces to counts, 0 for what
    is only a title; `titles` maps those of them that are titles to numbers of articles.
    """

    paragraphs: int
    removed: int
    forms: list[str]
    counts: NDArray[np.int64]
    capitals: NDArray[np.int64]
    pairs: NDArray[np.uint64]
    pair_counts: NDArray[np.uint32]
    capital_pairs: tuple[Keys, Counts] | None
    phrases: dict[str, int]
    titles: dict[str, int]
    definitions: list[Definition]

    def without_unused(self) -> Learned:
        """The same without forms that are counted no more, and whatever has one of them."""
        kept = self.counts > 0
        kept[0] = True
        if kept.all():
            return self
        gone = {self.forms[number] for number in np.flatnonzero(~kept).tolist()}
        new_number = np.cumsum(kept).astype(np.uint64) - np.uint64(1)

        def kept_pairs(pairs: Keys, counts: Counts) -> tuple[Keys, Counts]:
            firsts, seconds = (pairs >> np.uint64(32)).astype(np.int64), (pairs & _SECOND).astype(np.int64)
            both = kept[firsts] & kept[seconds]
            return new_number[firsts[both]] << np.uint64(32) | new_number[seconds[both]], counts[both]

        def has_gone(phrase: str) -> bool:
            return not gone.isdisjoint(phrase.split(" "))

        pairs, pair_counts = kept_pairs(self.pairs, self.pair_counts)
        return replace(
            self,
            forms=[form for form, is_kept in zip(self.forms, kept.tolist(), strict=True) if is_kept],
            counts=self.counts[kept],
            capitals=self.capitals[kept],
            pairs=pairs,
            pair_counts=pair_counts,
            capital_pairs=kept_pairs(*self.capital_pairs) if self.capital_pairs else None,
            phrases={phrase: count for phrase, count in self.phrases.items() if not has_gone(phrase)},
            titles={title: count for title, count in self.titles.items() if not has_gone(title)},
            definitions=[each for each in self.definitions if gone.isdisjoint(each.long)],
        )


def save(path: Path, learned: Learned) -> None:
    """Write a lexicon to a new file, durably."""
    folds = [fold(form) for form in learned.forms]
    order = sorted(range(len(folds)), key=lambda number: (folds[number], learned.forms[number]))
    forms = [learned.forms[number] for number in order]
    folds = [folds[number] for number in order]
    counts = learned.counts[order]
    new_number = np.empty(len(order), np.uint64)
    new_number[order] = np.arange(len(order), dtype=np.uint64)
    pairs, pair_counts = renumbered(learned.pairs, learned.pair_counts, new_number)
    capital_pairs = renumbered(*learned.capital_pairs, new_number) if learned.capital_pairs else None

    fold_starts = [0, *(at for at in range(1, len(folds)) if folds[at] != folds[at - 1]), len(folds)]
    fold_counts = np.add.reduceat(counts, fold_starts[:-1])
    distinct_folds = [folds[at] for at in fold_starts[:-1]]
    hashes, hashed = _deletions(distinct_folds, fold_counts)
    fold_of = dict(zip(forms, folds, strict=True))
    phrases = sorted(
        (" ".join([fold_of.get(form) or fold(form) for form in phrase.split(" ")]), phrase)
        for phrase in learned.phrases
    )
    own = np.array([learned.phrases[phrase] for _, phrase in phrases], np.int64)
    titles = np.array([learned.titles.get(phrase, 0) for _, phrase in phrases], np.int64)
    pairs_of_words = _word_pairs(forms)
    about = {
        "paragraphs": learned.paragraphs,
        "removed": learned.removed,
        "syllables": int(counts[1:].sum()),
        "word_pairs": len(pairs_of_words),
        "capital_pairs": len(capital_pairs[0]) if capital_pairs else None,
        "definitions": [
            [definition.short, " ".join(definition.long), definition.count, definition.article]
            for definition in learned.definitions
        ],
    }
    write_sections(
        path,
        {
            **pooled("forms", forms),
            "counts": _unsigned(counts),
            "capitals": _unsigned(learned.capitals[order]),
            **pooled("folds", distinct_folds),
            "fold_starts": np.array(fold_starts, np.uint32),
            "pair_rows": np.searchsorted(pairs >> np.uint64(32), np.arange(len(forms) + 1, dtype=np.uint64)).astype(
                np.uint32
            ),
            "pair_seconds": pairs.astype(np.uint32),
            "pair_counts": pair_counts,
            **({"capital_pairs": capital_pairs[0], "capital_pair_counts": capital_pairs[1]} if capital_pairs else {}),
            "word_pairs": pairs_of_words,
            "deletion_hashes": hashes,
            "deletion_folds": hashed,
            **pooled("phrase_keys", [key for key, _ in phrases]),
            **pooled("phrases", [phrase for _, phrase in phrases]),
            "phrase_counts": _unsigned(np.maximum(own, titles)),
            "phrase_own": _unsigned(own),
            "phrase_titles": _unsigned(titles),
            "about": np.frombuffer(json.dumps(about, ensure_ascii=False).encode("utf-8", "replace"), np.uint8),
        },
    )


def _unsigned(counts: NDArray[np.int64]) -> NDArray[np.uint32]:
    return np.minimum(counts, np.iinfo(np.uint32).max).astype(np.uint32)


def _word_pairs(forms: Sequence[str]) -> NDArray[np.uint64]:
    """The bigrams of the dictionary's words whose forms the text has, as (first number << 32) | second, ascending."""
    numbers = {form: number for number, form in enumerate(forms)}
    pairs = word_pairs()
    # Of a small text few forms begin a word: the intersection goes through the fewer of the two.
    known = (
        (numbers[first], numbers.get(second)) for first in numbers.keys() & pairs.keys() for second in pairs[first]
    )
    return np.array(sorted(first << 32 | second for first, second in known if second is not None), np.uint64)


def _deletions(folds: Sequence[str], counts: NDArray[np.int64]) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Hash of a form without diacritics, whole or less one letter -> its number: the index of SymSpell (Garbe 2012).

    Two forms within one edit share one of these. Only forms frequent enough to be proposed are in it.
    """
    hashes, numbers = array("I"), array("I")
    least = least_neighbour(int(counts.sum()))
    for number in np.flatnonzero(counts >= least).tolist():
        form = folds[number]
        if may_be_neighbour(form):
            shorter = less_one_letter(form)
            hashes.extend(shorter)
            numbers.extend([number] * len(shorter))
    order = np.argsort(np.array(hashes, np.uint32), kind="stable")
    return np.array(hashes, np.uint32)[order], np.array(numbers, np.uint32)[order]


def least_neighbour(total: int) -> int:
    """How often a form must occur to be proposed for another, given the sum of all counts: little text has few."""
    return min(_LEAST_NEIGHBOUR, 1 + total // _LITTLE_TEXT)


def may_be_neighbour(letters: str) -> bool:
    """Whether a form without diacritics may be proposed for another that is one edit from it."""
    return _SHORTEST_NEIGHBOUR <= len(letters) <= _LONGEST_NEIGHBOUR and letters.isalpha()


def less_one_letter(form: str) -> list[int]:
    """The hashes of `form` and of it without one of its letters."""
    shorter = {form[:at] + form[at + 1 :] for at in range(len(form))}
    return [zlib.crc32(text.encode("utf-8", "replace")) for text in sorted(shorter | {form})]
