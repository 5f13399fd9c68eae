"""Planning alone: what reading a query costs, and what its units are."""

from __future__ import annotations

import time
from pathlib import Path

from indexer import SearchRequest, Settings
from indexer.lexicon import ATTACHMENT, open_lexicon
from indexer.query.parse import parse
from indexer.query.plan import Plan, plan
from indexer.query.reading import QueryReader
from indexer.query.weighing import CapitalWeights
from indexer.storage.registry import open_backend


class Planner:
    """Plans the queries of one index, each once, so that no cache has seen it before."""

    def __init__(self, directory: Path) -> None:
        generation = open_backend(directory).open()
        lexicon = open_lexicon(generation.attachments / ATTACHMENT)
        self._engine, self._reader, self._settings = generation.engine, QueryReader(lexicon), Settings()
        self._weights = CapitalWeights(lexicon, self._settings.capitals)
        self.seconds: list[float] = []
        """Processor time of each query planned."""

    def plan(self, text: str) -> Plan:
        """The plan of a query."""
        start = time.process_time()
        made = plan(parse(text), SearchRequest(text), self._engine, self._settings, self._reader, self._weights)
        self.seconds.append(time.process_time() - start)
        return made
