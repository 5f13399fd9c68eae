"""Which words of a passage to highlight for a query.

`Highlighter` gives spans of the source text as data; whoever renders them escapes. What is to be found comes from
`targets`; which part of a passage is shown, from `snippets`.

The rules, for a run of plain words:
1. Two or more neighbouring syllables of the text that are neighbours in the query too are highlighted together, so that
   a whole word or the whole query becomes one span. Function words at the edges of such a run are left off, unless it
   is all that was asked.
2. A syllable alone is highlighted if it is a whole word of the query and no function word; not a part of a longer word
   (`lượng` of `lực lượng` says nothing in `chất lượng`). In a query without diacritics, where more words look
   alike, it is highlighted only if it is a whole word of its clause too, and the text holds it in no run. A part of a
   name is highlighted only where it has a capital and is a whole word of its clause: `ông Chính`, not `Chính phủ`.
3. If nothing would be highlighted by these rules, every syllable that the query matches is: function words only if
   there is nothing else.
A phrase is highlighted where the whole of it stands, and so is what has a key that is asked for.

Texts that belong together, as the paragraphs of an article do, are one text for these rules: where `cờ thi đua` stands
in one of them, `co thi dua` highlights no lone `có` in another, and `biên phòng` nothing in `quốc phòng`.
"""

from __future__ import annotations

import functools
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from indexer.passages import characters
from indexer.passages import highlight_loops as loops
from indexer.passages.batches import batches
from indexer.passages.chunks import ChunkFinder, chunk_tokens
from indexer.passages.targets import MatchMode, Target, TargetToken
from indexer.results import Span
from indexer.vietnamese import FUNCTION_WORDS, analyze, fold
from indexer.vietnamese.keys import keyed

LONGEST_CLAUSE = 40
"""Words further away hardly ever change what is a word: of 5,460 tokens of the news none is judged otherwise by 200."""

TOGETHER_CHARACTERS = 250_000
"""Texts that belong together are highlighted together up to so many characters: nearly every article whole."""

_CLAUSE_END = re.compile(r"[.,;:!?…](?=\s)|[\n()“”\"]")


