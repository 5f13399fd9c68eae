"""Answers are compressed as the client can read them, and say the same."""

from __future__ import annotations

import gzip

import brotli
import pytest
from backports import zstd
from flask.testing import FlaskClient

UNPACK = {"zstd": zstd.decompress, "br": brotli.decompress, "gzip": gzip.decompress}
PATHS = ("/docs", "/openapi.json", "/static/style.css", "/api/v1/articles/thoi-su/hoi-nghi")


@pytest.mark.parametrize("coding", UNPACK)
@pytest.mark.parametrize("path", PATHS)
def test_each_coding_gives_the_same_bytes(client: FlaskClient, path: str, coding: str) -> None:
    with client.get(path) as plain, client.get(path, headers={"Accept-Encoding": coding}) as packed:
        assert "Content-Encoding" not in plain.headers
        assert packed.headers["Content-Encoding"] == coding
        assert len(packed.data) < len(plain.data)
        assert UNPACK[coding](packed.data) == plain.data
        assert "Accept-Encoding" in plain.headers["Vary"]
        assert "Accept-Encoding" in packed.headers["Vary"]


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [("gzip, deflate, br, zstd", "zstd"), ("gzip, br", "br"), ("gzip;q=0", None), ("identity", None), ("xz", None)],
)
def test_the_best_coding_that_is_accepted_is_chosen(client: FlaskClient, accepted: str, coding: str | None) -> None:
    response = client.get("/openapi.json", headers={"Accept-Encoding": accepted})
    assert response.headers.get("Content-Encoding") == coding


def test_a_part_of_a_file_stays_as_it_is(client: FlaskClient) -> None:
    headers = {"Accept-Encoding": "gzip", "Range": "bytes=0-1999"}
    with client.get("/static/style.css", headers=headers) as part, client.get("/static/style.css") as whole:
        assert part.status_code == 206
        assert "Content-Encoding" not in part.headers
        assert part.data == whole.data[:2000]


@pytest.mark.parametrize("path", ["/openapi.json", "/api/v1/articles/thoi-su/hoi-nghi", "/static/style.css"])
def test_who_has_the_compressed_answer_hears_only_that(client: FlaskClient, path: str) -> None:
    headers = {"Accept-Encoding": "zstd"}
    with client.get(path, headers=headers) as first:
        tag = first.headers["ETag"]
    with client.get(path, headers={**headers, "If-None-Match": tag}) as second:
        assert second.status_code == 304
        assert second.data == b""


def test_what_is_compressed_already_is_left_alone(client: FlaskClient) -> None:
    name = "fonts/be-vietnam-pro-400.woff2"
    with client.get(f"/static/{name}", headers={"Accept-Encoding": "gzip, br, zstd"}) as response:
        assert "Content-Encoding" not in response.headers
