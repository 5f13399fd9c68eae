"""While typing: what is proposed goes on from what was typed, and finds something."""

from __future__ import annotations

import random
import shutil
import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import Index, SearchRequest, build, open_index, remove
from indexer.engine.query import Node, Term
from indexer.lexicon import FILE, Lexicon
from indexer.query.suggesting import usual_style
from indexer.schema import Field
from indexer.vietnamese import fold, forms, has_diacritics
from tests.conftest import ROOT
from tests.samples import write_articles


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the sample corpus."""
    folder = tmp_path_factory.mktemp("suggesting") / "index"
    build([ROOT / "corpus"], folder)
    return folder


@pytest.fixture(scope="module")
def index(directory: Path) -> Iterator[Index]:
    with open_index(directory) as opened:
        yield opened


def texts(index: Index, typed: str, limit: int = 8) -> list[str]:
    return [suggestion.text for suggestion in index.suggest(typed, limit)]


def beginnings(index: Index) -> list[str]:
    """Partly typed titles, with and without diacritics."""
    chance = random.Random(7)
    titles = [unicodedata.normalize("NFC", info.title) for info in index.articles() if info.title]
    return [form(title[: chance.randint(1, len(title))]) for title in titles for form in (str, str.lower, fold)]


def test_nothing_is_proposed_that_finds_nothing(index: Index) -> None:
    proposed = {text for typed in beginnings(index) for text in texts(index, typed)}
    assert len(proposed) > 100
    for text in proposed:
        assert index.search(SearchRequest(text, per_page=1, literal=True)).total, text


def test_what_completes_stands_side_by_side_in_an_article_and_with_what_was_typed_before(index: Index) -> None:
    pairs = set()
    for typed in beginnings(index):
        begun = len(forms(typed)) - (not typed.endswith(" "))
        for suggestion in index.suggest(typed, 3):
            syllables = suggestion.text.split(" ")
            pairs |= set(pairwise(syllables[max(begun - 1, 0) :]))
    assert len(pairs) > 100
    for pair in pairs:
        found = index.search(SearchRequest('"{} {}"'.format(*pair), per_page=1, literal=True))
        assert found.total and not found.warnings, pair


@pytest.mark.parametrize(
    ("typed", "odd", "good"),
    [
        ("bien phong", "biên phòng bệnh", "biên phòng toàn dân"),
        ("biên phòng ", "biên phòng bệnh", "biên phòng toàn dân"),
        ("quốc phòng a", "quốc phòng an toàn", "quốc phòng an ninh"),
        ("quoc phong a", "quốc phòng an toàn", "quốc phòng an ninh"),
        ("co thi", "cờ thi hào", "cờ thi đua"),
        ("thuy l", "thủy lợi ích", "thủy lợi"),
    ],
)
def test_a_syllable_of_one_word_does_not_begin_another(index: Index, typed: str, odd: str, good: str) -> None:
    """`biên phòng` and `phòng bệnh` both stand in the corpus, `biên phòng bệnh` does not."""
    found = texts(index, typed, 20)
    assert odd not in found
    assert good in found


def test_three_neighbours_of_two_words_stand_in_the_index(directory: Path, index: Index) -> None:
    """Whatever is typed: where a proposal goes on from a word by another word, the text does too."""
    lexicon = Lexicon.open(directory / "generations" / index.generation / "lexicon")
    checked = 0
    for typed in beginnings(index):
        given = forms(typed)
        begun = len(given) - (not typed.endswith(" "))
        for text in texts(index, typed):
            proposed = text.split(" ")
            for at in range(max(begun, 2), len(proposed)):
                three = proposed[at - 2 : at + 1]
                if all(lexicon.attraction(*pair) > 10 and lexicon.pair_count(*pair) > 1 for pair in pairwise(three)):
                    checked += 1
                    phrase = '"{}"'.format(" ".join(three))
                    assert index.search(SearchRequest(phrase, per_page=1, literal=True)).total, text
    assert checked > 20


def test_a_beginning_without_marks_is_completed_with_marks(index: Index) -> None:
    for typed in ("thanh ph", "viet n", "an t"):
        suggestions = texts(index, typed)
        assert suggestions
        assert all(fold(text).startswith(typed) for text in suggestions)
        assert any(has_diacritics(text) for text in suggestions)


def test_titles_are_proposed_however_they_are_begun(index: Index) -> None:
    titles = {
        " ".join(forms(info.title)[:6]): forms(info.title) for info in index.articles() if len(forms(info.title)) > 3
    }
    assert len(titles) > 10
    for form in (str, fold):
        for start, title in titles.items():
            typed = form(" ".join(title[:3]) + " " + title[3][:1])
            assert any(text.startswith(start[: len(text)]) for text in texts(index, typed, 10)), typed


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("hà t", "hà tĩnh"),
        ("ha t", "hà tĩnh"),
        ("việt n", "việt nam"),
        ("viet n", "việt nam"),
        ("vũng á", "vũng áng"),
        ("vung a", "vũng áng"),
        ("nguyễn d", "nguyễn du"),
        ("nguyen d", "nguyễn du"),
    ],
)
def test_names_are_proposed_with_and_without_marks(index: Index, typed: str, name: str) -> None:
    assert name in texts(index, typed)


def test_what_was_typed_before_without_marks_gets_those_that_the_text_has(index: Index) -> None:
    proposed = texts(index, "ha tinh t", 10)
    assert "hà tĩnh thi đua" in proposed
    assert not any(text.startswith("ha tĩnh") for text in proposed)


def test_marks_typed_stay(index: Index) -> None:
    assert texts(index, "thành ph")
    assert all(text.startswith("thành ph") for text in texts(index, "thành ph"))


@pytest.mark.parametrize("written", ["hòa bình thủy lợi", "hoà bình thuỷ lợi"])
@pytest.mark.parametrize("typed", ["hoa b", "hòa b", "hoà b"])
def test_proposals_are_in_the_style_of_the_text(tmp_path: Path, written: str, typed: str) -> None:
    bodies = [unicodedata.normalize(form, f"Bài {form} nói về {written} ở Hoàng Mai.") for form in ("NFC", "NFD")]
    articles = tuple({"id": str(number), "title": "", "text": body} for number, body in enumerate(bodies))
    build([write_articles(tmp_path / "articles.jsonl", articles)], tmp_path / "index")
    with open_index(tmp_path / "index") as index:
        (suggestion,) = index.suggest(typed, 1)
    assert suggestion.text.startswith(written[: len("hoà bình")])
    assert suggestion.completed == ((len(typed), len(suggestion.text)),)


@pytest.mark.parametrize(
    ("found", "form", "usual"),
    [
        ([], "hoà", "hoà"),
        (["Hoà, hòa."], "hoà", "hoà"),
        (["Hoà, hòa.", "Hòa."], "hoà", "hòa"),
        (["HÒA"], "hoà", "hòa"),
        (["Hoà hoà hòa"], "hoà", "hoà"),
        (["hoa hóa hòn"], "hoà", "hoà"),
    ],
)
def test_a_form_is_in_the_style_that_most_of_the_text_has(found: list[str], form: str, usual: str) -> None:
    asked: list[tuple[Node, int]] = []

    def texts_of(node: Node, limit: int) -> list[str]:
        asked.append((node, limit))
        return found

    assert usual_style(form, texts_of) == usual
    assert asked == [(Term(Field.SYLLABLES, form, 1.0), 5)]
    assert usual_style("đường", texts_of) == "đường"  # It has one style: nothing is asked.
    assert len(asked) == 1


def test_white_space_says_that_the_syllable_is_complete(index: Index) -> None:
    assert all(text.split(" ")[0] in ("thành", "thanh", "thánh", "thạnh", "thảnh") for text in texts(index, "thanh "))
    assert all(len(text.split(" ")) >= 2 for text in texts(index, "thanh "))


@pytest.mark.parametrize(
    ("typed", "text", "rest"),
    [("thanh ph", "thành phố", "ố"), ("thành ", "thành phố", "phố"), ("thành", "thành phố", "phố")],
)
def test_the_span_is_what_was_not_typed_yet(index: Index, typed: str, text: str, rest: str) -> None:
    (suggestion,) = (each for each in index.suggest(typed, 50) if each.text == text)
    assert [suggestion.text[start:end] for start, end in suggestion.completed] == [rest]


def test_either_unicode_form_is_understood(index: Index) -> None:
    for typed in ("thành ph", "đường"):
        assert index.suggest(unicodedata.normalize("NFD", typed)) == index.suggest(typed)


@pytest.mark.parametrize(
    "typed", ["", " ", '"thành ph', "-thành ph", "title:thành", "(a OR thành", "thành*", "thành " * 100, "\ud800", "😀"]
)
def test_more_than_plain_words_is_not_gone_on_from(index: Index, typed: str) -> None:
    assert index.suggest(typed) == ()


def test_a_text_up_to_the_limit_is_read(index: Index) -> None:
    typed = "thành ph"
    assert index.suggest(typed.rjust(200)) == index.suggest(typed) != ()
    assert index.suggest(typed.rjust(201)) == ()


@given(st.text(max_size=40), st.integers(-1, 30))
def test_any_text_is_answered_within_the_limit_with_spans_of_the_text(index: Index, typed: str, limit: int) -> None:
    suggestions = index.suggest(typed, limit)
    assert len(suggestions) <= max(limit, 0)
    for suggestion in suggestions:
        assert all(0 <= start < end <= len(suggestion.text) for start, end in suggestion.completed)
        assert index.search(SearchRequest(suggestion.text, per_page=1)).total


@given(st.lists(st.sampled_from(["th", "thành", "pho", "dduwowng", "việt", "26/12", "QP-AN", "a", "  "]), max_size=9))
def test_any_mixture_of_syllables_gives_only_what_is_found(index: Index, parts: list[str]) -> None:
    for suggestion in index.suggest(" ".join(parts)):
        assert index.search(SearchRequest(suggestion.text, per_page=1)).total
        assert len(forms(suggestion.text)) >= len(suggestion.text.split(" "))


def test_without_a_lexicon_there_are_none(directory: Path, tmp_path: Path) -> None:
    shutil.copytree(directory, tmp_path / "index")
    [lexicon] = (tmp_path / "index").rglob(FILE)
    lexicon.unlink()
    with open_index(tmp_path / "index") as index:
        assert index.suggest("thành ph") == ()
        assert index.search(SearchRequest("thành phố")).total


def test_what_was_removed_is_proposed_no_more(tmp_path: Path) -> None:
    articles = tmp_path / "articles"
    articles.mkdir()
    text = "Chim hồng hoàng bay. Chim hồng hoàng đậu. Loài chim hồng hoàng quý."
    (articles / "bird.txt").write_text(f"Chim hồng hoàng\n\n{text}", "utf-8")
    (articles / "fish.txt").write_text("Cá hồng\n\nCá hồng bơi. Cá hồng lặn. Loài cá hồng quý.", "utf-8")
    build([articles], tmp_path / "index")
    with open_index(tmp_path / "index") as index:
        assert "hồng hoàng" in texts(index, "hồng h")
    remove(["bird"], tmp_path / "index")
    with open_index(tmp_path / "index") as index:
        assert not any("hoàng" in text for text in texts(index, "hồng h"))
