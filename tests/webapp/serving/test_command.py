"""The `webapp` command: a real server of several processes."""

from __future__ import annotations

import errno
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from indexer import Settings, add, build, open_index, remove
from tests.conftest import ROOT
from tests.samples import write_articles
from tests.webapp.archive import CONFERENCE, POMELO
from tests.webapp.server import COLD, Server, serving
from webapp.commands.main import main
from webapp.responses.headers import SECURITY
from webapp.serving.server import _warm, bound_waiting, options


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("served")
    build([write_articles(folder / "articles.jsonl", (CONFERENCE,))], folder / "index")
    return folder / "index"


@pytest.fixture(scope="module")
def server(directory: Path) -> Any:
    with serving(directory, "--workers", "2", "--threads", "2") as server:
        yield server


# Whatever proxy the environment names: the server is on this machine.
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


needs_proc = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="needs /proc to see the processes")


def get(server: Server, path: str) -> tuple[int, str]:
    try:
        with DIRECT.open(server.address + path, timeout=30) as response:
            return response.status, response.read().decode("utf-8")
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode("utf-8", "replace")


def search(server: Server, text: str) -> dict[str, Any]:
    status, body = get(server, "/api/v1/search?q=" + urllib.parse.quote(text))
    assert status == 200, body
    answer: dict[str, Any] = json.loads(body)
    return answer


def workers(server: Server) -> set[int]:
    """The process ids of the workers."""
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children")
    return {int(number) for number in children.read_text().split()}


def test_it_says_where_it_listens_and_answers_there(server: Server) -> None:
    assert json.loads(get(server, "/healthz")[1]) == {"status": "ok"}
    status, body = get(server, "/readyz")
    assert status == 200
    assert json.loads(body)["articles"] == 1
    assert "Tìm <span>Đoạn</span>" in get(server, "/")[1]


def test_an_unmarked_query_is_answered_over_http(server: Server) -> None:
    found = search(server, "co thi dua xuat sac")["results"][0]
    assert "cờ thi đua xuất sắc" in found["snippet"]["text"]


@needs_proc
def test_it_runs_as_many_workers_as_asked(server: Server) -> None:
    get(server, "/healthz")
    assert len(workers(server)) == 2


def test_an_overlong_request_is_refused_and_the_next_one_answered(server: Server) -> None:
    assert 400 <= get(server, "/search?q=" + "a" * 8_100)[0] < 500
    assert 400 <= get(server, "/search?q=" + "a" * 100_000)[0] < 500
    host = server.address.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=30)
    connection.request("GET", "/", headers={f"X-{number}": "x" for number in range(200)})
    assert 400 <= connection.getresponse().status < 500
    connection.close()
    assert get(server, "/healthz")[0] == 200


def test_raw_bytes_and_strange_methods_are_refused(server: Server) -> None:
    host = server.address.removeprefix("http://")
    for method, path in (("GET", "/search?q=%FF"), ("BREW", "/search?q=a"), ("PUT", "/api/v1/search")):
        connection = http.client.HTTPConnection(host, timeout=30)
        connection.request(method, path)
        assert 400 <= connection.getresponse().status < 500
        connection.close()


def test_new_generations_are_served_by_every_worker_without_a_failed_request(tmp_path: Path) -> None:
    index = tmp_path / "index"
    with_pomelo = write_articles(tmp_path / "new.jsonl", (CONFERENCE, POMELO))
    changes: list[Callable[[], object]] = [
        lambda: build([with_pomelo], index),
        lambda: remove([str(POMELO["id"])], index),
        lambda: add([with_pomelo], index),
    ]
    generations = {build([write_articles(tmp_path / "old.jsonl", (CONFERENCE,))], index).generation: False}
    # However busy the machine is, nobody is turned away: that is another matter.
    server_of = serving(index, "--workers", "2", "--threads", "2", search_queue_seconds="30")
    with server_of as server, ThreadPoolExecutor(4) as threads:
        during = [threads.submit(search, server, "bưởi") for _ in range(10)]
        for number, change in enumerate(changes):
            change()
            with open_index(index) as opened:
                generations[opened.generation] = number != 1
            during += [threads.submit(search, server, "bưởi") for _ in range(20)]
        # While one thread opens a new generation the others answer from an older one: wholly that or wholly this.
        for answer in during:
            found = answer.result()
            assert (found["total"] > 0) == generations[found["generation"]]
        # Nothing is being opened any more, so whichever worker answers has the newest one.
        for _ in range(20):
            assert search(server, "bưởi")["generation"] == max(generations)


