"""Queries as people type them are read as what was meant, and clean ones are left alone."""

from __future__ import annotations

import gzip
import itertools
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.lexicon import open_lexicon
from indexer.lexicon.channel import Habit
from indexer.lexicon.repair import LONGEST_QUERY, Change, Repairer
from indexer.vietnamese import fold, forms, has_diacritics

from .texts import TEXTS, learner_of, lexicon_of


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Repairer:
    """A repairer that has read the small texts three times over."""
    return Repairer(lexicon_of(tmp_path_factory.mktemp("small"), TEXTS * 3))


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory, shared_data: Path) -> Repairer:
    """A repairer that has read every sixteenth article of an encyclopedia."""
    folder = tmp_path_factory.mktemp("large")
    with gzip.open(shared_data / "viwiki" / "articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in itertools.islice(lines, 0, None, 16)]
    with open(shared_data / "xquad-vi" / "corpus.jsonl", encoding="utf-8") as lines:
        texts += [json.loads(line)["text"] for line in lines]
    learner_of([paragraph for text in texts for paragraph in text.split("\n\n")]).write(folder)
    return Repairer(open_lexicon(folder))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("luc luong vu trang tinh ha tinh", "lực lượng vũ trang tỉnh hà tĩnh"),
        ("luc luong vũ trang tinh hà tĩnh", "lực lượng vũ trang tỉnh hà tĩnh"),
        ("luwcj luwowngj vux trang", "lực lượng vũ trang"),
        ("lu75c lu7o75ng vu4 trang", "lực lượng vũ trang"),
        ("lự lượng vũ trang", "lực lượng vũ trang"),
        ("lực lượnng vũ trang", "lực lượng vũ trang"),
        ("lực lượng vũ tragn", "lực lượng vũ trang"),
        ("lưc lương vũ trang", "lực lượng vũ trang"),
        ("lựclượng vũtrang", "lực lượng vũ trang"),
        ("quocphong", "quốc phòng"),
        ("quocphonganninh", "quốc phòng an ninh"),
        ("đồngbào hàtĩnh", "đồng bào hà tĩnh"),
        ("quốcphòng", "quốc phòng"),
        ("hatinh", "hà tĩnh"),
        ("nguoi dan vui mung chao don", "người dân vui mừng chào đón"),
        ("người dân vui mừng trào đón", "người dân vui mừng chào đón"),
        ("vui m ừng", "vui mừng"),
        ("lực lượg vũ trang", "lực lượng vũ trang"),
        ("tỉh hà tĩh", "tỉnh hà tĩnh"),
    ],
)
def test_slips_of_every_kind_are_read_as_what_was_meant(small: Repairer, typed: str, meant: str) -> None:
    assert " ".join(small.repair(typed.split(" ")).forms) == meant


@pytest.mark.parametrize(
    ("typed", "habit"),
    [
        ("luc luong vu trang", Habit.UNMARKED),
        ("lực luong vu trang", Habit.HALF_MARKED),
        ("luwcj luwowngj vux trang", Habit.TELEX),
        ("lu75c lu7o75ng vu4 trang", Habit.VNI),
        ("lực lượng vũ trang", Habit.MARKED),
    ],
)
def test_the_habit_of_typing_is_recognised(small: Repairer, typed: str, habit: Habit) -> None:
    assert small.repair(typed.split(" ")).habit is habit


def test_what_the_text_says_is_left_alone(small: Repairer) -> None:
    for text in TEXTS:
        typed = forms(text)
        repaired = small.repair(typed)
        assert repaired.forms == tuple(typed)
        assert repaired.changes == ()
        assert repaired.margin == 0.0
        assert repaired.confidence == 0.5


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        # `mừng trào` stands in the text, `trào đón` does not, and `chào` stands beside both.
        ("vui mừng trào đón năm mới", "vui mừng chào đón năm mới"),
        # Between two words, or at an end, that is all there is.
        ("vui mừng trào", "vui mừng trào"),
        # `chào` does not stand before `lệ`: then nothing says that it was meant.
        ("mừng trào lệ", "mừng trào lệ"),
        # Without diacritics letters stay that stand beside one neighbour.
        ("mung trao don", "mừng trào đón"),
    ],
)
def test_letters_that_stand_beside_one_neighbour_change_into_what_stands_beside_both(
    tmp_path: Path, typed: str, meant: str
) -> None:
    repairer = Repairer(lexicon_of(tmp_path, (*TEXTS * 3, *["Nước mắt mừng trào ra, mẹ đón con về."] * 2)))
    assert " ".join(repairer.repair(typed.split(" ")).forms) == meant


