"""Query suggestions while typing: text of the archive, cut out of a passage as it is written there.

The lexicon knows phrases, titles and what follows what (`indexer.lexicon.suggest`); each proposal is looked up in the
index as syllables side by side, and the passage that has them gives its writing (`indexer.query.excerpts`): capitals,
points, hyphens, either style of tone placement. What stands nowhere side by side is not proposed. When a page asks, and
how it shows the answer, lives in `webapp`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain, pairwise
from typing import NamedTuple, TypeAlias

from indexer.articles.model import Paragraph
from indexer.engine.base import Vocabulary
from indexer.engine.query import Node, Phrase, Term
from indexer.lexicon import Suggester
from indexer.lexicon.suggest import Completion
from indexer.query.clauses import WordsClause
from indexer.query.excerpts import excerpt
from indexer.query.frequencies import Frequencies, Name
from indexer.query.parse import parse
from indexer.results import Span, Suggestion
from indexer.schema import Field, bigram
from indexer.vietnamese import begun_forms, fold, has_diacritics, tokens, without_diacritics

LONGEST_TEXT = 200
"""A longer text gets no suggestion: nobody completes a paragraph."""

Passages: TypeAlias = Callable[[Node, int], Sequence[Paragraph]]
"""Gives so many passages, or fewer, that hold what a node asks for."""

_PASSAGES_READ = 3
"""Passages whose writing of a proposal is looked at."""
_PASSAGES_FOLLOWED = 12
"""Passages that are read to see how they go on."""
_COMPOSED = 4
"""Composed proposals that are looked up."""
_SPARE = 8
"""Proposals to look at besides those wanted: some stand nowhere."""


def suggest(
    text: str, limit: int, suggester: Suggester | None, vocabulary: Vocabulary, passages: Passages
) -> tuple[Suggestion, ...]:
    """Up to `limit` whole queries that go on from `text` as typed, likeliest first; each stands side by side somewhere.

    White space or punctuation after the last syllable says that it is complete. Only plain words are gone on from: what
    comes next in a phrase, a restriction or an exclusion is not a matter of what the text says most often.
    """
    if suggester is None or len(text) > LONGEST_TEXT or limit < 1 or not _is_plain(text):
        return ()
    typed = tokens(text)
    if not typed.forms:
        return ()
    complete = typed.ends[-1] < len(text)
    forms = [*typed.forms] if complete else begun_forms(text)
    begun = [_Begun(forms, "")]
    if not complete:
        # Where nothing begins so but what was typed (`covid`), it is complete as it is.
        begun.insert(0, _Begun(forms[:-1], forms[-1]))
    found: dict[str, Suggestion] = {}
    proposed = (_proposed(each, limit, suggester, vocabulary, passages) for each in begun if not found)
    for written in chain.from_iterable(proposed):
        if any(longer.startswith(f"{written.lower()} ") for longer in found):
            continue
        if rest := tuple(_completed(written, forms, complete)):
            found.setdefault(written.lower(), Suggestion(written, rest))
            if len(found) == limit:
                break
    return tuple(found.values())


class _Begun(NamedTuple):
    """What was typed: the forms of complete syllables, and the beginning of the last one ("": none)."""

    whole: Sequence[str]
    last: str

    @property
    def forms(self) -> list[str]:
        """All of them."""
        return [*self.whole, *([self.last] if self.last else [])]


def _proposed(
    begun: _Begun, limit: int, suggester: Suggester, vocabulary: Vocabulary, passages: Passages
) -> Iterator[str]:
    """Proposals as the archive writes them: known phrases and titles, then what follows in a few passages, then what
    follows most often; each is looked up only when it is asked for."""
    complete = not begun.last
    yield from _standing(suggester.suggest(begun.forms, complete, limit + _SPARE), limit, vocabulary, passages)
    if begun.whole:
        yield from _following(begun, passages)
    more = suggester.continuations(begun.forms, complete, limit + _SPARE)
    yield from _standing(more, limit, vocabulary, passages)


def _standing(proposals: Sequence[Completion], limit: int, vocabulary: Vocabulary, passages: Passages) -> Iterator[str]:
    """Of proposals those that stand somewhere, in the writing of a passage that has them."""
    split = [(tuple(each.text.split(" ")), each.composed) for each in proposals]
    frequencies = Frequencies.ask(vocabulary, (name for forms, _ in split for name in _names(forms)))
    left = _COMPOSED
    for forms, composed in split[: limit + _SPARE]:
        if not all(frequencies.knows(*name) for name in _names(forms)):
            continue
        if composed and len(forms) > 2:
            # Pairs that stand somewhere hardly ever stand there together.
            left -= 1
            if left < 0:
                continue
        for paragraph in passages(side_by_side(forms), _PASSAGES_READ):
            if written := excerpt(paragraph, forms):
                yield written
                break


def _following(begun: _Begun, passages: Passages) -> Iterator[str]:
    """How a few passages go on that have the complete syllables side by side, whatever else is known of them."""
    marked = any(map(has_diacritics, begun.forms))
    for paragraph in passages(side_by_side(tuple(begun.whole), exact=marked), _PASSAGES_FOLLOWED):
        if written := excerpt(paragraph, begun.whole, goes_on=begun.last, exact=marked):
            yield written


def side_by_side(forms: tuple[str, ...], *, exact: bool = True) -> Node:
    """What finds forms side by side; without `exact`, with any diacritics."""
    field, looked_for = (Field.SYLLABLES, forms) if exact else (Field.UNMARKED, tuple(map(fold, forms)))
    if len(forms) == 1:
        return Term(field, looked_for[0], 1.0)
    if len(forms) == 2 and exact:
        return Term(Field.BIGRAMS, bigram(*forms), 1.0)
    return Phrase(field, looked_for, 1.0)


def _is_plain(text: str) -> bool:
    clauses = parse(text).clauses
    return len(clauses) == 1 and isinstance(clauses[0], WordsClause)


def _completed(proposal: str, typed: Sequence[str], last_is_complete: bool) -> Iterator[Span]:
    """The part of `proposal` that was not typed yet: from inside the last syllable typed, or from the next one, on."""
    written = tokens(proposal)
    if len(written.forms) < len(typed):
        return
    last = len(typed) - 1
    start = written.ends[last] if last >= 0 else 0
    if not last_is_complete:
        begun = written.starts[last]
        whole = proposal[begun : written.ends[last]]
        # Raw Telex keys are not letters of the syllable that they make: then all of it is new.
        start = begun + (
            len(typed[last]) if without_diacritics(whole.lower()).startswith(without_diacritics(typed[last])) else 0
        )
    while start < len(proposal) and not proposal[start].isalnum():
        start += 1
    if start < len(proposal):
        yield start, len(proposal)


def _names(forms: Sequence[str]) -> Iterator[Name]:
    """The terms that the index must have if forms stand side by side; it costs microseconds to know."""
    if len(forms) == 1:
        yield Field.SYLLABLES, forms[0]
    yield from ((Field.BIGRAMS, bigram(*pair)) for pair in pairwise(forms))
