"""Rate limits: what one client may ask, the headers, and who counts as one client."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from indexer import Settings
from indexer.errors import SettingInvalid
from tests.webapp.conftest import problem_of
from webapp import create_app
from webapp.commands.keys import keys

PATH = "/api/v1/suggest?q=cờ"


def client(index: Path, limit: str = "3/hour", **settings: Any) -> FlaskClient:
    return create_app(Settings(index=index, rate_limit=limit, **settings)).test_client()


def status(asking: FlaskClient, address: str = "192.0.2.1", path: str = PATH, **headers: str) -> int:
    return asking.get(path, environ_overrides={"REMOTE_ADDR": address}, headers=headers).status_code


def test_what_is_left_is_told_and_then_that_nothing_is(index_directory: Path) -> None:
    asking = client(index_directory)
    for left in ("2", "1", "0"):
        response = asking.get(PATH)
        assert response.status_code == 200
        assert response.headers["RateLimit-Policy"] == "3;w=3600"
        assert response.headers["RateLimit-Limit"] == "3"
        assert response.headers["RateLimit-Remaining"] == left
        assert 0 < int(response.headers["RateLimit-Reset"]) <= 3600
    response = asking.get("/api/v1/search?q=cờ")
    assert response.status_code == 429
    assert problem_of(response)["type"] == "/problems#rate-limited"
    assert response.headers["RateLimit-Remaining"] == "0"
    assert 0 < int(response.headers["Retry-After"]) <= 3600


def test_pages_health_and_static_files_are_not_counted(index_directory: Path) -> None:
    asking = client(index_directory, "1/hour")
    assert asking.get(PATH).status_code == 200
    for path in ("/search?q=cờ", "/healthz", "/static/style.css", "/openapi.json"):
        with asking.get(path) as response:
            assert response.status_code == 200
            assert "RateLimit-Limit" not in response.headers
    assert asking.options(PATH).status_code == 200
    assert asking.get(PATH).status_code == 429


def test_clients_are_addresses_and_of_ipv6_networks(index_directory: Path) -> None:
    asking = client(index_directory, "1/hour")
    assert [status(asking, f"192.0.2.{number}") for number in (1, 2, 1)] == [200, 200, 429]
    assert status(asking, "2001:db8:1:1::1") == 200
    assert status(asking, "2001:db8:1:1:ffff::2") == 429
    assert status(asking, "2001:db8:1:2::1") == 200
    # What listens at :: sees addresses of IPv4 so.
    assert [status(asking, f"::ffff:198.51.100.{number}") for number in (1, 2, 1)] == [200, 200, 429]


def test_a_batch_counts_by_its_queries(index_directory: Path) -> None:
    asking = client(index_directory, "5/hour")
    response = asking.post("/api/v1/batch", json={"queries": [{"q": "cờ"}] * 4})
    assert response.status_code == 200
    assert response.headers["RateLimit-Remaining"] == "1"
    assert asking.post("/api/v1/batch", json={"queries": [{"q": "cờ"}] * 2}).status_code == 429
    other = {"REMOTE_ADDR": "192.0.2.9"}
    assert asking.post("/api/v1/batch", data=b"{", content_type="application/json", environ_overrides=other).status_code
    assert asking.get(PATH, environ_overrides=other).headers["RateLimit-Remaining"] == "3"


def test_a_key_has_a_limit_of_its_own_wherever_it_comes_from(index_directory: Path, tmp_path: Path) -> None:
    file = tmp_path / "keys"
    key = CliRunner().invoke(keys, ["add", "a", "--file", str(file)]).output.strip()
    asking = client(index_directory, "1/hour", rate_limit_with_key="2/hour", api_keys=file, api_keys_required=False)
    headers = {"X-API-Key": key}
    assert [status(asking, f"192.0.2.{number}", **headers) for number in (1, 2, 3)] == [200, 200, 429]
    assert [status(asking, "192.0.2.1") for _ in range(2)] == [200, 429]


@pytest.mark.parametrize("off", ["", "0"])
def test_no_limit_is_no_limit(index_directory: Path, off: str) -> None:
    asking = client(index_directory, off, rate_limit_with_key=off)
    response = asking.get(PATH)
    assert response.status_code == 200
    assert "RateLimit-Limit" not in response.headers


@pytest.mark.parametrize(
    "settings",
    [
        {"limit": "many"},
        {"limit": "0/minute"},
        {"limit": "600/minute;5/second"},
        {"rate_limit_with_key": "3 per moon"},
        {"rate_limit_storage": "disc://x"},
        {"rate_limit_storage": "async+memory://"},
    ],
)
def test_a_limit_that_cannot_be_understood_stops_the_start(index_directory: Path, settings: dict[str, str]) -> None:
    with pytest.raises(SettingInvalid) as caught:
        client(index_directory, **settings)
    assert "Give " in caught.value.hint


@pytest.mark.parametrize(("proxies", "expected"), [(0, [200, 429]), (1, [200, 200]), (2, [200, 429])])
def test_only_trusted_proxies_say_who_asks(index_directory: Path, proxies: int, expected: list[int]) -> None:
    asking = client(index_directory, "1/hour", proxies=proxies)
    forwarded = ("203.0.113.7, 198.51.100.1", "203.0.113.7, 198.51.100.2")
    assert [status(asking, **{"X-Forwarded-For": value}) for value in forwarded] == expected


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The address of a Redis of our own, on a socket in the folder of the test, and its process."""
    import redis
    from redis.backoff import ConstantBackoff
    from redis.retry import Retry

    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if program is None:
        pytest.skip("needs redis-server or valkey-server (apt-get install redis-server)")
    place = tmp_path / "redis"
    command = [program, "--port", "0", "--unixsocket", place, "--save", "", "--logfile", tmp_path / "redis.log"]
    with subprocess.Popen(command, cwd=tmp_path) as process:
        try:
            with redis.Redis(unix_socket_path=str(place), retry=Retry(ConstantBackoff(0.05), 200)) as asking:
                asking.ping()
            yield f"redis+unix://{place}", process
        finally:
            process.terminate()