def test_diacritics_that_fit_better_do_not_keep_letters_that_do_not(tmp_path: Path) -> None:
    """`nhân đang` stands here and there, but `ủy ban nhân dâng` was meant as what stands everywhere."""
    texts = ["Ủy ban nhân dân tỉnh họp."] * 60 + ["Công nhân đang làm đường, thầy đang dạy."] * 4
    repairer = Repairer(lexicon_of(tmp_path, texts * 30))
    assert repairer.repair(forms("ủy ban nhân dâng")).forms == tuple(forms("ủy ban nhân dân"))


@pytest.mark.parametrize("typed", ["panasonic việt nam", "llvt", "2023", "c++", "qp an", "b52", "covid 19"])
def test_names_codes_and_numbers_are_left_alone(small: Repairer, typed: str) -> None:
    assert small.repair(forms(typed)).changes == ()


def test_a_change_names_what_it_replaces(small: Repairer) -> None:
    repaired = small.repair(["tỉnh", "hatinh", "luyện", "tậpp"])
    assert repaired.forms == ("tỉnh", "hà", "tĩnh", "luyện", "tập")
    assert repaired.changes == (Change(1, 2, ("hà", "tĩnh")), Change(3, 4, ("tập",)))
    assert repaired.margin > 0
    assert 0.5 < repaired.confidence <= 1.0


def test_a_lexicon_of_nothing_changes_nothing(tmp_path: Path) -> None:
    repairer = Repairer(lexicon_of(tmp_path, []))
    for typed in ("luc luong", "quoocs", "hà tĩnh"):
        assert repairer.repair(typed.split(" ")).changes == ()


def test_no_query_is_no_query(small: Repairer) -> None:
    assert small.repair([]).forms == ()


def test_a_long_query_is_repaired_as_far_as_its_limit(small: Repairer) -> None:
    typed = ["luc", "luong"] * LONGEST_QUERY
    repaired = small.repair(typed).forms
    assert repaired[:2] == ("lực", "lượng")
    assert repaired[LONGEST_QUERY:] == tuple(typed[LONGEST_QUERY:])


@given(st.lists(st.text(min_size=1, max_size=40), max_size=12))
def test_any_forms_are_answered(small: Repairer, typed: list[str]) -> None:
    repaired = small.repair(typed)
    at = 0
    rebuilt: list[str] = []
    for change in repaired.changes:
        assert at <= change.start < change.end <= len(typed)
        rebuilt += [*typed[at : change.start], *change.forms]
        at = change.end
    assert repaired.forms == (*rebuilt, *typed[at:])


@given(st.text(alphabet="aăâeêioôơuưyáàảãạđbcghklmnprstvxfjwz 0123456789", max_size=60))
def test_any_typing_is_answered(small: Repairer, text: str) -> None:
    small.repair(forms(text))


@pytest.mark.data
def test_questions_typed_in_every_way_are_restored(large: Repairer, shared_data: Path) -> None:
    folder = shared_data / "xquad-vi"
    clean = _questions(folder / "queries.jsonl")
    for name, least in (("queries", 0.99), ("queries.nodiac", 0.95), ("queries.telex", 0.99), ("queries.vni", 0.99)):
        right = total = 0
        for number, text in _questions(folder / f"{name}.jsonl").items():
            meant = forms(clean[number])
            got = large.repair(forms(text)).forms
            total += len(meant)
            if len(got) == len(meant):
                right += sum(a == b for a, b in zip(got, meant, strict=True))
        assert total > 500
        assert right / total >= least, name


