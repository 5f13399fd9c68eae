"""Which words of a passage to mark for a query.

`Highlighter` gives spans of the source text as data; whoever renders them escapes. What is to be found comes from
`indexer.passages.targets`; which part of a passage is shown lives in `indexer.passages.snippets`.

The rules, for a run of plain words:
1. Two or more neighbouring syllables of the text that are neighbours in the query too are marked together, so that a
   whole word or the whole query becomes one span. Function words at the edges of such a run are left off, unless it is
   all that was asked.
2. A syllable alone is marked if it is a whole word of the query and no function word; not a part of a longer word
   (`lượng` of `lực lượng` says nothing in `chất lượng`). In a query without marks, where more words look alike, it is
   marked only if it is a whole word of the text too, and the text holds it in no run.
3. If nothing would be marked by these rules, every syllable that the query meets is: function words only if there is
   nothing else.
A phrase is marked where the whole of it stands.

Texts that belong together, as the paragraphs of an article do, are one text for these rules: where `cờ thi đua` stands
in one of them, `co thi dua` marks no lone `có` in another, and `biên phòng` nothing in `quốc phòng`.
"""

from __future__ import annotations

import functools
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from types import ModuleType
from typing import Any

import numpy as np

from indexer.passages import compiled
from indexer.passages.chunks import Finder, chunk_tokens
from indexer.passages.sentences import ends_sentence
from indexer.passages.targets import MatchMode, Target, TargetToken
from indexer.results import Span
from indexer.vietnamese import FUNCTION_WORDS, Tokens, analyze, fold, is_plain, tokens

Run = tuple[int, int, int]
"""(first met token of the text, first slot, length)."""


