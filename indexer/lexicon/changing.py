"""Learning what a change of articles adds to a lexicon and takes off: it costs what is changed, not what there is.

What a change counts is written beside the lexicon, which the new generation shares (`delta`). Files of changes are
merged as segments of an index are, and when all of them together have grown to a share of the lexicon, it is written
whole with them in it. So is it at once when very much is changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from indexer.durable import share
from indexer.engine.merging import tail_to_merge
from indexer.lexicon.container import identity
from indexer.lexicon.delta import (
    Delta,
    Keys,
    Numbers,
    added_up,
    changed_definition,
    definition_hash,
    delta_files,
    delta_name,
    joined,
    read_delta,
    split_pairs,
    summed,
    text_hash,
    write_delta,
)
from indexer.lexicon.inputs import BREAK, LexiconInput
from indexer.lexicon.learn import MOST_FORMS, Learner
from indexer.lexicon.opening import open_changed
from indexer.lexicon.saving import Learned, least_neighbour
from indexer.lexicon.store import FILE
from indexer.vietnamese import fold

FOLDED_SHARE = 0.1
"""The lexicon is written whole when the files of changes have more than this share of its bytes."""
WHOLE_SHARE = 0.005
"""And when more than this share of its syllables is changed at once, which then takes no longer."""
MOST_FILES = 8

_Call = tuple[str, LexiconInput, Sequence[str], list[int]]


class ChangeLearner:
    """Goes on from the lexicon in a folder. See `Learner`, whose methods it has."""

    def __init__(self, known: Path) -> None:
        self._known = known
        self._lexicon = open_changed(known, check=False)
        self._calls: list[_Call] = []
        self._added = self._removed = 0
        self._whole: Learner | None = None
        if not self._lexicon.can_be_changed:
            self._learn_whole()

    def learn(self, given: LexiconInput, articles: Sequence[str], titles: Iterable[int] = ()) -> None:
        """See `Learner.learn`."""
        self._do(("learn", given, articles, list(titles)))

    def unlearn(self, given: LexiconInput, articles: Sequence[str], titles: Iterable[int] = ()) -> None:
        """See `Learner.unlearn`: the paragraphs are those of articles that were learned before this change."""
        self._do(("unlearn", given, articles, list(titles)))

    def write(self, directory: Path | str) -> None:
        """Write the lexicon with all that was learned to an existing, empty directory, durably."""
        files = delta_files(self._known)
        if self._whole is None and self._is_to_be_written_whole(files):
            self._learn_whole()
        if self._whole is not None:
            self._whole.write(directory)
            return
        base = identity(self._known / FILE)
        delta = self._delta()
        sizes = [path.stat().st_size for path in files]
        merged = tail_to_merge([*sizes, delta.bytes], MOST_FILES) - 1
        kept = files[: len(files) - merged]
        parts = [read_delta(path, base, delta.size) for path in files[len(kept) :]]
        for path in (self._known / FILE, *kept):
            share(path, Path(directory) / path.name)
        write_delta(Path(directory) / delta_name(files), base, summed([*parts, delta], delta.size), kept)

    def _do(self, call: _Call) -> None:
        if self._whole is not None:
            _do(self._whole, call)
            return
        self._calls.append(call)
        if call[0] == "learn":
            self._added += len(call[1].numbers)
        else:
            self._removed += len(call[1].numbers)
        if self._added + self._removed > WHOLE_SHARE * self._lexicon.syllables:
            self._learn_whole()

    def _learn_whole(self) -> None:
        self._whole = Learner(self._lexicon)
        for call in self._calls:
            _do(self._whole, call)
        self._calls = []

    def _is_to_be_written_whole(self, files: Sequence[Path]) -> bool:
        size = sum(path.stat().st_size for path in files)
        total = int(self._lexicon.counts.sum(dtype=np.int64))
        # What is proposed for misspellings was chosen by it. A sentence, which counts too, has a syllable or more.
        totals = max(total - 2 * self._removed, 0), total + 2 * self._added, self._lexicon.stored_total
        return len(set(map(least_neighbour, totals))) > 1 or size > FOLDED_SHARE * (self._known / FILE).stat().st_size

    def _delta(self) -> Delta:
        """What the calls change."""
        added, removed = Learner(), Learner()
        gone: set[int] = set()
        for name, given, articles, titles in self._calls:
            (added if name == "learn" else removed).learn(given, articles, titles)
            if name != "learn":
                gone |= {text_hash(articles[paragraph]) for paragraph, _, _ in given.definitions}
        more, less = added.learned(least=1, most=None), removed.learned(least=1, most=None)
        delta = self._of_forms(more, less)
        return replace(
            self._with_phrases(delta, more, less),
            definitions=self._definitions(more, less),
            gone=frozenset(gone),
            paragraphs=more.paragraphs,
            removed=less.paragraphs,
        )

    def _of_forms(self, more: Learned, less: Learned) -> Delta:
        """The changes of forms and of pairs."""
        lexicon, size = self._lexicon, self._lexicon.delta.size
        known = set(lexicon.delta.forms)
        places: dict[str, int] = {}
        numbers: dict[str, int] = {"": BREAK}
        for learned in (more, less):
            for form in learned.forms[1:]:
                place, found = lexicon.place(form)
                if found:
                    numbers[form] = place
                elif form in known or (learned is more and size + len(known) + len(places) < MOST_FORMS):
                    places[form] = place
                else:
                    numbers[form] = BREAK
        forms = sorted(places, key=lambda form: (fold(form), form))
        numbers |= {form: size + i for i, form in enumerate(forms)}
        # In the numbers of the lexicon as it is now, where it has the form.
        current = {number: number for number in numbers.values() if number < size}
        current |= {numbers[form]: lexicon.number(form) for form in forms}

        own: list[Numbers] = [np.array([numbers[form] for form in each.forms], np.int64) for each in (more, less)]
        changed, counts, capitals = added_up(
            [(own[0], more.counts, more.capitals), (own[1], -less.counts, -less.capitals)], 2
        )
        held = np.array([[lexicon.count_at(at), lexicon.capitals_at(at)] for at in _each(changed, current)], np.int64)
        held = held.reshape(-1, 2)
        counts, capitals = np.maximum(counts, -held[:, 0]), np.maximum(capitals, -held[:, 1])

        def renumbered(mine: Numbers, pairs: Keys) -> Keys:
            return joined(*(mine[part] for part in split_pairs(pairs)))

        pairs, pair_counts = added_up(
            [
                (renumbered(mine, each.pairs), sign * each.pair_counts.astype(np.int64))
                for mine, each, sign in zip(own, (more, less), (1, -1), strict=True)
            ],
            1,
        )
        capital_pairs, capital_pair_counts = added_up(
            [
                (renumbered(mine, each.capital_pairs[0]), sign * each.capital_pairs[1].astype(np.int64))
                for mine, each, sign in zip(own, (more, less), (1, -1), strict=True)
                if each.capital_pairs is not None  # Both have them: they are learned here.
            ],
            1,
        )

        def held_by(pairs: Keys, count: Callable[[int, int], int]) -> Numbers:
            """How often the lexicon has each pair now."""
            both = zip(*(_each(part, current) for part in split_pairs(pairs)), strict=True)
            return np.array([count(*pair) for pair in both], np.int64)

        stored = zip(*(part.tolist() for part in split_pairs(pairs)), strict=True)
        return Delta(
            size=size,
            forms=forms,
            form_places=np.array([places[form] for form in forms], np.int64),
            numbers=changed,
            counts=counts,
            capitals=capitals,
            pairs=pairs,
            pair_counts=np.maximum(pair_counts, -held_by(pairs, lexicon.pair_count_of)),
            pair_bases=np.array([lexicon.stored_pair_count(*pair) for pair in stored], np.int64),
            capital_pairs=capital_pairs,
            capital_pair_counts=np.maximum(capital_pair_counts, -held_by(capital_pairs, lexicon.capital_pair_count_of)),
        )

    def _with_phrases(self, delta: Delta, more: Learned, less: Learned) -> Delta:
        """The same with the changes of phrases and titles."""
        changes: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
        for learned, sign in ((more, 1), (less, -1)):
            for phrase, count in learned.phrases.items():
                changes[phrase][0] += sign * count
                changes[phrase][1] += sign * learned.titles.get(phrase, 0)
        known: list[tuple[int, int, int]] = []
        new: list[tuple[int, int, int, int, str]] = []
        for phrase, (count, title) in changes.items():
            place, found = self._lexicon.phrase_place(phrase)
            held = self._lexicon.held_phrase(phrase, place if found else None)
            count, title = max(count, -held[0]), max(title, -held[1])
            if found and (count or title):
                known.append((place, count, title))
            elif count or title:
                new.append((text_hash(phrase), count, title, place, phrase))
        known.sort()
        new.sort()
        table = np.array(known, np.int64).reshape(-1, 3)
        of_new = np.array([row[1:4] for row in new], np.int64).reshape(-1, 3)
        return replace(
            delta,
            known=table[:, 0],
            known_counts=table[:, 1],
            known_titles=table[:, 2],
            hashes=np.array([row[0] for row in new], np.uint64),
            phrase_counts=of_new[:, 0],
            phrase_titles=of_new[:, 1],
            phrase_places=of_new[:, 2],
            phrases=lambda: [row[4] for row in new],
        )

    def _definitions(self, more: Learned, less: Learned) -> dict[int, tuple[int, str, str, str]]:
        held = {(each.short, each.long): each.count for each in self._lexicon.definitions} if less.definitions else {}
        found = {
            definition_hash(each.short, " ".join(each.long)): (-min(each.count, held.get((each.short, each.long), 0)))
            for each in less.definitions
        }
        added = {(each.short, " ".join(each.long)): (each.count, each.article) for each in more.definitions}
        definitions = {key: (count, "", "", "") for key, count in found.items()}
        for (short, long), (count, article) in added.items():
            key = definition_hash(short, long)
            definitions[key] = found.get(key, 0) + count, short, long, article
        return {key: kept for key, value in definitions.items() if (kept := changed_definition(*value))}


def _each(numbers: Numbers, current: dict[int, int]) -> list[int]:
    return [current[number] for number in numbers.tolist()]


def _do(learner: Learner, call: _Call) -> None:
    name, given, articles, titles = call
    getattr(learner, name)(given, articles, titles)
