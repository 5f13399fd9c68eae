"""The same story in several papers on the results page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from lxml import html

from indexer import Settings, build
from tests.search.test_near_duplicates import WIRE_STORY
from webapp import create_app
from webapp.index.holder import holder

ASKED = "/search?q=khoa+học+về+giống+cây"


@pytest.fixture(scope="module")
def wire(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    folder: Path = tmp_path_factory.mktemp("wire")
    undated = [{**record, "id": f"{record['id']}-2", "source": ""} for record in WIRE_STORY[3:4]]
    build([*WIRE_STORY, *undated], folder / "index")
    app = create_app(Settings(index=folder / "index"))
    yield app.test_client()
    holder(app).close()


def line(client: FlaskClient, address: str) -> tuple[str, list[str]]:
    """What stands under the first result, and where its links lead."""
    page = html.fromstring(client.get(address).get_data(as_text=True))
    found = page.xpath("//*[contains(@class, 'near-duplicates')]")
    if not found:
        return "", []
    return " ".join(found[0].text_content().split()), [link.get("href") for link in found[0].iter("a")]


def test_a_result_says_in_how_many_sources_it_stands(wire: FlaskClient) -> None:
    text, links = line(wire, ASKED)
    assert text.startswith("Cùng nội dung ở 3 nguồn: Báo ")
    assert [link.split("?")[0] for link in links[:-1]] == ["/articles/b", "/articles/c"]
    english = line(wire.application.test_client(), ASKED + "&lang=en")[0]
    assert english.startswith("Same content in 3 sources: Báo ")
    # The numbers are those of all.
    assert "3 đoạn trong 3 bài" in " ".join(wire.get(ASKED).get_data(as_text=True).split())


def test_its_last_link_shows_each_article_and_links_of_that_page_keep_it(wire: FlaskClient) -> None:
    shown = line(wire, ASKED)[1][-1]
    page = wire.get(shown).get_data(as_text=True)
    assert line(wire, shown) == ("", [])
    assert page.count('<li class="result">') == 3
    links = [link.get("href") for link in html.fromstring(page).xpath("//nav[contains(@class, 'sorts')]/a")]
    assert links and all("near_duplicates=show" in link for link in links)


def test_copies_of_one_source_are_not_counted_as_sources(wire: FlaskClient) -> None:
    text, links = line(wire, "/search?q=hà+tĩnh+bao+nhiêu")
    assert text.startswith("Cùng nội dung: Rừng")
    assert len(links) == 2


def test_a_feed_has_each_article(wire: FlaskClient) -> None:
    assert wire.get("/feed?q=khoa+học+về+giống+cây").get_data(as_text=True).count("<entry>") == 3
