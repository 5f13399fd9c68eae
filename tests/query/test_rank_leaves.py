"""The leaves that runs of plain words are ranked by, with their weights, as a table.

The weight of a syllable is 2 here, so that it can be told from that of nothing; the others are the defaults.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from indexer.engine.query import Any, Node, Phrase, Term
from indexer.lexicon import Change
from indexer.query.clauses import Chunk
from indexer.query.frequencies import Frequencies
from indexer.query.rank import rank
from indexer.query.read import Words, names_of_words
from indexer.query.reading import Meaning, Reading, _analyzed, _replaced
from indexer.query.weighing import CapitalWeights
from indexer.query.words import analyze_run
from indexer.schema import Field
from indexer.settings import Settings
from tests.query.vocabulary import TextVocabulary

SETTINGS = Settings(weight_syllables=2.0, weight_words=0.6, weight_bigrams=0.5, weight_unmarked=0.1, weight_title=0.2)
VOCABULARY = TextVocabulary(
    "Công tác quốc phòng, an ninh; QP-AN và quoc phong.",
    "Lực lượng vũ trang diễn tập; tập thể; luc luong LLVT lam việc.",
    "Chiếc ô tô oto ôtô; Hà Nội, Ha Noi, Hanoi; hồ rộng.",
    title="Diễn tập quốc phòng",
)


SIGNS = {
    Field.SYLLABLES: "",
    Field.UNMARKED: "~",
    Field.WORDS: "word:",
    Field.BIGRAMS: "pair:",
    Field.TITLE: "title:",
    Field.TITLE_UNMARKED: "title~",
}


def words(
    text: str,
    *meanings: Meaning,
    changes: Sequence[tuple[int, int, tuple[str, ...]]] = (),
    confidence: float = 0.9,
    dropped: Sequence[int] = (),
) -> Words:
    """A run that was read so: with these repairs and other meanings, some of its tokens dropped."""
    run, _ = analyze_run([Chunk(part, 0, len(part)) for part in text.split()], 64)
    repaired, places = _replaced(run.forms, [Change(*change) for change in changes])
    repairs = tuple(Meaning(start, end, forms, confidence, "repair", sure=True) for start, end, forms in changes)
    again = _analyzed(repaired) if changes else None
    reading = Reading((*repairs, *meanings), repaired, confidence, repairs, places, again)
    return Words(run, reading, [at in dropped for at in range(len(run.forms))])


def shown(node: Node) -> str:
    if isinstance(node, Any):
        return " | ".join(map(shown, node.children))
    assert isinstance(node, Term | Phrase)
    form = node.form if isinstance(node, Term) else "+".join(node.forms)
    return f"{SIGNS[node.field]}{form} {round(node.weight, 4):g}"


def leaves(*runs: Words) -> tuple[str, str]:
    names = [name for each in runs for name in names_of_words(each)]
    found = rank(runs, Frequencies.ask(VOCABULARY, names), SETTINGS, CapitalWeights(None, 0.0))
    return ", ".join(map(shown, found.syllables)), ", ".join(map(shown, found.optional))


@pytest.mark.parametrize(
    ("read", "syllables", "optional"),
    [
        # As typed, with what has it in words, side by side and in titles.
        (
            words("quốc phòng"),
            "quốc 2, phòng 2",
            "title:quốc 0.2, ~quoc 0.1, title:phòng 0.2, ~phong 0.1, word:quốc_phòng 0.6, pair:quốc phòng 0.5",
        ),
        # Without diacritics a form that the text has no other way means itself.
        (
            words("quoc phong"),
            "quoc 2, phong 2",
            "word:quoc 0.3, word:phong 0.3, pair:quoc phong 0.5",
        ),
        # What the text has with diacritics alone is met by its letters.
        (
            words("dien tap"),
            "~dien 2, ~tap 2",
            "title~dien 0.2, title~tap 0.2, ~dien+tap 0.5",
        ),
        (
            words("lam việc"),
            "lam 2, việc 2",
            "~viec 0.1, word:lam 0.6, word:việc 0.6, pair:lam việc 0.5",
        ),
        (
            words("luc lượng"),
            "luc 2, lượng 2",
            "~luong 0.1",
        ),
        # What the text lacks does not count beside what it has.
        (
            words("đường hồ"),
            "hồ 2",
            "~ho 0.1, word:hồ 0.6",
        ),
        (
            words("đường xá"),
            "đường 2, xá 2",
            "",
        ),
        (
            words("tâp thể"),
            "~tap 2, thể 2",
            "title~tap 0.2, ~the 0.1, ~tap+the 0.5",
        ),
        # A repair takes .7 of its certainty from what was typed.
        (
            words("diễn tâp", changes=[(1, 2, ("tập",))]),
            "diễn 2, ~tap 0.74",
            "title:diễn 0.2, ~dien 0.1, title:tập 0.18, title~tap 0.02, tập 1.26, word:diễn_tập 0.54, "
            "pair:diễn tập 0.45",
        ),
        # Beside a form that the text has it weighs half.
        (
            words("luc lượng", changes=[(0, 1, ("lực",))]),
            "luc 2 | lực 0.9, lượng 2",
            "~luong 0.1, word:lực_lượng 0.54, pair:lực lượng 0.45",
        ),
        # To what the text lacks nothing is repaired.
        (
            words("thể hồ", changes=[(0, 1, ("thế",))]),
            "thể 2, hồ 2",
            "~the 0.1, ~ho 0.1, word:hồ 0.6",
        ),
        (
            words("hồ thể", changes=[(0, 1, ("ô",))]),
            "hồ 2 | ô 0.9, thể 2",
            "~ho 0.1, ~the 0.1",
        ),
        # In a text without diacritics what was left alone means itself as surely.
        (
            words("dien tap lam", changes=[(0, 1, ("diễn",)), (1, 2, ("tập",))], confidence=0.8),
            "~dien 0.88, ~tap 0.88, lam 2",
            "title:diễn 0.16, title~dien 0.04, diễn 1.12, title:tập 0.16, title~tap 0.04, tập 1.12, "
            "word:diễn_tập 0.48, word:lam 0.48, pair:diễn tập 0.4",
        ),
        # A certain repair decides what matches.
        (
            words("dien tap", changes=[(0, 1, ("diễn",)), (1, 2, ("tập",))], confidence=1.0),
            "diễn 1.4, tập 1.4",
            "title:diễn 0.2, ~dien 0.6, title:tập 0.2, ~tap 0.6, word:diễn_tập 0.6, pair:diễn tập 0.5",
        ),
        (
            words("dien hồ", changes=[(0, 1, ("điện",))]),
            "~dien 0.74, hồ 2",
            "title~dien 0.02, ~ho 0.1, word:hồ 0.6",
        ),
        # What was run together weighs four fifths of what is typed apart.
        (
            words("quocphong rộng", changes=[(0, 1, ("quốc", "phòng"))]),
            "quoc 1.6 | pair:quốc phòng 1.44 | quốc 0.72, phong 1.6 | phòng 0.72, rộng 2",
            "title:quốc 0.18, title:phòng 0.18, ~rong 0.1, word:rộng 0.6, word:quốc_phòng 0.54, pair:quốc phòng 0.45",
        ),
        (
            words("lựclượng", changes=[(0, 1, ("lực", "lượng"))]),
            "lực 1.6 | pair:lực lượng 1.44, lượng 1.6",
            "~luc 0.1, ~luong 0.1, word:lực_lượng 0.54, pair:lực lượng 0.45",
        ),
        # What was typed apart shares the weight.
        (
            words("qu ốc phòng", changes=[(0, 2, ("quốc",))]),
            "quốc 0.9 | ~quoc 0.02, quốc 0.9 | ~quoc 0.02, phòng 2",
            "title:phòng 0.2, ~phong 0.1, word:quốc_phòng 0.54, pair:quốc phòng 0.45",
        ),
        # What was typed as one chunk is met side by side.
        (
            words("QP-AN rộng"),
            "pair:qp an 0.5, rộng 2",
            "qp 2, an 2, ~rong 0.1, word:qp 0.6, word:an 0.6, word:rộng 0.6",
        ),
        (
            words("quoc-phong"),
            "pair:quoc phong 0.5",
            "quoc 2, phong 2, word:quoc 0.3, word:phong 0.3",
        ),
        (
            words("lực-lượng-vũ"),
            "lực+lượng+vũ 0.5",
            "~luc 0.1, ~luong 0.1, ~vu 0.1, lực 2, lượng 2, vũ 2, pair:lực lượng 0.5, pair:lượng vũ 0.5",
        ),
        (
            words("lực-đường hồ"),
            "hồ 2",
            "~luc 0.1, lực 2, ~ho 0.1, word:hồ 0.6",
        ),
        # What a compound may mean is an alternative.
        (
            words(
                "QP-AN",
                Meaning(0, 2, ("quốc", "phòng"), 1.0, "expansion"),
                Meaning(0, 2, ("qpan",), 1.0, "abbreviation"),
            ),
            "pair:qp an 0.5 | pair:quốc phòng 2",
            "qp 2, an 2, word:qp 0.3, word:an 0.3, pair:qp an 0.5",
        ),
        (
            words("LLVT họp", Meaning(0, 1, ("lực", "lượng", "vũ", "trang"), 0.7, "expansion")),
            "llvt 2 | lực+lượng+vũ+trang 1.4",
            "word:llvt 0.6",
        ),
        # An abbreviation weighs .4 for each syllable, shared among them.
        (
            words("lực lượng vũ trang", Meaning(0, 4, ("llvt",), 1.0, "abbreviation")),
            "lực 2 | llvt 0.8, lượng 2 | llvt 0.8, vũ 2 | llvt 0.8, trang 2 | llvt 0.8",
            "~luc 0.1, ~luong 0.1, ~vu 0.1, word:lực_lượng 0.6, word:vũ_trang 0.6, pair:lực lượng 0.5, "
            "pair:lượng vũ 0.5, pair:vũ trang 0.5",
        ),
        (
            words(
                "LLVT hồ",
                Meaning(0, 1, ("lực", "xa"), 1.0, "expansion"),
                Meaning(0, 1, ("tập", "thể"), 0.5, "expansion"),
            ),
            "llvt 2 | pair:tập thể 1, hồ 2",
            "~ho 0.1, word:llvt 0.6, word:hồ 0.6",
        ),
        # Other spellings weigh less the less they are the same.
        (
            words("ô tô"),
            "ô 2 | ~oto 0.02, tô 2 | ~oto 0.02",
            "~o 0.1, ~to 0.1, word:ô_tô 0.6, pair:ô tô 0.5",
        ),
        (
            words("ôtô rộng"),
            "ôtô 2 | pair:ô tô 2, rộng 2",
            "~oto 0.1, ~rong 0.1, word:ôtô 0.6, word:rộng 0.6",
        ),
        (
            words("Hà Nội"),
            "hà 2 | pair:ha noi 0.5 | hanoi 0.5, nội 2 | pair:ha noi 0.5 | hanoi 0.5",
            "~ha 0.1, ~noi 0.1, word:hà_nội 0.6, pair:hà nội 0.5",
        ),
        (
            words("hồ Hà Nội rộng"),
            "hồ 2, hà 2 | pair:ha noi 0.5 | hanoi 0.5, nội 2 | pair:ha noi 0.5 | hanoi 0.5, rộng 2",
            "~ho 0.1, ~ha 0.1, ~noi 0.1, ~rong 0.1, word:hồ 0.6, word:rộng 0.6, pair:hà nội 0.5",
        ),
        # What only asks neither matches nor scores.
        (
            words("hồ là gì", dropped=(1, 2)),
            "hồ 2",
            "~ho 0.1, word:hồ 0.6",
        ),
        (
            words("tập thể hồ rộng", dropped=(0, 1)),
            "hồ 2, rộng 2",
            "~ho 0.1, ~rong 0.1, word:hồ 0.6, word:rộng 0.6, pair:hồ rộng 0.5",
        ),
        (
            words("tập thể hồ", dropped=(0,)),
            "thể 2, hồ 2",
            "~the 0.1, ~ho 0.1, word:tập_thể 0.6, word:hồ 0.6",
        ),
        (
            words("dien tap hồ", changes=[(0, 1, ("diễn",))], dropped=(1,)),
            "~dien 0.74, hồ 2",
            "title:diễn 0.18, title~dien 0.02, diễn 1.26, ~ho 0.1, word:hồ 0.6",
        ),
        (
            words("dien tap quoc phong", changes=[(0, 1, ("diễn",)), (3, 4, ("phòng",))], dropped=(1,), confidence=0.8),
            "~dien 0.88, quoc 2, phong 2 | phòng 0.8",
            "title:diễn 0.16, title~dien 0.04, diễn 1.12, title:phòng 0.16, word:quoc 0.48",
        ),
    ],
    ids=lambda value: " ".join(value.run.forms) if isinstance(value, Words) else "",
)
def test_the_leaves_of_a_run(read: Words, syllables: str, optional: str) -> None:
    assert leaves(read) == (syllables, optional)


def test_the_runs_of_a_query_stand_beside_each_other() -> None:
    syllables, optional = leaves(words("quốc phòng"), words("luc lượng"))
    assert syllables == "quốc 2, phòng 2, luc 2, lượng 2"
    assert [each for each in optional.split(", ") if each.startswith("pair")] == ["pair:quốc phòng 0.5"]


def test_what_a_token_means_is_ranked_by_behind_a_repair_and_as_it_is_written() -> None:
    expansion = Meaning(2, 3, ("vũ", "trang"), 1.0, "expansion")
    syllables, _ = leaves(words("diễn tâp LLVT", expansion, changes=[(1, 2, ("tập",))]))
    assert syllables == "diễn 2, ~tap 0.74, llvt 2 | pair:vũ trang 2"
    syllables, _ = leaves(words("LLVT", Meaning(0, 1, ("luc", "luong"), 1.0, "expansion")))
    assert syllables == "llvt 2 | pair:luc luong 2"


def test_what_a_meaning_is_spelled_like_is_what_it_means() -> None:
    vocabulary = TextVocabulary("Ga Gia Lam.", "Gia đình làm nhà.")
    read = words("GL", Meaning(0, 1, ("gia", "lam"), 1.0, "expansion"))
    found = rank([read], Frequencies.ask(vocabulary, names_of_words(read)), SETTINGS, CapitalWeights(None, 0.0))
    assert list(map(shown, found.syllables)) == ["pair:gia lam 2"]
