"""A lexicon with what has changed since it was written answers as one that was learned anew."""

from __future__ import annotations

import functools
import itertools
import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.lexicon import (
    FILE,
    Abbreviations,
    Lexicon,
    LexiconUnusable,
    Repairer,
    Suggester,
    changing,
    facts,
    open_lexicon,
)
from indexer.lexicon.bigrams import UNKNOWN, BigramModel
from indexer.lexicon.changed import ChangedLexicon
from indexer.lexicon.changing import ChangeLearner
from indexer.lexicon.container import read_sections, write_sections
from indexer.lexicon.delta import delta_files
from indexer.lexicon.inputs import LexiconInput, lexicon_input
from indexer.lexicon.learn import Learner
from indexer.vietnamese import Analyses, analyze, fold, forms
from tests.effort import tries

from .texts import TEXTS

SENTENCES = (
    *TEXTS,
    "Bà Trịnh Thị Hoài Thương trồng bưởi Phúc Trạch ở Hương Khê.",
    "Bưởi Phúc Trạch chín. Bưởi Phúc Trạch ngon, bưởi Phúc Trạch rẻ.",
    "Ủy ban nhân dân (UBND) tỉnh họp; uỷ ban nhân dân (UBND) huyện họp.",
    "Mùa bưởi Phúc Trạch",
    "Hội nghị, tổng kết",
    "Hội nghị tổng kết công tác quốc phòng, an ninh",
    "Bộ đội đồng bào đông bào động, bưởi bươi bười",
    "của và",
    "mưa",
    "",
)
QUERIES = (
    "luc luong vu trang",
    "buoi phuc trach",
    "trinh thi hoai thuong",
    "bươi phúc trach",
    "quốc phògn an nih",
    "uy ban nhan dan",
    "nguowif daan vui muwngf",
    "hoi nghi tong ket",
    "dong bao",
    "panasoníc mưa",
)
Article = tuple[tuple[str, bool], ...]
"""Its paragraphs, and which are titles."""


@functools.cache
def lesson(name: str, article: Article) -> tuple[LexiconInput, list[str], list[int]]:
    # Twice each: a phrase that stands once in a text that was learned whole is forgotten.
    texts = [text for text, _ in article for _ in range(2)]
    given = lexicon_input(texts, Analyses.gathered(list(map(analyze, texts))))
    return given, [name] * len(texts), [2 * at for at, (_, is_title) in enumerate(article) if is_title]


def learned(folder: Path, articles: dict[str, Article]) -> Lexicon:
    learner = Learner()
    for name, article in articles.items():
        learner.learn(*lesson(name, article))
    folder.mkdir()
    learner.write(folder)
    return open_lexicon(folder)


def changed(folder: Path, before: Path, removed: dict[str, Article], added: dict[str, Article]) -> Lexicon:
    learner = ChangeLearner(before)
    for name, article in removed.items():
        learner.unlearn(*lesson(name, article))
    for name, article in added.items():
        learner.learn(*lesson(name, article))
    folder.mkdir()
    learner.write(folder)
    return open_lexicon(folder)


