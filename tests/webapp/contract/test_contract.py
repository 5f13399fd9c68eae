"""The contract of the JSON endpoint: complete, valid, kept by every answer, and changed only on purpose.

contract.json is its shape as promised: `python -m tests.webapp.contract.test_contract` rewrites it after a change
that was meant, and the difference shows what is promised from then on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import Phase, given, settings
from schemathesis import BaseSchema, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from indexer import Settings
from tests.effort import tries
from webapp import create_app
from webapp.contract.openapi import document
from webapp.contract.problems import PROBLEMS
from webapp.index.changes import changes

PROMISED = Path(__file__).with_name("contract.json")
PLAIN = {"Accept-Encoding": "identity"}
"""Over WSGI, schemathesis unpacks nothing."""

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


def shape(contract: dict[str, Any]) -> dict[str, Any]:
    """What a client relies on: paths, parameters with their types, properties with theirs and whether they are sure."""
    operations = {
        f"{method.upper()} {path}": {
            "id": operation["operationId"],
            "parameters": {each["name"]: plain(each["schema"]) for each in operation.get("parameters", ())},
            "body": plain(operation["requestBody"]) if "requestBody" in operation else None,
            "answers": {
                status: [plain(content["schema"]) for content in answer.get("content", {}).values()]
                for status, answer in operation["responses"].items()
            },
        }
        for path, methods in contract["paths"].items()
        for method, operation in methods.items()
    }
    return {"operations": operations, "schemas": plain(contract["components"]["schemas"])}


def plain(value: Any) -> Any:
    """The value without what is said for people only."""
    if isinstance(value, list):
        return [plain(each) for each in value]
    if not isinstance(value, dict):
        return value
    told = {key for key in ("description", "examples", "example") if not isinstance(value.get(key, ""), dict)}
    return {key: plain(each) for key, each in value.items() if key not in told}


def test_the_shape_is_the_promised_one() -> None:
    assert shape(document(Settings())) == json.loads(PROMISED.read_text("utf-8"))


def test_every_path_under_api_is_in_the_contract_and_the_other_way_round(app: Flask) -> None:
    routed = {
        (rule.rule.replace("<path:article_id>", "{id}").replace("<number>", "{number}"), method.lower())
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
        if rule.rule.startswith("/api/") and method not in ("HEAD", "OPTIONS")
    }
    assert routed == {(path, method) for path, methods in document(Settings())["paths"].items() for method in methods}


def test_limits_of_the_settings_are_those_of_the_contract() -> None:
    contract = document(Settings(page_size=7, page_size_limit=33))
    schema = next(p for p in contract["paths"]["/api/v1/search"]["get"]["parameters"] if p["name"] == "per_page")
    assert schema["schema"] == {"type": "integer", "minimum": 1, "maximum": 33, "default": 7}


def test_the_page_tells_every_operation_parameter_shape_and_status(client: FlaskClient) -> None:
    text = client.get("/docs").get_data(as_text=True)
    contract = client.get("/openapi.json").get_json()
    for name in contract["components"]["schemas"]:
        assert f'id="{name}"' in text
    for path, methods in contract["paths"].items():
        for method, operation in methods.items():
            assert f"{method.upper()} {path}" in text
            _, _, section = text.partition(f'id="{operation["operationId"]}"')
            section, _, _ = section.partition("</section>")
            assert f"curl &#39;http://localhost{path}" in section
            named = [*(parameter["name"] for parameter in operation.get("parameters", ())), *operation["responses"]]
            assert all(f"<code>{name}</code>" in section for name in named)


def test_every_problem_is_one_an_operation_may_have_or_one_of_any_server() -> None:
    described = json.dumps(document(Settings()))
    assert {name for name in PROBLEMS if f"`{name}`" not in described} == {"method-not-allowed", "error"}


@pytest.fixture(scope="module")
def api_schema(app: Flask) -> BaseSchema:
    schema = schemathesis.openapi.from_wsgi("/openapi.json", app)
    schema.validate()
    return schema


@pytest.mark.parametrize(
    ("method", "path", "mode"),
    [
        *(("GET", path, mode) for path in ("/search", "/suggest", "/similar", "/export") for mode in GenerationMode),
        *(("POST", path, mode) for path in ("/search", "/batch") for mode in GenerationMode),
        # Any text may be an id: there is none that the contract forbids.
        ("GET", "/articles/{id}", GenerationMode.POSITIVE),
    ],
)
def test_every_answer_keeps_the_contract(api_schema: BaseSchema, method: str, path: str, mode: GenerationMode) -> None:
    # A batch answers in spite of a wrong query, and an address may hold anything beside the parameters.
    checks = [*CHECKS, negative_data_rejection] if (method, path) == ("POST", "/search") else CHECKS

    @settings(max_examples=tries(25), phases=[Phase.explicit, Phase.generate], database=None)
    @given(case=api_schema[f"/api/v1{path}"][method].as_strategy(generation_mode=mode))
    def check(case: Case) -> None:
        case.call_and_validate(checks=checks, headers=PLAIN)

    check()


@pytest.fixture(scope="module")
def changing_schema(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BaseSchema]:
    """The same of a server that whoever is on its machine may write to; nothing is published."""
    app = create_app(Settings(index=tmp_path_factory.mktemp("changing"), write_without_key=True))
    yield schemathesis.openapi.from_wsgi("/openapi.json", app)
    changes(app).queue.close()


@pytest.mark.parametrize(
    ("method", "path", "mode"),
    [
        *(("POST", "/articles", mode) for mode in GenerationMode),
        *((method, "/articles/{id}", GenerationMode.POSITIVE) for method in ("PUT", "DELETE")),
        *(("GET", "/changes/{number}", mode) for mode in GenerationMode),
    ],
)
def test_every_answer_about_changes_keeps_the_contract(
    changing_schema: BaseSchema, method: str, path: str, mode: GenerationMode
) -> None:
    @settings(max_examples=tries(25), phases=[Phase.explicit, Phase.generate], database=None)
    @given(case=changing_schema[f"/api/v1{path}"][method].as_strategy(generation_mode=mode))
    def check(case: Case) -> None:
        case.query.pop("wait", None)
        case.call_and_validate(checks=CHECKS, headers=PLAIN)

    check()


def test_an_article_that_exists_keeps_the_contract(api_schema: BaseSchema) -> None:
    case = api_schema["/api/v1/articles/{id}"]["GET"].Case(path_parameters={"id": "ho-ke-go"})
    assert case.call_and_validate(checks=CHECKS, headers=PLAIN).status_code == 200


if __name__ == "__main__":
    PROMISED.write_text(json.dumps(shape(document(Settings())), ensure_ascii=False, indent=1) + "\n", "utf-8")
