"""The engines that are held against the reference: each way in which one can answer counts as an engine."""

from __future__ import annotations

import pytest

from indexer.engine.base import Engine
from indexer.engine.whoosh import WhooshBackend
from indexer.engine.whoosh.engine import open_engine
from indexer.loops import warm
from tests.contract.reference import ReferenceBackend


class GeneralWhoosh(WhooshBackend):
    """Whoosh by the general path."""

    def open(self, directory: str) -> Engine:
        return open_engine(directory, compiled=False)


class CompiledWhoosh(WhooshBackend):
    """Whoosh by the compiled path, for the queries that it knows."""

    def open(self, directory: str) -> Engine:
        warm()
        return open_engine(directory)


ENGINES = [
    pytest.param(GeneralWhoosh(), id="whoosh"),
    pytest.param(CompiledWhoosh(), id="whoosh-compiled"),
]
WITH_REFERENCE = [*ENGINES, pytest.param(ReferenceBackend(), id="reference")]