def told(lexicon: Lexicon) -> Iterator[object]:
    """All that a lexicon says, by every look-up there is, without its numbers."""
    known = sorted({form for text in SENTENCES for form in forms(text)} | {"vắng", "việtnam"})
    letters = sorted(set(map(fold, known)))

    def spelled(numbers: Iterable[int]) -> list[str]:
        return [lexicon.form(int(number)) for number in numbers]

    yield lexicon.syllables, lexicon.size, lexicon.stats().forms, lexicon.stats().pairs, lexicon.stats().phrases
    for form in known:
        number = lexicon.number(form)
        yield form, number == UNKNOWN, lexicon.count(form), lexicon.capital_share(form)
        if number != UNKNOWN:
            numbers, counts = lexicon.followers(number)
            yield spelled(numbers), counts.tolist()
    numbers, counts = lexicon.followers(0)
    yield spelled(numbers), counts.tolist()
    for each in letters:
        yield each, spelled(lexicon.same_letters(each))
        yield {other: spelled(numbers) for other, numbers in lexicon.neighbours(each).items()}
        yield list(lexicon.neighbours(f"{each}h"))
        for prefix in {each, each[:1], each[:2]}:
            yield prefix, spelled(lexicon.letters_prefixed(prefix))
            if number := lexicon.same_letters(each)[0] if lexicon.same_letters(each) else 0:
                yield lexicon.begin(lexicon.followers(number)[0], prefix).tolist()
            phrases = lexicon.phrases_prefixed(prefix)
            yield [(phrases.at(at), count) for at, count in enumerate(phrases.counts.tolist())]
    for first, second in itertools.product(known[::3], known[::2]):
        yield lexicon.pair_count(first, second), lexicon.is_word_of_two(first, second)
        yield lexicon.capital_pair_count(first, second)
    for first, second in itertools.product(letters[::3], letters[::2]):
        yield lexicon.pair_readings(first, second), lexicon.stand_beside(first, second)
    yield [(each.short, each.long, each.count) for each in lexicon.definitions]
    yield from read(lexicon, known)


def read(lexicon: Lexicon, known: Sequence[str]) -> Iterator[object]:
    """What a lexicon makes of queries."""
    model = BigramModel(lexicon)
    pairs = list(itertools.product(known[::5], known[::4]))
    yield [model.log(lexicon.number(first), lexicon.number(second)) for first, second in pairs]
    repairer, suggester, abbreviations = Repairer(lexicon), Suggester(lexicon), Abbreviations(lexicon)
    for query in QUERIES:
        typed = forms(query)
        yield query, repairer.repair(typed)
        for size in (1, 2, len(typed)):
            yield suggester.suggest(typed[:size], size % 2 == 0), suggester.continuations(typed[:size], True, 8)
        yield abbreviations.find_long(typed), facts(lexicon, query).phrase_count


def same(found: Lexicon, expected: Lexicon) -> None:
    for one, other in zip(told(found), told(expected), strict=True):
        assert one == other


ARTICLES = st.lists(st.tuples(st.sampled_from(SENTENCES), st.booleans()), min_size=1, max_size=3).map(tuple)
NAMES = st.sampled_from("abcdef")
CHANGES = st.lists(
    st.tuples(st.sets(NAMES, max_size=2), st.dictionaries(NAMES, ARTICLES, max_size=2)), min_size=1, max_size=5
)


@settings(max_examples=tries(12), deadline=None)
@given(st.dictionaries(NAMES, ARTICLES, min_size=1), CHANGES, st.integers(1, 4), st.integers(0, 6))
def test_after_any_changes_it_answers_as_one_learned_anew(
    articles: dict[str, Article], changes: list[tuple[set[str], dict[str, Article]]], most: int, folded: int
) -> None:
    with tempfile.TemporaryDirectory() as place, pytest.MonkeyPatch.context() as patch:
        patch.setattr(changing, "MOST_FILES", most)
        patch.setattr(changing, "WHOLE_SHARE", 100.0)
        folder = Path(place)
        learned(folder / "0", articles)
        for step, (gone, added) in enumerate(changes, 1):
            removed = {name: articles[name] for name in articles if name in gone or name in added}
            # However little was learned, what changes it is written beside it, but for one time.
            patch.setattr(changing, "FOLDED_SHARE", -1.0 if step == folded else 100.0)
            found = changed(folder / str(step), folder / str(step - 1), removed, added)
            assert isinstance(found, ChangedLexicon) == (step != folded)
            assert len(delta_files(folder / str(step))) <= most
            articles = {name: each for name, each in articles.items() if name not in removed} | added
        same(found, learned(folder / "anew", articles))


ONLY_HERE = "Bà Trịnh Thị Hoài Thương trồng bưởi. Bà Trịnh Thị Hoài Thương hái bưởi."
OTHER = "Lực lượng vũ trang (LLVT) tỉnh luyện tập. Lực lượng vũ trang (LLVT) huyện họp."


