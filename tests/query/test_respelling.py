"""What stands in a query finds its other spellings."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer import Index, SearchRequest, build, open_index
from indexer.query.clauses import Chunk
from indexer.query.respelling import Respelled
from indexer.query.words import analyze_run
from indexer.schema import Field, title_key
from tests.samples import build_texts

GROUPS = (
    ("5/3/2024", "05/03/2024", "ngày 5 tháng 3 năm 2024"),
    ("ôtô", "ô tô", "ô-tô"),
    ("wifi", "Wi-Fi"),
    ("COVID19", "Covid-19", "covid 19"),
    ("H'Mông", "Hʼmông", "Hmông"),
    ("#SốngXanh", "sống xanh"),
    ("kỹ sư", "kĩ sư"),
    ("640 m²", "640m2", "640"),
    ("Đắk Lắk", "Đắc Lắc", "Đắk Lắc", "Đăc Lăk", "Dak Lak"),
    ("Krông Pắc", "Krông Păk", "Krong Pac"),
    ("quận 1", "Q.1", "Q1"),
    ("U23", "u 23"),
    ("220 kV", "220kV"),
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


def test_a_blank_behind_the_letter_of_a_district_says_nothing(index: Index) -> None:
    found = {passage.article.id for passage in index.search(SearchRequest("Q. 1")).passages}
    assert found == {"Q.1", "Q1", "quận 1"}


def test_a_number_finds_what_is_written_together_with_its_unit(index: Index) -> None:
    found = [hit.article.id for hit in index.search(SearchRequest("640")).passages]
    assert found[0] == "640"
    assert {"640m2", "640 m²"} <= set(found)


def test_a_range_holds_its_ends_and_neither_end_is_the_range(tmp_path: Path) -> None:
    texts = ("tăng 10-15% nhé", "tăng 10% nhé", "tăng 15% nhé", "tăng từ 10% đến 15% nhé", "tăng 10% rồi 15 lần")
    index = open_index(build_texts(tmp_path, {str(number): text for number, text in enumerate(texts)}))
    met = {typed: index.search(SearchRequest(typed)).total for typed in ("10-15%", "từ 10 đến 15%", "10%", "15%")}
    assert met == {"10-15%": 2, "từ 10 đến 15%": 2, "10%": 4, "15%": 3}


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


def one(first: int, key: str, *sequences: str, size: int = 1, whole: bool = False, signs: bool = False) -> Respelled:
    """What has a key; of several syllables that are written as one, that is a syllable too."""
    joined = (key,) if key.isalpha() and size > 1 else ()
    forms = tuple(tuple(each.split()) for each in sequences)
    return Respelled(first, first + size - 1, (key,), joined, forms, whole, signs)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ô tô", [one(0, "oto", size=2)]),
        ("mua ô tô", [one(0, "muao", size=2), one(0, "muaoto", size=3), one(1, "oto", size=2)]),
        # Up to four syllables may be a tag, or any two of them a word; of more only words are.
        (
            "mua ô tô mới",
            [
                one(0, "muao", size=2),
                one(0, "muaotomoi", size=4),
                one(1, "oto", size=2),
                one(2, "tomoi", size=2),
            ],
        ),
        ("mua ô tô mới nhé", [one(1, "oto", size=2)]),
        ("hội nghị lớn ở tỉnh", [one(0, "hoinghi", size=2)]),
        # Nobody writes as one what then is another syllable: `tùy`, `cường`.
        ("tự ý", []),
        ("luong", []),
        ("cụ ông", []),
        # A key of something longer takes in what lies inside.
        ("5/3/2024", [one(0, "2024-03-05", size=3, whole=True)]),
        ("ngày 5/3/2024 họp", [one(0, "2024-03-05", size=4, whole=True)]),
        ("103 km/h", [one(0, "103km/h", size=3, whole=True)]),
        ("12,5% lương", [one(0, "12.5%", whole=True, signs=True)]),
        ("VN1234", [one(0, "vn1234", "vn 1234", whole=True)]),
        ("VN 1234", [one(0, "vn1234", size=2, whole=True)]),
        ("bay VN1234 7 ôbu nhé", [one(1, "vn1234", "vn 1234", whole=True), one(2, "7"), one(3, "obu", "ô bu")]),
        ("H'Ngai", [one(0, "hngai", size=2, whole=True)]),
        # Numbers, and words that are no syllables; those may be written apart.
        ("3 4", [one(0, "3"), one(1, "4")]),
        ("năm 2 trẻ", [one(1, "2")]),
        ("2 b", [one(0, "2"), Respelled(0, 1, ("2b",), ("2b",), whole=False)]),
        ("ôbu", [one(0, "obu", "ô bu")]),
        # Words of the table have its spellings besides, each once.
        (
            "ôxy",
            [
                one(0, "oxy", "ô xy"),
                Respelled(0, 0, sequences=(("oxy",), ("oxi",), ("ôxi",)), whole=False, listed=True),
            ],
        ),
        ("xyz", [one(0, "xyz")]),
        ("xy", []),
        ("quốc", []),
        ("", []),
    ],
)
def test_all_other_spellings_of_a_text(text: str, expected: list[Respelled]) -> None:
    assert list(others(text)) == expected


def test_the_terms_of_other_spellings_are_those_of_passages_and_of_titles() -> None:
    (found,) = others("ô tô")
    assert found.names == [(Field.KEYS, "oto"), (Field.UNMARKED, "oto")]
    assert found.title_names == [(Field.KEYS, title_key("oto")), (Field.TITLE_UNMARKED, "oto")]
    assert title_key("oto") != "oto"
