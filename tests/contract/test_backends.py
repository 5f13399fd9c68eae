"""Every backend of the product passes the conformance tests, and so does the one that the extending tests register."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.engine.backend import Backend
from indexer.storage.registry import open_backend
from tests import cluster
from tests.contract.conformance import Conformance
from tests.contract.reference_backend import ReferenceBackend


class TestWhoosh(Conformance):
    def backend(self, directory: Path) -> Backend:
        return open_backend(directory)


@pytest.mark.cluster
class TestOpenSearch(Conformance):
    def backend(self, directory: Path) -> Backend:
        return cluster.exact(directory)


class TestReference(Conformance):
    def backend(self, directory: Path) -> Backend:
        return ReferenceBackend(directory)
