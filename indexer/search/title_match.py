"""The stage that adds to the scores of passages whose article is what the query names.

    title = weight_title_match * score

for a title whose syllables, function words apart, are all in the query: `Vịnh Hạ Long` for `diện tích của vịnh Hạ Long
là bao nhiêu`. A title with a part of them says much less, and has that in BM25 already.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from indexer.passages.chunks import chunk_tokens
from indexer.schema import Field
from indexer.search.ranking import Question, RankedHit
from indexer.settings import Settings
from indexer.vietnamese import FUNCTION_WORDS, fold


class TitleMatch:
    """Adds the part "title" to the scores of passages."""

    def __init__(self, settings: Settings) -> None:
        self.weights: Mapping[str, float] = {"title": settings.weight_title_match}

    def applies(self, question: Question) -> bool:
        """Whether the query has syllables that titles can have."""
        return self.weights["title"] > 0 and bool(question.leaves)

    def rank(self, question: Question, hits: Sequence[RankedHit]) -> list[RankedHit]:
        """The hits with what their titles add."""
        leaves = question.leaves
        exact = {leaf.form for leaf in leaves if leaf.field is Field.SYLLABLES}
        # A form with its diacritics means itself; its letters count only where nothing else was typed.
        letters = {leaf.form for leaf in leaves if leaf.field is Field.UNMARKED} - set(map(fold, exact))

        def named(title: str) -> bool:
            says = False
            # Most titles have another syllable soon: the rest of them need not be analysed.
            for chunk in title.split():
                syllables = _syllables(chunk)
                if not all([form in exact or (letters and fold(form) in letters) for form in syllables]):
                    return False
                says = says or bool(syllables)
            return says

        shares = {title: float(named(title)) for title in {hit.info.title for hit in hits} if title}
        titled = [shares[hit.info.title] for hit in hits if hit.info.title]
        # A passage without a title is as likely as the others to be of what the query names.
        shares[""] = sum(titled) / len(titled) if titled else 0.0
        weight = self.weights["title"]
        return [
            hit.plus(title=weight * share * hit.score) if (share := shares[hit.info.title]) else hit for hit in hits
        ]


def _syllables(chunk: str) -> list[str]:
    """The syllables of a chunk of a title that are no function words."""
    return [form for form in chunk_tokens(chunk).forms if form not in FUNCTION_WORDS]