@pytest.fixture
def beside(monkeypatch: pytest.MonkeyPatch) -> None:
    """However little was learned, what changes it is written beside it."""
    monkeypatch.setattr(changing, "FOLDED_SHARE", 100.0)
    monkeypatch.setattr(changing, "WHOLE_SHARE", 100.0)


@pytest.fixture
def start(tmp_path: Path, beside: None) -> Path:
    """The folder of a lexicon of two articles, `kept` and `gone`."""
    learned(tmp_path / "start", {"kept": tuple((text, False) for text in TEXTS), "gone": ((ONLY_HERE, True),)})
    return tmp_path / "start"


def test_what_a_change_writes_is_small_and_the_lexicon_is_shared(start: Path, tmp_path: Path) -> None:
    changed(tmp_path / "next", start, {}, {"new": (("Mưa to ở Nghi Xuân.", True),)})
    assert (tmp_path / "next" / FILE).samefile(start / FILE)
    (written,) = delta_files(tmp_path / "next")
    assert written.stat().st_size < (start / FILE).stat().st_size / 10


def test_what_only_a_removed_article_had_is_neither_told_nor_in_what_is_written(start: Path, tmp_path: Path) -> None:
    found = changed(tmp_path / "next", start, {"gone": ((ONLY_HERE, True),)}, {})
    assert found.number("trịnh") == UNKNOWN
    assert not found.same_letters("trinh")
    assert found.phrase_count("trịnh thị hoài thương") is None
    assert Suggester(found).suggest(["trinh"], False) == []
    assert Repairer(found).repair(["trinh", "thi"]).forms == ("trinh", "thi")
    (written,) = delta_files(tmp_path / "next")
    assert "trịnh".encode() not in written.read_bytes()


def test_what_was_added_and_removed_again_is_in_no_file_of_changes_that_is_written(
    start: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changing, "MOST_FILES", 1)
    new: dict[str, Article] = {"new": (("Ông Đoàn Xuân Quyết (ĐXQ) ở Nghi Xuân.", True),)}
    changed(tmp_path / "added", start, {}, new)
    found = changed(tmp_path / "removed", tmp_path / "added", new, {})
    (written,) = delta_files(tmp_path / "removed")
    assert "quyết".encode() in delta_files(tmp_path / "added")[0].read_bytes()
    assert "quyết".encode() not in written.read_bytes()
    assert found.number("quyết") == UNKNOWN


def test_the_example_of_an_abbreviation_is_an_article_that_is_there(start: Path, tmp_path: Path) -> None:
    def example(lexicon: Lexicon) -> dict[str, tuple[int, str]]:
        return {each.short: (each.count, each.article) for each in lexicon.definitions}

    other: dict[str, Article] = {"other": ((OTHER, False),)}
    assert example(open_lexicon(start))["LLVT"] == (2, "kept")
    more = changed(tmp_path / "1", start, {}, other)
    assert example(more)["LLVT"] == (6, "kept")
    kept: dict[str, Article] = {"kept": tuple((text, False) for text in TEXTS)}
    less = changed(tmp_path / "2", tmp_path / "1", kept, {})
    assert example(less) == {"LLVT": (4, "other")}
    none = changed(tmp_path / "3", tmp_path / "2", other, {})
    assert example(none) == {}


def test_many_changes_are_merged_and_written_into_the_lexicon_in_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changing, "WHOLE_SHARE", 100.0)
    monkeypatch.setattr(changing, "FOLDED_SHARE", 2.0)
    texts = [f"Người thứ {number} ở làng {chr(97 + number % 26)}{number} mừng vui." for number in range(60)]
    folder = tmp_path / "0"
    learned(folder, {"first": ((TEXTS[0], False),)})
    counts = []
    for number, text in enumerate(texts, 1):
        folder = tmp_path / str(number)
        changed(folder, tmp_path / str(number - 1), {}, {f"bai-{number}": ((text, False),)})
        counts.append(len(delta_files(folder)))
    assert max(counts) == changing.MOST_FILES
    assert 0 in counts
    found = open_lexicon(folder)
    assert (found.count("người"), found.count("a26"), found.paragraphs) == (120, 2, 122)


