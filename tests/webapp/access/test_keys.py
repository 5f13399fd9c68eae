"""API keys: made once, kept as hashes, needed or not, and looked up the same way whoever asks."""

from __future__ import annotations

import datetime
import os
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient

from indexer import Settings
from indexer.errors import SettingInvalid
from tests.conftest import ROOT
from tests.webapp.conftest import problem_of
from tests.webapp.server import COLD, Server, serving
from webapp import create_app
from webapp.access.key_file import ROLES, note_uses, read_keys, read_uses
from webapp.access.keys import USE_SECONDS, KeyRing, may
from webapp.commands.main import main

PATH = "/api/v1/search?q=cờ"


def keys(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["keys", *arguments])


def made(file: Path, name: str) -> str:
    result = keys("add", name, "--file", str(file))
    assert result.exit_code == 0
    return result.output.strip()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "keys.txt"


def client(index: Path, file: Path, required: bool = True) -> FlaskClient:
    return create_app(Settings(index=index, api_keys=file, api_keys_required=required)).test_client()


def test_a_key_is_shown_once_and_kept_as_a_hash_for_the_owner_alone(file: Path) -> None:
    key = made(file, "newsroom")
    assert key.startswith("td_")
    assert key not in file.read_text("utf-8")
    assert file.stat().st_mode & 0o077 == 0
    assert KeyRing(file).name_of(key) == "newsroom"
    assert KeyRing(file).name_of(key + "x") is None


def test_keys_are_listed_and_removed(file: Path) -> None:
    first, _ = made(file, "a"), made(file, "b")
    listed = keys("list", "--file", str(file)).output
    assert listed == "a\tsearch\tno end\tlast used never\nb\tsearch\tno end\tlast used never\n"
    assert keys("remove", "a", "--file", str(file)).exit_code == 0
    assert keys("list", "--file", str(file)).output.startswith("b\t")
    assert KeyRing(file).name_of(first) is None
    assert os.listdir(file.parent) == [file.name]


def test_a_changed_key_file_stays_what_and_whose_it_was(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = file.parent / "real" / "keys"
    real.parent.mkdir()
    file.symlink_to(real)
    first = made(file, "first")
    real.write_text(f"# Những ai được tìm\n\n{real.read_text('utf-8')}# hết\n", "utf-8")
    real.chmod(0o640)
    if os.geteuid() == 0:
        os.chown(real, 1, 2)
    before = real.read_text("utf-8")
    owner = real.stat().st_uid, real.stat().st_gid
    made(file, "second")
    assert keys("remove", "second", "--file", str(file)).exit_code == 0
    assert file.is_symlink() and real.read_text("utf-8") == before
    assert (real.stat().st_uid, real.stat().st_gid) == owner and real.stat().st_mode & 0o777 == 0o640
    assert KeyRing(file).name_of(first) == "first"

    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "fchmod", refuse)
    refused = keys("add", "third", "--file", str(file))
    assert refused.exit_code == 2 and "change it as its owner" in refused.output
    assert real.read_text("utf-8") == before and os.listdir(real.parent) == [real.name]


@pytest.mark.parametrize("name", ["a b", "", "ả", "x" * 65, "a\nb"])
def test_a_name_that_would_break_the_file_is_refused(file: Path, name: str) -> None:
    made(file, "other")
    before = file.read_bytes()
    result = keys("add", name, "--file", str(file))
    assert result.exit_code == 2
    assert file.read_bytes() == before
    assert os.listdir(file.parent) == [file.name]


def test_what_cannot_be_done_with_keys_is_said(file: Path) -> None:
    made(file, "a")
    assert "already" in keys("add", "a", "--file", str(file)).output
    assert "no key b" in keys("remove", "b", "--file", str(file)).output
    assert "cannot be changed" in keys("add", "a", "--file", str(file.parent / "none" / "keys")).output
    assert "No key file is set" in keys("list").output
    file.write_text("nonsense\n")
    assert "is no API key" in keys("list", "--file", str(file)).output


