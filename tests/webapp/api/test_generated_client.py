"""A typed client is made from `/openapi.json`, installed, and asks a real server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from indexer import SearchRequest, Settings, open_index
from tests.webapp.server import COLD, serving
from webapp import create_app

ASKING = """
import sys, json
from tim_doan_client import Client
from tim_doan_client.api.default import article, search, suggest

with Client(sys.argv[1], raise_on_unexpected_status=True) as client:
    found = search.sync(client=client, q="bưởi phúc trạch", per_page=5)
    first = found.results[0]
    whole = article.sync(first.article.id, client=client)
    told = {"total": found.total, "ids": [each.article.id for each in found.results], "title": whole.title}
    print(json.dumps({**told, "suggested": [each.text for each in suggest.sync(client=client, q="bưởi").suggestions]}))
"""


def run(*command: str, folder: Path, **environment: str) -> str:
    """What a command prints; it must succeed."""
    # The generator formats what it writes with the linter that stands beside it.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PATH": path, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.files
def test_a_client_is_generated_installed_and_answers(index_directory: Path, tmp_path: Path) -> None:
    description = create_app(Settings(index=index_directory)).test_client().get("/openapi.json")
    (tmp_path / "openapi.json").write_bytes(description.data)
    assert description.json["info"]["title"].isascii()
    generate = ("-m", "openapi_python_client", "generate", "--meta", "setup")
    said = run(sys.executable, *generate, "--path", "openapi.json", "--output-path", "client", folder=tmp_path)
    # Of the ways to write articles one is left out: no generator knows JSON Lines.
    assert said.count("WARNING") <= 1 and "ERROR" not in said
    install = (
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
        "--target",
        "installed",
    )
    run(sys.executable, *install, "./client", folder=tmp_path)
    with serving(index_directory, module=COLD) as server:
        answer = json.loads(
            run(sys.executable, "-c", ASKING, server.address, folder=tmp_path, PYTHONPATH=str(tmp_path / "installed"))
        )
    with open_index(index_directory) as index:
        results = index.search(SearchRequest("bưởi phúc trạch", per_page=5))
        assert answer["total"] == results.total > 0
        assert answer["ids"] == [passage.article.id for passage in results.passages]
        assert answer["title"] == results.passages[0].article.title
        assert answer["suggested"] == [each.text for each in index.suggest("bưởi")]