class Highlighter:
    """Marks texts for one query: what can be known of the targets beforehand is worked out once.

    The tokens of all targets are numbered through as *slots*; a slot without a token parts each target from the next.
    A text is reduced to its *met* tokens, those that may meet a slot: their letters without marks tell. Hardly any
    token does, and the others cost next to nothing. Safe to share between threads.
    """

    def __init__(self, targets: Sequence[Target]) -> None:
        whole = [[token for token in each.tokens if token is not None] for each in targets if each.whole]
        self._phrases = [phrase for phrase in whole if len(phrase) > 1]
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
        for target in targets:
            if not target.whole:
                self._single_words |= {len(slots) + first for first, last in target.words if first == last}
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
        self._finder = Finder(self._wanted, self._prefixes)

    def highlight(self, text: str) -> tuple[Span, ...]:
        """The spans of `text` to mark: in order, apart, never empty, never cutting a syllable."""
        return self.highlight_each((text,))[0]

    def highlight_each(self, texts: Sequence[str]) -> list[tuple[Span, ...]]:
        """The spans to mark in each of `texts`, which have nothing to do with each other."""
        if compiled.kernel is None:
            return [self._marked((text,))[0] for text in texts]
        return self._marked_compiled(compiled.kernel, texts, list(range(len(texts) + 1)))

    def highlight_together(self, texts: Sequence[str]) -> list[tuple[Span, ...]]:
        """The spans to mark in each of `texts`, which belong together."""
        if compiled.kernel is None:
            return self._marked(texts)
        return self._marked_compiled(compiled.kernel, texts, [0, len(texts)])

    def _marked_compiled(self, kernel: ModuleType, texts: Sequence[str], groups: list[int]) -> list[tuple[Span, ...]]:
        """The same in compiled loops; texts `groups[g]` to `groups[g + 1]` belong together."""
        looked = self._finder.find_all(texts, kernel)
        numbers: dict[str, int] = {}
        parts: list[tuple[int, int, int]] = []
        parts_at = [0]
        for chunk in looked.different:
            for start, end, form in zip(*chunk_tokens(chunk), strict=True):
                parts.append((start, end, numbers.setdefault(form, len(numbers)) if self._is_wanted(form) else -1))
            parts_at.append(len(parts))
        given = np.array(parts_at), np.array(parts, np.int32).reshape(-1, 3)
        tokens, at = kernel.marks.tokens(looked.rows, len(texts), *given)
        forms, slots = self._forms(kernel, list(numbers)), self._slots_of(kernel, numbers)
        bounds = np.array(list(accumulate(map(len, self._phrases), initial=0)))
        together = np.array(groups)
        marked, opened, runs = kernel.marks.mark(tokens, at, together, forms, slots, bounds)
        words: dict[int, frozenset[int]] = {}
        for text, token, _ in opened.T.tolist():
            if text not in words:
                words[text] = _lone_words(texts[text])
            if tokens[kernel.marks.START, token] - looked.bounds[text] in words[text]:
                marked[token] |= kernel.marks.MARKED
        found: list[list[Span]] = [[] for _ in texts]
        characters, sentences = kernel.characters.kinds(), kernel.sentences.abbreviations()
        rows = kernel.marks.spans(
            looked.codes, looked.bounds, tokens, at, together, forms, runs, marked, characters, sentences
        )
        for text, start, end in rows.tolist():
            found[text].append((start, end))
        return list(map(tuple, found))

    def _forms(self, kernel: ModuleType, forms: Sequence[str]) -> Any:
        """What the compiled loops know of forms."""
        plain = list(map(fold, forms))
        slots = [
            dict.fromkeys((*self._exact.get(form, ()), *self._loose.get(letters, ())))
            for form, letters in zip(forms, plain, strict=True)
        ]
        alone = np.zeros(len(forms), np.bool_)
        if self._has_alone:
            alone[list(self._alone(forms, plain))] = True
        asked = [token for phrase in self._phrases for token in phrase]
        meets = [[_matches(token, *each) for token in asked] for each in zip(forms, plain, strict=True)]
        return kernel.marks.Forms(
            np.array(list(accumulate(map(len, slots), initial=0)), np.int32),
            np.array([slot for each in slots for slot in each], np.int32),
            np.array(list(map(_is_function, forms)), np.bool_),
            alone,
            np.array(meets, np.bool_).reshape(len(forms), len(asked)),
        )

    def _slots_of(self, kernel: ModuleType, numbers: Mapping[str, int]) -> Any:
        """What the compiled loops know of slots, with forms by their `numbers`."""
        single = np.zeros(len(self._slots), np.bool_)
        single[list(self._single_words)] = True
        return kernel.marks.Slots(
            np.array(self._sizes, np.int32),
            single,
            np.array([token is not None and token.mode is MatchMode.UNMARKED for token in self._slots], np.bool_),
            np.array([numbers.get(token.form, -1) if token else -1 for token in self._slots], np.int32),
        )

    def _is_wanted(self, form: str) -> bool:
        plain = fold(form)
        return plain in self._wanted or plain.startswith(self._prefixes)

    def _marked(self, texts: Sequence[str]) -> list[tuple[Span, ...]]:
        """The spans to mark in each of `texts`, which belong together."""
        read = [_Read(text, self._met(text)) for text in texts]
        for each in read:
            if not each.met.forms:
                continue
            if self._has_alone:
                each.marked.update(self._alone(each.met.forms, each.plain))
            for phrase in self._phrases:
                each.add(_whole(phrase, each.met.forms, each.plain))
            if self._slots:
                each.runs = list(self._runs(each.met.forms, each.plain))
        if self._slots:
            in_runs: set[int] = set()
            alone = [self._in_runs(each, in_runs) for each in read]
            for each, singles in zip(read, alone, strict=True):
                each.add(self._singles(each, singles, in_runs))
            if not any(each.marked for each in read):
                for each in read:
                    each.add(_last_resort(each))
        return [tuple(_spans(each)) for each in read]

    def _alone(self, forms: Sequence[str], plain: Sequence[str]) -> Iterator[int]:
        """The tokens that meet a target of one token."""
        for at, form in enumerate(forms):
            if (
                form in self._alone_exact
                or plain[at] in self._alone_unmarked
                or form.startswith(self._alone_prefixes)
                or plain[at].startswith(self._alone_unmarked_prefixes)
            ):
                yield at

    def _met(self, text: str) -> Tokens:
        """The tokens that may meet a slot, and between those that are no neighbours an empty form."""
        starts: list[int] = []
        ends: list[int] = []
        forms: list[str] = []

        def take(at: int, found: Tokens) -> None:
            for start, end, form in zip(*found, strict=True):
                if self._is_wanted(form):
                    starts.append(at + start)
                    ends.append(at + end)
                    forms.append(form)
                else:
                    part()

        def part() -> None:
            if forms and forms[-1]:
                starts.append(-1)
                ends.append(-1)
                forms.append("")

        if not is_plain(text):
            take(0, tokens(text))
            return Tokens(starts, ends, forms)
        for _, start, end, parted in zip(*self._finder.find(text), strict=True):
            if parted:
                part()
            take(start, chunk_tokens(text[start:end]))
        return Tokens(starts, ends, forms)

    def _runs(self, forms: Sequence[str], plain: Sequence[str]) -> Iterator[Run]:
        """The longest runs of tokens that follow each other in the text as in a target, single ones included."""
        exact, loose = self._exact, self._loose
        running: dict[int, int] = {}
        """Slot that the last token of the text met -> length of the run that ends there."""
        for at, form in enumerate(forms):
            slots: Iterable[int] = exact.get(form, ())
            if loose:
                slots = {*slots, *loose.get(plain[at], ())}
            following = {slot: running.get(slot - 1, 0) + 1 for slot in slots}
            yield from _ended(running, following, at)
            running = following
        yield from _ended(running, {}, len(forms))

    def _in_runs(self, read: _Read, in_runs: set[int]) -> list[tuple[int, int]]:
        """Mark by rule 1, and note the slots in `in_runs`; what rule 2 has to judge: (token, slot)."""
        forms, single_words = read.met.forms, self._single_words
        alone: list[tuple[int, int]] = []
        for first, slot, length in read.runs:
            size = self._sizes[slot]
            if length < size:
                while length and slot in single_words and _is_function(forms[first]):
                    first, slot, length = first + 1, slot + 1, length - 1
                while length and slot + length - 1 in single_words and _is_function(forms[first + length - 1]):
                    length -= 1
            if length > 1 or length == size:
                in_runs.update(range(slot, slot + length))
                read.add([(first, length)])
            elif length == 1 and slot in single_words:
                alone.append((first, slot))
        return alone

    def _singles(
        self, read: _Read, alone: Sequence[tuple[int, int]], in_runs: Container[int]
    ) -> Iterator[tuple[int, int]]:
        """What to mark by rule 2: (first token, length)."""
        for first, slot in alone:
            token = self._slots[slot]
            assert token is not None
            if token.mode is MatchMode.UNMARKED:
                if slot not in in_runs and read.is_word(read.met.starts[first]):
                    yield first, 1
            elif read.met.forms[first] == token.form:
                yield first, 1


