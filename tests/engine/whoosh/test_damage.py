"""A damaged index is reported with the file's name, never answered from blindly, never a crash."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.engine.base import EngineRequest
from indexer.engine.query import Any, Everything, Facet, Node, Phrase, Prefix, Term
from indexer.engine.whoosh import contents as contents_module
from indexer.engine.whoosh import files
from indexer.engine.whoosh.engine import open_engine
from indexer.errors import IndexDamaged, IndexOutdated, TimDoanError
from indexer.loops import warm
from indexer.schema import Field
from tests.contract.corpora import Commit, document
from tests.effort import tries
from tests.engine.whoosh.folders import build

ROLES = ("articles", "paragraphs", *Field, "deleted_2", "toc", "manifest")

QUESTIONS: tuple[Node, ...] = (
    Any((Term(Field.SYLLABLES, "ba"), Term(Field.BIGRAMS, "ba c"), Term(Field.TITLE, "t"))),
    Phrase(Field.SYLLABLES, ("ba", "c")),
    Prefix(Field.WORDS, ""),
    Facet("source", "nguồn"),
    Everything(),
)


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """An index of one segment with deletions, every section of which holds something."""
    texts = ["ba c đ", "ba ba_c", "a " * 300 + "ba c", "z"]
    articles = tuple(
        tuple(document(text, f"x{i}", j, title="t u", repeats=(9,)) for j, text in enumerate(texts)) for i in range(4)
    )
    build(tmp_path / "index", [Commit(add=articles), Commit(delete=("x1",))]).close()
    return tmp_path / "index"


def file_of(index: Path, role: str) -> Path:
    """The one file of a role."""
    (path,) = (path for path in index.iterdir() if path.name.endswith(f".{role}"))
    return path


def ask_everything(index: Path) -> Iterator[str]:
    """Open, ask and verify; yields what verification says. Raises nothing but this project's errors."""
    warm()
    for compiled in (True, False):
        engine = open_engine(str(index), compiled)
        for question in QUESTIONS:
            for per_article in (None, 2):
                try:
                    engine.search(EngineRequest(question, facets=("source", "kind"), per_article=per_article))
                except IndexDamaged as error:
                    assert error.hint
    yield from engine.verify()


def test_the_index_is_sound_to_begin_with(index: Path) -> None:
    assert list(ask_everything(index)) == []


@pytest.mark.parametrize("role", ROLES)
def test_a_missing_file_is_named(index: Path, role: str) -> None:
    path = file_of(index, role)
    path.unlink()
    with pytest.raises(IndexDamaged, match=r"missing") as caught:
        files.open(str(index))
    assert role.split("_")[0] in str(caught.value)
    assert "Nothing was deleted" in caught.value.hint


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("kept", [0.0, 0.5, 0.99])
def test_a_truncated_file_is_named(index: Path, role: str, kept: float) -> None:
    path = file_of(index, role)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * kept)])
    with pytest.raises(IndexDamaged) as caught:
        files.open(str(index))
    assert path.name in str(caught.value)


@pytest.mark.parametrize("role", ROLES)
def test_a_flipped_byte_anywhere_is_found_and_crashes_nothing(index: Path, role: str) -> None:
    path = file_of(index, role)
    data = path.read_bytes()
    choose = random.Random(role)
    places = sorted(choose.sample(range(len(data)), min(len(data), tries(40))))
    for place in places:
        path.write_bytes(data[:place] + bytes([data[place] ^ choose.randrange(1, 256)]) + data[place + 1 :])
        try:
            said = list(ask_everything(index))
        except TimDoanError as error:
            said = [str(error)]
        assert any(path.name in sentence for sentence in said), f"byte {place} of {path.name}: {said}"


def test_a_file_of_another_segment_is_named(index: Path, tmp_path: Path) -> None:
    build(tmp_path / "other", [Commit(add=((document("a"),),))])
    file_of(index, "words").write_bytes(file_of(tmp_path / "other", "words").read_bytes())
    with pytest.raises(IndexDamaged, match=r"\.words: belongs elsewhere"):
        files.open(str(index))


def test_a_foreign_file_is_named(index: Path) -> None:
    file_of(index, "title").write_bytes(b"not of this index" * 100)
    with pytest.raises(IndexDamaged, match=r"\.title"):
        files.open(str(index))


def test_another_format_must_be_rebuilt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contents_module, "FORMAT", 0)
    writer = files.create(str(tmp_path))
    writer.commit()
    monkeypatch.undo()
    with pytest.raises(IndexOutdated, match="format 0"):
        files.open(str(tmp_path))


def test_an_index_of_another_engine_is_recognised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contents_module, "ENGINE", "other")
    writer = files.create(str(tmp_path))
    writer.commit()
    monkeypatch.undo()
    with pytest.raises(IndexDamaged, match="another engine, 'other'"):
        files.open(str(tmp_path))


def test_the_files_may_be_unlinked_while_an_engine_is_open(index: Path) -> None:
    engine = files.open(str(index))
    before = engine.search(EngineRequest(QUESTIONS[0]))
    for path in index.iterdir():
        path.unlink()
    assert engine.search(EngineRequest(QUESTIONS[0])) == before
