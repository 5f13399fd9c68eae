"""Small corpora, their histories of commits, and Query trees: by hand and by hypothesis; and how they are built."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from hypothesis import strategies as st

from indexer.articles.model import ArticleInfo, Kind, Paragraph
from indexer.engine.backend import Backend, Generation, NewGeneration
from indexer.engine.base import Document, Engine, EngineRequest, Writer
from indexer.engine.query import All, Any, Everything, Exclude, Facet, Node, Phrase, Prefer, Prefix, Range, Term
from indexer.engine.scoring import Scoring
from indexer.schema import Field, FieldType, Label, MetadataField, Pairs, Schema
from indexer.storage.publishing import publish

FORMS = ("a", "á", "ba", "bà", "bá", "đ", "c", "ca", "𠀀", "z")
SOURCES = ("Báo Hà Tĩnh", "bao  ha tinh", "Hà Nội Mới", "Tin 24h")
AUTHORS = ("Nguyễn An", "An", "Trần Bình An")
DATES = (datetime.date(1969, 7, 20), datetime.date(2023, 1, 1), datetime.date(2023, 5, 1), datetime.date(2024, 2, 29))
NUMBERS = (-3, 0, 0.5, 7, 1 << 53)

SCHEMA = Schema(
    (
        MetadataField("pages", FieldType.NUMBER, Label("Số trang", "Pages"), facet=True, sort=True),
        MetadataField("prices", FieldType.NUMBER, Label("Giá", "Prices"), many=True, facet=True),
        MetadataField("days", FieldType.DATE, Label("Ngày", "Days"), many=True, facet=True),
        MetadataField("place", FieldType.KEYWORD, Label("Nơi", "Place"), facet=True, sort=True),
    )
)
"""The metadata fields of every index of these tests."""


Make = Callable[[Path], Backend]
"""Gives the backend of the index in a directory."""


@dataclass(frozen=True, slots=True)
class Commit:
    """What one writer does: articles deleted by id, then articles added."""

    delete: tuple[str, ...] = ()
    add: tuple[tuple[Document, ...], ...] = ()


def document(
    text: str,
    info: ArticleInfo | str = "a1",
    position: int = 0,
    kind: Kind = Kind.BODY,
    title: str = "",
    repeats: tuple[int, ...] = (),
) -> Document:
    """A paragraph whose syllables are the words of `text`, pairs of them written `x_y` being one word."""
    if isinstance(info, str):
        info = ArticleInfo(info, f"title of {info}")
    syllables = text.replace("_", " ").split()
    tokens = {
        Field.SYLLABLES: syllables,
        Field.WORDS: text.split(),
        Field.BIGRAMS: Pairs(syllables),
        Field.UNMARKED: [form.replace("á", "a").replace("à", "a") for form in syllables],
        Field.TITLE: title.split(),
    }
    return Document(info, Paragraph(position, kind, text, repeats), tokens)


def apply(writer: Writer, commit: Commit) -> None:
    """Make the changes of a commit, without committing them."""
    for article in commit.delete:
        writer.delete_article(article)
    for paragraphs in commit.add:
        for paragraph in paragraphs:
            writer.add(paragraph)


def published(backend: Backend, history: Sequence[Commit]) -> Generation:
    """The live generation, open, after each commit of a history was published."""
    for i, commit in enumerate(history or [Commit()]):
        publish(backend, partial(_fill, commit), change=i > 0, schema=SCHEMA)
    return backend.open()


def _fill(commit: Commit, draft: NewGeneration) -> None:
    apply(draft.writer, commit)


def build(make: Make, directory: Path, history: Sequence[Commit]) -> Engine:
    """The engine of the live generation after each commit of a history was published in a directory."""
    return published(make(directory), history).engine


forms = st.sampled_from(FORMS)
fields = st.sampled_from([Field.SYLLABLES, Field.SYLLABLES, Field.BIGRAMS, Field.TITLE])
weights = st.sampled_from([1.0, 0.5, 2.0, 0.0, 0.1])
optional_numbers = st.none() | st.sampled_from((*NUMBERS, 0.25))
optional_dates = st.none() | st.sampled_from(DATES)


def form_of(field: Field) -> st.SearchStrategy[str]:
    """A form that may stand in a field."""
    return st.tuples(forms, forms).map(" ".join) if field is Field.BIGRAMS else forms


@st.composite
def histories(draw: st.DrawFn) -> list[Commit]:
    """Up to four commits of up to four articles each; any committed before may be deleted, and come again."""
    live: set[str] = set()
    commits = []
    for _ in range(draw(st.integers(1, 4))):
        delete = draw(st.lists(st.sampled_from(sorted(live)), unique=True, max_size=3)) if live else []
        live -= set(delete)
        free = sorted({f"a{i}" for i in range(8)} - live)
        new = draw(st.lists(st.sampled_from(free), unique=True, max_size=4)) if free else []
        live |= set(new)
        commits.append(Commit(tuple(delete), tuple(draw(articles(name)) for name in new)))
    return commits


@st.composite
def articles(draw: st.DrawFn, name: str) -> tuple[Document, ...]:
    """An article of one to four paragraphs."""
    info = ArticleInfo.of(
        name,
        draw(st.sampled_from(["", "Tựa đề", "\ud800 lone"])),
        url=draw(st.none() | st.sampled_from(["", "https://example.org/a"])),
        date=draw(optional_dates),
        source=draw(st.none() | st.sampled_from(SOURCES)),
        author=draw(st.lists(st.sampled_from(AUTHORS), unique=True, max_size=3)),
        pages=draw(st.none() | st.sampled_from(NUMBERS)),
        prices=draw(st.lists(st.sampled_from(NUMBERS), unique=True, max_size=3)),
        days=draw(st.lists(st.sampled_from(DATES), unique=True, max_size=3)),
        place=draw(st.none() | st.sampled_from(SOURCES)),
    )
    info = replace(info, undeclared=draw(st.sampled_from(["", '{"a":1}'])))
    title = " ".join(draw(st.lists(forms, max_size=3)))
    texts = draw(st.lists(st.lists(forms, max_size=10).map(" ".join), min_size=1, max_size=4))
    kinds = st.sampled_from(list(Kind))
    return tuple(
        document(text, info, i, draw(kinds), title, tuple(draw(st.lists(st.integers(5, 9), max_size=2))))
        for i, text in enumerate(texts)
    )


@st.composite
def leaves(draw: st.DrawFn) -> Node:
    """A leaf of any kind."""
    field = draw(fields)
    match draw(st.integers(0, 11)):
        case 0 | 1 | 2 | 3:
            return Term(field, draw(form_of(field)), draw(weights))
        case 4 | 5:
            phrase = tuple(draw(st.lists(form_of(field), min_size=2, max_size=3)))
            return Phrase(field, phrase, draw(weights))
        case 6:
            return Prefix(field, draw(st.sampled_from(["", "b", "bà", "x"])), draw(weights), draw(st.integers(1, 5)))
        case 7:
            values = {
                "article": ("a1", "a2", "A1"),
                "source": SOURCES,
                "author": AUTHORS,
                "place": SOURCES,
                "kind": tuple(Kind),
                "pages": SOURCES,
                "prices": SOURCES,
                "unknown": SOURCES,
            }
            name = draw(st.sampled_from(sorted(values)))
            return Facet(name, str(draw(st.sampled_from(values[name]))), draw(st.booleans()))
        case 8:
            name = draw(st.sampled_from(["date", "days", "unknown"]))
            return Range(name, draw(optional_dates), draw(optional_dates))
        case 9:
            name = draw(st.sampled_from(["pages", "prices", "place", "author"]))
            return Range(name, draw(optional_numbers), draw(optional_numbers))
        case _:
            return Everything()


@st.composite
def weighted(draw: st.DrawFn, several: st.SearchStrategy[tuple[Node, ...]]) -> Any:
    """An `Any` whose children count differently."""
    children = draw(several)
    counts = tuple(draw(st.integers(1, 20)) for _ in children)
    return Any(children, draw(st.integers(1, sum(counts) + 1)), counts)


def branches(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """An inner node over `children`."""
    several = st.lists(children, min_size=1, max_size=4).map(tuple)
    return st.one_of(
        several.map(All),
        st.builds(Any, several, st.integers(0, 3)),
        weighted(several),
        st.builds(Prefer, children, children),
        st.builds(Exclude, children, children),
    )


trees: st.SearchStrategy[Node] = st.recursive(leaves(), branches, max_leaves=8)

requests = st.builds(
    EngineRequest,
    query=trees,
    offset=st.sampled_from([0, 0, 1, 3]),
    limit=st.sampled_from([10, 1, 3, 0]),
    per_article=st.sampled_from([None, 1, 2]),
    sort=st.sampled_from(["relevance", "relevance", "date", "pages", "-pages", "place", "-place", "unknown", "fresh"]),
    facets=st.sampled_from(
        [(), ("source", "author", "kind"), ("year", "month"), ("date", "year"), ("pages", "prices", "days", "place")]
    ),
    facet_values=st.sampled_from([100, 1, 2]),
    scoring=st.sampled_from([Scoring(), Scoring(1.2, 0.75, 1.0), Scoring(0.0, 0.0, 2.0)]),
    half_life=st.sampled_from([1.0, 30.0]),
    counted=st.none() | trees,
    named=st.lists(trees, max_size=3).map(tuple),
    seconds=st.sampled_from([None, None, 1e6]),
)
