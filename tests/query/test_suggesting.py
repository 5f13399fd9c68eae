"""While typing: what is proposed goes on from what was typed, and finds something."""

from __future__ import annotations

import random
import shutil
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer import Index, SearchRequest, build, open_index, remove
from indexer.lexicon import FILE
from indexer.vietnamese import fold, forms, has_diacritics
from tests.conftest import ROOT
from tests.samples import write_articles


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the sample corpus."""
    folder = tmp_path_factory.mktemp("suggesting") / "index"
    build([ROOT / "corpus" / "corpus.jsonl"], folder)
    return folder


@pytest.fixture(scope="module")
def index(directory: Path) -> Iterator[Index]:
    with open_index(directory) as opened:
        yield opened


def texts(index: Index, typed: str, limit: int = 8) -> list[str]:
    return [suggestion.text for suggestion in index.suggest(typed, limit)]


def spoken(index: Index, typed: str, limit: int = 8) -> list[str]:
    """The proposals as syllables, whatever their writing."""
    return [" ".join(forms(text)) for text in texts(index, typed, limit)]


def beginnings(index: Index) -> list[str]:
    """Partly typed titles, with and without diacritics."""
    chance = random.Random(7)
    titles = [unicodedata.normalize("NFC", info.title) for info in index.articles() if info.title]
    return [form(title[: chance.randint(1, len(title))]) for title in titles for form in (str, str.lower, fold)]


def test_nothing_is_proposed_that_finds_nothing(index: Index) -> None:
    proposed = {text for typed in beginnings(index) for text in texts(index, typed)}
    assert len(proposed) > 50
    for text in proposed:
        assert index.search(SearchRequest(text, per_page=1)).passages, text


def test_a_word_that_nothing_else_begins_with_is_gone_on_from(tmp_path: Path) -> None:
    told = [f"Ca thứ {at} mắc Covid-19 ở tỉnh." for at in range(4)]
    build([[{"id": str(at), "text": text} for at, text in enumerate(told)]], tmp_path / "index")
    with open_index(tmp_path / "index") as opened:
        assert texts(opened, "covid")[0] == texts(opened, "covid ")[0] == texts(opened, "covi")[0] == "Covid-19"


def test_every_proposal_stands_in_the_archive_as_it_is_written(index: Index) -> None:
    passages = [
        unicodedata.normalize("NFC", paragraph.text)
        for info in index.articles()
        if (article := index.article(info.id))
        for paragraph in article.paragraphs
    ]
    proposed = {text for typed in beginnings(index) for text in texts(index, typed, 5)}
    assert len(proposed) > 40
    assert [text for text in proposed if not any(text in passage for passage in passages)] == []


@pytest.mark.parametrize(
    ("typed", "odd", "good"),
    [
        ("bien phong", "biên phòng bệnh", "biên phòng toàn dân"),
        ("biên phòng ", "biên phòng bệnh", "biên phòng toàn dân"),
        ("quốc phòng a", "quốc phòng an toàn", "quốc phòng an"),
        ("quoc phong a", "quốc phòng an toàn", "quốc phòng an"),
        ("co thi", "cờ thi hào", "cờ thi đua"),
        ("thuy l", "thủy lợi ích", "thủy lợi"),
    ],
)
def test_a_syllable_of_one_word_does_not_begin_another(index: Index, typed: str, odd: str, good: str) -> None:
    """`biên phòng` and `phòng bệnh` both stand in the corpus, `biên phòng bệnh` does not."""
    found = spoken(index, typed, 20)
    assert " ".join(forms(odd)) not in found
    assert any(text.startswith(" ".join(forms(good))) for text in found)


def test_a_beginning_without_marks_is_completed_with_marks(index: Index) -> None:
    for typed in ("thanh ph", "viet n", "an t"):
        suggestions = texts(index, typed)
        assert suggestions
        assert all(fold(text).startswith(typed) for text in spoken(index, typed))
        assert any(has_diacritics(text) for text in suggestions)


def test_titles_are_proposed_however_they_are_begun(index: Index) -> None:
    titles = {
        " ".join(forms(info.title)[:6]): forms(info.title) for info in index.articles() if len(forms(info.title)) > 3
    }
    assert len(titles) > 10
    for form in (str, fold):
        for start, title in titles.items():
            typed = form(" ".join(title[:3]) + " " + title[3][:1])
            assert any(text.startswith(start[: len(text)]) for text in spoken(index, typed, 10)), typed


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("hà t", "Hà Tĩnh"),
        ("ha t", "Hà Tĩnh"),
        ("việt n", "Việt Nam"),
        ("viet n", "Việt Nam"),
        ("vũng á", "Vũng Áng"),
        ("vung a", "Vũng Áng"),
        ("nguyễn d", "Nguyễn Du"),
        ("nguyen d", "Nguyễn Du"),
    ],
)
def test_names_are_proposed_with_and_without_marks(index: Index, typed: str, name: str) -> None:
    assert name in texts(index, typed)


def test_what_was_typed_before_without_marks_gets_those_that_the_text_has(index: Index) -> None:
    proposed = texts(index, "ha tinh t", 10)
    assert any(text.startswith("Hà Tĩnh t") for text in proposed)
    assert not any(text.lower().startswith("ha ") for text in proposed)


def test_numbers_that_exist_are_proposed_while_one_is_typed(tmp_path: Path) -> None:
    text = "Theo Nghị định 168/2024/NĐ-CP, mức phạt tăng. Nghị định 15/2020/NĐ-CP hết hiệu lực."
    build([{"id": "a", "title": "Mức phạt", "text": text}], tmp_path / "index")
    with open_index(tmp_path / "index") as index:
        for typed in ("nghị định 1", "nghi dinh 1"):
            assert sorted(texts(index, typed)) == ["Nghị định 15/2020/NĐ-CP", "Nghị định 168/2024/NĐ-CP"]
        assert texts(index, "nghi dinh 16") == ["Nghị định 168/2024/NĐ-CP"]
        assert texts(index, "nghi dinh 3") == []


def test_a_name_is_proposed_whole_and_a_title_too(tmp_path: Path) -> None:
    text = "Chủ tịch UBND tỉnh Võ Trọng Hải dự hội nghị. Ông Võ Trọng Hải nói thêm."
    build([{"id": "a", "title": "Ông Võ Trọng Hải: “Phải làm ngay”", "text": text}], tmp_path / "index")
    with open_index(tmp_path / "index") as index:
        assert texts(index, "vo trong h")[0] == "Võ Trọng Hải"
        assert texts(index, "võ t")[0] == "Võ Trọng Hải"
        assert "Ông Võ Trọng Hải: “Phải làm ngay" in texts(index, "ong vo")


def test_nothing_runs_over_the_end_of_a_sentence(tmp_path: Path) -> None:
    build([{"id": "a", "title": "", "text": "Trời mưa to. Gió lớn nổi lên. Trời mưa to. Gió lớn."}], tmp_path / "index")
    with open_index(tmp_path / "index") as index:
        assert not any("Gió" in text for text in texts(index, "trời mưa to g") + texts(index, "mưa to "))


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


def test_white_space_says_that_the_syllable_is_complete(index: Index) -> None:
    assert all(
        text.lower().split(" ")[0] in ("thành", "thanh", "thánh", "thạnh", "thảnh") for text in texts(index, "thanh ")
    )
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
        assert index.search(SearchRequest(suggestion.text, per_page=1)).passages


@given(st.lists(st.sampled_from(["th", "thành", "pho", "dduwowng", "việt", "26/12", "QP-AN", "a", "  "]), max_size=9))
def test_any_mixture_of_syllables_gives_only_what_is_found(index: Index, parts: list[str]) -> None:
    for suggestion in index.suggest(" ".join(parts)):
        assert index.search(SearchRequest(suggestion.text, per_page=1)).passages
        assert len(forms(suggestion.text)) >= 1


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
