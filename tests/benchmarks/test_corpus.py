"""Corpora are the same whenever they are made, and tokens come back as they were written."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from benchmarks.corpus import Corpus, grown, prepare, read_documents, write_document
from indexer.articles.model import Article
from indexer.ingest.reading import read
from indexer.schema import paragraph_fields
from indexer.vietnamese import analyze


def _articles(shared: Path) -> list[Article]:
    return [item for item in read([shared / "viwiki" / "articles.jsonl.gz"]) if isinstance(item, Article)]


def test_a_corpus_has_the_real_articles_first_and_reaches_its_size(shared: Path, corpus: Corpus) -> None:
    real = [paragraph.text for article in _articles(shared) for paragraph in article.paragraphs]
    texts = [document.paragraph.text for document in corpus.documents()]
    assert texts[: len(real)] == real
    assert len(texts) == corpus.paragraphs >= 60


def test_a_corpus_is_made_once(shared: Path, corpus: Corpus) -> None:
    before = corpus.articles.stat().st_mtime_ns
    assert prepare(corpus.folder.parent, shared / "viwiki" / "articles.jsonl.gz", 60) == corpus
    assert corpus.articles.stat().st_mtime_ns == before


def test_one_article_in_so_many_is_taken(shared: Path, tmp_path: Path) -> None:
    corpus = prepare(tmp_path, shared / "viwiki" / "articles.jsonl.gz", 5, every=2)
    articles = {document.info.id for document in corpus.documents()}
    assert articles == {"a", "c"}


def test_tokens_that_are_kept_are_those_of_the_analysis(corpus: Corpus) -> None:
    for document in corpus.documents():
        title = analyze(document.info.title).forms
        expected = paragraph_fields(analyze(document.paragraph.text), title)
        assert {field: list(forms) for field, forms in document.tokens.items()} == {
            field: list(forms) for field, forms in expected.items()
        }


def test_a_line_of_tokens_reads_back(corpus: Corpus, tmp_path: Path) -> None:
    documents = list(islice(corpus.documents(), 5))
    path = tmp_path / "tokens.jsonl"
    path.write_text("".join(write_document(document) + "\n" for document in documents), "utf-8")
    assert list(read_documents(path)) == documents


def test_grown_text_depends_on_the_seed_alone(shared: Path) -> None:
    articles = _articles(shared)
    assert list(islice(grown(articles, 1), 3)) == list(islice(grown(articles, 1), 3))
    assert list(islice(grown(articles, 1), 3)) != list(islice(grown(articles, 2), 3))


def test_grown_text_keeps_bringing_new_words(shared: Path) -> None:
    known = {form for article in _articles(shared) for p in article.paragraphs for form in analyze(p.text).forms}
    fresh: list[set[str]] = []
    for article in islice(grown(_articles(shared), 1), 40):
        forms = {form for paragraph in article.paragraphs for form in analyze(paragraph.text).forms}
        fresh.append(forms - known)
        known |= forms
    assert sum(map(bool, fresh[:20])) > 10
    assert sum(map(bool, fresh[20:])) > 10
