"""A real index on disk, and the application over it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from indexer import Settings, build
from tests.samples import write_articles
from tests.webapp.archive import ARCHIVE
from webapp import create_app
from webapp.contract.schemas import SCHEMAS
from webapp.index.holder import holder


@pytest.fixture(scope="session")
def index_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the whole archive. Nobody writes to it."""
    folder = tmp_path_factory.mktemp("archive")
    report = build([write_articles(folder / "articles.jsonl", ARCHIVE)], folder / "index")
    assert report.rejections == []
    return folder / "index"


@pytest.fixture(scope="session")
def app(index_directory: Path) -> Iterator[Flask]:
    # Many tests ask it; what one asked must not answer another, which may count or hinder searches.
    app = create_app(Settings(index=index_directory, answer_bytes=0))
    yield app
    holder(app).close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A client without cookies that asks for Vietnamese by not asking for anything."""
    return app.test_client()


@pytest.fixture
def empty_client(tmp_path: Path) -> FlaskClient:
    """A client of an application without an index."""
    return create_app(Settings(index=tmp_path / "none")).test_client()


def problem_of(response: object) -> dict[str, object]:
    """The problem details of a response, which must be nothing else."""
    from werkzeug.test import TestResponse

    assert isinstance(response, TestResponse)
    assert response.mimetype == "application/problem+json"
    body: dict[str, object] = json.loads(response.get_data())
    assert body["status"] == response.status_code
    return body


def closed(name: str) -> dict[str, Any]:
    """The component `name` of the contract, with no property allowed but those that it names."""

    def close(schema: Any) -> Any:
        if isinstance(schema, list):
            return [close(each) for each in schema]
        if not isinstance(schema, dict):
            return schema
        inner = {key: close(value) for key, value in schema.items()}
        if isinstance(schema.get("properties"), dict) and "additionalProperties" not in schema:
            inner["additionalProperties"] = False
        return inner

    components = {"schemas": close(dict(SCHEMAS))}
    return {"$ref": f"#/components/schemas/{name}", "components": components}
