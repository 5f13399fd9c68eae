"""Metadata fields added through the settings file alone, from the record to the page. No product file changes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from indexer import (
    FacetCounts,
    FieldType,
    Filters,
    Index,
    Label,
    MetadataField,
    SearchRequest,
    Settings,
    build,
    open_index,
    read_settings,
)
from indexer.cli.main import main
from tests.samples import write_articles
from webapp import create_app
from webapp.index.holder import holder

DECLARED = """
[fields.section]
type = "keyword"
many = true
facet = true
label = { vi = "Chuyên mục", en = "Section" }

[fields.pages]
type = "number"
sort = true
facet = true
label = { vi = "Số trang", en = "Pages" }

[fields.issued]
type = "date"
facet = true
sort = true
label = { vi = "Ngày ban hành", en = "Issued" }

[fields.abstract]
type = "text"
label = { vi = "Tóm tắt", en = "Abstract" }
"""

ARTICLES: tuple[dict[str, Any], ...] = (
    {
        "id": "mot",
        "title": "Chung kết bóng đá",
        "text": "Trận đấu ở sân vận động.",
        "section": ["Thể thao", "Văn hóa"],
        "pages": 12,
        "issued": "2023-05-01",
        "abstract": "Đội chủ nhà thắng đậm.",
        "views": 7,
    },
    {"id": "hai", "title": "Hội làng", "text": "Trận đấu vật ở sân đình.", "section": "VĂN HOÁ", "pages": 3.5},
    {"id": "ba", "title": "Mùa bưởi", "text": "Trận mưa đầu mùa.", "section": [], "issued": "01/02/2024"},
)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The settings of an index that the command has built by a settings file."""
    folder = tmp_path_factory.mktemp("declared")
    file = folder / "timdoan.toml"
    file.write_text(f'index = "{folder / "index"}"\n{DECLARED}', "utf-8")
    write_articles(folder / "articles.jsonl", ARTICLES)
    command = ["--settings", str(file), "build", str(folder / "articles.jsonl"), "--jobs", "1"]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 0, result.output
    assert "warning" not in result.output
    return read_settings({}, {}, file).settings


@pytest.fixture(scope="module")
def index(settings: Settings) -> Iterator[Index]:
    with open_index(settings.index, settings) as opened:
        yield opened


@pytest.fixture(scope="module")
def client(settings: Settings) -> Iterator[FlaskClient]:
    app = create_app(settings)
    yield app.test_client()
    holder(app).close()


def found(index: Index, request: SearchRequest) -> list[str]:
    """The articles found, in order."""
    return list(dict.fromkeys(passage.article.id for passage in index.search(request).passages))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ('section:"thể thao"', {"mot"}),
        ("section:van", {"mot", "hai"}),
        ('trận SECTION:"Văn Hóa" -section:thao', {"hai"}),
        ("pages:12", {"mot"}),
        ("pages:3..", {"mot", "hai"}),
        ("pages:3.5", {"hai"}),
        ("pages:..4 OR issued:2024", {"hai", "ba"}),
        ("issued:2023-05..2024-01", {"mot"}),
        ('abstract:"chủ nhà thắng"', {"mot"}),
        ("abstract:chu-nha", {"mot"}),
        ('abstract:"nhà chủ"', set()),
        ('abstract:"chú nhà"', set()),
    ],
)
def test_the_query_filters_by_it(index: Index, query: str, expected: set[str]) -> None:
    results = index.search(SearchRequest(query))
    assert {passage.article.id for passage in results.passages} == expected
    assert {warning.code for warning in results.warnings} == (set() if expected else {"value_nowhere"})
    assert index.search(SearchRequest(results.understood)).total == results.total


