"""Which words of a passage to mark for a query.

`mark` gives spans of the source text as data; whoever renders them escapes. What is to be found comes from
`indexer.query.targets`; which part of a passage is shown lives in `indexer.snippets`.

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
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from importlib import resources

from indexer.query.targets import Meets, Target, TargetToken
from indexer.results import Span
from indexer.sentences import ends_sentence
from indexer.vietnamese import Analysis, analyze, fold

Run = tuple[int, int, int]
"""(first token of the text, first token of the target, length)."""


def mark(text: str, targets: Sequence[Target]) -> tuple[Span, ...]:
    """The spans of `text` to mark: in order, apart, never empty, never cutting a syllable."""
    if not targets or not text:
        return ()
    analysis = analyze(text)
    forms = analysis.forms
    marked: set[int] = set()
    joined: set[int] = set()
    """Tokens marked together with the one before."""

    def add(first: int, length: int) -> None:
        marked.update(range(first, first + length))
        joined.update(range(first + 1, first + length))

    for target in targets:
        for first, length in _whole(forms, target) if target.whole else _parts(analysis, target):
            add(first, length)
    if not marked:
        for first, length in _last_resort(forms, targets):
            add(first, length)
    return tuple(_spans(text, analysis.starts, analysis.ends, marked, joined))


def _spans(text: str, starts: Sequence[int], ends: Sequence[int], marked: set[int], joined: set[int]) -> Iterator[Span]:
    """Marked tokens as spans; no span reaches over the end of a sentence."""
    start = end = -1
    for token in sorted(marked):
        if start >= 0 and token in joined and not ends_sentence(text, end, starts[token]):
            end = ends[token]
            continue
        if start >= 0:
            yield start, end
        start, end = starts[token], ends[token]
    if start >= 0:
        yield start, end


def _whole(forms: Sequence[str], target: Target) -> Iterator[tuple[int, int]]:
    """Where the whole of a target stands: (first token, length)."""
    tokens = [token for token in target.tokens if token is not None]
    for first in range(len(forms) - len(tokens) + 1):
        if all(_meets(token, forms[first + index]) for index, token in enumerate(tokens)):
            yield first, len(tokens)


def _meets(token: TargetToken, form: str) -> bool:
    match token.meets:
        case Meets.PREFIX:
            return form.startswith(token.form)
        case Meets.UNMARKED_PREFIX:
            return fold(form).startswith(token.form)
        case Meets.UNMARKED:
            return fold(form) == token.form
        case _:
            return form == token.form


def _parts(analysis: Analysis, target: Target) -> Iterator[tuple[int, int]]:
    """Which parts of a target to mark, by rules 1 and 2: (first token, length)."""
    forms = analysis.forms
    size = sum(token is not None for token in target.tokens)
    single_words = {first for first, last in target.words if first == last}
    in_runs: set[int] = set()
    alone: list[tuple[int, int]] = []
    for first, asked, length in _runs(forms, target):
        if length < size:
            while length and asked in single_words and _is_function(forms[first]):
                first, asked, length = first + 1, asked + 1, length - 1
            while length and asked + length - 1 in single_words and _is_function(forms[first + length - 1]):
                length -= 1
        if length > 1 or length == size:
            in_runs.update(range(asked, asked + length))
            yield first, length
        elif length == 1 and asked in single_words:
            alone.append((first, asked))
    for first, asked in alone:
        token = target.tokens[asked]
        assert token is not None
        if token.meets is Meets.UNMARKED:
            if asked not in in_runs and not any(analysis.joined[first : first + 2]):
                yield first, 1
        elif forms[first] == token.form:
            yield first, 1


def _last_resort(forms: Sequence[str], targets: Sequence[Target]) -> list[tuple[int, int]]:
    """What to mark by rule 3: (first token, length)."""
    runs = [run for target in targets if not target.whole for run in _runs(forms, target)]
    telling = [
        (token, 1)
        for first, _, length in runs
        for token in range(first, first + length)
        if not _is_function(forms[token])
    ]
    return telling or [(first, length) for first, _, length in runs]


def _runs(forms: Sequence[str], target: Target) -> Iterator[Run]:
    """The longest runs of tokens that follow each other in the text as in the target, single ones included."""
    exact: dict[str, list[int]] = {}
    loose: dict[str, list[int]] = {}
    for asked, token in enumerate(target.tokens):
        if token is not None:
            table = loose if token.meets is Meets.UNMARKED else exact
            table.setdefault(token.form, []).append(asked)
            if token.meets is Meets.RUN:
                loose.setdefault(fold(token.form), []).append(asked)
    running: dict[int, int] = {}
    """Token of the target that the last token of the text met -> length of the run that ends there."""
    for at, form in enumerate(forms):
        met = {*exact.get(form, ()), *loose.get(fold(form), ())} if loose else exact.get(form, ())
        following = {asked: running.get(asked - 1, 0) + 1 for asked in met}
        yield from _ended(running, following, at)
        running = following
    yield from _ended(running, {}, len(forms))


def _ended(running: dict[int, int], following: dict[int, int], at: int) -> Iterator[Run]:
    """The runs that do not go on at token `at` of the text."""
    for asked, length in running.items():
        if asked + 1 not in following:
            yield at - length, asked - length + 1, length


@functools.cache
def _function_words() -> frozenset[str]:
    text = resources.files("indexer").joinpath("function_words.txt").read_text("utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


def _is_function(form: str) -> bool:
    """Whether a form of the text is a function word; its marks tell, even where the query has none."""
    return form in _function_words()
