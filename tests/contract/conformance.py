"""What every backend must do, whichever engine it keeps: a test class inherits `Conformance` and says how one is made.

How an engine answers is held against the reference by the other modules of this folder (see `engines`).
"""

from __future__ import annotations

import datetime
import pickle
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from indexer.engine.backend import ENGINE, Backend, Generation, NewGeneration
from indexer.engine.base import Batch, Document, EngineRequest, SharedWriter
from indexer.engine.query import Everything, Term
from indexer.errors import IndexLocked, IndexMissing
from indexer.schema import Column, Field, PairColumn, Schema
from indexer.storage.publishing import publish, rollback
from tests.contract.corpora import SCHEMA, Commit, apply, document, published

ONE, TWO, THREE = (Commit(add=((document(f"a {name}", name), document("b", name, 1)),)) for name in ("x", "y", "z"))


def articles(generation: Generation) -> list[str]:
    """The articles that the engine of a generation finds, one after another."""
    hits = generation.engine.search(EngineRequest(Everything(), per_article=1)).hits
    assert [info.id for info in generation.engine.articles()] == [hit.info.id for hit in hits]
    return [hit.info.id for hit in hits]


def drafted(draft: NewGeneration, commit: Commit) -> NewGeneration:
    """A draft with the changes of a commit, committed by its writer."""
    apply(draft.writer, commit)
    draft.writer.commit()
    return draft


def batch(documents: Sequence[Document]) -> Batch:
    """Documents as a batch."""
    columns: dict[Field, Column | PairColumn] = {}
    for field in Field:
        rows = [list(document.tokens.get(field, ())) for document in documents]
        forms = sorted({form for row in rows for form in row})
        numbers = np.array([forms.index(form) for row in rows for form in row], np.int32)
        columns[field] = Column(forms, numbers, np.array([len(row) for row in rows], np.int32))
    columns[Field.BIGRAMS] = PairColumn(cast(Column, columns[Field.SYLLABLES]))
    return Batch([(document.info, document.paragraph) for document in documents], columns)


