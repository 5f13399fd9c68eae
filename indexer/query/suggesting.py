"""Query suggestions while typing, each verified to find something.

Forms have one style of tone placement; they are proposed in the one that the indexed text has (`hoà bình`, `hòa bình`).

Which phrases fit what was typed is known by `indexer.lexicon.suggest`; when a page asks, and how it shows the answer,
lives in `webapp`.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import islice, pairwise, takewhile
from typing import TypeAlias

from indexer.engine.base import Vocabulary
from indexer.engine.query import Node, Term
from indexer.lexicon import Suggester
from indexer.query.clauses import WordsClause
from indexer.query.frequencies import Frequencies, Name, names_of
from indexer.query.parse import parse
from indexer.results import Span, Suggestion
from indexer.schema import Field, bigram
from indexer.vietnamese import begun_forms, fold, other_style, tokens

LONGEST_TEXT = 200
"""A longer text gets no suggestion: nobody completes a paragraph."""

Texts: TypeAlias = Callable[[Node, int], Sequence[str]]
"""Gives the texts of so many passages, or of fewer, that hold what a node asks for."""

_PASSAGES_FOR_STYLE = 5
# Proposals to look at besides those wanted: some find nothing.
_SPARE = 8
# The least part of a proposal, in syllables, that stands in the index as it is proposed. A search asks for a share of
# the words in one passage; pairs may stand in several, hence more than that share usually is.
_LEAST_HELD = 0.5


def suggest(
    text: str,
    limit: int,
    suggester: Suggester | None,
    vocabulary: Vocabulary,
    minimum_match: float,
    texts: Texts,
    written: Callable[[str], str],
) -> tuple[Suggestion, ...]:
    """Up to `limit` whole queries that go on from `text` as typed, likeliest first.

    White space or punctuation after the last syllable says that it is complete. Only plain words are gone on from: what
    comes next in a phrase, a restriction or an exclusion is not a matter of what the text says most often.
    `minimum_match` is the share of plain words that a search demands (see `Settings`); `texts` gives
    passages that hold what a leaf asks for, `written` a form in the style of tone placement that the index has.
    """
    if suggester is None or len(text) > LONGEST_TEXT or limit < 1 or not _is_plain(text):
        return ()
    typed = tokens(text)
    if not typed.forms:
        return ()
    complete = typed.ends[-1] < len(text)
    forms_typed = typed.forms if complete else begun_forms(text)
    least = max(_LEAST_HELD, minimum_match)
    proposals = [found.text.split(" ") for found in suggester.suggest(forms_typed, complete, limit + _SPARE)]
    begun = len(forms_typed) - (not complete)
    frequencies = Frequencies.ask(vocabulary, (name for forms in proposals for name in _names(forms)))

    def holds(forms: Sequence[str]) -> bool:
        return bool(texts(frequencies.sequence(tuple(forms), 1.0)[0], 1))

    found = (forms for forms in proposals if _is_found(forms, begun, least, frequencies))
    sound = (_sound(forms, begun, suggester, holds) for forms in found)
    going_on = (tuple(forms) for forms in sound if len(forms) > begun and forms != [*forms_typed])
    proposed = (" ".join(map(written, forms)) for forms in islice(dict.fromkeys(going_on), limit))
    return tuple(Suggestion(text, tuple(_completed(text, forms_typed, complete))) for text in proposed)


def usual_style(form: str, texts: Texts) -> str:
    """A form in the style of tone placement that a few passages which hold it are mostly written in."""
    other = other_style(form)
    if other == form:
        return form
    found: Counter[str] = Counter()
    for text in texts(Term(Field.SYLLABLES, form, 1.0), _PASSAGES_FOR_STYLE):
        typed = tokens(text)
        whole = (text[start:end] for start, end in zip(typed.starts, typed.ends, strict=True))
        found.update(unicodedata.normalize("NFC", each).lower() for each in whole)
    return other if found[other] > found[form] else form


def _sound(forms: list[str], begun: int, suggester: Suggester, holds: Callable[[Sequence[str]], bool]) -> list[str]:
    """The forms up to where they go on from a word by a syllable of another one; nothing, where no word ends there.

    `biên phòng` and `phòng bệnh` stand in the text, yet `biên phòng bệnh` may be nothing at all: three of which the
    middle one belongs to a word on either side, and the last is begun or new, must stand there together.
    """
    for last in range(max(begun, 2), len(forms)):
        three = forms[last - 2 : last + 1]
        if suggester.claimed_twice(*three) and not holds(three):
            return forms[:last] if suggester.is_word(*three[:2]) else []
    return forms


def _is_plain(text: str) -> bool:
    clauses = parse(text).clauses
    return len(clauses) == 1 and isinstance(clauses[0], WordsClause)


def _completed(proposal: str, typed: Sequence[str], last_is_complete: bool) -> Iterator[Span]:
    """The part of `proposal` that was not typed yet: from inside the last syllable typed, or from the next one, on."""
    syllables = proposal.split(" ")
    start = sum(len(syllable) + 1 for syllable in syllables[: len(typed)])
    if not last_is_complete:
        last, whole = typed[-1], syllables[len(typed) - 1]
        begins = start - len(whole) - 1
        # Raw Telex keys are not letters of the syllable that they make: then all of it is new.
        start = begins + (len(last) if fold(whole).startswith(fold(last)) else 0)
        if start == begins + len(whole):
            start += 1
    if start < len(proposal):
        yield start, len(proposal)


def _names(forms: Sequence[str]) -> Iterator[Name]:
    """The terms to know the frequencies of before a proposal is judged."""
    yield from names_of(forms)
    yield from ((Field.BIGRAMS, bigram(*pair)) for pair in pairwise(forms))


def _is_found(forms: Sequence[str], begun: int, least: float, frequencies: Frequencies) -> bool:
    """Whether a search for the forms has an answer, told from document frequencies alone: they cost microseconds.

    From the end back to the syllable before the one `begun`, each pair must stand side by side somewhere in the index.
    What was typed before that is the user's own (it may lack diacritics, which pairs have), but must not be so much
    that the rest is too small a part.
    """
    if len(forms) == 1:
        return frequencies.knows(Field.UNMARKED, fold(forms[0]))
    pairs = pairwise(reversed(forms))
    held = sum(1 for _ in takewhile(lambda pair: frequencies.knows(Field.BIGRAMS, bigram(pair[1], pair[0])), pairs))
    return held >= min(len(forms) - begun, len(forms) - 1) and held + 1 >= least * len(forms)
