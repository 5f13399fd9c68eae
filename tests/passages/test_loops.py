"""The loops over passages do what the readable oracles do, plain and compiled."""

from __future__ import annotations

import gc
import subprocess
import sys
import unicodedata
from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st
from numba.core.dispatcher import Dispatcher

from indexer import build, open_index, warm
from indexer.engine.base import EngineRequest
from indexer.engine.query import Any, Term
from indexer.passages.characters import (
    CLOSER,
    COMBINING,
    LINE_END,
    LOWER,
    SPACE,
    STOP,
    UPPER,
    WORD,
    codes,
    kinds,
)
from indexer.passages.highlight import Highlighter
from indexer.passages.sentences import next_clause, next_sentence
from indexer.passages.snippets import snippets
from indexer.passages.targets import MatchMode, Target, TargetToken, whole_target
from indexer.query.frequencies import Frequencies
from indexer.query.questions import Sought
from indexer.results import Span
from indexer.schema import Field
from indexer.search.ranking import Question
from indexer.search.rerank import COMMON_LENGTH, LENGTH_SHARE, SentenceScorer
from indexer.settings import Settings
from indexer.vietnamese import fold
from tests.asking import ask_every_way
from tests.conftest import ROOT
from tests.loops import both_ways
from tests.oracles import highlight, sentences
from tests.oracles.best_sentence import best_sentence
from tests.oracles.snippets import best_window
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
        names = tuple(draw(st.lists(st.booleans(), min_size=len(tokens), max_size=len(tokens))))
        found.append(Target(tokens, words, names=names if any(names) else ()))
    for _ in range(draw(st.integers(0, 2))):
        forms = tuple(draw(st.lists(st.sampled_from(FORMS), min_size=1, max_size=3)))
        mode = draw(st.sampled_from(MatchMode))
        loose = mode in (MatchMode.UNMARKED, MatchMode.UNMARKED_PREFIX)
        found.append(whole_target(tuple(map(fold, forms)) if loose else forms, mode))
    return found


@given(targets(), st.lists(TEXTS, max_size=4), st.booleans())
@example([Target((TargetToken("co", MatchMode.UNMARKED),), ((0, 0),))], ["Cờ. Cổ phần", "có cỏ"], True)
@example(
    [whole_target(("thi", "đua")), whole_target(("c",), MatchMode.UNMARKED_PREFIX)], ["Cờ thi đua", "thi\u0301"], False
)
def test_highlights(found: list[Target], texts: list[str], together: bool) -> None:
    def spans(highlighter: Highlighter) -> list[tuple[Span, ...]]:
        return highlighter.highlight_together(texts) if together else highlighter.highlight_each(texts)

    expected = spans(highlight.Highlighter(found))
    assert both_ways(lambda: spans(Highlighter(found))) == (expected, expected)


@given(TEXTS)
@example("TP\n. Hà")
@example("trang 12. Và 123. Rồi 1234. Hết")
@example("\n 1. a. B. đc. C… d.” E")
def test_sentences_and_clauses(text: str) -> None:
    given = codes(text)

    def starts() -> tuple[list[int], list[int]]:
        own, clauses = [0], [0]
        while own[-1] < len(text):
            own.append(int(next_sentence(given, 0, own[-1], len(text), kinds(given))))
        while clauses[-1] < len(text):
            clauses.append(int(next_clause(given, clauses[-1], len(text), kinds(given))))
        return own[1:-1], clauses[1:-1]

    expected = list(sentences.sentence_starts(text)), list(sentences.clause_starts(text))
    assert both_ways(starts) == (expected, expected)


@given(st.characters())
def test_kinds_of_characters(character: str) -> None:
    kind = int(kinds(codes(character))[ord(character)])
    assert bool(kind & SPACE) == character.isspace()
    assert bool(kind & WORD) == character.isalnum()
    assert bool(kind & LOWER) == character.islower()
    assert bool(kind & UPPER) == character.isupper()
    assert bool(kind & COMBINING) == (unicodedata.combining(character) != 0)
    assert bool(kind & STOP) == (character in ".!?…")
    assert bool(kind & CLOSER) == (character in "\"'”’»)]")
    assert bool(kind & LINE_END) == (character == "\n")


@given(
    st.lists(st.tuples(TEXTS, st.lists(st.integers(0, 300), max_size=12, unique=True)), max_size=3), st.integers(1, 120)
)
@example([("Một câu, hai câu. Ba câu; bốn: năm. " * 4, [4, 7, 13, 16, 40, 47]), ("năm sáu. " * 9, [0, 3])], 30)
@example([("một hai ba " * 8, []), ("không có dấu câu " * 12, [17, 25, 106, 114]), ("x" * 200, [90, 99])], 40)
def test_snippets(marked: list[tuple[str, list[int]]], characters: int) -> None:
    texts = [text for text, _ in marked]
    spans = [spans_of(text, offsets) for text, offsets in marked]
    expected = []
    for text, own in zip(texts, spans, strict=True):
        start, end = best_window(text, own, characters) if len(text) > 1.2 * characters else (0, len(text))
        expected.append((text[start:end].strip(), text[:end].rstrip()))
    for found in both_ways(lambda: snippets(texts, spans, characters)):
        for text, shown, (slice_, before) in zip(texts, found, expected, strict=True):
            assert shown.text.strip() == slice_
            assert text[: shown.start + len(shown.text)].rstrip() == before


def spans_of(text: str, offsets: list[int]) -> list[Span]:
    """Spans of a text, none of which begins or ends with white space."""
    inside = sorted(offset for offset in offsets if offset <= len(text))
    pairs = zip(inside[::2], inside[1::2], strict=False)
    return [(start, end) for start, end in pairs if text[start:end].strip() == text[start:end]]


LEAVES = st.lists(st.tuples(st.sampled_from((Field.SYLLABLES, Field.UNMARKED)), st.sampled_from(FORMS)), max_size=5)


def scorer_of(leaves: list[tuple[Field, str]], seeks: Sought | None) -> SentenceScorer:
    terms = [Term(field, fold(form) if field is Field.UNMARKED else form, 1.1) for field, form in leaves]
    frequencies = Frequencies(dict.fromkeys(((term.field, term.form) for term in terms), 0))
    question = Question("", EngineRequest(Any(tuple(terms))), seeks, frequencies, 0)
    return SentenceScorer(question, Settings().weight_answer)


@given(LEAVES, st.lists(TEXTS, max_size=4), st.sampled_from((None, "number", "date")))
@example([(Field.SYLLABLES, "thi")], ["Thi năm 2023. Thi 26/12, hai lần. Thi 1.345 bài", "12"], "number")
@example([(Field.SYLLABLES, "thi")], ["Thi năm 2023. Thi 26/12, hai lần. Thi 1.345 bài", "12"], "date")
def test_the_scores_of_sentences(leaves: list[tuple[Field, str]], texts: list[str], seeks: Sought | None) -> None:
    scorer = scorer_of(leaves, seeks)
    expected = [
        best_sentence(
            unicodedata.normalize("NFC", text),
            scorer._read,
            scorer._scores,
            Settings().weight_answer,
            LENGTH_SHARE,
            COMMON_LENGTH,
        )
        for text in texts
    ]
    assert both_ways(lambda: scorer.score_all(texts)) == (expected, expected)


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
        ask_every_way(index, SEARCHED, "x")
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
