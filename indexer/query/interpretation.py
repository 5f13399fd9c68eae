"""The interpretation of a query, for the caller: typing errors corrected and abbreviations expanded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from indexer.query.clauses import WordsClause
from indexer.query.reading import Meaning, Reading
from indexer.query.segments import Segment
from indexer.results import Expanded, Interpretation, Span

Read = tuple[WordsClause, Segment, Reading]


def interpret(query: str, readings: Sequence[Read]) -> Interpretation | None:
    """Tell what was read into `query`; None when that is nothing."""
    repairs: list[tuple[Span, str]] = []
    expanded: list[Expanded] = []
    confidence, sure = 1.0, True
    for clause, found, reading in readings:
        for meaning in reading.meanings:
            span = _span(clause, found, meaning)
            if span is None:
                continue
            if meaning.kind == "repair":
                repairs.append((span, _cased(query[slice(*span)], meaning.forms)))
                confidence = min(confidence, reading.confidence)
                sure = sure and meaning.sure
            elif meaning.forms != found.forms[meaning.start : meaning.end]:
                expanded.append(Expanded(span, meaning.written or " ".join(meaning.forms), meaning.source))
    if not repairs and not expanded:
        return None
    pieces, changes = [], []
    at = length = 0
    for (start, end), text in sorted(repairs):
        pieces += [query[at:start], text]
        length += start - at
        changes.append((length, length + len(text)))
        length += len(text)
        at = end
    return Interpretation(
        original=query,
        repaired="".join(pieces) + query[at:],
        changes=tuple(changes),
        confidence=confidence,
        sure=sure and bool(repairs),
        expanded=tuple(dict.fromkeys(expanded)),
    )


def _span(clause: WordsClause, found: Segment, meaning: Meaning) -> Span | None:
    """Where the tokens of a meaning stand in the query; None when the words are not the query's own letters."""
    places = list(_places(clause))
    first, last = found.spans[meaning.start], found.spans[meaning.end - 1]
    start = next((at + first[0] - base for base, at, size in places if base <= first[0] < base + size), None)
    end = next((at + last[1] - base for base, at, size in places if base < last[1] <= base + size), None)
    return None if start is None or end is None else (start, end)


def _places(clause: WordsClause) -> Iterator[tuple[int, int, int]]:
    """Of each word: its start in the run as analysed, its start in the query, its length."""
    base = 0
    for word in clause.words:
        if word.end - word.start == len(word.text):
            yield base, word.start, len(word.text)
        base += len(word.text) + 1


def _cased(typed: str, forms: Sequence[str]) -> str:
    """The repaired forms in the case that was typed."""
    text = " ".join(forms)
    if typed.isupper() and len(typed) > 1:
        return text.upper()
    return text[:1].upper() + text[1:] if typed[:1].isupper() else text
