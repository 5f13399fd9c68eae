"""The compiled loops over passages do what Python does without them."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer import loops, sentences
from indexer.engine.base import EngineRequest
from indexer.fields import Field
from indexer.marking import Matcher
from indexer.query.targets import Meets, Target, TargetToken, whole_target
from indexer.query.tree import Any, Term
from indexer.reranking import Evidence
from indexer.results import Span
from indexer.settings import Settings
from indexer.snippets import snippets
from indexer.vietnamese import fold
from tests.contract.reference import ReferenceEngine

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
    lambda form, meets: TargetToken(fold(form) if meets is Meets.UNMARKED else form, meets),
    st.sampled_from(FORMS),
    st.sampled_from([Meets.EXACT, Meets.RUN, Meets.UNMARKED]),
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
        meets = draw(st.sampled_from(Meets))
        loose = meets in (Meets.UNMARKED, Meets.UNMARKED_PREFIX)
        found.append(whole_target(tuple(map(fold, forms)) if loose else forms, meets))
    return found


@pytest.fixture(scope="module", autouse=True)
def _warm() -> None:
    loops.warm()


def marks(found: list[Target], texts: list[str], *, compiled: bool, together: bool) -> list[tuple[Span, ...]]:
    with pytest.MonkeyPatch.context() as patch:
        if not compiled:
            patch.setattr(loops, "kernel", None)
        matcher = Matcher(found)
        return matcher.mark_all(texts) if together else matcher.mark_each(texts)


@given(targets(), st.lists(TEXTS, max_size=4), st.booleans())
@example([Target((TargetToken("co", Meets.UNMARKED),), ((0, 0),))], ["Cờ. Cổ phần", "có cỏ"], True)
@example(
    [whole_target(("thi", "đua")), whole_target(("c",), Meets.UNMARKED_PREFIX)], ["Cờ thi đua", "thi\u0301"], False
)
def test_marks(found: list[Target], texts: list[str], together: bool) -> None:
    expected = marks(found, texts, compiled=False, together=together)
    assert marks(found, texts, compiled=True, together=together) == expected


@given(TEXTS)
@example("TP\n. Hà")
@example("trang 12. Và 123. Rồi 1234. Hết")
@example("\n 1. a. B. đc. C… d.” E")
def test_sentence_starts(text: str) -> None:
    kernel = loops.kernel
    assert kernel is not None
    codes, kinds = kernel.characters.codes(text), kernel.characters.kinds()
    found = kernel.sentences.starts(codes, kinds, kernel.sentences.abbreviations()).tolist()
    assert found == list(sentences.sentence_starts(text))


@given(st.characters())
def test_kinds_of_characters(character: str) -> None:
    kernel = loops.kernel
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
        patch.setattr(loops, "kernel", None)
        expected = snippets(texts, spans, characters)
    assert snippets(texts, spans, characters) == expected


LEAVES = st.lists(st.tuples(st.sampled_from((Field.SYLLABLES, Field.UNMARKED)), st.sampled_from(FORMS)), max_size=5)


def evidence_of(leaves: list[tuple[Field, str]]) -> Evidence:
    terms = [Term(field, fold(form) if field is Field.UNMARKED else form, 1.1) for field, form in leaves]
    return Evidence(ReferenceEngine(()), EngineRequest(Any(tuple(terms))), Settings())


@given(LEAVES, st.lists(TEXTS, max_size=4))
def test_the_worth_of_sentences(leaves: list[tuple[Field, str]], texts: list[str]) -> None:
    evidence = evidence_of(leaves)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loops, "kernel", None)
        expected = evidence.of_all(texts)
    assert evidence.of_all(texts) == expected


def test_nothing_is_compiled_once_they_are_warm() -> None:
    kernel = loops.kernel
    assert kernel is not None

    def compiled() -> dict[tuple[str, str], int]:
        modules = [getattr(kernel, name) for name in kernel.__all__ if name != "compile_all"]
        found = [(module.__name__, name, each) for module in modules for name, each in vars(module).items()]
        return {(module, name): len(each.signatures) for module, name, each in found if hasattr(each, "signatures")}

    kernel.compile_all()
    before = compiled()
    words = (TargetToken("thi", Meets.RUN), None, TargetToken("co", Meets.UNMARKED))
    found = [Target(words, ((0, 0), (1, 2))), whole_target(("cờ", "thi")), whole_target(("đ",), Meets.PREFIX)]
    for texts in ([], [""], ["Cờ thi đua, cờ. Của " * 30, "e\u0301 thi 北", "có, cỗ"]):
        for some in (found, found[:1], found[1:]):
            for together in (True, False):
                marks(some, texts, compiled=True, together=together)
        snippets(texts, [((0, 2), (7, 10))[: len(text)] for text in texts], 20)
        snippets(texts, [()] * len(texts), 20)
        evidence_of([(Field.SYLLABLES, "cờ"), (Field.UNMARKED, "thi")]).of_all(texts)
    assert before
    assert compiled() == before
