"""What is proposed while one types, from a lexicon and passages that are made up: order, limits and spans by value."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from indexer.articles.model import ArticleInfo, Kind, Paragraph
from indexer.engine.query import All, Any, Node, Phrase, Prefix, Term
from indexer.lexicon.suggest import Completion
from indexer.query.direct import direct_hits
from indexer.query.suggesting import suggest
from indexer.schema import Field
from indexer.vietnamese import analyze
from tests.contract.reference import occurrences
from tests.query.vocabulary import TextVocabulary

TEXTS = ("Họ trao cờ thi đua cho tỉnh.", "Phong trào thi đua yêu nước.", "Kỳ thi học sinh giỏi.")
VOCABULARY = TextVocabulary(*TEXTS)


class Proposing:
    """Stands for the lexicon's suggester: gives what it was made with and notes what it was asked."""

    def __init__(self, known: Sequence[str | Completion] = (), following: Sequence[str] = ()) -> None:
        self._known, self._following = known, following
        self.asked: list[tuple[list[str], bool, int]] = []

    def suggest(self, forms: Sequence[str], last_is_complete: bool, limit: int = 8) -> list[Completion]:
        self.asked.append((list(forms), last_is_complete, limit))
        return [each if isinstance(each, Completion) else completion(each) for each in self._known]

    def continuations(self, forms: Sequence[str], last_is_complete: bool, limit: int) -> list[Completion]:
        self.asked.append((list(forms), last_is_complete, limit))
        return [completion(each) for each in self._following]


def completion(text: str, *, composed: bool = False) -> Completion:
    return Completion(text, 1, composed)


class Archive:
    """Gives the texts that hold what a node asks for, and notes how many it was asked for."""

    def __init__(self, *texts: str) -> None:
        self._texts = texts or TEXTS
        self.asked: list[tuple[Node, int]] = []

    def __call__(self, node: Node, limit: int) -> list[Paragraph]:
        self.asked.append((node, limit))
        holding = [Paragraph(at, Kind.BODY, text) for at, text in enumerate(self._texts) if _holds(text, node)]
        return holding[:limit]


def _holds(text: str, node: Node) -> bool:
    if isinstance(node, Term):
        return TextVocabulary(text).document_frequency(node.field, node.form) > 0
    assert isinstance(node, Phrase) and node.field is Field.SYLLABLES
    return occurrences(analyze(text).forms, node.forms) > 0


def proposed(typed: str, suggester: Proposing, limit: int = 8, archive: Archive | None = None) -> list[str]:
    found = suggest(typed, limit, suggester, VOCABULARY, archive or Archive())
    assert all(each.completed for each in found)
    return [each.text for each in found]


def test_known_phrases_come_before_what_passages_go_on_with_and_that_before_what_follows_most_often() -> None:
    suggester = Proposing(["thi học", "thi đua"], following=["thi học sinh", "thi đua yêu"])
    assert proposed("thi ", suggester) == ["thi học sinh", "thi đua", "thi đua yêu"]
    assert suggester.asked == [(["thi"], True, 16), (["thi"], True, 16)]
    # What is enough is all that is asked for.
    suggester = Proposing(["thi đua", "thi học"])
    archive = Archive()
    assert proposed("thi ", suggester, 1, archive) == ["thi đua"]
    assert suggester.asked == [(["thi"], True, 9)]
    assert archive.asked == [(Term(Field.BIGRAMS, "thi đua"), 3)]


def test_of_passages_that_hold_what_was_typed_twelve_are_read() -> None:
    archive = Archive()
    # Nothing begins so but itself: it is complete.
    assert proposed("thi", Proposing(), archive=archive) == ["thi đua", "thi học sinh"]
    assert archive.asked == [(Term(Field.UNMARKED, "thi"), 12)]
    archive = Archive()
    assert proposed("thi đ", Proposing(), archive=archive) == ["thi đua"]
    assert archive.asked == [(Term(Field.SYLLABLES, "thi"), 12)]
    archive = Archive()
    assert proposed("thi d", Proposing(), archive=archive) == ["thi đua"]
    assert archive.asked == [(Term(Field.UNMARKED, "thi"), 12)]


def test_what_stands_nowhere_side_by_side_is_not_proposed() -> None:
    # The second pair of `thi đua sinh` stands nowhere.
    assert proposed("kỳ ", Proposing(["kỳ sinh", "kỳ thi đua", "kỳ thi sinh", "kỳ thi"])) == ["Kỳ thi"]
    assert proposed("thi", Proposing(["thi", "thi đua"])) == ["thi đua"]