def test_processes_count_together_in_redis(
    index_directory: Path, redis_server: tuple[str, subprocess.Popen[bytes]]
) -> None:
    address, _ = redis_server
    one, other = (client(index_directory, "2/hour", rate_limit_storage=address) for _ in range(2))
    assert [status(one), status(other), status(one), status(other)] == [200, 200, 429, 429]


def test_a_redis_that_ends_under_way_is_told_once_and_each_counts_for_itself(
    index_directory: Path, redis_server: tuple[str, subprocess.Popen[bytes]], caplog: pytest.LogCaptureFixture
) -> None:
    address, process = redis_server
    asking = client(index_directory, "2/hour", rate_limit_storage=address)
    assert status(asking) == 200
    process.terminate()
    process.wait(30)
    assert [status(asking) for _ in range(3)] == [200, 200, 429]
    assert [record.message for record in caplog.records if record.levelname == "WARNING"] == [
        "requests are counted by each process for itself"
    ]


def test_a_storage_that_cannot_be_reached_counts_here(index_directory: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        asking = client(index_directory, "1/hour", rate_limit_storage=f"redis://127.0.0.1:{unused.getsockname()[1]}")
        assert [status(asking) for _ in range(2)] == [200, 429]


def test_an_address_with_a_port_is_the_client_of_the_address(index_directory: Path) -> None:
    asking = client(index_directory, "1/hour")
    addresses = ("192.0.2.1:4711", "192.0.2.1:4712", "192.0.2.1", "[2001:db8::1]:80", "[2001:db8::1]:81", "2001:db8::2")
    assert [status(asking, address) for address in addresses] == [200, 429, 429, 200, 429, 429]


def test_wrong_keys_and_missing_ones_count(index_directory: Path, tmp_path: Path) -> None:
    file = tmp_path / "keys.txt"
    assert CliRunner().invoke(keys, ["add", "newsroom", "--file", str(file)]).exit_code == 0
    asking = client(index_directory, "2/hour", api_keys=file, api_keys_required=True)
    search = "/api/v1/search?q=cờ"
    assert [status(asking, path=search, **{"X-API-Key": f"td_{at}"}) for at in range(3)] == [401, 401, 429]
    assert [status(asking, "192.0.2.2", search) for _ in range(3)] == [401, 401, 429]