@pytest.mark.parametrize(
    ("query", "code"),
    [("pages:nhiều", "number_unreadable"), ("issued:hôm-qua", "date_unreadable"), ("section:", "value_missing")],
)
def test_a_value_that_cannot_be_is_searched_as_text_with_a_warning(index: Index, query: str, code: str) -> None:
    assert index.search(SearchRequest(query)).warnings[0].code == code


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"section": ["the thao"]}, ["mot"]),
        ({"section": ["the"]}, []),
        ({"section": ["Thể thao", "văn hoá"]}, ["mot", "hai"]),
        ({"section": ["văn hóa"], "pages": ["1..5"]}, ["hai"]),
        ({"issued": ["2024-02-01", "2023"]}, ["ba", "mot"]),
        ({"abstract": ["thang dam"]}, ["mot"]),
    ],
)
def test_a_request_filters_by_it(
    index: Index, client: FlaskClient, filters: dict[str, list[str]], expected: list[str]
) -> None:
    assert set(found(index, SearchRequest("", filters=Filters(filters)))) == set(expected)
    body = client.get("/api/v1/search", query_string={"q": "", **filters}).get_json()
    assert {result["article"]["id"] for result in body["results"]} == set(expected)
    posted = client.post("/api/v1/search", json=filters).get_json()
    assert posted["total"] == body["total"]


def test_what_it_is_not_is_refused_by_name(index: Index, client: FlaskClient) -> None:
    for name, value in (("pages", "many"), ("issued", "2023-02-30"), ("sort", "section"), ("facets", "abstract")):
        answer = client.get("/api/v1/search", query_string={"q": "x", name: value})
        assert (answer.status_code, answer.get_json()["errors"][0]["parameter"]) == (400, name)
    with pytest.raises(ValueError, match="pages is 'many'; it must be a number"):
        index.search(SearchRequest("", filters=Filters({"pages": ["many"]})))
    with pytest.raises(ValueError, match="filter is 'colour'; it must be one of: source, author, kind, section, pages"):
        index.search(SearchRequest("", filters=Filters({"colour": ["đỏ"]})))


def test_it_is_counted(index: Index, client: FlaskClient) -> None:
    facets = index.search(SearchRequest("trận", facets=("section", "pages", "issued"))).facets
    assert facets == {
        "section": FacetCounts((("VĂN HOÁ", 2), ("Thể thao", 1)), without=1),
        "pages": FacetCounts((("12", 1), ("3.5", 1)), without=1),
        "issued": FacetCounts((("2023", 1), ("2024", 1)), without=1),
    }
    body = client.get("/api/v1/search?q=trận&facets=section&facet_values=1").get_json()
    assert body["facets"] == {"section": [{"value": "VĂN HOÁ", "count": 2}]}
    assert body["facets_left_out"] == {"section": {"values": 1, "passages": 1, "without": 1}}


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("pages", ["hai", "mot", "ba"]),
        ("-pages", ["mot", "hai", "ba"]),
        ("issued", ["mot", "ba", "hai"]),
        ("-issued", ["ba", "mot", "hai"]),
    ],
)
def test_results_are_ordered_by_it(index: Index, client: FlaskClient, sort: str, expected: list[str]) -> None:
    for query in ("trận", "pages:0.. OR issued:2024"):
        assert found(index, SearchRequest(query, sort=sort)) == expected
    body = client.get("/api/v1/search", query_string={"q": "trận", "sort": sort, "group": "article"}).get_json()
    assert [group["article"] for group in body["groups"]] == expected


def test_the_json_shows_it(client: FlaskClient) -> None:
    article = client.get("/api/v1/articles/mot").get_json()
    assert article["values"] == {
        "section": ["Thể thao", "Văn hóa"],
        "pages": [12],
        "issued": ["2023-05-01"],
        "abstract": ["Đội chủ nhà thắng đậm."],
    }
    assert article["undeclared"] == {"views": 7}
    result = client.get("/api/v1/search?q=sân+đình").get_json()["results"][0]
    assert result["article"]["values"] == {"section": ["VĂN HOÁ"], "pages": [3.5]}


@pytest.mark.parametrize(
    ("language", "section", "pages", "issued", "rising"),
    [
        ("vi", "Chuyên mục", "Số trang", "Ngày ban hành", "Số trang tăng dần"),
        ("en", "Section", "Pages", "Issued", "Pages, ascending"),
    ],
)
def test_the_page_shows_it(
    client: FlaskClient, language: str, section: str, pages: str, issued: str, rising: str
) -> None:
    results = client.get(f"/search?q=trận&lang={language}").get_data(as_text=True)
    narrowing = results.partition('<aside class="narrowing"')[2].partition("</aside>")[0]
    for name, label in (("section", section), ("pages", pages), ("issued", issued)):
        assert f'<h2 id="by-{name}">{label}</h2>' in narrowing
    assert "section=Th%E1%BB%83+thao" in narrowing
    assert f">{rising}</a>" in results
    chosen = client.get(f"/search?q=trận&section=Thể+thao&sort=pages&lang={language}").get_data(as_text=True)
    assert f"<span>{section}: <b>Thể thao</b></span>" in chosen
    assert f'<span aria-current="true">{rising}</span>' in chosen
    article = client.get(f"/articles/mot?lang={language}").get_data(as_text=True)
    assert f"<span>{section}: <a href=" in article
    for value, address in (("Thể thao", "Th%E1%BB%83+thao"), ("Văn hóa", "V%C4%83n+h%C3%B3a")):
        assert f'<a href="/search?section={address}" rel="nofollow"><span lang="vi">{value}</span></a>' in article
    assert f"<span>{pages}: 12</span>" in article
    assert f'{issued}: <time datetime="2023-05-01" ' in article