@pytest.mark.data
def test_clean_questions_survive(large: Repairer, shared_data: Path) -> None:
    changed = total = 0
    for text in _questions(shared_data / "xquad-vi" / "queries.jsonl").values():
        typed = forms(text)
        total += len(typed)
        changed += sum(change.end - change.start for change in large.repair(typed).changes)
    assert changed <= total / 200


@pytest.mark.data
def test_letters_stay_when_only_marks_are_missing(large: Repairer, shared_data: Path) -> None:
    for text in _questions(shared_data / "xquad-vi" / "queries.nodiac.jsonl").values():
        repaired = large.repair(forms(text))
        if len(repaired.forms) == len(forms(text)):
            same = [fold(a) == b for a, b in zip(repaired.forms, forms(text), strict=True)]
            assert sum(same) >= len(same) - 2


@pytest.mark.data
def test_the_letters_of_a_word_asked_alone_stay_where_the_text_has_it(large: Repairer, shared_data: Path) -> None:
    questions = _questions(shared_data / "xquad-vi" / "queries.jsonl", 2).values()
    words = sorted({form for text in questions for form in forms(text) if has_diacritics(form)})
    known = [form for form in words if large._lexicon.count(form) >= 3]
    assert len(known) > 500
    assert [form for form in known if fold("".join(large.repair([form]).forms)) != fold(form)] == []


def _questions(path: Path, stride: int = 24) -> dict[str, str]:
    with open(path, encoding="utf-8") as lines:
        return {entry["_id"]: entry["text"] for entry in map(json.loads, itertools.islice(lines, 0, None, stride))}


def test_a_word_alone_that_the_text_has_is_not_read_as_another(tmp_path: Path) -> None:
    texts = [*[f"Nhà {at} rất cao." for at in range(300)], *["Họ cào lúa."] * 3, "Con cáo ấy."]
    repairer = Repairer(lexicon_of(tmp_path, texts))
    assert repairer.repair(["cào"]).forms == ("cào",)
    # What stands there once may be a slip, and beside others what they say counts.
    assert repairer.repair(["cáo"]).forms == ("cao",)
    assert repairer.repair(["rất", "cào"]).forms == ("rất", "cao")


def test_foreign_letters_alone_that_the_text_has_are_not_read_as_keys(tmp_path: Path) -> None:
    texts = ["Tảo biển và tảo nâu.", *["Củ Taro của Nhật."] * 3]
    repairer = Repairer(lexicon_of(tmp_path, texts))
    assert repairer.repair(["taro"]).forms == ("taro",)
    assert repairer.repair(["taro", "bieern"]).forms == ("tảo", "biển")


def test_two_syllables_are_hardly_two_slips(tmp_path: Path) -> None:
    repairer = Repairer(lexicon_of(tmp_path, ["Ma tuý bị cấm. Bắt ma tuý. Chống ma tuý, cai ma tuý."] * 3))
    assert repairer.repair(("má", "tui")).changes == ()
    # One of them may be one.
    assert repairer.repair(("ma", "tuí")).forms == ("ma", "tuý")


def test_a_word_at_the_end_of_a_short_query_keeps_its_letters(tmp_path: Path) -> None:
    prices = ["Giá cao quá, chê giá cao mãi.", "Mua nhà giá cao."] * 60
    others = [*["Một quả cam, hai quả cam."] * 3, *["Lực lượng vũ trang tỉnh Hà Tĩnh."] * 300]
    repairer = Repairer(lexicon_of(tmp_path, [*prices, *others]))
    assert repairer.repair(("giá", "cam")).changes == ()
    assert repairer.repair(("giá", "caoo")).forms == ("giá", "cao")


def test_a_word_without_diacritics_alone_is_not_read_as_one_with(tmp_path: Path) -> None:
    texts = [
        "Con voi ăn với bầy voi.",
        "Đi với mẹ, với cha, với bạn, với thầy, với cô.",
        "Xem voi về với rừng, về quê, về nhà.",
    ]
    repairer = Repairer(lexicon_of(tmp_path, texts))
    assert repairer.repair(("voi",)).changes == ()
    assert repairer.repair(("ve",)).forms == ("về",)
