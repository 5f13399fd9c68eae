"""Articles over HTTP: what is accepted, by whom, and what is told of it; published by the writer of the library."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from jsonschema import validate
from werkzeug.test import TestResponse

from indexer import Queue, SearchRequest, Settings, build, open_index
from indexer.indexing.draining import drain
from tests.webapp.conftest import problem_of
from webapp import create_app
from webapp.commands.main import main
from webapp.contract.changing import CHANGING_SCHEMAS
from webapp.index.changes import changes
from webapp.requests.limits import WRITE_LIMIT

ROLES = {
    "cms": ("--role", "write"),
    "boss": ("--role", "admin"),
    "reader": (),
    "desk": ("--role", "write", "--source", "Báo Mẫu"),
}


class Newsroom:
    """A server with keys, an index and its queue."""

    def __init__(self, place: Path, **settings: Any) -> None:
        self.file = place / "keys.txt"
        self.keys = {name: self._made(name, *roles) for name, roles in ROLES.items()}
        self.settings = Settings(index=place / "index", api_keys=self.file, **settings)
        build([{"id": "cu", "text": "Hồ Kẻ Gỗ", "source": "Tin Mẫu"}], self.settings.index)
        self.app = create_app(self.settings)

    def _made(self, name: str, *options: str) -> str:
        made = CliRunner().invoke(main, ["keys", "add", name, *options, "--file", str(self.file)])
        assert made.exit_code == 0, made.output
        return made.output.strip()

    def ask(self, method: str, path: str, who: str = "cms", **given: Any) -> TestResponse:
        headers = {"X-API-Key": self.keys[who]} if who else {}
        client: FlaskClient = self.app.test_client()
        answer = client.open(f"/api/v1/{path}", method=method, headers={**headers, **given.pop("headers", {})}, **given)
        if answer.status_code in (200, 202):
            validate(answer.get_json(), {**CHANGING_SCHEMAS["Change"], "components": {"schemas": CHANGING_SCHEMAS}})
        return answer

    def drain(self) -> None:
        while drain(self.settings, changes(self.app).queue) is not None:
            pass

    def told(self, number: int, who: str = "cms") -> list[str]:
        return [each["state"] for each in self.ask("GET", f"changes/{number}", who).get_json()["results"]]

    def found(self, query: str) -> list[str]:
        with open_index(self.settings.index) as index:
            return sorted({each.article.id for each in index.search(SearchRequest(query)).passages})


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    made = Newsroom(tmp_path)
    yield made
    changes(made.app).queue.close()


def test_an_article_is_accepted_published_replaced_and_removed(room: Newsroom) -> None:
    accepted = room.ask("PUT", "articles/tin/mùa%20bưởi", json={"title": "Mùa bưởi", "text": "Bưởi chín rộ."})
    assert (accepted.status_code, accepted.get_json()["state"]) == (202, "queued")
    assert accepted.headers["Location"] == f"/api/v1/changes/{accepted.get_json()['change']}"
    room.drain()
    done = room.ask("GET", f"changes/{accepted.get_json()['change']}")
    assert done.get_json() == {
        "change": accepted.get_json()["change"],
        "state": "indexed",
        "counts": {"queued": 0, "indexed": 1, "rejected": 0, "superseded": 0},
        "results": [{"line": None, "id": "tin/mùa bưởi", "state": "indexed", "reason": None, "warnings": []}],
    }
    assert room.found("bưởi") == ["tin/mùa bưởi"]
    removed = room.ask("DELETE", "articles/tin/mùa bưởi")
    assert removed.status_code == 202
    room.drain()
    assert room.told(removed.get_json()["change"]) == ["indexed"]
    assert room.found("bưởi") == []


def test_json_lines_have_a_result_for_each_line(room: Newsroom) -> None:
    data = '{"id": "a", "text": "Bưởi", "date": "hôm nào"}\nno json\n\n{"id": "b"}\n{"id": "a", "text": "Cam"}\n'
    accepted = room.ask("POST", "articles", data=data.encode(), content_type="application/x-ndjson")
    assert accepted.status_code == 202
    assert [(each["line"], each["state"]) for each in accepted.get_json()["results"]] == [
        *((1, "queued"), (2, "rejected")),
        *((4, "queued"), (5, "queued")),
    ]
    room.drain()
    done = room.ask("GET", f"changes/{accepted.get_json()['change']}").get_json()
    assert [each["state"] for each in done["results"]] == ["superseded", "rejected", "rejected", "indexed"]
    assert [each["reason"] for each in done["results"]][1:3] == [
        "is not JSON: Expecting value at character 1",
        "holds no text",
    ]
    assert (done["state"], room.found("cam")) == ("indexed", ["a"])


def test_an_object_or_a_list_of_them_is_accepted(room: Newsroom) -> None:
    one = room.ask("POST", "articles", json={"id": "a", "text": "Cam"}).get_json()["change"]
    many = room.ask("POST", "articles", json=[{"id": "b", "text": "Cam"}, 1, {"id": "c", "text": "Cam"}])
    room.drain()
    assert room.told(one) == ["indexed"]
    assert room.told(many.get_json()["change"]) == ["indexed", "rejected", "indexed"]
    assert room.found("cam") == ["a", "b", "c"]


def test_files_of_a_form_are_read_by_their_formats(room: Newsroom) -> None:
    form = {
        "file": [
            (io.BytesIO("Mùa bưởi\n\nBưởi chín rộ.".encode()), "bưởi.txt"),
            (io.BytesIO("<h1>Cam</h1><p>Cam chín rộ khắp vườn đồi quê nhà.".encode()), "trang.html"),
            (io.BytesIO(b""), "anh.jpg"),
        ],
        "source": "Báo Mẫu",
    }
    accepted = room.ask("POST", "articles", data=form, content_type="multipart/form-data").get_json()
    room.drain()
    assert room.told(accepted["change"]) == ["indexed", "indexed", "rejected"]
    assert room.found('source:"Báo Mẫu"') == ["bưởi", "trang"]


def test_what_can_be_no_article_is_refused_at_once(room: Newsroom) -> None:
    for body in ([1], {"id": "b", "text": "Cam"}, {"text": "\ud800"}):
        assert problem_of(room.ask("PUT", "articles/a", json=body))["type"] == "/problems#bad-request"
    assert room.ask("PUT", "articles/a", json={"id": "a", "_id": "a", "text": "Cam"}).status_code == 202
    assert room.ask("PUT", "articles/1", json={"id": 1, "text": "Cam"}).status_code == 202
    said = problem_of(room.ask("PUT", "articles/a%00b", json={"text": "Cam"}))
    assert said["detail"] == "The article is refused: the id 'a\\x00b' holds a control character."
    assert room.ask("PUT", "articles/a", data=b"Cam", content_type="text/plain").status_code == 415
    assert room.ask("POST", "articles", data=b"Cam", content_type="text/plain").status_code == 415
    assert room.ask("POST", "articles", data=b"\n", content_type="application/x-ndjson").status_code == 400
    assert room.ask("POST", "articles", json=[]).status_code == 400
    lines = b'{"id": "a"}\n' * 10_001
    assert room.ask("POST", "articles", data=lines, content_type="application/x-ndjson").status_code == 413
    assert room.ask("PUT", "articles/a", data=b" " * (WRITE_LIMIT + 1)).status_code == 413
    assert room.ask("PUT", "articles/a?wait=31", json={"text": "Cam"}).status_code == 400


def test_a_request_that_is_sent_again_is_the_same_change(room: Newsroom) -> None:
    def put(text: str, key: str, who: str = "cms") -> TestResponse:
        return room.ask("PUT", "articles/a", who, json={"text": text}, headers={"Idempotency-Key": key})

    first = put("Bưởi", "k1").get_json()["change"]
    assert put("Bưởi", "k1").get_json()["change"] == first
    assert put("Bưởi", "k2").get_json()["change"] > first
    assert put("Bưởi", "k1", "boss").get_json()["change"] > first
    differs = put("Cam", "k1")
    assert (differs.status_code, problem_of(differs)["type"]) == (422, "/problems#idempotency-key-reused")
    room.drain()
    assert put("Bưởi", "k1").get_json()["state"] == "superseded"
    assert put("Bưởi", "khóa").status_code == 400
    assert put("Bưởi", "k" * 256).status_code == 400


def test_only_keys_with_the_role_may_write_also_from_this_machine(room: Newsroom) -> None:
    article = {"json": {"text": "Cam"}}
    for method, path, given in (
        ("PUT", "articles/a", article),
        ("DELETE", "articles/a", {}),
        ("POST", "articles", {"json": {"id": "a", "text": "Cam"}}),
        ("GET", "changes/1", {}),
    ):
        nobody = room.ask(method, path, "", **given)
        assert (nobody.status_code, problem_of(nobody)["type"]) == (401, "/problems#unauthorized")
        assert nobody.headers["WWW-Authenticate"] == "Bearer"
        reader = room.ask(method, path, "reader", **given)
        assert (reader.status_code, problem_of(reader)["type"]) == (403, "/problems#forbidden")
        wrong = room.app.test_client().open(f"/api/v1/{path}", method=method, headers={"X-API-Key": "td_x"}, **given)
        assert wrong.status_code == 401
    assert room.ask("DELETE", "articles/a?purge=true", "cms").status_code == 403
    assert not changes(room.app).queue.exists
    assert room.ask("PUT", "articles/a", "boss", **article).status_code == 202


def test_without_keys_nobody_may_write_unless_the_setting_has_programs_on_this_machine(tmp_path: Path) -> None:
    def put(app: Any, address: str = "127.0.0.1", **headers: str) -> int:
        given = {"json": {"text": "Cam"}, "headers": headers, "environ_base": {"REMOTE_ADDR": address}}
        return int(app.test_client().put("/api/v1/articles/a", **given).status_code)

    assert put(create_app(Settings(index=tmp_path / "index"))) == 401
    keys = tmp_path / "keys.txt"
    keys.write_text("")
    for settings in (Settings(index=tmp_path / "index"), Settings(index=tmp_path / "index", api_keys=keys)):
        app = create_app(settings.changed({"write_without_key": True}))
        assert put(app) == put(app, "::1") == 202
        assert put(app, "192.0.2.1") == 401
        assert put(app, Origin="http://elsewhere.example") == 401
        changes(app).queue.close()


def test_a_narrowed_key_writes_its_sources_and_keys_see_their_own_changes(room: Newsroom) -> None:
    own = room.ask("PUT", "articles/a", "desk", json={"text": "Cam"}).get_json()["change"]
    other = room.ask("PUT", "articles/b", "desk", json={"text": "Cam", "source": "Tin Mẫu"}).get_json()["change"]
    theirs = room.ask("DELETE", "articles/cu", "desk").get_json()["change"]
    room.drain()
    assert (room.told(own, "desk"), room.told(other, "desk"), room.told(theirs, "desk")) == (
        ["indexed"],
        ["rejected"],
        ["rejected"],
    )
    assert room.found('source:"Báo Mẫu"') == ["a"]
    assert room.told(own, "boss") == ["indexed"]
    hidden = room.ask("GET", f"changes/{own}", "cms")
    assert (hidden.status_code, problem_of(hidden)["type"]) == (404, "/problems#change-not-found")
    assert room.ask("GET", "changes/999").status_code == 404
    assert room.ask("GET", f"changes/{10**30}").status_code == 404
    assert room.ask("GET", "changes/x").status_code == 404


def test_a_full_queue_says_so_and_metrics_say_how_full_it_is(tmp_path: Path) -> None:
    room = Newsroom(tmp_path, queue_items=2)
    assert "timdoan_queue_items 0.0" in room.app.test_client().get("/metrics").get_data(as_text=True)
    assert room.ask("POST", "articles", json=[{"id": "a", "text": "Cam"}] * 2).status_code == 202
    full = room.ask("PUT", "articles/b", json={"text": "Cam"})
    assert (full.status_code, problem_of(full)["type"]) == (429, "/problems#queue-full")
    assert int(full.headers["Retry-After"]) > 0
    figures = room.app.test_client().get("/metrics").get_data(as_text=True)
    assert "timdoan_queue_items 2.0" in figures
    assert "timdoan_queue_oldest_seconds" in figures
    room.drain()
    assert room.ask("PUT", "articles/b", json={"text": "Cam"}).status_code == 202
    changes(room.app).queue.close()


def test_a_queue_that_cannot_be_read_is_told_and_the_rest_goes_on(room: Newsroom) -> None:
    (room.settings.index / "queue.sqlite3").write_bytes(b"no database" * 1_000)
    answer = room.ask("PUT", "articles/a", json={"text": "Cam"})
    assert (answer.status_code, problem_of(answer)["type"]) == (503, "/problems#queue-unavailable")
    assert "queue.sqlite3" not in answer.get_data(as_text=True)
    client = room.app.test_client()
    assert "timdoan_queue_ready 0.0" in client.get("/metrics").get_data(as_text=True)
    assert client.get("/api/v1/search?q=hồ", headers={"X-API-Key": room.keys["reader"]}).status_code == 200


def test_what_is_accepted_is_there_for_another_process(room: Newsroom) -> None:
    room.ask("PUT", "articles/a", json={"text": "Cam"})
    other = Queue(room.settings.index)
    (waiting,) = other.waiting(10, 1 << 20)
    assert json.loads(other.content(waiting.number)) == {"text": "Cam", "id": "a"}
    assert waiting.owner == "cms"
    other.close()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--source", "Báo Mẫu"], "give it the role write"),
        (["--role", "admin", "--role", "write", "--source", "Báo Mẫu"], "not admin"),
        (["--role", "write", "--source", " "], "a text on one line"),
    ],
)
def test_sources_narrow_only_what_is_written(tmp_path: Path, options: list[str], said: str) -> None:
    done = CliRunner().invoke(main, ["keys", "add", "a", *options, "--file", str(tmp_path / "keys.txt")])
    assert (done.exit_code, said in done.output) == (2, True)


def test_sources_of_keys_are_listed_and_kept_whatever_is_in_them(tmp_path: Path) -> None:
    file = str(tmp_path / "keys.txt")
    odd = "Báo, Tin = 100% #mẫu"
    CliRunner().invoke(main, ["keys", "add", "a", "--role", "write", "--source", odd, "--source", "B", "--file", file])
    listed = CliRunner().invoke(main, ["keys", "list", "--file", file]).output
    assert listed.startswith(f"a\twrite ({odd}, B)\tno end")
