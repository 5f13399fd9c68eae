"""What is counted while indexing, and that it can be gone on with."""

from __future__ import annotations

import itertools
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.lexicon import learn as learn_module
from indexer.lexicon import open_lexicon
from indexer.lexicon.inputs import lexicon_input
from indexer.lexicon.learn import Learner
from indexer.lexicon.saving import Learned
from indexer.vietnamese import Analyses, analyze, forms

from .texts import TEXTS, learner_of, lexicon_of


def capital_pairs(learned: Learned) -> list[tuple[int, int]]:
    """Pairs in capitals with their counts."""
    assert learned.capital_pairs is not None
    keys, counts = learned.capital_pairs
    return list(zip(keys.tolist(), counts.tolist(), strict=True))


def test_syllables_are_counted_with_their_share_of_capitals(tmp_path: Path) -> None:
    lexicon = lexicon_of(tmp_path)
    counts = Counter(form for text in TEXTS for form in forms(text))
    assert {form: lexicon.count(form) for form in counts} == dict(counts)
    assert lexicon.count("nam") == 4
    assert lexicon.capital_share("nam") == 1.0
    assert lexicon.capital_share("đường") == pytest.approx(1 / 3)
    assert lexicon.count("vắng") == 0
    assert lexicon.capital_share("vắng") == 0.0


def test_pairs_are_counted_within_sentences_and_with_their_ends(tmp_path: Path) -> None:
    lexicon = lexicon_of(tmp_path, ["Mưa to. Gió lớn, mưa to (rất to)!"])
    assert lexicon.pair_count("mưa", "to") == 2
    assert lexicon.pair_count("lớn", "mưa") == 1
    assert lexicon.pair_count("to", "gió") == 0
    assert lexicon.pair_count("", "gió") == 1
    assert lexicon.pair_count("to", "") == 3
    assert lexicon.pair_count("to", "rất") == 0


def test_pairs_that_both_begin_with_a_capital_are_counted_where_only_a_blank_is_between(tmp_path: Path) -> None:
    lexicon = lexicon_of(tmp_path, ["Ca sĩ Mỹ Tâm và Hà Nội, Mỹ. Mỹ - Tâm; trấn thành", "Mỹ Tâm Thu hát ở mỹ tâm"])
    assert lexicon.capital_pair_count("mỹ", "tâm") == 2
    assert lexicon.capital_pair_count("tâm", "thu") == 1
    assert lexicon.capital_pair_count("nội", "mỹ") == 0
    assert lexicon.capital_pair_count("ca", "sĩ") == 0
    assert lexicon.capital_pair_count("trấn", "thành") == 0
    assert lexicon.capital_pair_count("", "ca") == lexicon.capital_pair_count("vắng", "mỹ") == 0


def test_pairs_agree_with_counting_one_by_one(shared_data: Path, tmp_path: Path) -> None:
    text = (shared_data / "ha-tinh" / "article.txt").read_text("utf-8")
    lines = [line for line in text.splitlines() if line.strip()]
    lexicon = lexicon_of(tmp_path, lines)
    counted: Counter[tuple[str, str]] = Counter()
    for line in lines:
        analysis = analyze(line)
        for at, (first, second) in enumerate(itertools.pairwise(analysis.forms)):
            if line[analysis.ends[at] : analysis.starts[at + 1]] in (" ", ", ", "-", " - ", " – ", "/"):
                counted[first, second] += 1
    assert len(counted) > 500
    assert {pair: lexicon.pair_count(*pair) for pair in counted} == dict(counted)


def test_learning_in_batches_gives_what_learning_at_once_gives(tmp_path: Path) -> None:
    at_once = lexicon_of(_folder(tmp_path, "a")).learned()
    learner = Learner()
    for text in TEXTS:
        learner.add(analyze(text), text)
        learner._count()
    learner.write(_folder(tmp_path, "b"))
    in_batches = open_lexicon(tmp_path / "b").learned()
    assert in_batches.forms == at_once.forms
    assert in_batches.counts.tolist() == at_once.counts.tolist()
    assert in_batches.pairs.tolist() == at_once.pairs.tolist()
    assert in_batches.pair_counts.tolist() == at_once.pair_counts.tolist()
    assert capital_pairs(in_batches) == capital_pairs(at_once) != []
    assert in_batches.phrases == at_once.phrases


def test_a_lexicon_can_be_learned_further(tmp_path: Path) -> None:
    whole = lexicon_of(_folder(tmp_path, "whole"), TEXTS)
    first = lexicon_of(_folder(tmp_path, "first"), TEXTS[:3])
    learner_of(TEXTS[3:], base=first).write(_folder(tmp_path, "second"))
    further = open_lexicon(tmp_path / "second")
    assert further.learned().forms == whole.learned().forms
    assert further.learned().counts.tolist() == whole.learned().counts.tolist()
    assert further.learned().capitals.tolist() == whole.learned().capitals.tolist()
    assert further.learned().pairs.tolist() == whole.learned().pairs.tolist()
    assert further.learned().pair_counts.tolist() == whole.learned().pair_counts.tolist()
    assert capital_pairs(further.learned()) == capital_pairs(whole.learned()) != []
    assert {(d.short, d.long, d.count) for d in further.definitions} == {
        (d.short, d.long, d.count) for d in whole.definitions
    }
    assert further.paragraphs == whole.paragraphs == len(TEXTS)


