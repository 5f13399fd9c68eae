"""The corpora: articles cut to a size, or grown beyond what there is, and their tokens, analysed once and kept.

A corpus is a folder with `articles.jsonl`, which `indexer.build` reads, and `tokens.jsonl`, the same paragraphs with
the tokens of every field, from which all engines are fed. What is asked of a corpus lives in `drawing`.
"""

from __future__ import annotations

import functools
import itertools
import json
import math
import random
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from indexer.articles.model import Article, ArticleInfo, Kind, Paragraph, Rejection
from indexer.engine.base import Document
from indexer.ingest.reading import read
from indexer.passages.characters import codes, kinds
from indexer.passages.sentences import next_sentence
from indexer.schema import Field, Pairs
from indexer.vietnamese import Analyses, analyze_all, fold

ENOUGH_SENTENCES = 200_000
"""A grown corpus is made of so many different sentences at most; beyond that, only words are new."""

ARTICLES_AT_ONCE = 200
"""Articles that are analysed at once."""

RARE_SHARE = 0.02
"""Share of the words of a grown corpus that are fresh, which keeps the vocabulary growing as real text's does."""

_fold = functools.lru_cache(maxsize=1 << 18)(fold)


@dataclass(frozen=True, slots=True)
class Corpus:
    """A prepared corpus; `paragraphs` counts them."""

    folder: Path
    paragraphs: int

    @property
    def name(self) -> str:
        """The name of the corpus is that of its folder."""
        return self.folder.name

    @property
    def articles(self) -> Path:
        """The articles, as `indexer.build` reads them."""
        return self.folder / "articles.jsonl"

    def documents(self, chosen: Collection[int] | None = None) -> Iterator[Document]:
        """Every paragraph with its tokens, in order; or those with the numbers `chosen`."""
        return read_documents(self.folder / "tokens.jsonl", chosen)


def prepare(work: Path, source: Path, size: int, every: int = 1, seed: int = 1) -> Corpus:
    """The corpus of about `size` paragraphs (whole articles) from the file `source`, made if it is not there yet.

    Of the source each article is taken, or one in `every`, which makes a small corpus more like the whole. Where that
    is not enough, the rest is grown from its sentences; see `grown`.
    """
    folder = work / (f"viwiki-{size}" if every == 1 else f"viwiki-{size}-of-{every}")
    facts = folder / "corpus.json"
    if not facts.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        _write_articles(folder / "articles.jsonl", _cut(_endless(source, every, seed), size))
        count = _write_tokens(folder)
        facts.write_text(json.dumps({"paragraphs": count}), "utf-8")
    return Corpus(folder, json.loads(facts.read_text("utf-8"))["paragraphs"])


def _sentences(text: str) -> Iterator[str]:
    characters = codes(text)
    table = kinds(characters)
    start = 0
    while start < len(text):
        end = next_sentence(characters, 0, start, len(text), table)
        if sentence := text[start:end].strip():
            yield sentence
        start = end


def grown(real: Iterable[Article], seed: int) -> Iterator[Article]:
    """Endless articles like the real ones: their sentences in new order, with fresh rare words.

    A share of the words (RARE_SHARE) is replaced by words that are in no real text, the n-th of them with a
    probability in proportion to 1/n (Zipf), n growing with the text.
    """
    rng = random.Random(seed)
    pool: list[str] = []
    lengths: list[int] = []
    for article in real:
        for paragraph in article.paragraphs:
            found = list(_sentences(paragraph.text))
            lengths.append(len(found))
            pool += found
        if len(pool) >= ENOUGH_SENTENCES:
            break
    if not pool:
        raise ValueError("there is no sentence to grow a corpus from")
    fresh = 1_000.0
    for number in itertools.count():
        texts: dict[str, None] = {}  # Reading an article keeps what it repeats once.
        for _ in range(rng.randint(5, 35)):
            chosen = rng.choices(pool, k=max(1, rng.choice(lengths)))
            words = " ".join(chosen).split(" ")
            for i in _places(rng, RARE_SHARE, len(words)):
                # The quantile of 1/n on 1 .. fresh.
                words[i] = _rare(int(fresh ** rng.random()))
            fresh += 0.2 * len(words) * RARE_SHARE
            texts[" ".join(words)] = None
        paragraphs = [Paragraph(position, Kind.BODY, text) for position, text in enumerate(texts)]
        title = " ".join(rng.choice(pool).split()[:8])
        yield Article(ArticleInfo(f"grown-{number:07}", title), tuple(paragraphs))


