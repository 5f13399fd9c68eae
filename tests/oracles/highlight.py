"""Which words of texts are highlighted, rule by rule over all their tokens: what `highlight` does in loops."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence

from indexer.passages import highlight
from indexer.passages.highlight import _is_function, _matches, is_word_alone
from indexer.passages.targets import MatchMode, TargetToken
from indexer.results import Span
from indexer.vietnamese import Tokens, fold, tokens
from tests.oracles.sentences import ends_sentence

Run = tuple[int, int, int]
"""(first token of the text that may match, first slot, length)."""


class Highlighter(highlight.Highlighter):
    """Prepared as the one of the product is, then by plain rules."""

    def highlight_each(self, texts: Sequence[str]) -> list[tuple[Span, ...]]:
        """The spans to highlight in each of `texts`, which have nothing to do with each other."""
        return [self.highlight_together((text,))[0] for text in texts]

    def highlight_together(self, texts: Sequence[str]) -> list[tuple[Span, ...]]:
        """The spans to highlight in each of `texts`, which belong together."""
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

    def _met(self, text: str) -> Tokens:
        """The tokens that may match a slot, and between those that are no neighbours an empty form."""
        starts: list[int] = []
        ends: list[int] = []
        forms: list[str] = []
        for start, end, form in zip(*tokens(text), strict=True):
            wanted = self._is_wanted(form)
            if wanted or (forms and forms[-1]):
                starts.append(start)
                ends.append(end)
                forms.append(form if wanted else "")
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
            start = read.met.starts[first]
            if slot in self._names and not read.text[start].isupper():
                continue
            if token.mode is MatchMode.UNMARKED:
                if slot not in in_runs and read.is_word(start):
                    yield first, 1
            elif read.met.forms[first] == token.form and (slot not in self._names or read.is_word(start)):
                yield first, 1


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

    def is_word(self, start: int) -> bool:
        """Whether the token that begins at `start` is a word by itself."""
        return is_word_alone(self.text, start)


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
