"""Values of several words that were typed without quotes behind a restriction: `nguồn:tuổi trẻ bão`.

The query language ends a value at the first blank. Where the index has a value with the words that follow, as many of
them as may be, they are of the value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from indexer.query.clauses import Chunk, Clause, FacetClause, NotClause, WordsClause
from indexer.query.parse import Parsed

MOST_WORDS = 4
"""Further words of a value that are looked for."""
MOST_VALUES = 8
"""Values of a query that are looked for; nobody types more by hand."""


def with_whole_values(parsed: Parsed, has_value: Callable[[str, str], bool]) -> Parsed:
    """A query whose restrictions have their whole values; `has_value` says whether the index has a value of a field."""
    clauses = list(parsed.clauses)
    if sum(isinstance(clause, FacetClause | NotClause) for clause in clauses) > MOST_VALUES:
        return parsed
    for at in reversed(range(len(clauses) - 1)):
        facet, words = clauses[at], clauses[at + 1]
        inner = facet.clause if isinstance(facet, NotClause) else facet
        if not (isinstance(inner, FacetClause) and isinstance(words, WordsClause)):
            continue
        size = _further(inner, words.words, parsed.text, has_value)
        if size:
            whole = replace(inner, value=" ".join([inner.value, *(chunk.text for chunk in words.words[:size])]))
            rest: list[Clause] = [WordsClause(words.words[size:])] if words.words[size:] else []
            clauses[at : at + 2] = [NotClause(whole) if isinstance(facet, NotClause) else whole, *rest]
    return replace(parsed, clauses=tuple(clauses)) if tuple(clauses) != parsed.clauses else parsed


def _further(facet: FacetClause, words: Sequence[Chunk], text: str, has_value: Callable[[str, str], bool]) -> int:
    """How many of the words behind a value are of it; none where it has quotes, or something else stands between."""
    if not text[: words[0].start].rstrip().lower().endswith(f":{facet.value.lower()}"):
        return 0
    sizes = range(min(MOST_WORDS, len(words)), 0, -1)
    return next((n for n in sizes if has_value(facet.name, " ".join([facet.value, *(w.text for w in words[:n])]))), 0)
