"""The example for nginx, in a real nginx before the real server: TLS, compression, limits, what is not shown."""

from __future__ import annotations

import http.client
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest

from indexer import build
from tests.conftest import ROOT
from tests.samples import write_articles
from tests.webapp.server import COLD, serving
from webapp.requests.limits import BODY_LIMIT
from webapp.responses.headers import SECURITY

EXAMPLE = (ROOT / "deploy" / "nginx.conf").read_text("utf-8")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, int]]:
    """The ports for HTTP and HTTPS of an nginx that has the example, but for addresses and certificate."""
    nginx, openssl = shutil.which("nginx"), shutil.which("openssl")
    if not nginx or not openssl:
        pytest.skip("nginx or openssl is not on this machine (apt-get install nginx-light openssl)")
    folder = tmp_path_factory.mktemp("nginx")
    build([write_articles(folder / "articles.jsonl")], folder / "index")
    certificate, key = folder / "search.pem", folder / "search.key"
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=search.example", "-addext", "subjectAltName=DNS:search.example",
         "-keyout", key, "-out", certificate],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    with serving(folder / "index", "--workers", "1", module=COLD, proxies="1") as server:
        plain, secure = free_port(), free_port()
        site = EXAMPLE
        for old, new in (
            ("/etc/ssl/search.example.pem", str(certificate)),
            ("/etc/ssl/search.example.key", str(key)),
            ("    listen [::]:80;\n", ""),
            ("    listen [::]:443 ssl http2;\n", ""),
            ("listen 80;", f"listen 127.0.0.1:{plain};"),
            ("listen 443 ssl http2;", f"listen 127.0.0.1:{secure} ssl http2;"),
            ("server 127.0.0.1:8000;", f"server {server.address.removeprefix('http://')};"),
            ("allow 127.0.0.1;", "allow 192.0.2.1;"),
        ):
            assert old in site
            site = site.replace(old, new)
        (folder / "site.conf").write_text(site, "utf-8")
        temporary = "".join(
            f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (folder / "nginx.conf").write_text(
            f"daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;"
            f"events {{}} http {{ {temporary} include {folder}/site.conf; }}\n",
            "utf-8",
        )
        command = [nginx, "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
        tested = subprocess.run([*command, "-t"], capture_output=True, text=True, timeout=60)
        assert "syntax is ok" in tested.stderr and "[warn]" not in tested.stderr, tested.stderr
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
            try:
                until_open(secure, process)
                yield plain, secure
            finally:
                process.terminate()


def until_open(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until somebody listens."""
    while process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            continue
    raise AssertionError("nginx did not start")


def connect(port: int, secure: bool = True) -> http.client.HTTPConnection:
    if not secure:
        return http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    # The certificate is of the test's own making, and for another name.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return http.client.HTTPSConnection("127.0.0.1", port, timeout=30, context=context)


def ask(
    port: int, path: str, method: str = "GET", secure: bool = True, **headers: str
) -> tuple[int, http.client.HTTPMessage]:
    with closing(connect(port, secure)) as connection:
        connection.request(method, path, headers={"Host": "search.example", **headers})
        with connection.getresponse() as response:
            return response.status, response.headers


def test_without_tls_a_reader_is_sent_to_the_same_address_with_it(proxy: tuple[int, int]) -> None:
    status, headers = ask(proxy[0], "/search?q=b%C6%B0%E1%BB%9Fi", secure=False)
    assert (status, headers["Location"]) == (308, "https://search.example/search?q=b%C6%B0%E1%BB%9Fi")


def test_pages_come_through_compressed_with_each_header_once(proxy: tuple[int, int]) -> None:
    status, headers = ask(proxy[1], "/search?q=b%C6%B0%E1%BB%9Fi", **{"Accept-Encoding": "gzip"})
    assert (status, headers["Content-Encoding"], headers["Server"]) == (200, "gzip", "nginx")
    for name in (*SECURITY, "Strict-Transport-Security"):
        assert len(headers.get_all(name) or []) == 1


def test_the_name_and_the_scheme_are_those_of_nginx_whatever_a_client_says(proxy: tuple[int, int]) -> None:
    forged = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "gopher", "X-Forwarded-For": "192.0.2.1"}
    with closing(connect(proxy[1])) as connection:
        connection.request("GET", "/docs", headers={"Host": "search.example", **forged})
        with connection.getresponse() as response:
            page = response.read()
    assert response.status == 200
    assert b"https://search.example" in page and b"evil.example" not in page and b"gopher" not in page


def test_figures_are_for_this_machine_alone(proxy: tuple[int, int]) -> None:
    assert ask(proxy[1], "/metrics")[0] == 403
    assert ask(proxy[1], "/healthz")[0] == 200


def test_what_is_too_large_is_refused(proxy: tuple[int, int]) -> None:
    assert ask(proxy[1], "/search", "POST", **{"Content-Length": str(BODY_LIMIT + 1)})[0] == 413
    assert ask(proxy[1], "/", X="x" * 20_000)[0] == 400


def test_a_client_that_holds_too_many_requests_open_gets_no_more(proxy: tuple[int, int]) -> None:
    with ExitStack() as kept:
        for _ in range(20):
            connection = kept.enter_context(closing(connect(proxy[1])))
            connection.putrequest("POST", "/search")
            connection.putheader("Content-Length", "10")
            connection.endheaders()  # and the ten bytes never come
        assert 429 in [ask(proxy[1], "/healthz")[0] for _ in range(20)]
