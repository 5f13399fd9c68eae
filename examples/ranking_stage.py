"""A ranking stage: of the best passages that the engine found, newer ones get a little more.

Part of the product it would be a file of indexer/search with the class below and a line in the table of stages.py.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence

from indexer import STAGES, Question, RankedHit, SearchRequest, Settings, build, open_index


class Freshness:
    """Adds the part "fresh": its weight for the newest of the passages, less for every year before."""

    def __init__(self, settings: Settings) -> None:
        self.weights: Mapping[str, float] = {"fresh": 0.5}

    def applies(self, question: Question) -> bool:
        return True

    def rank(self, question: Question, hits: Sequence[RankedHit]) -> Sequence[RankedHit]:
        newest = max((hit.info.date.year for hit in hits if hit.info.date), default=0)
        return [hit.plus(fresh=self._part(hit, newest)) for hit in hits]

    def _part(self, hit: RankedHit, newest: int) -> float:
        return self.weights["fresh"] / (1 + newest - hit.info.date.year) if hit.info.date else 0.0


with tempfile.TemporaryDirectory() as folder:
    build(({"id": year, "date": f"{year}-05-01", "text": "Mùa bưởi được giá."} for year in (2019, 2024, 2021)), folder)
    sentences = {"sentences": STAGES["sentences"]}
    for stages in (sentences, {**sentences, "freshness": Freshness}):
        with open_index(folder, stages=stages) as index:
            passages = index.search(SearchRequest("mua buoi", explain=True)).passages
        parts = {part.kind: round(part.score, 2) for part in passages[0].explanation or () if not part.field}
        print([passage.article.id for passage in passages], parts)

# Prints:
# ['2019', '2024', '2021'] {'sentence': 0.06, 'first': 0.02}
# ['2024', '2021', '2019'] {'sentence': 0.06, 'first': 0.02, 'fresh': 0.5}