class Highlighter:
    """Highlights texts for one query: what can be known of the targets beforehand is worked out once.

    The tokens of all targets are numbered through as *slots*; a slot without a token parts each target from the next.
    A text is reduced to the tokens that may match a slot: their letters without diacritics tell. Hardly any token does,
    and the others cost next to nothing. Safe to share between threads.
    """

    def __init__(self, targets: Sequence[Target]) -> None:
        whole = [[token for token in each.tokens if token is not None] for each in targets if each.whole]
        self._phrases = [phrase for phrase in whole if len(phrase) > 1]
        self._keys = {key for each in targets for key in each.keys}
        alone = [phrase[0] for phrase in whole if len(phrase) == 1]
        self._has_alone = bool(alone)
        # A query may have a prefix for each of its clauses: they are looked for together, in one go over a text.
        self._alone_exact = {token.form for token in alone if token.mode in (MatchMode.EXACT, MatchMode.RUN)}
        self._alone_unmarked = {token.form for token in alone if token.mode is MatchMode.UNMARKED}
        self._alone_prefixes = tuple(token.form for token in alone if token.mode is MatchMode.PREFIX)
        self._alone_unmarked_prefixes = tuple(token.form for token in alone if token.mode is MatchMode.UNMARKED_PREFIX)
        slots: list[TargetToken | None] = []
        self._sizes: list[int] = []
        """Slot -> how many tokens its target has."""
        self._single_words: set[int] = set()
        """The slots that are a whole word of the query."""
        self._names: set[int] = set()
        """The slots that are a part of a name."""
        for target in targets:
            if not target.whole:
                self._single_words |= {len(slots) + first for first, last in target.words if first == last}
                self._names |= {len(slots) + at for at, is_name in enumerate(target.names) if is_name}
                slots += [*target.tokens, None]
                self._sizes += [sum(token is not None for token in target.tokens)] * (len(target.tokens) + 1)
        self._slots = slots
        self._exact: dict[str, list[int]] = {}
        self._loose: dict[str, list[int]] = {}
        for slot, token in enumerate(slots):
            if token is not None:
                table = self._loose if token.mode is MatchMode.UNMARKED else self._exact
                table.setdefault(token.form, []).append(slot)
                if token.mode is MatchMode.RUN:
                    self._loose.setdefault(fold(token.form), []).append(slot)
        asked = [token for token in (*slots, *(token for phrase in whole for token in phrase)) if token]
        self._wanted = {fold(token.form) for token in asked}
        self._prefixes = tuple(fold(token.form) for token in asked if token.mode in _PREFIXES)
        self._finder = ChunkFinder(self._wanted, self._prefixes)

    def highlight_each(self, texts: Sequence[str]) -> list[tuple[Span, ...]]:
        """The spans to highlight in each of `texts`, which have nothing to do with each other.

        They are in order, apart, never empty, and never cut a syllable.
        """
        return self._spans(texts, np.arange(len(texts) + 1))

    def highlight_together(self, texts: Sequence[str]) -> list[tuple[Span, ...]]:
        """The same for texts that belong together."""
        return self._spans(texts, np.array([0, len(texts)]))

    def _spans(self, texts: Sequence[str], groups: NDArray[np.int64]) -> list[tuple[Span, ...]]:
        """The spans in each of `texts`, of which `groups[g]` to `groups[g + 1]` belong together."""
        codes, bounds, rows, different = self._finder.candidates(texts)
        numbers: dict[str, int] = {}
        parts: list[tuple[int, int, int]] = []
        parts_at = [0]
        for chunk in different:
            for start, end, form in zip(*chunk_tokens(chunk), strict=True):
                parts.append((start, end, numbers.setdefault(form, len(numbers)) if self._is_wanted(form) else -1))
            parts_at.append(len(parts))
        tokens, at = loops.tokens(rows, len(texts), np.array(parts_at), np.array(parts, np.int64).reshape(-1, 3))
        forms, slots = self._forms(list(numbers)), self._slots_of(numbers)
        highlighted, opened, runs = loops.highlight(tokens, at, groups, forms, slots, characters.bounds(self._phrases))
        for text, token, slot in opened.T.tolist():
            if self._stands_alone(slot, texts[text], int(tokens[loops.START, token] - bounds[text])):
                highlighted[token] |= loops.HIGHLIGHTED
        found: list[list[Span]] = [[] for _ in texts]
        kinds = characters.kinds(codes)
        for text, start, end in loops.spans(
            codes, bounds, tokens, at, groups, forms, runs, highlighted, kinds
        ).tolist():
            found[text].append((start, end))
        if self._keys:
            found = [_united(own, [*self._keyed(text)], text) for own, text in zip(found, texts, strict=True)]
        return list(map(tuple, found))

    def _stands_alone(self, slot: int, text: str, at: int) -> bool:
        """Whether the lone token of a text at `at`, which matches a slot, is what that slot means."""
        return (slot not in self._names or text[at].isupper()) and is_word_alone(text, at)

    def _keyed(self, text: str) -> Iterator[Span]:
        """What has one of the keys, in whatever spelling."""
        for each in keyed(text):
            if not self._keys.isdisjoint(each.keys) or not self._keys.isdisjoint(each.also):
                yield each.start, each.end

    def _forms(self, forms: Sequence[str]) -> loops.Forms:
        """What the loops know of forms."""
        plain = list(map(fold, forms))
        slots = [
            dict.fromkeys((*self._exact.get(form, ()), *self._loose.get(letters, ())))
            for form, letters in zip(forms, plain, strict=True)
        ]
        alone = np.zeros(len(forms), np.bool_)
        if self._has_alone:
            alone[list(self._alone(forms, plain))] = True
        asked = [token for phrase in self._phrases for token in phrase]
        matches = [[_matches(token, *each) for token in asked] for each in zip(forms, plain, strict=True)]
        return loops.Forms(
            np.array(list(accumulate(map(len, slots), initial=0)), np.int32),
            np.array([slot for each in slots for slot in each], np.int32),
            np.array(list(map(_is_function, forms)), np.bool_),
            alone,
            np.array(matches, np.bool_).reshape(len(forms), len(asked)),
        )

    def _slots_of(self, numbers: Mapping[str, int]) -> loops.Slots:
        """What the loops know of slots, with forms by their `numbers`."""
        single = np.zeros(len(self._slots), np.bool_)
        single[list(self._single_words)] = True
        unmarked = [token is not None and token.mode is MatchMode.UNMARKED for token in self._slots]
        judged = np.array(unmarked, np.bool_)
        judged[list(self._names)] = True
        return loops.Slots(
            np.array(self._sizes, np.int32),
            single,
            np.array(unmarked, np.bool_),
            np.array([numbers.get(token.form, -1) if token else -1 for token in self._slots], np.int32),
            judged,
        )

    def _is_wanted(self, form: str) -> bool:
        plain = fold(form)
        return plain in self._wanted or plain.startswith(self._prefixes)

    def _alone(self, forms: Sequence[str], plain: Sequence[str]) -> Iterator[int]:
        """The tokens that match a target of one token."""
        for at, form in enumerate(forms):
            if (
                form in self._alone_exact
                or plain[at] in self._alone_unmarked
                or form.startswith(self._alone_prefixes)
                or plain[at].startswith(self._alone_unmarked_prefixes)
            ):
                yield at


