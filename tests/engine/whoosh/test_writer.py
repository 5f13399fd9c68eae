"""Commit or cancel, never both; nothing half done is left; files shared by hard link are never written into."""

from __future__ import annotations

import os
import random
from dataclasses import replace
from pathlib import Path

import pytest

from indexer.articles.model import ArticleInfo, Kind, Paragraph
from indexer.engine.base import Batch, EngineRequest
from indexer.engine.merging import GROWTH, tail_to_merge
from indexer.engine.query import Any, Everything, Phrase, Term
from indexer.engine.whoosh import files
from indexer.engine.whoosh import writer as writer_module
from indexer.engine.whoosh.contents import read_contents
from indexer.engine.whoosh.segment import Segment
from indexer.engine.whoosh.writer import MOST_SEGMENTS, WhooshWriter
from indexer.schema import Field, fields_of_many
from indexer.vietnamese import analyze_all
from tests.contract.comparison import assert_same_page
from tests.contract.corpora import Commit, document
from tests.engine.whoosh.folders import build, reference

ASKED = EngineRequest(
    Any((Term(Field.SYLLABLES, "b"), Phrase(Field.SYLLABLES, ("b", "c")), Term(Field.TITLE, "t"))), limit=1000
)


def contents(directory: Path) -> dict[str, bytes]:
    """Every file and what is in it."""
    return {path.name: path.read_bytes() for path in directory.iterdir()}


def test_runs_written_for_want_of_memory_change_nothing(tmp_path: Path) -> None:
    words = ["a", "b", "c", "dd", "đ", "e_f"]
    documents = [
        document(" ".join(words[(i * j) % 6] for j in range(i % 17)), f"x{i // 3}", i % 3, title="t")
        for i in range(300)
    ]
    (tmp_path / "index").mkdir()
    writer = WhooshWriter(str(tmp_path / "index"), fresh=True, budget=20_000)
    for paragraph in documents:
        writer.add(paragraph)
    assert [path for path in (tmp_path / "index").iterdir() if ".run" in path.name], "the budget was meant to be small"
    writer.commit()
    assert not [path for path in (tmp_path / "index").iterdir() if ".run" in path.name]
    engine = files.open(str(tmp_path / "index"))
    whole = build(tmp_path / "whole", [Commit(add=(tuple(documents),))])
    assert list(engine.verify()) == []
    for field in Field:
        assert engine.expand(field, "", 10**6) == whole.expand(field, "", 10**6)
    assert engine.search(ASKED) == whole.search(ASKED)
    assert_same_page(engine, reference([Commit(add=(tuple(documents),))]), ASKED)


def test_merged_segments_answer_as_one(tmp_path: Path) -> None:
    history = [
        Commit(
            delete=(f"x{i - 2}",) if i % 3 == 2 else (),
            add=((document("a b " * (i % 4) + f"f{i} c", f"x{i}", 0), document("b x c", f"x{i}", 1, title="t")),),
        )
        for i in range(25)
    ]
    engine = build(tmp_path / "index", history)
    names = {path.name.split(".")[0] for path in (tmp_path / "index").iterdir() if path.suffix == ".words"}
    assert 1 <= len(names) <= MOST_SEGMENTS
    assert list(engine.verify()) == []
    assert_same_page(engine, reference(history), ASKED)


def test_a_thousand_small_additions_leave_few_segments() -> None:
    sizes: list[int] = [5000]
    rewritten = 0
    for _ in range(1000):
        sizes.append(1)
        count = tail_to_merge(sizes, MOST_SEGMENTS)
        if count > 1:
            rewritten += sum(sizes[-count:])
            sizes[-count:] = [sum(sizes[-count:])]
        assert len(sizes) <= MOST_SEGMENTS
    assert sum(sizes) == 6000
    assert rewritten <= 1000 * 10, "a paragraph is rewritten a few times, and the large segment never"


def test_a_segment_is_merged_when_what_follows_has_grown_to_its_measure() -> None:
    small = [1] * MOST_SEGMENTS
    assert tail_to_merge([GROWTH * MOST_SEGMENTS, *small], MOST_SEGMENTS) == MOST_SEGMENTS
    assert tail_to_merge([GROWTH * MOST_SEGMENTS - 1, *small], MOST_SEGMENTS) == MOST_SEGMENTS + 1
    assert tail_to_merge(small, MOST_SEGMENTS) == 1