def test_phrases_are_whole_words_without_function_words_at_their_ends(tmp_path: Path) -> None:
    learned = lexicon_of(tmp_path).learned()
    assert learned.phrases["lực lượng vũ trang"] == 3
    assert learned.phrases["hà tĩnh"] == 2
    assert learned.phrases["người dân vui mừng"] == 2
    assert not any(phrase.split(" ")[0] in ("và", "của", "ở", "được") for phrase in learned.phrases)
    assert not any(", " in phrase or "an ninh được" in phrase for phrase in learned.phrases)


def test_titles_are_phrases_however_rare(tmp_path: Path) -> None:
    learner = Learner()
    title = "Một chuyến đi xa của những người trẻ"
    learner.add(analyze(title), title, title=True)
    learner.write(tmp_path)
    lexicon = open_lexicon(tmp_path)
    assert lexicon.learned().titles == {title.lower(): 1}
    assert lexicon.phrase_count(title.lower()) == 1


def test_a_lexicon_is_stale_when_more_than_a_tenth_is_gone(tmp_path: Path) -> None:
    learner = learner_of(TEXTS * 5)
    unlearn(learner, TEXTS[:3])
    learner.write(_folder(tmp_path, "fresh"))
    fresh = open_lexicon(tmp_path / "fresh")
    assert not fresh.stale
    learner = Learner(fresh)
    unlearn(learner, TEXTS[3:4])
    learner.write(_folder(tmp_path, "stale"))
    assert open_lexicon(tmp_path / "stale").stale


def unlearn(learner: Learner, texts: Sequence[str], titles: Sequence[int] = (), article: str = "") -> None:
    lesson = lexicon_input(texts, Analyses.gathered(list(map(analyze, texts))))
    learner.unlearn(lesson, [article] * len(texts), titles)


SENTENCES = (
    "Bà Trịnh Thị Hoài Thương trồng bưởi Phúc Trạch ở Hương Khê.",
    "Bưởi Phúc Trạch chín. Bưởi Phúc Trạch ngon, bưởi Phúc Trạch rẻ.",
    "Lực lượng vũ trang (LLVT) tỉnh phối hợp với lực lượng vũ trang (LLVT) huyện.",
    "Ủy ban nhân dân (UBND) tỉnh họp.",
    "Mùa bưởi Phúc Trạch",
    "Hội nghị tổng kết công tác quốc phòng, an ninh",
    "mưa",
    "",
)


@given(
    st.lists(st.tuples(st.sampled_from(SENTENCES), st.booleans()), max_size=8),
    st.lists(st.tuples(st.sampled_from(SENTENCES), st.booleans()), min_size=1, max_size=5),
    st.booleans(),
)
def test_what_only_removed_texts_had_is_gone_and_the_rest_is_as_if_they_had_never_been(
    kept: list[tuple[str, bool]], removed: list[tuple[str, bool]], continued: bool
) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        alone, both = Learner(), Learner()
        for text, title in kept:
            alone.add(analyze(text), text, title=title, article="a")
            both.add(analyze(text), text, title=title, article="a")
        for text, title in removed:
            both.add(analyze(text), text, title=title, article="b")
        if continued:
            both.write(_folder(folder, "both"))
            both = Learner(open_lexicon(folder / "both"))
        titles = [number for number, (_, title) in enumerate(removed) if title]
        unlearn(both, [text for text, _ in removed], titles, "b")
        alone.write(_folder(folder, "alone"))
        both.write(_folder(folder, "left"))
        expected, found = open_lexicon(folder / "alone").learned(), open_lexicon(folder / "left").learned()
    assert found.forms == expected.forms
    assert found.counts.tolist() == expected.counts.tolist()
    assert found.capitals.tolist() == expected.capitals.tolist()
    assert found.pairs.tolist() == expected.pairs.tolist()
    assert found.pair_counts.tolist() == expected.pair_counts.tolist()
    assert capital_pairs(found) == capital_pairs(expected)
    assert found.titles == expected.titles
    # A phrase that was counted once in a text that is kept may be lost; none is kept that is not in one.
    assert found.phrases.items() <= expected.phrases.items()
    assert found.titles.keys() <= found.phrases.keys()
    short = {(each.short, each.long, each.count) for each in found.definitions}
    assert short == {(each.short, each.long, each.count) for each in expected.definitions}
    assert all(each.article == "a" for each in found.definitions)


def test_an_empty_text_teaches_nothing_and_breaks_nothing(tmp_path: Path) -> None:
    lexicon = lexicon_of(tmp_path, ["", "...", "\n"])
    assert lexicon.stats().forms == 0
    assert lexicon.count("") == 0
    assert lexicon.stats().paragraphs == 3


def test_a_full_vocabulary_takes_no_more_forms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learn_module, "MOST_FORMS", 4)
    lexicon = lexicon_of(tmp_path, ["một hai ba bốn năm một hai", "bốn năm bốn năm"])
    assert lexicon.stats().forms == 3
    assert lexicon.count("một") == 2
    assert lexicon.count("năm") == 0
    assert lexicon.pair_count("ba", "") == 1


def _folder(parent: Path, name: str) -> Path:
    folder = parent / name
    folder.mkdir()
    return folder