class Conformance:
    """The conformance tests of backends."""

    def backend(self, directory: Path) -> Backend:
        """A new backend object of the index in a directory."""
        raise NotImplementedError

    def test_before_the_first_publication_there_is_no_index(self, tmp_path: Path) -> None:
        backend = self.backend(tmp_path / "index")
        for attempt in (backend.published, backend.open, backend.fork, lambda: rollback(backend)):
            with pytest.raises(IndexMissing):
                attempt()
        backend.stamp()
        backend.sweep()

    def test_a_generation_keeps_the_fields_it_was_made_with(self, tmp_path: Path) -> None:
        backend = self.backend(tmp_path / "index")
        assert published(backend, [ONE]).schema == SCHEMA
        draft = drafted(backend.fork(), TWO)
        assert draft.schema == SCHEMA
        backend.seal(draft)
        assert self.backend(tmp_path / "index").open(draft.token).schema == SCHEMA
        assert backend.make().schema == Schema()

    def test_a_generation_is_seen_once_it_is_activated(self, tmp_path: Path) -> None:
        backend = self.backend(tmp_path / "index")
        published(backend, [ONE])
        before, stamp = backend.published(), self.backend(tmp_path / "index").stamp()
        draft = drafted(backend.fork(), TWO)
        assert draft.live is not None
        assert draft.live.token == before.generation
        backend.seal(draft)
        assert backend.published() == before
        assert self.backend(tmp_path / "index").stamp() == stamp
        assert articles(backend.open()) == ["x"]
        assert articles(backend.open(draft.token)) == ["x", "y"]
        backend.activate(draft.token)
        assert (backend.published().generation, backend.published().previous) == (draft.token, before.generation)
        assert self.backend(tmp_path / "index").stamp() != stamp
        assert articles(backend.open()) == ["x", "y"]

    def test_an_open_generation_stays_as_it_is(self, tmp_path: Path) -> None:
        backend = self.backend(tmp_path / "index")
        opened = published(backend, [ONE])
        for commit in (TWO, THREE, Commit(delete=("x", "y"))):
            publish(backend, lambda draft, commit=commit: apply(draft.writer, commit), change=True)  # type: ignore[misc]
        assert articles(opened) == ["x"]
        assert articles(backend.open()) == ["z"]

    def test_what_several_processes_add_is_what_one_adds(self, tmp_path: Path) -> None:
        backend = self.backend(tmp_path / "index")
        if not backend.capabilities.shared:
            pytest.skip("one process writes")
        documents = [document for commit in (ONE, TWO, THREE) for article in commit.add for document in article]
        alone = published(backend, [ONE, TWO, THREE])

        def fill(draft: NewGeneration) -> None:
            writer = cast(SharedWriter, draft.writer)
            sender = pickle.dumps(writer.share(batch(documents[:1])))
            receipts = {}
            # In any order, and some of it twice.
            for portion in (4, 0, 2, 0):
                found = pickle.loads(sender).send([batch(documents[portion : portion + 2])], portion // 2, portion)
                receipts[portion] = pickle.dumps(found)
            for receipt in receipts.values():
                writer.take(pickle.loads(receipt))

        publish(backend, fill, change=False, schema=SCHEMA)
        shared = backend.open()
        request = EngineRequest(Term(Field.SYLLABLES, "a"))
        assert articles(shared) == articles(alone) == ["x", "y", "z"]
        assert replace(shared.stats, bytes=0, terms={}) == replace(alone.stats, bytes=0, terms={})
        assert shared.engine.document_frequencies([(Field.SYLLABLES, "a"), (Field.BIGRAMS, "a x")]) == [3, 1]
        assert [(hit.info, hit.paragraph, hit.score) for hit in shared.engine.search(request).hits] == [
            (hit.info, hit.paragraph, pytest.approx(hit.score)) for hit in alone.engine.search(request).hits
        ]
        assert list(backend.verify(shared.token)) == []

    def test_a_generation_made_anew_holds_nothing_of_the_live_one(self, tmp_path: Path) -> None:
        backend = self.backend(tmp_path / "index")
        published(backend, [ONE])
        assert articles(published(backend, [TWO])) == ["y"]

    @pytest.mark.parametrize("change", [True, False])
    @pytest.mark.parametrize("fails", ["fill", "wait"])
    def test_a_publication_that_fails_leaves_the_live_generation_and_no_other(
        self, tmp_path: Path, change: bool, fails: str
    ) -> None:
        backend = self.backend(tmp_path / "index")
        published(backend, [ONE])
        before, stamp = backend.published(), backend.stamp()
        drafts: list[NewGeneration] = []

        def fail() -> None:
            raise ZeroDivisionError

        def fill(draft: NewGeneration) -> None:
            drafts.append(draft)
            apply(draft.writer, TWO)
            if fails == "fill":
                fail()
            draft.awaited.append(fail)

        with pytest.raises(ZeroDivisionError):
            publish(backend, fill, change=change)
        assert (backend.published(), backend.stamp()) == (before, stamp)
        assert articles(backend.open()) == ["x"]
        assert not drafts[0].attachments.exists() or not any(drafts[0].attachments.iterdir())
        with pytest.raises(IndexMissing):
            backend.open(drafts[0].token)

    def test_a_live_generation_cannot_be_discarded(self, tmp_path: Path) -> None:
        backend = self.backend(tmp_path / "index")
        published(backend, [ONE])
        backend.discard(backend.published().generation)
        assert articles(backend.open()) == ["x"]

    def test_what_is_neither_live_nor_the_one_before_is_swept(self, tmp_path: Path) -> None:
        backend = self.backend(tmp_path / "index")
        tokens = [published(backend, [commit]).token for commit in (ONE, TWO)]
        left = drafted(backend.make(), THREE).token
        backend.sweep()
        assert [articles(backend.open(token)) for token in tokens] == [["x"], ["y"]]
        published(backend, [THREE])
        for token in (left, tokens[0]):
            with pytest.raises(IndexMissing):
                backend.open(token)
        assert articles(backend.open(tokens[1])) == ["y"]

    def test_going_back_is_its_own_inverse(self, tmp_path: Path) -> None:
        backend = self.backend(tmp_path / "index")
        first = published(backend, [ONE]).token
        with pytest.raises(IndexMissing, match="no earlier"):
            rollback(backend)
        second = published(backend, [TWO]).token
        for live, previous, found in ((first, second, ["x"]), (second, first, ["y"])):
            names = rollback(backend)
            assert (names.generation, names.previous) == (live, previous)
            assert backend.published() == names
            assert articles(backend.open()) == found

    def test_the_generation_before_is_kept_only_if_wanted(self, tmp_path: Path) -> None:
        backend = self.backend(tmp_path / "index")
        first = published(backend, [ONE]).token
        draft = drafted(backend.make(), TWO)
        backend.seal(draft)
        backend.activate(draft.token, keep=False)
        assert (backend.published().generation, backend.published().previous) == (draft.token, "")
        backend.sweep()
        with pytest.raises(IndexMissing):
            backend.open(first)
        with pytest.raises(IndexMissing, match="no earlier"):
            rollback(backend)
        assert articles(backend.open()) == ["y"]

    def test_one_writes_at_a_time_and_others_are_told_who(self, tmp_path: Path) -> None:
        backend, other = self.backend(tmp_path / "index"), self.backend(tmp_path / "index")
        with backend.writing("indexer add"):
            for each in (backend, other):
                with pytest.raises(IndexLocked, match="indexer add"), each.writing("indexer build"):
                    pass
        with pytest.raises(ZeroDivisionError), other.writing("indexer build"):
            raise ZeroDivisionError
        with backend.writing("indexer remove"):
            pass

    def test_what_is_being_built_is_left_alone_while_others_write(self, tmp_path: Path) -> None:
        backend, other = self.backend(tmp_path / "index"), self.backend(tmp_path / "index")
        published(backend, [ONE])
        assert other.builder() == ""
        with backend.building("indexer build"):
            for each in (backend, other):
                with pytest.raises(IndexLocked, match="indexer build"), each.building("indexer upgrade"):
                    pass
            draft = backend.make(SCHEMA)
            assert backend.builder() == other.builder() == draft.token
            with other.writing("indexer add"):
                publish(other, lambda new: apply(new.writer, TWO), change=True)
                other.sweep()
            drafted(draft, THREE)
            with backend.writing("indexer build"):
                backend.seal(draft)
                backend.activate(draft.token)
        assert other.builder() == ""
        assert articles(other.open()) == ["z"]
        assert articles(other.open(other.published().previous)) == ["x", "y"]

    def test_a_generation_may_be_made_on_top_of_one_that_was_never_live(self, tmp_path: Path) -> None:
        backend = self.backend(tmp_path / "index")
        published(backend, [ONE])
        with backend.building("indexer build"), backend.writing("indexer build"):
            built = drafted(backend.make(SCHEMA), TWO)
            backend.seal(built)
            publish(backend, lambda draft: apply(draft.writer, THREE), change=True, base=built.token)
            backend.discard(built.token)
        backend.sweep()
        assert articles(backend.open()) == ["y", "z"]
        assert list(backend.verify(backend.published().generation)) == []
        with pytest.raises(IndexMissing):
            backend.open(built.token)
        rollback(backend)
        assert articles(backend.open()) == ["x"]

    def test_attachments_belong_to_their_generation(self, tmp_path: Path) -> None:
        backend = self.backend(tmp_path / "index")

        def attach(text: str) -> Callable[[NewGeneration], None]:
            def fill(draft: NewGeneration) -> None:
                apply(draft.writer, Commit())
                (draft.attachments / "notes").mkdir()
                (draft.attachments / "notes" / "note").write_text(text)

            return fill

        tokens = [publish(backend, attach(text), change=text == "two") for text in ("one", "two")]
        read = [(backend.open(token).attachments / "notes" / "note").read_text() for token in tokens]
        assert read == ["one", "two"]
        assert articles(backend.open()) == []

    def test_what_was_written_is_verified_by_its_parts(self, tmp_path: Path) -> None:
        backend = self.backend(tmp_path / "index")

        def fill(draft: NewGeneration) -> None:
            apply(draft.writer, ONE)
            for name in ("notes", "others"):
                (draft.attachments / name).mkdir()
                (draft.attachments / name / "note").write_text("a note")

        token = publish(backend, fill, change=False)
        assert [list(backend.verify(token, part)) for part in ("", ENGINE, "notes", "others")] == [[]] * 4
        note = backend.open(token).attachments / "notes" / "note"
        note.write_text("a vote")
        for part, damaged in (("", True), (ENGINE, False), ("notes", True), ("others", False)):
            faults = list(backend.verify(token, part))
            assert bool(faults) == damaged
            assert all("note" in fault for fault in faults)

    def test_a_generation_says_how_much_it_holds_and_since_when(self, tmp_path: Path) -> None:
        backend = self.backend(tmp_path / "index")
        generation = published(backend, [Commit(add=(*ONE.add, *TWO.add))])
        stats = generation.stats
        assert (stats.articles, stats.paragraphs) == (2, 4)
        assert (stats.tokens[Field.SYLLABLES], stats.terms[Field.SYLLABLES]) == (6, 4)
        assert (stats.tokens[Field.TITLE], stats.terms[Field.TITLE]) == (0, 0)
        made = datetime.datetime.fromisoformat(generation.created)
        assert abs(datetime.datetime.now(datetime.UTC) - made) < datetime.timedelta(hours=1)
        publish(backend, lambda draft: apply(draft.writer, Commit(delete=("x",))), change=True)
        stats = backend.open().stats
        assert (stats.articles, stats.paragraphs, stats.tokens[Field.SYLLABLES]) == (1, 2, 3)

    def test_indexes_know_nothing_of_each_other(self, tmp_path: Path) -> None:
        one, two = self.backend(tmp_path / "one"), self.backend(tmp_path / "two")
        published(one, [ONE])
        with pytest.raises(IndexMissing):
            two.open()
        published(two, [TWO])
        assert (articles(one.open()), articles(two.open())) == (["x"], ["y"])
        with one.writing("indexer add"), two.writing("indexer add"):
            pass
