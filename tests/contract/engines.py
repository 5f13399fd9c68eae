"""The engines that are held against the reference: each way in which one can answer counts as an engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.engine.backend import Backend
from indexer.engine.whoosh import WhooshFiles
from indexer.engine.whoosh.engine import WhooshEngine, open_engine
from indexer.loops import warm
from indexer.storage.generations import FolderBackend
from tests import cluster
from tests.contract.reference_backend import ReferenceBackend


class GeneralWhoosh(WhooshFiles):
    """Whoosh by the general path."""

    def open(self, directory: str) -> WhooshEngine:
        return open_engine(directory, compiled=False)


class CompiledWhoosh(WhooshFiles):
    """Whoosh by the compiled path, for the queries that it knows."""

    def open(self, directory: str) -> WhooshEngine:
        warm()
        return open_engine(directory)


def general_whoosh(directory: Path) -> Backend:
    return FolderBackend(directory, GeneralWhoosh())


def compiled_whoosh(directory: Path) -> Backend:
    return FolderBackend(directory, CompiledWhoosh())


ENGINES = [
    pytest.param(general_whoosh, id="whoosh"),
    pytest.param(compiled_whoosh, id="whoosh-compiled"),
]
CLUSTER_ENGINES = [
    pytest.param(cluster.exact, id="opensearch", marks=pytest.mark.cluster),
    pytest.param(cluster.scripted, id="opensearch-script", marks=pytest.mark.cluster),
]
WITH_REFERENCE = [*ENGINES, *CLUSTER_ENGINES, pytest.param(ReferenceBackend, id="reference")]