def write_document(document: Document) -> str:
    """A paragraph and its tokens as a line of `tokens.jsonl`; what follows from syllables is not written."""
    row = (
        document.info.id,
        document.info.title,
        document.paragraph.position,
        document.paragraph.kind.value,
        document.paragraph.text,
        " ".join(document.tokens[Field.TITLE]),
        " ".join(document.tokens[Field.SYLLABLES]),
        " ".join(document.tokens[Field.WORDS]),
    )
    return json.dumps(row, ensure_ascii=False)


def read_documents(path: Path, chosen: Collection[int] | None = None) -> Iterator[Document]:
    """The paragraphs that `write_document` wrote; of these, the ones with the numbers `chosen`, if given."""
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if chosen is not None and number not in chosen:
                continue
            article, title, position, kind, text, *tokens = json.loads(line)
            title_forms, syllables, words = (value.split() for value in tokens)
            fields = {
                Field.SYLLABLES: syllables,
                Field.WORDS: words,
                Field.BIGRAMS: Pairs(syllables),
                Field.UNMARKED: [_fold(form) for form in syllables],
                Field.TITLE: title_forms,
                Field.ATTRIBUTES: [],
                Field.KEYS: [],
                Field.TITLE_UNMARKED: [_fold(form) for form in title_forms],
            }
            yield Document(ArticleInfo(article, title), Paragraph(position, Kind(kind), text), fields)


def _places(rng: random.Random, share: float, size: int) -> Iterator[int]:
    """Each of the places below `size` with the probability `share`; the gaps between them are drawn (geometric)."""
    scale = math.log1p(-share)
    place = int(math.log(1 - rng.random()) / scale)
    while place < size:
        yield place
        place += 1 + int(math.log(1 - rng.random()) / scale)


def _rare(number: int) -> str:
    """The word of a number: consonants and vowels in turn, unlike Vietnamese ones."""
    letters = []
    while number:
        number, consonant = divmod(number, 10)
        number, vowel = divmod(number, 5)
        letters.append("bdfgjklwzr"[consonant] + "aeiou"[vowel])
    return "".join(letters) + "x"


def _endless(source: Path, every: int, seed: int) -> Iterator[Article]:
    yield from itertools.islice(_real(source), 0, None, every)
    yield from grown(_real(source), seed)


def _real(source: Path) -> Iterator[Article]:
    for item in read([source]):
        if not isinstance(item, Rejection):
            yield item


def _cut(articles: Iterable[Article], size: int) -> Iterator[Article]:
    for article in articles:
        yield article
        size -= len(article.paragraphs)
        if size <= 0:
            return


def _write_articles(path: Path, articles: Iterable[Article]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for article in articles:
            paragraphs: list[dict[str, Any]] = [
                {"text": paragraph.text, "kind": paragraph.kind.value} for paragraph in article.paragraphs
            ]
            record = {"id": article.info.id, "title": article.info.title, "paragraphs": paragraphs}
            file.write(json.dumps(record, ensure_ascii=False) + "\n")


def _write_tokens(folder: Path) -> int:
    """Analyse what `indexer.build` would; returns how many paragraphs there are."""
    count = 0
    articles = _real(folder / "articles.jsonl")
    with (folder / "tokens.jsonl").open("w", encoding="utf-8") as file:
        while chunk := list(itertools.islice(articles, ARTICLES_AT_ONCE)):
            paragraphs = [paragraph for article in chunk for paragraph in article.paragraphs]
            texts = _forms_and_words(analyze_all([paragraph.text for paragraph in paragraphs]))
            titles = _forms_and_words(analyze_all([article.info.title for article in chunk]))
            for article in chunk:
                title, _ = next(titles)
                for paragraph in article.paragraphs:
                    syllables, words = next(texts)
                    fields = {Field.TITLE: title, Field.SYLLABLES: syllables, Field.WORDS: words}
                    file.write(write_document(Document(article.info, paragraph, fields)) + "\n")
            count += len(paragraphs)
    return count


def _forms_and_words(found: Analyses) -> Iterator[tuple[Sequence[str], list[str]]]:
    for last, size in zip(found.counts.cumsum().tolist(), found.counts.tolist(), strict=True):
        analysis = found.of(last - size, last)
        yield analysis.forms, analysis.word_forms
