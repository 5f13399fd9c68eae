"""A real server that sends webhooks of what is published, over several workers and a restart."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from indexer import Settings, WebhookEvent, add, build
from tests.webapp.server import COLD, Server, serving
from tests.webapp.serving.test_writing import below, until
from tests.webhooks.receiver import KEY, SECRET, Receiver, receiving, secret_file
from webapp import create_app
from webapp.commands.main import main
from webapp.index.webhooks import note
from webapp.monitoring.observing import metrics

FLOOD = "Nước lũ dâng cao ở Hương Khê."


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


@pytest.fixture
def settings(tmp_path: Path, receiver: Receiver) -> Path:
    file = tmp_path / "timdoan.toml"
    file.write_text(
        f'index = "{tmp_path / "index"}"\nwebhook_seconds = 0.1\nlog_format = "json"\n'
        f'[webhooks.ngap-lut]\nquery = "nước lũ"\naddress = "{receiver.address}"\n'
        f'secret_file = "{secret_file(tmp_path)}"\n',
        "utf-8",
    )
    build([[{"id": "tin/1", "title": "Tin", "text": FLOOD}]], tmp_path / "index")
    return file


def lines_of(server: Server) -> list[dict[str, object]]:
    return [json.loads(line) for line in server.log.read_text("utf-8").splitlines() if line.startswith("{")]


def logged(server: Server, message: str) -> bool:
    return any(message in str(line["message"]) for line in lines_of(server))


def test_what_is_published_is_sent_once_by_one_process_and_over_a_restart(
    tmp_path: Path, settings: Path, receiver: Receiver
) -> None:
    index = tmp_path / "index"
    with serving(index, "--workers", "2", "--settings", str(settings), module=COLD) as server:
        until(lambda: logged(server, "is followed"))
        add([[{"id": "tin/2", "title": "Tin hai", "text": FLOOD}]], index)
        [request] = receiver.await_requests(1)
        assert [each["article"] for each in request.data["passages"]] == ["tin/2"]
        until(lambda: logged(server, "was sent"))
        # Two may have been started at the same moment: the one without the lock ends.
        until(lambda: len(senders(server)) == 1)
        [sender] = senders(server)
        with urllib.request.urlopen(f"{server.address}/metrics", timeout=60) as answer:
            assert b'timdoan_webhooks_total{outcome="sent"} 1.0' in answer.read()
        with urllib.request.urlopen(f"{server.address}/search?q=l%C5%A9", timeout=60) as answer:
            assert answer.status == 200
        log = server.log.read_text("utf-8")
        [line] = [line for line in lines_of(server) if "was sent" in str(line["message"])]
        assert (line["webhook"], line["passages"], line["id"]) == ("ngap-lut", 1, request.id)
        assert SECRET not in log and KEY.decode() not in log and receiver.address not in log
    until(lambda: not is_sender(sender))
    add([[{"id": "tin/3", "title": "Tin ba", "text": FLOOD}]], index)
    with serving(index, "--workers", "2", "--settings", str(settings), module=COLD):
        assert [each.data["passages"][0]["article"] for each in receiver.await_requests(2)] == ["tin/2", "tin/3"]
    assert len(receiver.received) == 2


def senders(server: Server) -> list[int]:
    return [pid for pid in below(server.process.pid) if is_sender(pid)]


def is_sender(pid: int) -> bool:
    try:
        return b"indexer.webhooks.process" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def test_what_keeps_it_from_sending_is_in_the_log(tmp_path: Path, settings: Path, receiver: Receiver) -> None:
    (tmp_path / "index" / "webhooks.sqlite3").write_text("no database, but a text that is long enough for one")
    with serving(tmp_path / "index", "--workers", "1", "--settings", str(settings), module=COLD) as server:
        until(lambda: logged(server, "are not sent"))
        [line] = [line for line in lines_of(server) if "are not sent" in str(line["message"])]
        assert "webhooks.sqlite3, cannot be read" in str(line["reason"])
        with urllib.request.urlopen(f"{server.address}/search?q=l%C5%A9", timeout=60) as answer:
            assert answer.status == 200


def test_each_outcome_is_counted(tmp_path: Path) -> None:
    app = create_app(Settings(index=tmp_path / "none"))
    for event in ("begun", "failed", "failed", "given_up"):
        note(WebhookEvent(event, "tên", "msg_1", "status 500", 3, 2), metrics(app))  # type: ignore[arg-type]
    text = app.test_client().get("/metrics").get_data(as_text=True)
    assert 'timdoan_webhooks_total{outcome="failed"} 2.0' in text
    assert 'timdoan_webhooks_total{outcome="given_up"} 1.0' in text
    assert 'timdoan_webhooks_total{outcome="sent"} 0.0' in text
    assert "tên" not in text and "begun" not in text


def test_the_command_sends_a_test(settings: Path, receiver: Receiver) -> None:
    done = CliRunner().invoke(main, ["webhooks", "test", "ngap-lut", "--settings", str(settings)])
    assert (done.exit_code, done.output) == (0, "It was accepted.\n")
    assert receiver.received[0].type == "search.test"
    receiver.statuses[:] = [403]
    done = CliRunner().invoke(main, ["webhooks", "test", "ngap-lut", "--settings", str(settings)])
    assert (done.exit_code, done.output) == (2, "Error: It was not accepted: status 403.\n")
    done = CliRunner().invoke(main, ["webhooks", "test", "khac", "--settings", str(settings)])
    assert done.exit_code == 2
    assert done.output == ("Error: there is no webhook 'khac'\nDeclared in the settings file are: ngap-lut.\n")
