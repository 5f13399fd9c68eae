"""What is looked up first leaves nothing out that a query matches."""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import given
from hypothesis import settings as hypothesis_settings

from indexer.engine.base import Document
from indexer.engine.opensearch.leading import at_most, is_rare, needed
from indexer.engine.opensearch.statistics import Statistics
from indexer.engine.opensearch.vocabulary import Vocabulary, VocabularyCounter
from indexer.engine.query import All, Any, Everything, Exclude, Node, Phrase, Prefer, Prefix, Term
from indexer.engine.scoring import Scoring
from indexer.schema import Field
from tests.contract.corpora import Commit, histories, trees
from tests.contract.reference import ReferenceEngine
from tests.effort import tries

A, B, C, D = (Term(Field.SYLLABLES, form) for form in "abcd")
SCORING = Scoring()


def statistics_of(documents: tuple[Document, ...], folder: Path) -> Statistics:
    """The statistics of an index of some paragraphs."""
    counter = VocabularyCounter(folder)
    for document in documents:
        counter.add(document.tokens)
    counter.write(folder / "all")
    return Statistics(len(documents), Counter(), [Vocabulary(folder / "all")], [])


def parts_of(node: Node) -> list[Node]:
    """A node and all that it is made of."""
    match node:
        case All(children) | Any(children):
            return [node, *(part for child in children for part in parts_of(child))]
        case Prefer(first, second) | Exclude(first, second):
            return [node, *parts_of(first), *parts_of(second)]
    return [node]


@hypothesis_settings(max_examples=tries(120))
@given(history=histories(), node=trees)
def test_no_more_match_than_is_said_and_each_has_one_of_those_needed(history: list[Commit], node: Node) -> None:
    documents = tuple(document for commit in history for article in commit.add for document in article)
    engine = ReferenceEngine(documents)
    with tempfile.TemporaryDirectory() as folder:
        statistics = statistics_of(documents, Path(folder))
        for part in parts_of(node):
            matching = [document for document in documents if engine.score(part, document, SCORING) is not None]
            assert len(matching) <= at_most(part, statistics)
            if isinstance(part, Any) and part.minimum > 0:
                some = needed(part.children, part.counts, part.minimum, statistics)
                for document in matching:
                    assert any(engine.score(each, document, SCORING) is not None for each in some)


def test_the_rare_ones_are_needed_and_no_more_of_them_than_is_necessary(tmp_path: Path) -> None:
    counter = VocabularyCounter(tmp_path)
    for form, count in (("a", 160), ("b", 90), ("c", 10), ("d", 5)):
        counter.add_counts({b"a" + form.encode(): count})
    counter.write(tmp_path / "all")
    statistics = Statistics(320, Counter(), [Vocabulary(tmp_path / "all")], [])
    assert needed((A, B, C, D), (), 3, statistics) == [D, C]
    assert needed((A, B, C, D), (1, 1, 5, 9), 9, statistics) == [D]
    assert needed((A, B, C, D), (1, 1, 5, 9), 5, statistics) == [D, C]
    assert needed((A, B), (), 3, statistics) == []
    assert at_most(Any((A, C, D), 2), statistics) == 15
    assert at_most(All((A, C)), statistics) == 10
    assert at_most(Phrase(Field.SYLLABLES, ("a", "d")), statistics) == 5
    assert at_most(Prefix(Field.SYLLABLES, "", 1.0, 9), statistics) == 265
    assert at_most(Everything(), statistics) == 320
    assert is_rare(All((A, C)), statistics)
    assert not is_rare(B, statistics)
    # What adds up is looked up first where it leaves more, too.
    assert not is_rare(Any((C, B), 1), statistics)
    assert is_rare(Any((C, D, A), 3, (2, 2, 1)), statistics)