def test_a_segment_mostly_deleted_is_rewritten(tmp_path: Path) -> None:
    articles = tuple((document("b c " * 500, f"x{i}"),) for i in range(4))
    engine = build(tmp_path / "index", [Commit(add=articles), Commit(delete=("x0",))])
    assert [path for path in (tmp_path / "index").iterdir() if path.suffix.startswith(".deleted")]
    before = engine.stats().bytes
    writer = files.change(str(tmp_path / "index"))
    writer.delete_article("x3")
    writer.commit()
    engine = files.open(str(tmp_path / "index"))
    assert not [path for path in (tmp_path / "index").iterdir() if path.suffix.startswith(".deleted")]
    assert engine.stats().bytes < before * 0.7
    assert [hit.info.id for hit in engine.search(EngineRequest(Everything())).hits] == ["x1", "x2"]


def test_a_segment_wholly_deleted_is_dropped(tmp_path: Path) -> None:
    build(tmp_path / "index", [Commit(add=((document("a"),),)), Commit(delete=("a1",))])
    assert not list((tmp_path / "index").glob("MAIN_*"))
    assert files.open(str(tmp_path / "index")).search(EngineRequest(Everything())).total == 0


def test_changes_never_write_into_a_file_that_exists(tmp_path: Path) -> None:
    articles = tuple((document("b c", f"x{i}"),) for i in range(5))
    build(tmp_path / "old", [Commit(add=articles), Commit(delete=("x1",))])
    (tmp_path / "new").mkdir()
    for path in (tmp_path / "old").iterdir():
        os.link(path, tmp_path / "new" / path.name)
    before = contents(tmp_path / "old")
    for i in range(12):
        writer = files.change(str(tmp_path / "new"))
        writer.delete_article(f"x{i}")
        writer.add(document("b new c", f"y{i}"))
        writer.commit()
    assert contents(tmp_path / "old") == before
    assert [hit.info.id for hit in files.open(str(tmp_path / "old")).search(EngineRequest(Everything())).hits] == [
        "x0",
        "x2",
        "x3",
        "x4",
    ]
    assert files.open(str(tmp_path / "new")).search(EngineRequest(Everything())).total == 12


def test_what_is_committed_was_flushed_to_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flushed: set[int] = set()
    fsync = os.fsync

    def recording(descriptor: int) -> None:
        flushed.add(os.fstat(descriptor).st_ino)
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", recording)
    build(tmp_path / "index", [Commit(add=((document("a"),), (document("b", "a2"),))), Commit(delete=("a2",))])
    files = [*(tmp_path / "index").iterdir(), tmp_path / "index"]
    assert {path.name for path in files if path.stat().st_ino not in flushed} == set()


@pytest.mark.parametrize("failing", ["write_contents", "write_deletions", "merge_segments"])
def test_a_commit_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str) -> None:
    articles = tuple((document("b c", f"x{i}"),) for i in range(2))
    build(tmp_path / "index", [Commit(add=articles)])
    before = contents(tmp_path / "index")

    def full(*_: object) -> None:
        raise OSError("no space left on device")

    writer = files.change(str(tmp_path / "index"))
    writer.add(document("new", "y"))
    writer.delete_article("x0")
    monkeypatch.setattr(writer_module, failing, full)
    with pytest.raises(OSError, match="no space"):
        writer.commit()
    assert contents(tmp_path / "index") == before


def test_a_cancelled_build_leaves_no_file_and_spares_others(tmp_path: Path) -> None:
    writer = WhooshWriter(str(tmp_path), fresh=True, budget=2000)
    for i in range(50):
        writer.add(document("a b c d e f g", f"x{i}"))
    (tmp_path / "lexicon.bin").write_bytes(b"someone else's")
    writer.cancel()
    assert [path.name for path in tmp_path.iterdir()] == ["lexicon.bin"]


def test_what_a_killed_writer_left_is_removed_by_the_next_commit(tmp_path: Path) -> None:
    build(tmp_path / "index", [Commit(add=((document("a"),),))])
    killed = files.change(str(tmp_path / "index"))
    killed.add(document("b", "a2"))
    names = {path.name for path in (tmp_path / "index").iterdir()}
    del killed
    writer = files.change(str(tmp_path / "index"))
    writer.commit()
    left = {path.name for path in (tmp_path / "index").iterdir()}
    assert len(left) < len(names)
    assert files.open(str(tmp_path / "index")).search(EngineRequest(Everything())).total == 1


