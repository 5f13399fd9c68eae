"""The stage that puts what is spelled just as in the query before the same in another spelling.

Analysis makes one of `kỹ` and `kĩ`, `hoà` and `hòa`, `CO₂` and `CO2`, and blanks and hyphens are in no token. So the
score of each of the best passages grows by

    typed = weight_typed * the highest score of all of them * (share + whole) / 2

where `share` is the share of the query's chunks with several spellings that the passage has letter for letter, case
apart, and `whole` is 1 where it has all of the query so. In a query without such chunks nothing is added.
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Mapping, Sequence

from indexer.passages.chunks import LONGEST_CACHED
from indexer.search.ranking import Question, RankedHit
from indexer.settings import Settings
from indexer.vietnamese import is_plain, other_letter, other_style

LONGEST_READ = 10_000
"""Characters of a passage that are read."""

_AROUND = "\"'“”„‟«»＂‘’()[]#.,;:!?…"
_SEPARATORS = frozenset("-‐‑‒–—/.:'’‘ʼʻ&%")


class AsTyped:
    """Adds the part "typed" to the scores of passages."""

    def __init__(self, settings: Settings) -> None:
        self.weights: Mapping[str, float] = {"typed": settings.weight_typed}

    def applies(self, question: Question) -> bool:
        """Whether the query has something that may be spelled otherwise."""
        return bool(self.weights["typed"] and _chunks(question.text))

    def rank(self, question: Question, hits: Sequence[RankedHit]) -> list[RankedHit]:
        """The hits with what their spelling adds."""
        chunks, whole = _chunks(question.text), _lower(question.text.strip(_AROUND + " "))
        most = self.weights["typed"] * max((hit.score for hit in hits), default=0.0)
        found = []
        for hit in hits:
            text = _lower(hit.paragraph.text[:LONGEST_READ])
            share = sum(chunk in text for chunk in chunks) / len(chunks)
            found.append(hit.plus(typed=most * (share + (whole in text)) / 2))
        return found


def _lower(text: str) -> str:
    return unicodedata.normalize("NFC", text).lower()


@functools.lru_cache(1 << 10)
def _chunks(query: str) -> tuple[str, ...]:
    """The chunks of a query that may be spelled otherwise, in small letters."""
    chunks = dict.fromkeys(_lower(chunk.strip(_AROUND)) for chunk in query.split())
    return tuple(chunk for chunk in chunks if chunk and _has_others(chunk))


def _has_others(chunk: str) -> bool:
    return _remembered(chunk) if len(chunk) <= LONGEST_CACHED else _may_be_spelled_otherwise(chunk)


def _may_be_spelled_otherwise(chunk: str) -> bool:
    if any(character.isdigit() or character in _SEPARATORS for character in chunk):
        return True
    return not is_plain(chunk) or other_letter(chunk) != chunk or other_style(chunk) != chunk


_remembered = functools.lru_cache(1 << 14)(_may_be_spelled_otherwise)
