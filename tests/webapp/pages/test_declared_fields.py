"""Pages with declared fields whose labels and values would be markup: they are valid HTML, and hold none of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
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


def client_of(folder: Path, built: MetadataField, shown: MetadataField, **values: object) -> FlaskClient:
    """A client of an index that was built with a field and is shown with one of the same name."""
    settings = Settings(index=folder / "index", fields=(built,))
    build([{"id": "a", "text": "Trời mưa.", **values}], settings.index, settings=settings)
    return create_app(settings.changed({"fields": (shown,)})).test_client()


@pytest.mark.parametrize("shown", [FieldType.KEYWORD, FieldType.NUMBER, FieldType.DATE])
@pytest.mark.parametrize(
    ("built", "value", "text"),
    [
        (FieldType.KEYWORD, "Thể thao", "Thể thao"),
        (FieldType.NUMBER, 12.0625, "12,0625"),
        (FieldType.NUMBER, 1e300, "1E300"),
        (FieldType.NUMBER, 123456789012.125, "123.456.789.012,125"),
        (FieldType.NUMBER, 1e-20, "1E-20"),
        (FieldType.DATE, "2023-05-01", "01/05/2023"),
    ],
)
def test_a_value_is_shown_as_what_it_is(
    tmp_path: Path, built: FieldType, shown: FieldType, value: object, text: str
) -> None:
    before, now = (MetadataField("x", kind, Label("Ô", "Box")) for kind in (built, shown))
    response = client_of(tmp_path, before, now, x=value).get("/articles/a")
    assert response.status_code == 200
    assert f"Ô: {text}" in re.sub("<[^>]*>", "", response.get_data(as_text=True))


@pytest.mark.parametrize("name", ["request", "settings", "self", "changed", "items", "passage"])
def test_a_field_may_have_the_name_of_what_the_pages_use(tmp_path: Path, name: str) -> None:
    field = MetadataField(name, FieldType.KEYWORD, Label("Ô", "Box"), facet=True)
    client = client_of(tmp_path, field, field, **{name: "Một"})
    for path in ("/search", "/feed", "/articles/a"):
        assert client.get(path, query_string={"q": "trời", name: "Một"}).status_code == 200
