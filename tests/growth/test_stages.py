"""No stage that reads a stored text, a file or a query takes more than twice as long for twice the text."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from indexer import Settings, build, open_index, warm
from indexer.articles.assembly import _TOO_MANY_MARKS, MOST_MARKS, Draft, Unfit, assemble
from indexer.articles.decoding import decode_text
from indexer.articles.formats.markdown import read as read_markdown
from indexer.articles.formats.text import read as read_text
from indexer.articles.labelling import kinds
from indexer.articles.limits import Limits
from indexer.articles.splitting import cut, split_paragraphs, split_title
from indexer.engine.base import EngineRequest
from indexer.engine.query import Any, Term
from indexer.lexicon.inputs import lexicon_input
from indexer.passages.highlight import Highlighter
from indexer.passages.snippets import snippets
from indexer.passages.targets import MatchMode, Target, TargetToken, whole_target
from indexer.query.frequencies import Frequencies
from indexer.query.parse import parse
from indexer.results import SearchRequest
from indexer.schema import Field
from indexer.search.ranking import Question
from indexer.search.rerank import SentenceScorer
from indexer.vietnamese import analyze, analyze_all, fold, forms, tokens
from tests.effort import some
from tests.growth.measuring import BAR, PIECES, slowest
from tests.loops import plain
from webapp.pages.wording import plainer
from webapp.responses.escaping import marked, printable

pytestmark = pytest.mark.timeout(3_600)

LIMITS = Limits()

Work = Callable[[str], object]


def _highlighted() -> Work:
    asked = [
        Target(tuple(TargetToken(form, MatchMode.UNMARKED) for form in ("a", "ba", "hoc")), ((0, 1), (2, 2))),
        whole_target(("học", "sinh")),
        whole_target(("a",), MatchMode.PREFIX),
        whole_target(("1.",), MatchMode.UNMARKED_PREFIX),
    ]
    highlighter = Highlighter(asked)
    return lambda text: highlighter.highlight_each([text])


def _scored() -> Work:
    leaves = tuple(Term(Field.SYLLABLES, form) for form in ("a", "ba", "học", "1"))
    question = Question(
        "a ba", EngineRequest(Any(leaves)), "number", Frequencies({(leaf.field, leaf.form): 1 for leaf in leaves}), 100
    )
    return lambda text: SentenceScorer(question, 1.0).score_all([text])


def _assembled(text: str) -> None:
    with suppress(Unfit):
        assemble(Draft("a", "", [(text, None)]), LIMITS)


def _read(read: Callable[[bytes, str, Limits], Draft]) -> Work:
    def work(text: str) -> None:
        with suppress(Unfit):
            read(f"Tên bài\n\n{text}".encode("utf-8", "replace"), "a", LIMITS)

    return work


def _decoded(text: str) -> None:
    with suppress(Unfit):
        decode_text(text.encode("utf-8", "replace"))


_MARKS = re.compile(f"({_TOO_MANY_MARKS.pattern[:-1].rpartition('{')[0]}{{{MOST_MARKS}}})")


def _as_stored(work: Work) -> Work:
    """The work with a letter after so many combining marks: articles with longer runs are refused."""
    return lambda text: work(_MARKS.sub(r"\1a", text))


ARTICLE: dict[str, Work] = {
    "decode": _decoded,
    "json": lambda text: json.loads(json.dumps(text)),
    "text file": _read(read_text),
    "markdown": _read(read_markdown),
    "split": split_paragraphs,
    "title": split_title,
    "cut": lambda text: cut(text, 1_000),
    "assemble": _assembled,
    "kinds": _as_stored(lambda text: kinds(["Tên bài đầu tiên", *split_paragraphs(text.replace(" ", "\n\n")), text])),
}
"""What is done with an article when it is read."""

PARAGRAPH: dict[str, Work] = {
    "analyze": analyze,
    "forms": forms,
    "tokens": tokens,
    "fold": fold,
    "learn": lambda text: lexicon_input([text], analyze_all([text], compiled=False)),
    "highlight": _highlighted(),
    "snippet": lambda text: snippets([text], [()], 280),
    "re-rank": _as_stored(_scored()),
    "escape": lambda text: marked(printable(text), [(0, 1)]),
}
"""What is done with a stored paragraph when it is indexed, found and shown."""

QUERY: dict[str, Work] = {
    "parse": lambda text: parse(text, Settings(query_characters=100_000)),
    "plainer": lambda text: plainer(text, Settings().schema),
}
"""What is done with a query before the index is asked."""


def check(works: dict[str, Work], most: int, attack: bool) -> None:
    slow = {}
    for name, work in works.items():
        worst, run = slowest(work, most, ("", "A") if attack else ("",), PIECES if attack else some(PIECES))
        if worst > BAR:
            slow[name] = f"{worst:.2f} times for twice as many {run}"
    assert not slow


def test_reading_of_articles(attack: bool) -> None:
    with plain():
        check(ARTICLE, 400_000 if attack else 16_000, attack)


def test_paragraphs(attack: bool) -> None:
    with plain():
        check(PARAGRAPH, LIMITS.paragraph_characters if attack else 8_000, attack)


def test_paragraphs_in_a_warm_process(attack: bool) -> None:
    warm()
    check(PARAGRAPH, LIMITS.paragraph_characters if attack else 16_000, attack)


def test_queries(attack: bool) -> None:
    # Below some thousand characters the first parts of a query cost a little less than the others.
    check(QUERY, 100_000 if attack else 16_000, attack)


@pytest.fixture(scope="module")
def search(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Work]:
    folder = tmp_path_factory.mktemp("growth")
    (folder / "bai.txt").write_text("Tên bài\n\nHọc sinh đọc sách, có A và B.\n\nMột đoạn khác 1.000.", "utf-8")
    settings = Settings(index=folder / "index", query_characters=4_000)
    build([folder / "bai.txt"], folder / "index")
    with open_index(folder / "index", settings) as index:
        yield lambda text: (index.search(SearchRequest(text)), index.suggest(text))


def test_whole_searches(search: Work, attack: bool) -> None:
    check({"search": search}, 4_000, attack)
