"""The stages of ranking after the engine, in their order: each with how it is made from the settings.

A new stage is one file (see `indexer.search.ranking.Stage`) and one line here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from indexer.search.as_typed import AsTyped
from indexer.search.coverage import Coverage
from indexer.search.ranking import Stage
from indexer.search.rerank import BestSentence
from indexer.search.title_match import TitleMatch
from indexer.settings import Settings

StageMaker: TypeAlias = Callable[[Settings], Stage]

STAGES: Mapping[str, StageMaker] = {
    "sentences": BestSentence,
    "coverage": Coverage,
    "title": TitleMatch,
    "spelling": AsTyped,
}
