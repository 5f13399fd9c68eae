"""An index of this engine alone, in a folder, without generations; and what the reference has of the same history."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from indexer.engine.base import Document
from indexer.engine.whoosh import files
from indexer.engine.whoosh.engine import WhooshEngine
from tests.contract.corpora import SCHEMA, Commit, apply
from tests.contract.reference import ReferenceEngine
from tests.contract.reference_backend import ReferenceWriter


def build(directory: Path, history: Sequence[Commit]) -> WhooshEngine:
    """The engine after each commit of a history was made by a writer of its own."""
    directory.mkdir()
    for i, commit in enumerate(history or [Commit()]):
        writer = files.create(str(directory), SCHEMA) if i == 0 else files.change(str(directory), SCHEMA)
        apply(writer, commit)
        writer.commit()
    return files.open(str(directory))


def reference(history: Sequence[Commit]) -> ReferenceEngine:
    """The reference engine after each commit of a history."""
    documents: tuple[Document, ...] = ()
    for commit in history:
        writer = ReferenceWriter(documents)
        apply(writer, commit)
        writer.commit()
        documents = writer.documents
    return ReferenceEngine(documents)