def test_the_contract_declares_it(client: FlaskClient) -> None:
    contract = json.loads(client.get("/openapi.json").get_data())
    parameters = {each["name"]: each for each in contract["paths"]["/api/v1/search"]["get"]["parameters"]}
    assert {"section", "pages", "issued", "abstract"} <= set(parameters)
    assert "-pages" in parameters["sort"]["schema"]["enum"]
    assert "section" in contract["components"]["schemas"]["Search"]["properties"]
    assert "<code>section</code>" in client.get("/docs").get_data(as_text=True)


def test_an_index_opened_without_the_settings_answers_with_what_it_holds(index: Index, settings: Settings) -> None:
    with open_index(settings.index) as plain:
        assert plain.outdated == ()
        assert found(plain, SearchRequest("section:the pages:12")) == ["mot"]
        assert plain.search(SearchRequest("trận", facets=("section",))).facets["section"].values[0] == ("VĂN HOÁ", 2)


def test_what_the_index_lacks_is_told_and_finds_nothing(tmp_path: Path, settings: Settings) -> None:
    path = write_articles(tmp_path / "a.jsonl", ARTICLES)
    old = 'index = "{}"\n[fields.pages]\ntype = "keyword"\n'.format(tmp_path / "index")
    (tmp_path / "old.toml").write_text(old, "utf-8")
    run = CliRunner().invoke
    assert run(main, ["--settings", str(tmp_path / "old.toml"), "build", str(path)]).exit_code == 0
    (tmp_path / "new.toml").write_text(f'index = "{tmp_path / "index"}"\n{DECLARED}', "utf-8")
    for command in (["stats"], ["check"], ["add", str(path)]):
        result = run(main, ["--settings", str(tmp_path / "new.toml"), *command])
        assert result.exit_code == 0
        assert "field section is declared, but the index was built without it" in result.stderr
        assert "field pages is declared otherwise than when the index was built (keyword)" in result.stderr
    with open_index(tmp_path / "index", Settings(index=tmp_path / "index", fields=settings.fields)) as opened:
        for query in ("section:van", "pages:12", "trận pages:0..", "-abstract:x pages:1 section:y"):
            results = opened.search(SearchRequest(query))
            assert results.total == 0
            assert {warning.code for warning in results.warnings} == {"field_not_indexed"}
        assert found(opened, SearchRequest("trận", sort="pages"))
        assert opened.search(SearchRequest("trận", filters=Filters({"section": ["Thể thao"]}))).total == 0
        assert not opened.search(SearchRequest("trận", facets=opened.schema.facets)).facets["section"].values


@pytest.mark.parametrize("many", [True, False])
def test_a_field_may_have_the_name_of_a_part_of_the_index(tmp_path: Path, many: bool) -> None:
    names = ("ids", "titles", "first", "by_id", "texts", "positions", "kinds", "repeats", "terms")
    settings = Settings(fields=tuple(MetadataField(n, FieldType.KEYWORD, Label(n, n), many=many) for n in names))
    values = dict.fromkeys(names, ["Một", "Hai"] if many else "Một")
    build([{"id": n, "title": f"Tin {n}", "text": "Chữ.", **values} for n in "abc"], tmp_path, settings=settings)
    with open_index(tmp_path, settings) as index:
        assert list(index.check()) == []
        assert [(info.id, info.title) for info in index.articles()] == [(n, f"Tin {n}") for n in "abc"]
        for info in index.articles():
            assert info.values == dict.fromkeys(names, ("Một", "Hai") if many else ("Một",))