@pytest.mark.parametrize("header", ["Authorization", "X-API-Key"])
def test_with_keys_the_endpoint_answers_to_them_only(index_directory: Path, file: Path, header: str) -> None:
    key = made(file, "a")
    asking = client(index_directory, file)
    given = f"Bearer {key}" if header == "Authorization" else key
    answer = asking.get(PATH, headers={header: given})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-cache"
    for headers in ({}, {header: given + "x"}, {header: "Bearer"}, {"Authorization": f"Basic {key}"}):
        response = asking.get(PATH, headers=headers)
        assert response.status_code == 401
        assert response.headers["WWW-Authenticate"] == "Bearer"
        assert problem_of(response)["type"] == "/problems#unauthorized"
    assert asking.post("/api/v1/batch", json={"queries": [{}]}).status_code == 401


def test_the_page_and_its_suggestions_need_no_key(index_directory: Path, file: Path) -> None:
    made(file, "a")
    asking = client(index_directory, file)
    for path in ("/", "/search?q=cờ", "/api/v1/suggest?q=cờ", "/openapi.json", "/docs", "/healthz"):
        assert asking.get(path).status_code == 200
    assert asking.options(PATH).status_code == 200


def test_where_keys_are_not_required_a_wrong_one_is_told_all_the_same(index_directory: Path, file: Path) -> None:
    made(file, "a")
    asking = client(index_directory, file, required=False)
    assert asking.get(PATH).status_code == 200
    assert asking.get(PATH, headers={"X-API-Key": "td_wrong"}).status_code == 401


def test_a_running_server_takes_changes_up(index_directory: Path, file: Path) -> None:
    made(file, "a")
    asking = client(index_directory, file)
    key = made(file, "b")
    assert asking.get(PATH, headers={"X-API-Key": key}).status_code == 200
    keys("remove", "b", "--file", str(file))
    assert asking.get(PATH, headers={"X-API-Key": key}).status_code == 401


@pytest.mark.parametrize("text", [None, "nonsense\n", "a sha256:12\n"])
def test_a_file_that_cannot_be_read_stops_the_start(index_directory: Path, file: Path, text: str | None) -> None:
    if text:
        file.write_text(text, "utf-8")
    with pytest.raises(SettingInvalid):
        client(index_directory, file)


@pytest.mark.parametrize("damage", ["lost", "garbled", "a folder"])
@pytest.mark.parametrize("required", [True, False])
def test_a_file_damaged_under_way_answers_nobody_with_a_key_and_says_so_once(
    index_directory: Path, file: Path, caplog: pytest.LogCaptureFixture, damage: str, required: bool
) -> None:
    key = made(file, "a")
    asking = client(index_directory, file, required=required)
    content = file.read_bytes()
    file.unlink()
    if damage == "garbled":
        file.write_bytes(content[:20] + b"\xff\n" + content)
    elif damage == "a folder":
        file.mkdir()
    with caplog.at_level("INFO"):
        for given in (key, key, "td_wrong"):
            response = asking.get(PATH, headers={"X-API-Key": given})
            assert response.status_code == 503
            assert problem_of(response)["type"] == "/problems#keys-unavailable"
            assert int(response.headers["Retry-After"]) > 0
            assert str(file) not in response.get_data(as_text=True)
    (told,) = (record for record in caplog.records if record.levelname == "ERROR")
    assert str(file) in told.values["reason"]  # type: ignore[attr-defined]
    assert "Traceback" not in caplog.text
    # Who comes without a key is let in where none is needed, and nowhere else.
    assert asking.get(PATH).status_code == (401 if required else 200)
    if damage == "a folder":
        file.rmdir()
    file.write_bytes(content)
    assert asking.get(PATH, headers={"X-API-Key": key}).status_code == 200


def test_keys_made_at_once_are_all_kept(file: Path) -> None:
    command = [sys.executable, "-m", "webapp", "keys", "add"]
    running = [subprocess.Popen([*command, f"k{number}", "--file", str(file)], cwd=ROOT) for number in range(6)]
    assert [process.wait(timeout=120) for process in running] == [0] * 6
    assert sorted(read_keys(file)) == [f"k{number}" for number in range(6)]


