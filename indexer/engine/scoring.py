"""The formula of a score's free parameters and of the inverse document frequency; see `indexer.engine.base`."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scoring:
    """The free parameters of the formula. The settings take their defaults from here."""

    k1: float = 0.5
    b: float = 0.6
    idf_power: float = 1.1

    def idf(self, document_frequency: int, documents: int) -> float:
        """idf(df)^idf_power of a term that `document_frequency` of so many `documents` hold."""
        idf = math.log(1 + (documents - document_frequency + 0.5) / (document_frequency + 0.5))
        return math.pow(idf, self.idf_power)


DEFAULT = Scoring()
