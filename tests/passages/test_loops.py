"""The compiled loops over passages do what Python does without them."""

from __future__ import annotations

import gc
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from numba.core.dispatcher import Dispatcher

from indexer import SearchRequest, build, open_index, warm
from indexer.engine.base import EngineRequest
from indexer.engine.query import Any, Term
from indexer.passages import compiled, sentences
from indexer.passages.highlight import Highlighter
from indexer.passages.snippets import snippets
from indexer.passages.targets import MatchMode, Target, TargetToken, whole_target
from indexer.query.lookup import Lookup
from indexer.query.questions import Sought
from indexer.results import Span
from indexer.schema import Field
from indexer.search.ranking import Question
from indexer.search.rerank import SentenceScorer
from indexer.settings import Settings
from indexer.vietnamese import fold
from tests.conftest import ROOT
from tests.contract.reference import ReferenceEngine
from tests.samples import write_articles
from tests.webapp.archive import ARCHIVE

PIECES = (
    *("cờ", "thi", "đua", "cờ thi đua", "thi đua", "Thi Đua", "cò", "thì", "của", "co", "thi,", "đua.", "hòa", "hoà"),
    *("và", "là", "năm", "3.5", "C++", "QP-AN", "thi-đua", "e\u0301", "u\u031b\u0301", "\u200bcờ", "日本", "đ", "𠀀x"),
    *("TP.", "PGS. TS.", "v.v.", "1.", "12.", "1234.", "N.", "Ж.", "tp\n.", "\n", "\n\n", ";", ":", ",", "…", "?!"),
    *(
        "...",
        ".”",
        ")",
        "!)",
        "\u3000",
        "\u00a0",
        "\x1c",
        "ß.",
        "K.",
        "İ.",
        "TP\u0301.",
        "\ud800",
        "đc.",
        "Đc",
        "x" * 70,
    ),
)
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=40).flatmap(
    lambda pieces: st.lists(
        st.sampled_from([" ", " ", " ", "", "  ", "\n"]), min_size=len(pieces), max_size=len(pieces)
    ).map(lambda gaps: "".join(piece + gap for piece, gap in zip(pieces, gaps, strict=True)))
)
FORMS = ("cờ", "thi", "đua", "của", "là", "hoà", "năm", "1.5", "đ", "x" * 64)
TOKENS = st.builds(
    lambda form, mode: TargetToken(fold(form) if mode is MatchMode.UNMARKED else form, mode),
    st.sampled_from(FORMS),
    st.sampled_from([MatchMode.EXACT, MatchMode.RUN, MatchMode.UNMARKED]),
)


@st.composite
def targets(draw: st.DrawFn) -> list[Target]:
    """A few targets of a query, of every kind."""
    found = []
    for _ in range(draw(st.integers(1, 3))):
        tokens = tuple(draw(st.lists(TOKENS | st.none(), min_size=1, max_size=6)))
        cuts = sorted(draw(st.sets(st.integers(1, len(tokens)), max_size=3)) - {len(tokens)})
        words = tuple((first, last - 1) for first, last in zip([0, *cuts], [*cuts, len(tokens)], strict=True))
        found.append(Target(tokens, words))
    for _ in range(draw(st.integers(0, 2))):
        forms = tuple(draw(st.lists(st.sampled_from(FORMS), min_size=1, max_size=3)))
        mode = draw(st.sampled_from(MatchMode))
        loose = mode in (MatchMode.UNMARKED, MatchMode.UNMARKED_PREFIX)
        found.append(whole_target(tuple(map(fold, forms)) if loose else forms, mode))
    return found


@pytest.fixture(scope="module", autouse=True)
def _warm() -> None:
    compiled.warm()


def marks(found: list[Target], texts: list[str], *, compiled: bool, together: bool) -> list[tuple[Span, ...]]:
    with pytest.MonkeyPatch.context() as patch:
        if not compiled:
            patch.setattr("indexer.passages.compiled.kernel", None)
        highlighter = Highlighter(found)
        return highlighter.highlight_together(texts) if together else highlighter.highlight_each(texts)


@given(targets(), st.lists(TEXTS, max_size=4), st.booleans())
@example([Target((TargetToken("co", MatchMode.UNMARKED),), ((0, 0),))], ["Cờ. Cổ phần", "có cỏ"], True)
@example(
    [whole_target(("thi", "đua")), whole_target(("c",), MatchMode.UNMARKED_PREFIX)], ["Cờ thi đua", "thi\u0301"], False
)
def test_marks(found: list[Target], texts: list[str], together: bool) -> None:
    expected = marks(found, texts, compiled=False, together=together)
    assert marks(found, texts, compiled=True, together=together) == expected


@given(TEXTS)
@example("TP\n. Hà")
@example("trang 12. Và 123. Rồi 1234. Hết")
@example("\n 1. a. B. đc. C… d.” E")
def test_sentence_starts(text: str) -> None:
    kernel = compiled.kernel
    assert kernel is not None
    codes, kinds = kernel.characters.codes(text), kernel.characters.kinds()
    found = kernel.sentences.starts(codes, kinds, kernel.sentences.abbreviations()).tolist()
    assert found == list(sentences.sentence_starts(text))


