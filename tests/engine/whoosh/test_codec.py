"""Whoosh opens the index itself, and its ordinary queries answer as they do on Whoosh's own codec."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
import whoosh.index
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from whoosh import fields, query
from whoosh.analysis import SpaceSeparatedTokenizer
from whoosh.filedb.filestore import RamStorage

from indexer.schema import Field
from tests.contract.corpora import FORMS, Commit, document
from tests.engine.whoosh.folders import build

NAMES = ("syllables", "title")
# Up to eight tokens, because longer lengths are rounded by the codec of Whoosh itself.
texts = st.lists(st.sampled_from(FORMS), max_size=8).map(" ".join)
corpora = st.lists(st.lists(st.tuples(texts, texts), min_size=1, max_size=5), min_size=1, max_size=4)


def terms() -> st.SearchStrategy[Any]:
    return st.builds(query.Term, st.sampled_from(NAMES), st.sampled_from(FORMS))


@st.composite
def leaves(draw: st.DrawFn) -> Any:
    """An ordinary Whoosh query without children."""
    name = draw(st.sampled_from(NAMES))
    one, two = draw(st.sampled_from(FORMS)), draw(st.sampled_from(FORMS))
    return draw(
        st.sampled_from(
            [
                query.Term(name, one),
                query.Phrase(name, [one, two]),
                query.Phrase(name, [one, two], slop=3),
                query.Prefix(name, one[:1]),
                query.Wildcard(name, "*a"),
                query.TermRange(name, min(one, two), max(one, two)),
                query.FuzzyTerm(name, one),
                query.Every(),
                query.Every(name),
            ]
        )
    )


def branches(children: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    several = st.lists(children, min_size=2, max_size=3)
    return st.one_of(
        several.map(query.And),
        several.map(query.Or),
        children.map(query.Not),
        st.builds(query.AndMaybe, children, children),
    )


def stock_index(corpus: list[list[tuple[str, str]]]) -> Any:
    """The same paragraphs in an index of Whoosh's own codec, one segment per article."""
    schema = fields.Schema(place=fields.STORED(), **{n: fields.TEXT(SpaceSeparatedTokenizer()) for n in NAMES})
    index = whoosh.index.FileIndex.create(RamStorage(), schema)
    for i, article in enumerate(corpus):
        writer = index.writer()
        for j, (text, title) in enumerate(article):
            writer.add_document(place=(f"a{i}", j), syllables=text, title=title)
        writer.commit(merge=False)
    return index


def answers(index: Any, asked: Any, place: Any) -> dict[Any, float]:
    """Paragraph -> score of everything found."""
    with index.searcher() as searcher:
        return {place(hit): hit.score for hit in searcher.search(asked, limit=None)}


@settings(max_examples=30, phases=(Phase.generate,))
@given(corpus=corpora, questions=st.lists(st.recursive(leaves(), branches, max_leaves=4), min_size=3, max_size=6))
def test_ordinary_queries_answer_as_on_whooshs_own_codec(
    corpus: list[list[tuple[str, str]]], questions: list[Any]
) -> None:
    history = [
        Commit(add=(tuple(document(text, f"a{i}", j, title=title) for j, (text, title) in enumerate(article)),))
        for i, article in enumerate(corpus)
    ]
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder, "index"), history).close()
        ours = whoosh.index.open_dir(str(Path(folder, "index")))
        stock = stock_index(corpus)
        for asked in questions:
            found = answers(ours, asked, lambda hit: (hit["article"], hit["position"]))
            expected = answers(stock, asked, lambda hit: hit["place"])
            assert found == pytest.approx(expected, abs=1e-4), asked


def test_the_lexicon_and_statistics_are_whooshs(tmp_path: Path) -> None:
    build(tmp_path / "index", [Commit(add=((document("a b a", "x", 0), document("b", "x", 1)),))])
    with whoosh.index.open_dir(str(tmp_path / "index")).reader() as reader:
        assert list(reader.lexicon("syllables")) == [b"a", b"b"]
        assert sorted(reader.indexed_field_names()) == ["bigrams", "syllables", "unmarked", "words"]
        info = reader.term_info("syllables", "a")
        assert (info.weight(), info.doc_frequency(), info.max_weight(), info.min_id()) == (2.0, 1, 2.0, 0)
        assert (info.min_length(), info.max_length()) == (3, 3)
        assert [reader.doc_field_length(i, "syllables") for i in (0, 1)] == [3, 1]
        assert reader.stored_fields(1) == {"article": "x", "position": 1, "text": "b"}
        assert ("syllables", "c") not in reader
        cursor = reader.cursor("syllables")
        assert (cursor.find("aa"), cursor.next()) == ("b", None)


def test_deleted_paragraphs_are_deleted_for_whoosh_too(tmp_path: Path) -> None:
    articles = tuple((document("a", name),) for name in ("x", "y", "z", "u"))
    build(tmp_path / "index", [Commit(add=articles), Commit(delete=("y",))])
    index = whoosh.index.open_dir(str(tmp_path / "index"))
    assert index.doc_count() == 3
    for asked in (query.Term("syllables", "a"), query.Every()):
        assert sorted(answers(index, asked, lambda hit: hit["article"])) == ["u", "x", "z"]


def test_whooshs_own_writer_is_not_for_this_index(tmp_path: Path) -> None:
    from indexer.engine.whoosh.codec import ArrayCodec

    build(tmp_path / "index", [Commit(add=((document("a"),),))])
    with pytest.raises(NotImplementedError, match="analysed tokens"):
        whoosh.index.open_dir(str(tmp_path / "index")).writer(codec=ArrayCodec())


def test_every_field_of_the_contract_is_a_field_of_the_schema(tmp_path: Path) -> None:
    build(tmp_path / "index", [])
    names = set(whoosh.index.open_dir(str(tmp_path / "index")).schema.names())
    assert names == {*map(str, Field), "article", "position", "text"}