@pytest.mark.usefixtures("beside")
def test_so_much_at_once_is_learned_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changing, "WHOLE_SHARE", 0.5)
    learned(tmp_path / "0", {"first": tuple((text, False) for text in TEXTS)})
    changed(tmp_path / "1", tmp_path / "0", {}, {"second": ((TEXTS[0], False),)})
    assert len(delta_files(tmp_path / "1")) == 1
    found = changed(tmp_path / "2", tmp_path / "1", {}, {"third": tuple((text, False) for text in TEXTS[:4])})
    assert not delta_files(tmp_path / "2")
    assert found.count("lượng") == 2 * 3 + 2 + 2 * 3


def test_changes_that_are_damaged_lost_or_of_another_lexicon_are_noticed(start: Path, tmp_path: Path) -> None:
    changed(tmp_path / "1", start, {}, {"new": ((OTHER, False),)})
    changed(tmp_path / "2", tmp_path / "1", {}, {"newer": ((ONLY_HERE, False),)})
    first, last = delta_files(tmp_path / "2")
    content = last.read_bytes()
    for at in range(0, len(content), max(1, len(content) // 61)):
        damaged = bytearray(content)
        damaged[at] ^= 0x40
        last.unlink()
        last.write_bytes(damaged)
        with pytest.raises(LexiconUnusable):
            open_lexicon(tmp_path / "2")
    last.write_bytes(content)
    first.unlink()
    with pytest.raises(LexiconUnusable, match="beside it"):
        open_lexicon(tmp_path / "2")
    learned(tmp_path / "another", {"a": ((OTHER, False),)})
    (tmp_path / "another" / last.name).write_bytes(delta_files(tmp_path / "1")[0].read_bytes())
    with pytest.raises(LexiconUnusable, match="another lexicon"):
        open_lexicon(tmp_path / "another")


@pytest.mark.usefixtures("beside")
def test_a_lexicon_of_the_version_before_is_written_whole_by_the_first_change(tmp_path: Path) -> None:
    learned(tmp_path / "0", {"first": tuple((text, False) for text in TEXTS)})
    sections = {name: each for name, each in read_sections(tmp_path / "0" / FILE).items() if name != "phrase_own"}
    (tmp_path / "old").mkdir()
    write_sections(tmp_path / "old" / FILE, sections)
    found = changed(tmp_path / "1", tmp_path / "old", {}, {"second": ((TEXTS[0], False),)})
    assert not delta_files(tmp_path / "1")
    assert "phrase_own" in read_sections(tmp_path / "1" / FILE)
    assert found.count("lượng") == 2 * 3 + 2


@pytest.mark.usefixtures("beside")
def test_a_lexicon_that_knows_no_pairs_in_capitals_expects_them_by_their_syllables(tmp_path: Path) -> None:
    learned(tmp_path / "0", {"first": (("Họ đến Hà Nội. Ở Hà Nội mưa. Trời Hà nội mưa, hà nội nắng.", False),)})
    # Lessons have each text twice.
    assert open_lexicon(tmp_path / "0").capital_pair_count("hà", "nội") == 4
    sections = read_sections(tmp_path / "0" / FILE)
    about = json.loads(sections["about"].tobytes()) | {"capital_pairs": None}
    old = {name: each for name, each in sections.items() if not name.startswith("capital_pair")}
    (tmp_path / "old").mkdir()
    write_sections(tmp_path / "old" / FILE, {**old, "about": np.frombuffer(json.dumps(about).encode(), np.uint8)})
    # Eight times side by side, of which the shares of capitals are three and two quarters.
    assert open_lexicon(tmp_path / "old").capital_pair_count("hà", "nội") == 3
    found = changed(tmp_path / "1", tmp_path / "old", {}, {"second": (("Mưa ở Hà Nội. Nắng ở Hà Nội.", False),)})
    assert delta_files(tmp_path / "1")
    count = found.pair_count("hà", "nội")
    assert count > 8
    expected = count * found.capital_share("hà") * found.capital_share("nội")
    assert found.capital_pair_count("hà", "nội") == round(expected)