def test_of_what_was_put_together_four_are_looked_up() -> None:
    """Pairs count as others do, since the index has them as they are."""
    texts = [f"trao cờ {name}" for name in ("xanh", "vàng", "trắng", "tím", "hồng")]
    vocabulary = TextVocabulary(*texts)
    suggester = Proposing([completion(text, composed=True) for text in ("trao cờ", *texts)])
    archive = Archive(*texts)
    suggest("trao", 8, suggester, vocabulary, archive)
    forms = [node.forms if isinstance(node, Phrase) else (node.form,) for node, _ in archive.asked]
    assert forms == [("trao cờ",), *(tuple(text.split()) for text in texts[:4])]


def test_no_more_are_looked_at_than_eight_besides_those_wanted() -> None:
    texts = [f"cờ {first}{last}" for first in "bcdgh" for last in ("ao", "an", "eo", "ang")]
    archive = Archive(*texts)
    suggest("cờ", 2, Proposing(texts), TextVocabulary("cờ", *texts[9:]), archive)
    assert [node for node, _ in archive.asked] == [Term(Field.BIGRAMS, texts[9])]


def test_a_beginning_of_what_was_proposed_is_left_out() -> None:
    assert proposed("trao", Proposing(["trao cờ thi", "trao cờ"])) == ["trao cờ thi đua"]


@pytest.mark.parametrize(
    ("typed", "text", "new"),
    [
        ("thi", "thi đua", "đua"),
        ("thi ", "thi đua", "đua"),
        ("thi đ", "thi đua", "ua"),
        ("thi d", "thi đua", "ua"),
        ("thi dd", "thi đua", "đua"),  # keys of Telex are no letters of the syllable
    ],
)
def test_what_is_new_begins_inside_of_the_last_syllable_or_after_it(typed: str, text: str, new: str) -> None:
    found = suggest(typed, 8, Proposing(["thi đua"]), VOCABULARY, Archive())
    ((start, end),) = next(each for each in found if each.text == text).completed
    assert text[start:end] == new


def test_without_a_suggester_or_for_nothing_there_is_nothing() -> None:
    assert suggest("thi ", 8, None, VOCABULARY, Archive()) == ()
    for typed, limit in (("thi ", 0), ("thi ", -1), ("", 8), ("?", 8), ('"thi', 8), ("-thi", 8), ("x" * 201, 8)):
        assert proposed(typed, Proposing(["thi đua"]), limit) == []


class Titles:
    """Gives articles of these titles, and notes what it was asked."""

    def __init__(self, *titles: str) -> None:
        self._infos = [ArticleInfo(str(at), title) for at, title in enumerate(titles)]
        self.asked: list[tuple[Node, int]] = []

    def __call__(self, node: Node, limit: int) -> list[ArticleInfo]:
        self.asked.append((node, limit))
        return self._infos[:limit]


def hit(typed: str, *titles: str, limit: int = 3) -> list[str]:
    return [info.title for info in direct_hits(typed, limit, Titles(*titles))]


def title(form: str, field: Field = Field.TITLE_UNMARKED) -> Term:
    return Term(field, form)


@pytest.mark.parametrize(
    ("typed", "node"),
    [
        ("vo trong", All((title("vo"), Prefix(Field.TITLE_UNMARKED, "trong", 1.0, 8)))),
        ("võ trong ", All((title("võ", Field.TITLE), title("trong")))),
        ("võ trọ", All((title("võ", Field.TITLE), Prefix(Field.TITLE_UNMARKED, "tro", 1.0, 8)))),
        ("hoa ky", All((title("hoa"), Any((Prefix(Field.TITLE_UNMARKED, "ky", 1.0, 8), title("ki")))))),
        ("hoa", None),
        ("hoav", Prefix(Field.TITLE_UNMARKED, "hoav", 1.0, 8)),
        ("vo h", None),
    ],
)
def test_titles_are_asked_for_all_syllables(typed: str, node: Node | None) -> None:
    titles = Titles()
    assert direct_hits(typed, 3, titles) == ()
    assert titles.asked == ([(node, 20)] if node else [])


def test_titles_that_begin_so_come_first_and_those_that_hold_it_apart_not_at_all() -> None:
    titles = ("Ông Võ Trọng Hải", "Võ Trọng Hải", "Võ và Trọng Hải", "Họ Võ Trọng", "Trọng Võ")
    assert hit("vo trong", *titles) == ["Võ Trọng Hải", "Ông Võ Trọng Hải", "Họ Võ Trọng"]
    assert hit("vo trong", *titles, limit=2) == ["Võ Trọng Hải", "Ông Võ Trọng Hải"]
    assert hit("vo trong h", *titles) == ["Võ Trọng Hải", "Ông Võ Trọng Hải"]
    assert hit("võ trọng ", *titles, limit=9) == ["Võ Trọng Hải", "Ông Võ Trọng Hải", "Họ Võ Trọng"]
    assert hit("vò trọng ", *titles) == hit("võ trón", *titles) == []
    assert hit("vo trong", *titles, limit=0) == hit("vo trong " * 30, *titles) == hit('"vo trong', *titles) == []
