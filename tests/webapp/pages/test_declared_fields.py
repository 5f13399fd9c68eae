"""Pages with declared fields whose labels and values would be markup: they are valid HTML, and hold none of it."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import html5lib
import pytest
from flask.testing import FlaskClient

from indexer import FieldType, Label, MetadataField, Settings, build
from tests.samples import write_articles
from tests.webapp.archive import ATTACKS
from webapp import create_app
from webapp.index.holder import holder

DECLARED = (
    MetadataField("tags", FieldType.KEYWORD, Label("<b>Thẻ & nhãn", '"><i>Tags'), many=True, facet=True),
    MetadataField("note", FieldType.TEXT, Label("{{ 7*7 }}", "<!--")),
)
VALUES = [*ATTACKS, "nul \0", "\u202e ngược", "x" * 500]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    folder = tmp_path_factory.mktemp("hostile")
    settings = Settings(index=folder / "index", fields=DECLARED)
    article = {"id": "a", "text": "Trời mưa.", "tags": VALUES, "note": " ".join(ATTACKS)}
    assert not build([write_articles(folder / "a.jsonl", (article,))], folder / "index", settings=settings).warnings
    app = create_app(settings)
    yield app.test_client()
    holder(app).close()


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize(
    "path", ["/articles/a?x=1", "/search?q=trời", "/docs?x=1", *(f"/search?tags={quote(value)}" for value in VALUES)]
)
def test_labels_and_values_are_text(client: FlaskClient, path: str, language: str) -> None:
    response = client.get(f"{path}&lang={language}")
    text = response.get_data(as_text=True)
    assert response.status_code == 200
    html5lib.HTMLParser(strict=True).parse(text)
    for markup in ("<b>Thẻ", "<i>Tags", "<script>alert", "<img src=x", "<svg", "<iframe"):
        assert markup not in text


def test_a_value_found_by_its_link_is_the_one_that_is_shown(client: FlaskClient) -> None:
    body = client.get("/api/v1/search?q=trời&facets=tags").get_json()
    for counted in body["facets"]["tags"]:
        assert client.get("/api/v1/search", query_string={"tags": counted["value"]}).get_json()["total"] == 1