def test_without_an_index_it_serves_and_says_so_until_there_is_one(tmp_path: Path) -> None:
    with serving(tmp_path / "index", "--workers", "1", module=COLD) as server:
        assert get(server, "/healthz")[0] == 200
        assert get(server, "/readyz")[0] == 503
        status, body = get(server, "/")
        assert status == 503
        assert "indexer build" in body
        build([write_articles(tmp_path / "new.jsonl", (POMELO,))], tmp_path / "index")
        assert get(server, "/readyz")[0] == 200


def test_sigterm_ends_it_cleanly_and_nothing_of_a_query_was_printed(directory: Path) -> None:
    with serving(directory, "--workers", "1") as server:
        search(server, "bí mật của người đọc")
        os.kill(server.process.pid, signal.SIGTERM)
        out, _ = server.process.communicate(timeout=30)
        err = server.log.read_text("utf-8")
        assert server.process.returncode == 0
        assert out == ""
        assert "b%C3%AD" not in err
        assert "bí mật" not in err


@needs_proc
def test_a_request_under_way_is_answered_before_the_server_ends(directory: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    shutil.copytree(directory, index)
    with (
        serving(index, "--workers", "1", module="tests.webapp.slow") as server,
        ThreadPoolExecutor(1) as threads,
    ):
        under_way = threads.submit(get, server, "/slow")
        while not (index / "begun").exists():
            threading.Event().wait(0.01)
        os.kill(server.process.pid, signal.SIGTERM)
        while listens(server):
            threading.Event().wait(0.01)
        assert server.process.poll() is None
        (index / "go").touch()
        assert under_way.result(timeout=30) == (200, "answered")
        assert server.process.wait(timeout=30) == 0


def listens(server: Server) -> bool:
    """Whether the first process still has its listening socket; it closes it when it is told to stop."""
    for descriptor in Path(f"/proc/{server.process.pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # It was closed since it was listed.
            if os.readlink(descriptor).startswith("socket:"):
                return True
    return False


def test_figures_are_those_of_all_workers_and_are_taken_away(directory: Path, tmp_path: Path) -> None:
    with serving(directory, "--workers", "2", module=COLD, temporary=tmp_path) as server:
        for _ in range(20):
            search(server, "thi đua")
        found = get(server, "/metrics")[1]
        assert 'timdoan_requests_total{route="/api/v1/search",status="200"} 20.0' in found
        assert "timdoan_searches_running 0.0" in found
        assert "timdoan_articles 1.0" in found
        assert len(list(tmp_path.glob("timdoan-metrics-*"))) == 1
        os.kill(server.process.pid, signal.SIGTERM)
        assert server.process.wait(timeout=30) == 0
    assert list(tmp_path.glob("timdoan-metrics-*")) == []


def test_a_request_is_a_line_of_the_log_in_the_form_asked_for(directory: Path) -> None:
    with serving(directory, "--workers", "1", module=COLD, log_format="json", log_queries="true") as server:
        search(server, "thi đua")
        assert get(server, "/search?q=" + "a" * 100_000)[0] == 414
        os.kill(server.process.pid, signal.SIGTERM)
        server.process.wait(timeout=30)
        lines = [json.loads(line) for line in server.log.read_text("utf-8").splitlines()]
    (line,) = [line for line in lines if line["message"] == "request"]
    assert (line["route"], line["status"], line["query"]) == ("/api/v1/search", 200, "thi đua")
    (line,) = [line for line in lines if "refused" in line["message"]]
    assert line["message"] == "a request was refused: LimitRequestLine"


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"GET /search?q=%s HTTP/1.1\r\n\r\n" % (b"a" * 9_000), 414),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: %s\r\n\r\n" % (b"x" * 9_000), 431),
        (b"GET / HTTP/1.1\r\nHost: a\r\n%s\r\n" % (b"X: y\r\n" * 60), 431),
        (b"nonsense\r\n\r\n", 400),
        (b"GET / HTTP/9.9\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
    ],
)
def test_what_the_server_refuses_itself_is_refused_under_our_headers(
    server: Server, request_bytes: bytes, status: int
) -> None:
    host, port = server.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as client:
        client.sendall(request_bytes)
        response = http.client.HTTPResponse(client)
        response.begin()
        body = response.read()
    assert response.status == status
    for name, value in SECURITY.items():
        assert response.headers[name] == value
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert f"<h1>{status}</h1>\n<p>Máy chủ không đọc được yêu cầu này." in body.decode()


def test_a_port_in_use_is_told_at_once(server: Server) -> None:
    port = server.address.rsplit(":", 1)[1]
    result = CliRunner().invoke(main, ["--port", port])
    assert result.exit_code == 2
    assert f"port {port}: Address already in use\n" in result.output
    assert "--port" in result.output


