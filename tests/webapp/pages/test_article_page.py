"""An article as it is read: what is known of it, anchors that stay with their text, the map, where to go on."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from indexer import Kind, SearchRequest, Settings, build, fingerprint, open_index
from tests.samples import write_articles
from tests.webapp.archive import CONFERENCE, page
from webapp import create_app
from webapp.index.holder import holder
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


def test_an_article_shows_what_is_known_of_it(client: FlaskClient) -> None:
    text = page(client, "/articles/thoi-su/hoi-nghi")
    assert "Thứ Ba, 26/12/2023" in text
    assert "Lê An – Trần Bình" in text
    assert 'href="https://bao.example/hoi-nghi?trang=1&amp;muc=2" rel="noopener external"' in text
    assert "<mark>" not in text
    assert "Về kết quả" not in text


def test_an_article_says_how_to_cite_it_and_where_to_go_on(client: FlaskClient) -> None:
    text = page(client, "/articles/ban-tin/07")
    citation = "“Bản tin thời tiết số 7”, Đài Mẫu, 07/01/2022. http://localhost/articles/ban-tin/07</p>"
    assert f'<p class="body citation" lang="vi">{citation}' in text
    assert 'href="/search?source=%C4%90%C3%A0i+M%E1%BA%ABu" rel="nofollow">' in text
    # Nothing else is of that day.
    assert "trong ngày" not in text
    related = re.findall(r'<li><a href="/articles/(ban-tin/\d+)#p', text)
    assert len(set(related)) == len(related) == 4
    assert "ban-tin/07" not in related


def test_what_else_is_of_the_same_source_and_day_is_counted_and_found(tmp_path: Path) -> None:
    about = {"date": "2022-01-07", "source": "Đài Mẫu"}
    articles = [{"id": f"a{at}", "title": f"Tin {at}", "text": "Một.\n\nHai.", **about} for at in range(3)]
    other = {"id": "b", "title": "Tin", "text": "Ba.", **about, "source": "Báo Mẫu"}
    build([[*articles, other]], tmp_path / "index")
    app = create_app(Settings(index=tmp_path / "index"))
    try:
        client = app.test_client()
        text = page(client, "/articles/a0")
        link = re.search(r'<a href="([^"]+)" rel="nofollow">2 bài khác của Đài Mẫu trong ngày 07/01/2022</a>', text)
        assert link and "trong 3 bài" in client.get(link[1].replace("&amp;", "&")).get_data(as_text=True)
        assert "trong ngày" not in page(client, "/articles/b")
        assert "2 more articles from Đài Mẫu on 7" in page(client, "/articles/a0", lang="en")
    finally:
        holder(app).close()


@pytest.mark.parametrize("query", ["thi đua", "hội nghị", "cờ thi đua xuất sắc", "tập thể"])
def test_an_article_counts_the_passages_that_the_results_do(client: FlaskClient, query: str) -> None:
    answer = client.get("/api/v1/search", query_string={"q": query, "source": "Báo Mẫu"}).get_json()
    found = re.search(r"(\d+) đoạn khớp với câu tìm", page(client, "/articles/thoi-su/hoi-nghi", q=query))
    assert found
    assert int(found[1]) == answer["total"]


def test_an_article_holds_every_paragraph_at_its_place(client: FlaskClient) -> None:
    text = page(client, "/articles/thoi-su/hoi-nghi")
    shown = re.findall(
        r'<div class="row line[^"]*" id="p(\d+)">.*?<p class="body" lang="vi" id="p\1-[0-9a-f]{8}">(.*?)</p>',
        text,
        re.DOTALL,
    )
    expected = [(str(number), entry["text"]) for number, entry in enumerate(CONFERENCE["paragraphs"], 1)]
    assert shown == expected
    assert '<h1 class="body" lang="vi" id="p0">' in text


def test_passages_found_are_marked_in_the_article(client: FlaskClient) -> None:
    text = page(client, "/articles/thoi-su/hoi-nghi", q="co thi dua xuat sac", sort="date", page=2)
    assert text.count("<mark>cờ thi đua xuất sắc</mark>") == 3
    assert '<div class="row line caption matched" id="p3">' in text
    assert '<a href="#p3">Đến đoạn đầu tiên</a>' in text
    assert 'href="/search?q=co+thi+dua+xuat+sac&amp;sort=date&amp;page=2">← Về kết quả' in text


def test_an_article_is_shown_although_the_way_back_is_broken(client: FlaskClient) -> None:
    assert "Hội nghị" in page(client, "/articles/thoi-su/hoi-nghi", q="cờ", page="x")


def test_an_article_without_a_date_or_source_leaves_them_out(client: FlaskClient) -> None:
    text = page(client, "/articles/ho-ke-go")
    assert "None" not in text
    assert "<time" not in text.split("Bài liên quan")[0]