def test_a_change_is_durable_in_its_folder_too(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    real = os.fsync

    def note(descriptor: int) -> None:
        synced.append(os.readlink(f"/proc/self/fd/{descriptor}"))
        real(descriptor)

    monkeypatch.setattr("os.fsync", note)
    made(file, "a")
    assert len(synced) == 2 and synced[0].startswith(str(file)) and synced[1] == str(file.parent)


def test_a_key_has_roles(index_directory: Path, file: Path) -> None:
    added = keys("add", "writer", "--role", "write", "--role", "write", "--file", str(file)).output.strip()
    chief = keys("add", "chief", "--role", "admin", "--file", str(file)).output.strip()
    reader = made(file, "reader")
    assert keys("add", "x", "--role", "root", "--file", str(file)).exit_code == 2
    assert {name: key.roles for name, key in read_keys(file).items()} == {
        "writer": ("write",),
        "chief": ("admin",),
        "reader": ("search",),
    }
    app = create_app(Settings(index=index_directory, api_keys=file))
    allowed = {}
    for name, key in (("writer", added), ("chief", chief), ("reader", reader)):
        with app.test_request_context(PATH, headers={"X-API-Key": key}):
            app.preprocess_request()
            allowed[name] = [role for role in ROLES if may(role)]
    assert allowed == {"writer": ["search", "write"], "chief": ["search", "write", "admin"], "reader": ["search"]}
    with app.test_request_context("/"):
        assert not may("search")


@pytest.mark.parametrize("line", ["roles=root", "roles=", "expires=never", "expires=2027-13-01", "color=red", "roles"])
def test_a_line_that_says_what_nobody_knows_is_no_key(file: Path, line: str) -> None:
    made(file, "a")
    file.write_text(f"{file.read_text().strip()} {line}\n")
    with pytest.raises(SettingInvalid, match="is no API key"):
        read_keys(file)


def test_a_key_counts_up_to_its_last_day(file: Path) -> None:
    key = keys("add", "guest", "--expires", "2027-03-31", "--file", str(file)).output.strip()
    day = datetime.datetime(2027, 3, 31, 23, 59, tzinfo=datetime.UTC)
    assert KeyRing(file, now=lambda: day).name_of(key) == "guest"
    assert KeyRing(file, now=lambda: day + datetime.timedelta(minutes=1)).name_of(key) is None
    assert "until 2027-03-31" in keys("list", "--file", str(file)).output
    file.write_text(file.read_text().replace("2027", "2020"))
    assert "expired 2020-03-31" in keys("list", "--file", str(file)).output


def test_the_use_of_a_key_is_written_down_when_the_server_ends(index_directory: Path, file: Path) -> None:
    key = made(file, "a")

    def ask(server: Server) -> int:
        asking = urllib.request.Request(f"{server.address}/api/v1/search?q=c", headers={"X-API-Key": key})
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(asking, timeout=30) as response:
            return int(response.status)

    with serving(index_directory, "--workers", "1", module=COLD, api_keys=str(file)) as server:
        assert ask(server) == 200
        assert "a" in read_uses(file)
        file.with_name(f"{file.name}.used").unlink()
        assert ask(server) == 200
        assert read_uses(file) == {}
    assert "a" in read_uses(file)


def test_when_a_key_was_last_used_is_noted_now_and_then(file: Path) -> None:
    key, other = made(file, "a"), made(file, "b")
    seconds = 0.0
    day = datetime.datetime(2027, 3, 31, tzinfo=datetime.UTC)
    ring = KeyRing(file, clock=lambda: seconds, now=lambda: day)
    assert ring.name_of(key) == "a"
    # The first use at once.
    assert read_uses(file) == {"a": "2027-03-31T00:00:00+00:00"}
    assert ring.name_of(other) == "b"
    assert list(read_uses(file)) == ["a", "b"]
    day += datetime.timedelta(seconds=1)
    assert ring.name_of(key) == "a"
    assert read_uses(file)["a"] == "2027-03-31T00:00:00+00:00"
    seconds += USE_SECONDS
    assert ring.name_of(key + "x") is None
    assert ring.name_of(key) == "a"
    assert read_uses(file)["a"] == "2027-03-31T00:00:01+00:00"
    day -= datetime.timedelta(seconds=1)
    note_uses(file, {"a": "2027-03-31T00:00:00+00:00"})
    file.with_name(f"{file.name}.used").unlink()
    assert ring.name_of(key) == "a" and read_uses(file) == {}
    ring.write_uses()
    ring.write_uses()
    assert "last used 2027-03-31T00:00:00+00:00" in keys("list", "--file", str(file)).output
    # Another process that is behind does not put it back.
    note_uses(file, {"a": "2020-01-01T00:00:00+00:00"})
    assert read_uses(file)["a"].startswith("2027")
    file.with_name(f"{file.name}.used").write_text("[]")
    assert read_uses(file) == {}