def test_a_host_that_does_not_exist_is_told() -> None:
    result = CliRunner().invoke(main, ["--host", "256.0.0.1", "--port", "0"])
    assert result.exit_code == 2
    assert "cannot listen on 256.0.0.1" in result.output


def test_a_settings_file_counts_and_is_refused_when_wrong(tmp_path: Path) -> None:
    file = tmp_path / "s.toml"
    file.write_text('host = "256.0.0.1"\n')
    result = CliRunner().invoke(main, ["--settings", str(file), "--port", "0"])
    assert "cannot listen on 256.0.0.1" in result.output
    file.write_text("workerz = 3\n")
    result = CliRunner().invoke(main, ["--settings", str(file)])
    assert result.exit_code == 2
    assert "setting workerz in" in result.output
    assert "workers" in result.output


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("RATE_LIMIT", "abc", "setting rate_limit is 'abc'"),
        ("API_KEYS", "/no/such/file", "/no/such/file, cannot be read"),
        ("ENGINE", "opensearch", "setting opensearch_hosts is 'node1'"),
    ],
)
def test_what_only_the_application_can_judge_is_refused_before_it_listens(
    directory: Path, setting: str, value: str, said: str
) -> None:
    own = {f"TIMDOAN_{setting}": value, "TIMDOAN_OPENSEARCH_HOSTS": "node1"}
    command = [sys.executable, "-m", "webapp", "--index", str(directory), "--port", "0"]
    done = subprocess.run(command, env={**os.environ, **own}, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize("option", ["--port", "--workers", "--threads"])
def test_a_value_out_of_range_is_misuse(option: str) -> None:
    result = CliRunner().invoke(main, [option, "99999"])
    assert result.exit_code == 2
    assert f"setting {option.removeprefix('--')} is 99999" in result.output
    assert "Traceback" not in result.output


def test_help_names_every_option_with_an_example() -> None:
    result = CliRunner().invoke(main, ["--help"])
    assert result.exit_code == 0
    for option in ("--index", "--host", "--port", "--workers", "--threads", "Example: webapp"):
        assert option in result.output


def test_an_ipv6_address_is_written_in_brackets() -> None:
    assert options(Settings(host="::1", port=8080))["bind"] == "[::1]:8080"
    assert options(Settings())["bind"] == "127.0.0.1:8000"


def test_a_client_that_falls_silent_does_not_hold_a_thread_for_ever() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        bound_waiting(listener, 0.05, 0.05)
        with socket.create_connection(listener.getsockname()[:2]) as client:
            client.sendall(b"GET / HTTP/1.1\r\nHost:")
            accepted, _ = listener.accept()
            with accepted:
                accepted.setblocking(True)
                assert accepted.recv(100) == b"GET / HTTP/1.1\r\nHost:"
                with pytest.raises(BlockingIOError):
                    accepted.recv(100)
                with pytest.raises(BlockingIOError):
                    while True:  # nobody reads: the buffers fill up
                        accepted.sendall(bytes(1 << 20))


def test_an_index_and_a_cache_that_cannot_be_written_are_searched(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", "/proc/none")
    with serving(directory, "--workers", "1", module="tests.webapp.readonly") as server:
        for path in ("/search?q=co+thi+dua", "/api/v1/search?q=co+thi+dua", "/articles/thoi-su/hoi-nghi", "/readyz"):
            assert get(server, path)[0] == 200
        assert "Traceback" not in server.log.read_text("utf-8")


def test_a_disk_too_full_to_compile_on_is_told_in_a_line(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(_: Settings) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("indexer.warm", full)
    _warm(Settings())
    assert [record.message for record in caplog.records] == ["compiling failed: answers stay slower"]


def test_without_a_folder_for_temporary_files_it_says_what_is_needed(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none() -> str:
        raise FileNotFoundError

    monkeypatch.setattr("tempfile.gettempdir", none)
    result = CliRunner().invoke(main, ["--index", str(directory), "--port", "0"])
    assert result.exit_code == 2
    assert "TMPDIR" in result.output


def test_compiling_that_is_cut_short_by_the_end_of_the_process_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    class Ended:
        def is_alive(self) -> bool:
            return False

    def broken(_: Settings) -> None:
        raise RuntimeError("cut short")

    monkeypatch.setattr("indexer.warm", broken)
    with pytest.raises(RuntimeError):
        _warm(Settings())
    with monkeypatch.context() as ending:
        ending.setattr("threading.main_thread", Ended)
        _warm(Settings())
