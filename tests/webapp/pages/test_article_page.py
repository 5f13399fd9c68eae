"""An article as it is read: anchors that stay with their text, and the map of where matches stand."""

from __future__ import annotations

import unicodedata
from itertools import pairwise
from pathlib import Path

from indexer import Kind, SearchRequest, build, fingerprint, open_index
from tests.samples import write_articles
from tests.webapp.archive import CONFERENCE
from webapp.pages.article_page import MAP_LENGTH, Line, lines, map_of


def line(position: int, characters: int, matched: bool = False) -> Line:
    return Line(position, Kind.BODY, "x" * characters, ((0, 1),) if matched else (), matched, False)


def test_an_anchor_stays_with_its_text_through_a_rebuild_that_moves_it(tmp_path: Path) -> None:
    def anchors(*paragraphs: object) -> dict[str, str]:
        record = {**CONFERENCE, "paragraphs": [*paragraphs, *CONFERENCE["paragraphs"]]}
        build([write_articles(tmp_path / "articles.jsonl", (record,))], tmp_path / "index")
        with open_index(tmp_path / "index") as index:
            article = index.article(CONFERENCE["id"])
            assert article is not None
            return {each.text: each.anchor for each in lines(article, index.matches_in(article, SearchRequest("")))}

    first, again = anchors(), anchors()
    assert again == first
    moved = anchors({"kind": "body", "text": "Một đoạn mới đứng trước."})
    text = "Phong trào thi đua năm sau được phát động ngay tại hội nghị."
    assert first[text].startswith("p7-")
    assert moved[text] == first[text].replace("p7-", "p8-")


def test_a_fingerprint_is_of_the_text_not_of_its_bytes() -> None:
    text = "Tư lệnh trao cờ"
    assert fingerprint(unicodedata.normalize("NFD", text)) == fingerprint(text) == fingerprint(" Tư  lệnh\ntrao cờ ")
    assert fingerprint(text) != fingerprint("Tu lenh trao co")
    assert len(fingerprint("\ud800")) == 8


def test_the_map_is_as_long_as_the_article_and_nothing_overlaps() -> None:
    stretches = map_of([line(1, 40), line(2, 400), line(3, 0), line(4, 900, matched=True)])
    assert stretches[0].start == 0
    assert all(a.start + a.length <= b.start for a, b in pairwise(stretches))
    assert stretches[-1].start + stretches[-1].length <= MAP_LENGTH
    assert stretches[3].length > stretches[1].length > stretches[0].length > stretches[2].length > 0


def test_a_match_in_a_long_article_can_still_be_hit() -> None:
    stretches = map_of([line(number, 100, matched=number == 500) for number in range(1_000)])
    assert stretches[500].length >= 2.5


def test_an_empty_article_has_an_empty_map() -> None:
    assert map_of([]) == []
