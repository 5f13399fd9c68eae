"""Errors of a cluster become those of the project, within a stated time, and what may come twice is sent again."""

from __future__ import annotations

import json
import os
import sys
import threading
from pathlib import Path

import pytest

from indexer import build, open_index
from indexer.engine.opensearch import connection as connection_module
from indexer.engine.opensearch.bulk import Bulk
from indexer.engine.opensearch.connection import Connection, Refused, TooSlow, pauses
from indexer.errors import EngineUnavailable, SettingInvalid
from indexer.settings import Settings
from tests.engine.opensearch.node import Answer, failure, node


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing waits between attempts."""
    monkeypatch.setattr(connection_module, "LONGEST_PAUSE", 0.0)


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_node_that_is_busy_or_ill_is_unavailable(status: int) -> None:
    with node(lambda *_: (status, failure("circuit_breaking_exception", "too large"))) as connection:
        with pytest.raises(EngineUnavailable, match="too large") as caught:
            connection.get("/index/_search")
        assert caught.value.hint


@pytest.mark.parametrize("kind", connection_module.NODE_GONE)
def test_a_document_is_asked_for_again_when_its_node_has_just_gone(kind: str) -> None:
    gone = (500, failure(kind, "node [a] not connected"))
    answers = iter([gone, gone, (200, {"found": True})])
    with node(lambda *_: next(answers)) as connection:
        assert connection.get("/index/_doc/1") == {"found": True}
    assert next(answers, None) is None
    asked: list[str] = []

    def always(*request: object) -> Answer:
        asked.append(str(request))
        return gone

    with node(always) as connection, pytest.raises(EngineUnavailable, match=f"500 {kind}: .*not connected") as caught:
        connection.get("/index/_doc/1")
    assert caught.value.hint
    assert len(asked) == 1 + len(connection_module.PAUSES_FOR_ANOTHER)


def test_what_is_not_found_or_in_conflict_is_for_the_caller() -> None:
    for status in (400, 404, 409):
        with node(lambda *_, status=status: (status, failure("some_exception", "why"))) as connection:
            with pytest.raises(Refused, match="some_exception: why") as caught:
                connection.get("/index/_doc/1")
            assert (caught.value.status, caught.value.kind) == (status, "some_exception")


@pytest.mark.parametrize("status", [401, 403])
def test_wrong_credentials_are_said_to_be_wrong(status: int, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("reader:wrong\n")
    greeting = (status, failure("security_exception", "no permissions"))
    with node(lambda *_: (200, {}), greeting, opensearch_credentials=tmp_path / "key") as connection:
        with pytest.raises(EngineUnavailable, match="refuses the credentials") as caught:
            connection.get("/index/_search")
        assert "opensearch_credentials" in caught.value.hint


@pytest.mark.parametrize("kind", ["cluster_block_exception", "index_create_block_exception"])
def test_a_full_disk_is_no_matter_of_credentials(kind: str) -> None:
    blocked = failure(kind, "index [x] blocked: disk usage exceeded flood-stage watermark")
    with node(lambda *_: (403, blocked)) as connection, pytest.raises(EngineUnavailable, match="watermark"):
        connection.ask("PUT", "/x/_doc/1", {})


@pytest.mark.parametrize(
    ("number", "made"), [("1.3.0", "opensearch"), ("7.10.2", None), ("8.1.0", "elasticsearch"), ("3.0.0", "opensearch")]
)
def test_other_versions_are_refused(number: str, made: str | None) -> None:
    version = {"number": number, **({"distribution": made} if made else {})}
    refused = pytest.raises(EngineUnavailable, match=f"{number}, not OpenSearch 2.x")
    with node(lambda *_: (200, {}), (200, {"version": version})) as connection, refused:
        connection.get("/index/_search")


def test_a_slow_node_is_waited_for_no_longer_than_is_said() -> None:
    released = threading.Event()

    def wait(*_: object) -> Answer:
        released.wait(60)
        return 200, {}

    with node(wait) as connection:
        try:
            with pytest.raises(TooSlow, match=r"within 0\.05 seconds"):
                connection.ask("POST", "/index/_search", {}, None, 0.05)
        finally:
            released.set()


def test_a_node_that_is_not_there_is_unavailable() -> None:
    connection = Connection(Settings(opensearch_hosts=("http://127.0.0.1:1",)))
    with pytest.raises(EngineUnavailable, match="cannot be reached"):
        connection.get("/")


def test_what_may_come_twice_is_sent_until_it_is_taken() -> None:
    statuses = iter([429, 503, 200])
    with node(lambda *_: (next(statuses), {"taken": True})) as connection:
        assert connection.insist("PUT", "/index/_doc/1", {}) == {"taken": True}
    with node(lambda *_: (503, {})) as connection, pytest.raises(EngineUnavailable):
        connection.insist("PUT", "/index/_doc/1", {})


def test_pauses_grow_and_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_module, "LONGEST_PAUSE", 15.0)
    waits = list(pauses())
    assert waits[-1] is None
    assert sum(filter(None, waits)) < 60
    assert waits[5] > waits[0] > 0  # type: ignore[operator]  # both are numbers


def test_of_a_bulk_only_what_was_not_taken_is_sent_again() -> None:
    sent: list[list[str]] = []

    def answer(method: str, path: str, body: bytes) -> Answer:
        names = [json.loads(line)["index"]["_id"] for line in body.splitlines()[::2]]
        sent.append(names)
        busy = len(sent) == 1
        items = [{"index": {"status": 429 if busy and name != "1" else 201}} for name in names]
        return 200, {"errors": busy, "items": items}

    prepared: list[int] = []
    with node(answer) as connection:
        bulk = Bulk(connection, "index", lambda: prepared.append(len(sent)))
        for name in "123":
            bulk.add(name, "0", {"text": "Hồ Kẻ Gỗ"})
        assert bulk.finish() == 1
    assert (sent, prepared) == ([["1", "2", "3"], ["2", "3"]], [0])


def test_a_document_that_is_refused_ends_the_bulk() -> None:
    refused = {"index": {"status": 400, "error": {"reason": "failed to parse"}}}
    with node(lambda *_: (200, {"errors": True, "items": [refused]})) as connection:
        bulk = Bulk(connection, "index", lambda: None)
        bulk.add("1", "0", {})
        with pytest.raises(ValueError, match="failed to parse"):
            bulk.finish()
        bulk.stop()


def test_a_bulk_that_is_never_taken_is_an_error() -> None:
    busy = {"errors": True, "items": [{"index": {"status": 429}}]}
    with node(lambda *_: (200, busy)) as connection:
        bulk = Bulk(connection, "index", lambda: None)
        bulk.add("1", "0", {})
        with pytest.raises(EngineUnavailable, match="did not take 1 documents"):
            bulk.finish()
        bulk.stop()


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("opensearch_hosts", ("node1:9200",), "opensearch_hosts"),
        ("opensearch_hosts", (), "opensearch_hosts"),
        ("opensearch_ca", Path("no/such/file"), "opensearch_ca"),
        ("opensearch_credentials", Path("no/such/file"), "opensearch_credentials"),
    ],
)
def test_settings_that_cannot_be_followed_are_named(setting: str, value: object, said: str) -> None:
    with pytest.raises(SettingInvalid, match=said):
        Connection(Settings().changed({setting: value})).get("/")


def test_without_its_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [each for each in sys.modules if each.partition(".")[0] == "opensearchpy"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "opensearchpy", None)
    settings = Settings().changed({"engine": "opensearch", "opensearch_hosts": ("http://127.0.0.1:9",)})
    asked = (lambda: open_index(tmp_path, settings), lambda: build([[{"id": "a"}]], tmp_path, settings=settings))
    for ask in asked:
        with pytest.raises(SettingInvalid, match="not installed") as raised:
            ask()
        assert "timdoan[opensearch]" in str(raised.value.hint)


def test_requests_are_signed_as_the_file_says(tmp_path: Path) -> None:
    for text, scheme in (("reader:mật", "Basic cmVhZGVyOm3huq10"), ("a-token", "Bearer a-token")):
        (tmp_path / "key").write_text(text, "utf-8")
        connection = Connection(Settings(opensearch_credentials=tmp_path / "key"))
        client = connection_module._client(connection.settings)
        headers = client.transport.get_connection().headers
        assert headers["authorization"] == scheme


def test_a_forked_process_has_a_connection_of_its_own() -> None:
    with node(lambda *_: (200, {"answer": 1})) as connection:
        before = connection._connected()
        connection._process = os.getpid() + 1
        assert connection.get("/x") == {"answer": 1}
        assert connection._connected() is not before
