"""Words as they are typed on a phone are read as what they stand for, and nothing else is."""

from __future__ import annotations

from importlib import resources

import pytest

from indexer import Index, SearchRequest, build, open_index
from indexer.lexicon import Change, Leeway, Repair
from indexer.lexicon.channel import Habit
from indexer.query.clauses import Chunk
from indexer.query.shorthand import InFull
from indexer.query.words import WordRun, analyze_run
from indexer.vietnamese import FUNCTION_WORDS, forms

TEXTS = (
    "Tuyển Việt Nam gặp tuyển Thái Lan vào tối nay, đội Việt Nam muốn thắng.",
    "Người dân không có tiền để đóng học phí cho con.",
    "Người đi xe máy không đội mũ bảo hiểm bị phạt.",
    "Giá xăng hôm nay giảm mạnh so với hôm qua.",
    "Bác sĩ Bệnh viện K khám cho người bệnh ung thư, Bệnh viện K ở Hà Nội.",
    "Đội Thái Lan thắng trận đầu, giá xăng tăng, thủ tục nhanh hơn.",
    "Vitamin K có nhiều trong rau xanh.",
    "Thủ tục cấp sổ đỏ được rút ngắn.",
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    directory = tmp_path_factory.mktemp("shorthand") / "index"
    build([{"id": str(at), "text": text} for at, text in enumerate(TEXTS)], directory)
    return open_index(directory)


def run_of(text: str) -> WordRun:
    return analyze_run([Chunk(part, 0, 0) for part in text.split()], 64)[0]


@pytest.mark.parametrize(
    ("query", "repaired", "article"),
    [
        ("việt nam vs thái lan", "việt nam với thái lan", "0"),
        ("viet nam vs thai lan", "việt nam với thái lan", "0"),
        ("ko co tien", "không có tiền", "1"),
        ("ko đội mũ bảo hiểm", "không đội mũ bảo hiểm", "2"),
        ("giá xăng hnay", "giá xăng hôm nay", "3"),
        ("gia xang hnay ntn", "giá xăng hôm nay như thế nào", "3"),
        ("thủ tục cấp sổ đỏ ntn", "thủ tục cấp sổ đỏ như thế nào", "7"),
        ("làm sao để đc cấp sổ đỏ", "làm sao để được cấp sổ đỏ", "7"),
    ],
)
def test_shorthand_finds_what_it_stands_for(index: Index, query: str, repaired: str, article: str) -> None:
    results = index.search(SearchRequest(query))
    assert results.interpretation is not None
    assert results.interpretation.repaired == repaired
    assert results.total >= 1
    assert results.passages[0].article.id == article


def test_it_is_nothing_to_ask_about(index: Index) -> None:
    reading = index.search(SearchRequest("ko đội mũ bảo hiểm")).interpretation
    assert reading is not None and not reading.sure


@pytest.mark.parametrize("query", ["bệnh viện k", "vitamin k", "ko", "KO cho thí sinh", "50 k", "k 50"])
def test_letters_that_mean_themselves_stay(index: Index, query: str) -> None:
    reading = index.search(SearchRequest(query)).interpretation
    assert reading is None or "không" not in reading.repaired


def test_it_is_left_alone_where_letters_are_asked_for(index: Index) -> None:
    assert index.search(SearchRequest("ko co tien", literal=True)).interpretation is None
    assert not index.search(SearchRequest('"ko có tiền"')).total


def test_a_repair_of_what_is_in_full_is_one_of_what_was_typed() -> None:
    run = run_of("gia hnay tai ha noi")
    made = InFull(run, {1: ("hôm", "nay")})
    assert made.forms == ("gia", "hom", "nay", "tai", "ha", "noi")
    assert made.leeway([Leeway.LETTERS] * 5)[:4] == [
        Leeway.LETTERS,
        Leeway.DIACRITICS,
        Leeway.DIACRITICS,
        Leeway.LETTERS,
    ]
    forms = ("giá", "hôm", "nay", "tại", "hà", "nội")
    changes = tuple(Change(at, at + 1, (form,)) for at, form in enumerate(forms) if form != made.forms[at])
    found = made.of_typed(Repair(forms, changes, Habit.UNMARKED, 1.0))
    assert found.changes == (
        Change(0, 1, ("giá",)),
        Change(1, 2, ("hôm", "nay")),
        Change(2, 3, ("tại",)),
        Change(3, 4, ("hà",)),
        Change(4, 5, ("nội",)),
    )


def test_a_change_over_the_end_of_shorthand_takes_in_what_it_reaches() -> None:
    made = InFull(run_of("đi hnay nhé"), {1: ("hôm", "nay")})
    found = made.of_typed(Repair(("đi", "hôm", "naynhé"), (Change(2, 4, ("naynhé",)),), Habit.MARKED, 1.0))
    assert found.changes == (Change(1, 3, ("hôm", "naynhé")),)


def test_every_row_is_one_token_and_stands_for_words_that_say_little_or_a_phrase() -> None:
    table = resources.files("indexer.query").joinpath("shorthand.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in table.splitlines() if line and not line.startswith("#")]
    assert len({typed for typed, _, _ in rows}) == len(rows)
    for typed, meant, reason in rows:
        assert forms(typed) == [typed] and reason
        assert len(forms(meant)) > 1 or forms(meant)[0] in FUNCTION_WORDS | {"mình", "biết", "nhiêu", "trước"}