@given(st.characters())
def test_kinds_of_characters(character: str) -> None:
    kernel = compiled.kernel
    assert kernel is not None
    characters, kinds = kernel.characters, kernel.characters.kinds()
    code = ord(character)
    kind = int(kinds[code]) if code < len(kinds) else 0
    assert bool(kind & characters.SPACE) == character.isspace()
    assert bool(kind & characters.WORD) == character.isalnum()
    assert bool(kind & characters.LOWER) == character.islower()
    assert bool(kind & characters.UPPER) == character.isupper()


@given(
    st.lists(st.tuples(TEXTS, st.lists(st.integers(0, 300), max_size=12, unique=True)), max_size=3), st.integers(1, 120)
)
@example([("Một câu, hai câu. Ba câu; bốn: năm. " * 4, [4, 7, 13, 16, 40, 47]), ("năm sáu. " * 9, [0, 3])], 30)
def test_snippets(marked: list[tuple[str, list[int]]], characters: int) -> None:
    inside = [sorted(offset for offset in offsets if offset <= len(text)) for text, offsets in marked]
    spans = [tuple(zip(offsets[::2], offsets[1::2], strict=False)) for offsets in inside]
    texts = [text for text, _ in marked]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("indexer.passages.compiled.kernel", None)
        expected = snippets(texts, spans, characters)
    assert snippets(texts, spans, characters) == expected


LEAVES = st.lists(st.tuples(st.sampled_from((Field.SYLLABLES, Field.UNMARKED)), st.sampled_from(FORMS)), max_size=5)


def scorer_of(leaves: list[tuple[Field, str]], seeks: Sought | None) -> SentenceScorer:
    terms = [Term(field, fold(form) if field is Field.UNMARKED else form, 1.1) for field, form in leaves]
    question = Question("", EngineRequest(Any(tuple(terms))), seeks, Lookup(ReferenceEngine(())), 0)
    return SentenceScorer(question, Settings().weight_answer)


@given(LEAVES, st.lists(TEXTS, max_size=4), st.sampled_from((None, "number", "date")))
@example([(Field.SYLLABLES, "thi")], ["Thi năm 2023. Thi 26/12, hai lần. Thi 1.345 bài", "12"], "number")
@example([(Field.SYLLABLES, "thi")], ["Thi năm 2023. Thi 26/12, hai lần. Thi 1.345 bài", "12"], "date")
def test_the_scores_of_sentences(leaves: list[tuple[Field, str]], texts: list[str], seeks: Sought | None) -> None:
    scorer = scorer_of(leaves, seeks)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("indexer.passages.compiled.kernel", None)
        expected = scorer.score_all(texts)
    assert scorer.score_all(texts) == expected


def test_once_warm_no_search_waits_for_the_compiler(tmp_path: Path) -> None:
    """In a process of its own, as other tests compile too."""
    build([write_articles(tmp_path / "articles.jsonl", ARCHIVE)], tmp_path / "index")
    code = "import sys; from tests.passages.test_loops import compiled_while_searching; "
    code += "print(compiled_while_searching(sys.argv[1]))"
    command = [sys.executable, "-c", code, str(tmp_path / "index")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr


def compiled_while_searching(folder: str) -> list[str]:
    """The compiled functions that were compiled for other arguments after warming, by every kind of search there is."""

    def compiled() -> dict[int, tuple[str, int]]:
        functions = [each for each in gc.get_objects() if isinstance(each, Dispatcher)]
        return {id(each): (each.__name__, len(each.signatures)) for each in functions}

    warm()
    before = compiled()
    assert len(before) > 40
    with open_index(folder) as index:
        for text in SEARCHED:
            for request in (
                SearchRequest(text),
                SearchRequest(text, group="article", facets=("source", "year")),
                SearchRequest(text, sort="date", literal=True, explain=True),
                SearchRequest(text, sources=("x",), page=2),
            ):
                for passage in index.search(request).passages[:1]:
                    article = index.article(passage.article.id)
                    assert article is not None
                    index.highlight([paragraph.text for paragraph in article.paragraphs], text)
                    index.similar(passage.article.id, passage.paragraph.position)
            index.suggest(text)
    return [name for key, (name, count) in compiled().items() if count > before.get(key, (name, 0))[1]]


SEARCHED = (
    *("", "zzzzqqq", "a", "cờ", "co thi dua", "cờ thi đua", "coo thi ddua", "co72 thi d9ua", "cờ thi duaa", "cothidua"),
    *(
        '"cờ thi"',
        '"cờ thi"~3',
        "thi*",
        "cờ -đua",
        "title:cờ",
        "UBND",
        "QP-AN",
        "bưởi 2023",
        "C++ 3.5",
        "日本",
        "\ud800",
    ),
    *(
        "\ud800",
        "e\u0301",
        "cờ " * 40,
        "thi đua là gì?",
        "bao nhiêu người trồng bưởi, năm nào",
        "người dân Hà Tĩnh trồng bưởi",
        "nguoi dan ha tinh trong buoi",
    ),
)
