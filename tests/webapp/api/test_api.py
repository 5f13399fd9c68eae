"""The JSON endpoint: its shape is a promise, held here by a schema that allows nothing else."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator

from tests.webapp.archive import ATTACKS, CONFERENCE, ODD_NAMES
from tests.webapp.conftest import closed, problem_of
from webapp.contract.schemas import SCHEMAS

SEARCH = closed("SearchAnswer")
ARTICLE = closed("Article")


def search(client: FlaskClient, **parameters: Any) -> dict[str, Any]:
    """The answer to a search, which must have the promised shape."""
    response = client.get("/api/v1/search", query_string=parameters)
    assert response.status_code == 200
    assert response.mimetype == "application/json"
    body: dict[str, Any] = json.loads(response.get_data())
    Draft202012Validator(SEARCH).validate(body)
    return body


def ids(body: dict[str, Any]) -> list[str]:
    return [found["article"]["id"] for found in body["results"]]


@pytest.mark.parametrize(
    "query",
    ["cờ thi đua", "co thi dua", '"cờ thi đua xuất sắc"', "zzz", "", "-", 'source:"Báo Mẫu" after:2023', *ATTACKS],
)
def test_every_answer_has_the_promised_shape(client: FlaskClient, query: str) -> None:
    body = search(client, q=query)
    assert body["query"]["text"] == query


def test_the_keys_stand_in_the_promised_order(client: FlaskClient) -> None:
    assert list(search(client, q="cờ", group="article", facets="kind")) == list(SCHEMAS["SearchAnswer"]["properties"])


def test_highlights_are_exactly_the_words_found(client: FlaskClient) -> None:
    found = search(client, q="co thi dua xuat sac")["results"][0]
    text = found["snippet"]["text"]
    assert [text[start:end] for start, end in found["snippet"]["highlights"]] == ["cờ thi đua xuất sắc"]
    assert found["article"]["id"] == CONFERENCE["id"]


def test_a_snippet_stands_in_its_paragraph_where_it_says(client: FlaskClient) -> None:
    found = search(client, q="tuần tra biên giới")["results"][0]
    article = client.get(f"/api/v1/articles/{found['article']['id']}").get_json()
    paragraph = next(entry for entry in article["paragraphs"] if entry["id"] == found["paragraph"]["id"])
    start, text = found["snippet"]["start"], found["snippet"]["text"]
    assert paragraph["text"][start : start + len(text)] == text


def test_json_is_in_real_characters(client: FlaskClient) -> None:
    assert "cờ thi đua" in client.get("/api/v1/search", query_string={"q": "cờ thi đua"}).get_data(as_text=True)


def test_pages_follow_each_other_without_gap_or_overlap(client: FlaskClient) -> None:
    pages = [search(client, q="thời tiết", kind="lead", page=page, per_page=10) for page in (1, 2, 3)]
    assert [len(page["results"]) for page in pages] == [10, 10, 5]
    assert [page["more"] for page in pages] == [True, True, False]
    assert len({name for page in pages for name in ids(page)}) == 25
    assert {page["total"] for page in pages} == {25}


def test_a_page_beyond_the_end_is_empty(client: FlaskClient) -> None:
    body = search(client, q="thời tiết", page=99)
    assert body["results"] == []
    assert not body["more"]


def test_sorting_by_date_puts_the_newest_first(client: FlaskClient) -> None:
    dates = [found["article"]["date"] for found in search(client, q="thời tiết", sort="date", per_page=50)["results"]]
    assert dates == sorted(dates, reverse=True)
    assert dates[0] == "2022-01-25"


def test_grouping_counts_what_each_article_has(client: FlaskClient) -> None:
    body = search(client, q="thi đua", group="article")
    [group] = [entry for entry in body["groups"] if entry["article"] == CONFERENCE["id"]]
    assert group["shown"] == 3
    assert group["matched"] == 4
    assert ids(body)[:3] == [CONFERENCE["id"]] * 3


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"source": "Tin Mẫu"}, {"buoi-phuc-trach"}),
        ({"source": ["Tin Mẫu", "bao mau"]}, {"buoi-phuc-trach", "thoi-su/hoi-nghi"}),
        # Their article names both in one string.
        ({"author": "Lê An"}, {"thoi-su/hoi-nghi"}),
        ({"author": "tran binh"}, {"thoi-su/hoi-nghi"}),
        ({"after": "2023-12-26", "before": "2023-12-27"}, {"thoi-su/hoi-nghi"}),
        ({"after": "2024"}, {"buoi-phuc-trach"}),
    ],
)
def test_filters_keep_what_has_their_values(
    client: FlaskClient, parameters: dict[str, Any], expected: set[str]
) -> None:
    assert set(ids(search(client, q="các OR người OR và", per_page=100, **parameters))) == expected


def test_a_kind_keeps_only_its_paragraphs(client: FlaskClient) -> None:
    found = search(client, q="cờ thi đua xuất sắc", kind="caption")["results"]
    assert {entry["paragraph"]["kind"] for entry in found} == {"caption"}


def test_facets_are_counted_where_they_are_asked_for(client: FlaskClient) -> None:
    body = search(client, q="cờ thi đua xuất sắc", facets="kind,source", kind="caption", facet_values=1)
    assert list(body["facets"]) == ["kind", "source"]
    assert body["facets"]["source"] == [{"value": "Báo Mẫu", "count": body["total"]}]
    (most,) = body["facets"]["kind"]
    assert most["value"] == "body"
    everything = search(client, q="cờ thi đua xuất sắc")
    assert most["count"] + body["facets_left_out"]["kind"]["passages"] == everything["total"]
    assert "facets" not in everything


def test_only_the_parts_wanted_come(client: FlaskClient) -> None:
    found = search(client, q="cờ thi đua", fields="text,score")["results"][0]
    assert list(found) == ["score", "text", "missing", "near_duplicates"]
    text = found["text"]["text"]
    assert text == CONFERENCE["paragraphs"][2]["text"]
    assert [text[start:end] for start, end in found["text"]["highlights"]] == ["cờ thi đua"]


def test_marked_html_is_escaped_and_says_the_same_as_the_spans(client: FlaskClient) -> None:
    body = search(client, q="tancong", highlight="html", fields="snippet,text", per_page=50)
    assert len(body["results"]) >= 2 * len(ATTACKS)
    for part in (found[name] for found in body["results"] for name in ("snippet", "text")):
        assert not re.search(r"<(?!/?mark>)", part["html"])
        plain = html.unescape(re.sub("</?mark>", "", part["html"]))
        assert plain == part["text"]
        marked = [html.unescape(each) for each in re.findall("<mark>(.*?)</mark>", part["html"])]
        assert marked == [part["text"][start:end] for start, end in part["highlights"]]


def test_what_was_not_followed_is_told(client: FlaskClient) -> None:
    [warning] = search(client, q='"cờ thi đua')["warnings"]
    assert warning["code"] == "quote_unclosed"


def test_an_article_comes_whole_and_in_order(client: FlaskClient) -> None:
    response = client.get("/api/v1/articles/thoi-su/hoi-nghi")
    body = response.get_json()
    Draft202012Validator(ARTICLE).validate(body)
    assert [entry["text"] for entry in body["paragraphs"]] == [
        CONFERENCE["title"], *(entry["text"] for entry in CONFERENCE["paragraphs"])
    ]  # fmt: skip
    assert body["date"] == "2023-12-26"


@pytest.mark.parametrize("record", ODD_NAMES, ids=lambda record: record["id"])
def test_an_id_of_any_characters_has_an_address(client: FlaskClient, record: dict[str, str]) -> None:
    from urllib.parse import quote

    response = client.get("/api/v1/articles/" + quote(record["id"]))
    assert response.status_code == 200
    assert response.get_json()["id"] == record["id"]


def test_an_unknown_article_is_a_problem(client: FlaskClient) -> None:
    response = client.get("/api/v1/articles/không-có")
    assert response.status_code == 404
    assert problem_of(response)["type"] == "/problems#article-not-found"


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ({"page": "x"}, ["page"]),
        ({"page": "1001"}, ["page"]),
        ({"per_page": "0", "sort": "newest", "group": "x", "kind": "x", "after": "x", "before": "y",
          "facets": "kind,colour", "facet_values": "1001", "fields": "body", "highlight": "bold"},
         ["per_page", "after", "before", "sort", "group", "kind", "facets", "facet_values", "fields", "highlight"]),
    ],
)  # fmt: skip
def test_bad_parameters_are_named(client: FlaskClient, parameters: dict[str, str], named: list[str]) -> None:
    response = client.get("/api/v1/search", query_string={"q": "cờ", **parameters})
    assert response.status_code == 400
    body = problem_of(response)
    assert body["type"] == "/problems#invalid-parameter"
    errors = body["errors"]
    assert isinstance(errors, list)
    assert sorted(entry["parameter"] for entry in errors) == sorted(named)
    assert all(entry["detail"] for entry in errors)


def test_parameters_of_other_names_are_ignored(client: FlaskClient) -> None:
    assert search(client, q="cờ", utm_source="x", pgae="2")["page"] == 1


def test_what_was_read_into_a_query_is_data(client: FlaskClient) -> None:
    reading = search(client, q="co thi dua xuat sac")["interpretation"]
    assert reading["original"] == "co thi dua xuat sac"
    assert reading["repaired"] == "cờ thi đua xuất sắc"
    assert [reading["repaired"][start:end] for start, end in reading["changes"]] == ["cờ", "đua", "xuất", "sắc"]
    assert [unit["text"] for unit in reading["units"]] == ["cờ", "thi đua", "xuất sắc"]
    literal = search(client, q="co thi dua xuat sac", literal=1)["interpretation"]
    assert (literal["repaired"], literal["changes"]) == ("co thi dua xuat sac", [])
    assert search(client, q="after:2023")["interpretation"] is None
    reading = search(client, q="LLVT")["interpretation"]
    assert reading["original"] == reading["repaired"] == "LLVT"
    (expanded,) = reading["expanded"]
    assert (expanded["span"], expanded["meaning"]) == ([0, 4], "lực lượng vũ trang")


def test_literal_is_yes_or_no(client: FlaskClient) -> None:
    assert client.get("/api/v1/search?q=a&literal=maybe").status_code == 400