_PREFIXES = (MatchMode.PREFIX, MatchMode.UNMARKED_PREFIX)


class _Read:
    """A text as far as it is read, and what of it is marked."""

    def __init__(self, text: str, met: Tokens) -> None:
        self.text = text
        self.met = met
        self.plain = [fold(form) for form in met.forms]
        self.runs: list[Run] = []
        self.marked: set[int] = set()
        self.joined: set[int] = set()
        """Tokens marked together with the one before."""

    def add(self, found: Iterable[tuple[int, int]]) -> None:
        """Mark runs of tokens: (first token, length)."""
        for first, length in found:
            self.marked.update(range(first, first + length))
            self.joined.update(range(first + 1, first + length))

    @functools.cached_property
    def _words(self) -> frozenset[int]:
        # Found when first asked for: most texts are marked without.
        return _lone_words(self.text)

    def is_word(self, start: int) -> bool:
        """Whether the token that begins at `start` is a word by itself."""
        return start in self._words


def _lone_words(text: str) -> frozenset[int]:
    """Where the tokens of a text begin that are words by themselves."""
    analysis = analyze(text)
    joined = [*analysis.joined, False]
    return frozenset(start for at, start in enumerate(analysis.starts) if not (joined[at] or joined[at + 1]))


def _spans(read: _Read) -> Iterator[Span]:
    """Marked tokens as spans; no span reaches over the end of a sentence."""
    met = read.met
    start = end = -1
    for token in sorted(read.marked):
        if start >= 0 and token in read.joined and not ends_sentence(read.text, end, met.starts[token]):
            end = met.ends[token]
            continue
        if start >= 0:
            yield start, end
        start, end = met.starts[token], met.ends[token]
    if start >= 0:
        yield start, end


def _whole(phrase: Sequence[TargetToken], forms: Sequence[str], plain: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where the whole of a phrase stands: (first token, length)."""
    for first in range(len(forms) - len(phrase) + 1):
        if all(_matches(token, forms[at], plain[at]) for at, token in enumerate(phrase, first)):
            yield first, len(phrase)


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


def _last_resort(read: _Read) -> list[tuple[int, int]]:
    """What to mark by rule 3: (first token, length)."""
    telling = [
        (token, 1)
        for first, _, length in read.runs
        for token in range(first, first + length)
        if not _is_function(read.met.forms[token])
    ]
    return telling or [(first, length) for first, _, length in read.runs]


def _ended(running: dict[int, int], following: dict[int, int], at: int) -> Iterator[Run]:
    """The runs that do not go on at token `at` of the text."""
    for slot, length in running.items():
        if slot + 1 not in following:
            yield at - length, slot - length + 1, length


def _is_function(form: str) -> bool:
    """Whether a form of the text is a function word; its marks tell, even where the query has none."""
    return form in FUNCTION_WORDS
