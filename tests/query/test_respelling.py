"""What stands in a query finds its other spellings."""

from __future__ import annotations

import pytest

from indexer import Index, SearchRequest, build, open_index
from indexer.query.clauses import Chunk
from indexer.query.respelling import Respelled
from indexer.query.words import analyze_run

GROUPS = (
    ("5/3/2024", "05/03/2024", "ngày 5 tháng 3 năm 2024"),
    ("ôtô", "ô tô", "ô-tô"),
    ("wifi", "Wi-Fi"),
    ("COVID19", "Covid-19", "covid 19"),
    ("H'Mông", "Hʼmông", "Hmông"),
    ("#SốngXanh", "sống xanh"),
    ("kỹ sư", "kĩ sư"),
    ("640 m²", "640m2", "640"),
    ("Đắk Lắk", "Đắc Lắc", "Dak Lak"),
    ("tivi", "ti vi"),
    ("Louis XIV", "Louis 14"),
    ("CO₂", "CO2"),
)


def others(text: str) -> tuple[Respelled, ...]:
    run, _ = analyze_run([Chunk(part, 0, 0) for part in text.split()], 64)
    return run.respelled


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    directory = tmp_path_factory.mktemp("respelling") / "index"
    spellings = [spelling for group in GROUPS for spelling in group]
    build([{"id": each, "text": f"Chuyện kể rằng {each} nhé."} for each in spellings], directory)
    return open_index(directory)


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: str(group[0]))
def test_each_spelling_finds_the_others_and_its_own_first(index: Index, group: tuple[str, ...]) -> None:
    for typed in group[: 2 if group[-1] == "640" else None]:
        passages = index.search(SearchRequest(typed, per_page=50)).passages
        found = [passage.article.id for passage in passages]
        assert found[0] == typed
        assert set(group) - {"640"} <= set(found)
        for passage in passages:
            if passage.article.id in group and passage.article.id != "640":
                text, spans = passage.paragraph.text, passage.highlights
                start = text.index(passage.article.id) + passage.article.id.startswith("#")
                end = text.index(passage.article.id) + len(passage.article.id)
                assert any(first <= start and end <= last for first, last in spans), (typed, passage.article.id)


def test_a_number_finds_what_is_written_together_with_its_unit(index: Index) -> None:
    found = [hit.article.id for hit in index.search(SearchRequest("640")).passages]
    assert found[0] == "640"
    assert {"640m2", "640 m²"} <= set(found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("họp ngày 5/3", Respelled(1, 3, keys=("--03-05",))),
        ("tăng 12,5%", Respelled(1, 1, keys=("12.5%",), signs=True)),
        ("bay VN1234", Respelled(1, 1, keys=("vn1234",), sequences=(("vn", "1234"),))),
        ("Hà Nội", Respelled(0, 1, sequences=(("ha", "noi"), ("hanoi",)), whole=False)),
        ("ôtô", Respelled(0, 0, keys=("oto",), sequences=(("ô", "tô"),), whole=False)),
    ],
)
def test_what_is_respelled(text: str, expected: Respelled) -> None:
    found = next(each for each in others(text) if (each.first, each.last) == (expected.first, expected.last))
    assert (found.keys, found.signs, found.whole) == (expected.keys, expected.signs, expected.whole)
    assert set(expected.sequences) <= set(found.sequences)


@pytest.mark.parametrize("text", ["tháng 3", "quốc phòng và an ninh", "năm 2 trẻ", ""])
def test_numbers_that_count_are_no_codes(text: str) -> None:
    together = [key for each in others(text) if each.first != each.last for key in each.keys]
    assert not any(character.isdigit() for key in together for character in key)


def test_what_lies_inside_of_something_longer_is_left_out() -> None:
    (found,) = others("25/2023/TT-BYT")
    assert found.keys == ("25/2023/ttbyt",)