_PREFIXES = (MatchMode.PREFIX, MatchMode.UNMARKED_PREFIX)


def _united(spans: list[Span], keyed: list[Span], text: str) -> list[Span]:
    """The spans in order; as one those that overlap, and those of which one is `keyed` and a blank is between."""
    united: list[Span] = []
    for start, end in sorted([*spans, *keyed]):
        before = united[-1][1] if united else -1
        beside = (start, end) in keyed or any(each[1] == before for each in keyed)
        if start < before or (beside and start == before + 1 and text[before] == " "):
            united[-1] = united[-1][0], max(end, before)
        else:
            united.append((start, end))
    return united


def is_word_alone(text: str, at: int) -> bool:
    """Whether the token of a text that begins at `at` is a word by itself, in the clause that it stands in.

    Of a longer clause the chunks within `LONGEST_CLAUSE` characters before and after are looked at.
    """
    low, high = max(0, at - LONGEST_CLAUSE), at + LONGEST_CLAUSE
    before = [match.end() for match in _CLAUSE_END.finditer(text, low, at)]
    after = _CLAUSE_END.search(text, at, high)
    start = before[-1] if before else (text.find(" ", low, at) + 1 if low else 0) or low
    end = after.start() if after else (text.rfind(" ", at, high) + 1 if high < len(text) else 0) or high
    starts, joined = _words_of(text[start:end])
    place = bisect_left(starts, at - start)
    if place == len(starts) or starts[place] != at - start:
        return False
    return not (joined[place] or joined[place + 1])


def highlighted(highlighter: Highlighter, texts: Sequence[str], ends: float) -> list[tuple[Span, ...]]:
    """What to highlight in each of some texts that belong together.

    Those that are left when the performance counter reaches `ends` have no spans.
    """
    spans = [
        each
        for batch in batches(texts, ends, TOGETHER_CHARACTERS)
        for each in highlighter.highlight_together(texts[batch])
    ]
    return spans + [()] * (len(texts) - len(spans))


@functools.lru_cache(1 << 8)
def _words_of(clause: str) -> tuple[Sequence[int], Sequence[bool]]:
    """Where the tokens of a clause begin, and which go on with the word before; then a False."""
    analysis = analyze(clause)
    return analysis.starts, [*analysis.joined, False]


def _matches(token: TargetToken, form: str, plain: str) -> bool:
    match token.mode:
        case MatchMode.PREFIX:
            return form.startswith(token.form)
        case MatchMode.UNMARKED_PREFIX:
            return plain.startswith(token.form)
        case MatchMode.UNMARKED:
            return plain == token.form
        case _:
            return form == token.form


def _is_function(form: str) -> bool:
    """Whether a form of the text is a function word; its diacritics tell, even where the query has none."""
    return form in FUNCTION_WORDS