def test_a_writer_that_has_ended_is_not_used_again(tmp_path: Path) -> None:
    writer = files.create(str(tmp_path))
    writer.commit()
    for use in (writer.commit, writer.cancel, lambda: writer.delete_article("a"), lambda: writer.add(document("a"))):
        with pytest.raises(ValueError, match="ended"):
            use()


def test_an_article_is_added_once(tmp_path: Path) -> None:
    build(tmp_path / "index", [Commit(add=((document("a"),),))])
    writer = files.change(str(tmp_path / "index"))
    with pytest.raises(ValueError, match="delete it first"):
        writer.add(document("b", "a1"))
    writer.add(document("b", "a2"))
    writer.add(document("b", "a3"))
    with pytest.raises(ValueError, match="follow each other"):
        writer.add(document("c", "a2", 1))
    writer.cancel()


def test_paragraphs_in_batches_make_the_files_that_they_make_one_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = random.Random(3)
    # Forms between which the separators of words and pairs sort differently: before digits, letters, signs.
    forms = ["a", "ab", "a1", "1", "12", "c+", "c++", "b", "đ", "bđ", "z"]
    titles = ["a1 b", "", "đ"]
    articles = [
        (titles[i % 3], [" ".join(rng.choices(forms, k=rng.randrange(40))) for _ in range(i % 4)]) for i in range(60)
    ]
    made = []
    for way, budget in (("one by one", 1 << 30), ("batches", 1 << 30), ("batches", 30_000), ("both", 1 << 30)):
        monkeypatch.setattr(writer_module, "random_name", lambda size: "x" * size)
        directory = tmp_path / f"{way} {budget}"
        directory.mkdir()
        writer = WhooshWriter(str(directory), fresh=True, budget=budget)
        for start in range(0, len(articles), 7):
            part = articles[start : start + 7]
            columns = fields_of_many(
                analyze_all([text for _, own in part for text in own], compiled=False),
                analyze_all([title for title, _ in part], compiled=False),
                [len(own) for _, own in part],
            )
            paragraphs = [
                (ArticleInfo(f"x{start + i}", title), Paragraph(position, Kind.BODY, text))
                for i, (title, own) in enumerate(part)
                for position, text in enumerate(own)
            ]
            batch = Batch(paragraphs, columns)
            if way == "batches" or (way == "both" and start % 2):
                writer.add_batch(batch)
            else:
                for each in batch.documents():
                    writer.add(each)
        assert bool([path for path in directory.iterdir() if ".run" in path.name]) == (
            budget < 1 << 30 or way == "both"
        )
        writer.commit()
        made.append({name: data for name, data in contents(directory).items() if name.startswith("MAIN_")})
    assert len(made[0]) > len(Field)
    assert all(files == made[0] for files in made)


def test_pairs_that_are_given_as_strings_make_the_postings_that_pairs_of_syllables_make(tmp_path: Path) -> None:
    rng = random.Random(4)
    declared = [
        document(" ".join(rng.choices(["a", "a1", "b", "c+"], k=rng.randrange(9))), f"x{i}", i % 3) for i in range(90)
    ]
    spelled = [
        replace(each, tokens={**each.tokens, Field.BIGRAMS: list(each.tokens[Field.BIGRAMS])}) for each in declared
    ]
    made = []
    for number, documents in enumerate((declared, spelled, [*declared[:50], *spelled[50:]])):
        build(tmp_path / str(number), [Commit(add=(tuple(documents),))]).close()
        [entry] = read_contents(str(tmp_path / str(number)))[1]
        segment = Segment(str(tmp_path / str(number)), entry)
        assert segment.has_pairs == (number == 0)
        file = segment.postings[Field.BIGRAMS].file
        made.append([file.array(name).tobytes() for name in ("terms", "terms.ends", "records", "arrays", "lengths")])
    assert len(made[0][1]) == 16 * 4
    assert made[0] == made[1] == made[2]


def test_pairs_of_other_syllables_are_refused(tmp_path: Path) -> None:
    columns = fields_of_many(analyze_all(["a b"], compiled=False), analyze_all([""], compiled=False), [1])
    others = fields_of_many(analyze_all(["a c"], compiled=False), analyze_all([""], compiled=False), [1])
    writer = WhooshWriter(str(tmp_path), fresh=True)
    paragraph = ArticleInfo("x", ""), Paragraph(0, Kind.BODY, "a b")
    with pytest.raises(ValueError, match="other syllables"):
        writer.add_batch(Batch([paragraph], {**columns, Field.BIGRAMS: others[Field.BIGRAMS]}))
    writer.cancel()
    assert list(tmp_path.iterdir()) == []
