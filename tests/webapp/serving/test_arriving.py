"""Where a request ends, whatever pieces it comes in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.requests.limits import BODY_LIMIT, WRITE_LIMIT
from webapp.serving.arriving import (
    CHUNKED_RATIO,
    HEAD_LIMIT,
    LINE_LIMIT,
    MANY_CHUNKS,
    SMALL_CHUNK,
    Arrival,
    Refused,
    State,
)

GET = b"GET /search?q=a HTTP/1.1\r\nHost: a\r\n\r\n"
POST = b"POST /api/v1/search HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabcde"
CHUNKED = b"POST /api/v1/search HTTP/1.1\r\nTransfer-Encoding: Chunked\r\n\r\n3\r\nabc\r\n2 ; x=y\r\nde\r\n0\r\n\r\n"
HEAD = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"


def outcome(data: bytes, pieces: int) -> State | Refused:
    """What is said of a request that comes in pieces of this size, once it is no longer incomplete."""
    arrival = Arrival()
    state: State | Refused = State.PARTIAL
    for at in range(0, len(data), pieces):
        state = arrival.take(data[at : at + pieces])
        if state is not State.PARTIAL:
            break
    return state


@pytest.mark.parametrize("whole", [GET, POST, CHUNKED, b"\r\n\r\n" + GET, b"nonsense\r\n\r\n"])
@pytest.mark.parametrize("pieces", [1, 2, 7, 1_000])
def test_a_request_is_complete_with_its_last_byte(whole: bytes, pieces: int) -> None:
    assert outcome(whole, pieces) is State.COMPLETE
    assert outcome(whole[:-1], pieces) is State.PARTIAL


@given(st.binary(max_size=60), st.integers(1, 20))
def test_any_body_in_any_pieces_ends_where_it_ends(body: bytes, pieces: int) -> None:
    chunks = [body[at : at + pieces] for at in range(0, len(body), pieces)]
    data = HEAD + b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"
    for size in (1, 3, len(data)):
        assert outcome(data, size) is State.COMPLETE
        assert outcome(data[:-1], size) is State.PARTIAL


@pytest.mark.parametrize(
    ("data", "status", "reason"),
    [
        (b"GET /" + b"a" * LINE_LIMIT, 414, "LimitRequestLine"),
        (b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * (HEAD_LIMIT // 6 + 1), 431, "LimitRequestHeaders"),
        (b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (BODY_LIMIT + 1), 413, "BodyTooLarge"),
        (HEAD + b"%x\r\n" % (BODY_LIMIT + 1), 413, "BodyTooLarge"),
        (HEAD + (b"1;%s\r\na\r\n" % (b"x" * 8_000)) * (CHUNKED_RATIO * BODY_LIMIT // 8_000 + 1), 413, "BodyTooLarge"),
        (HEAD + b"1\r\na\r\n" * (MANY_CHUNKS + 1), 400, "SmallChunks"),
        (HEAD + (b"3f\r\n%s\r\n" % (b"a" * 63)) * (MANY_CHUNKS + 1), 400, "SmallChunks"),
        (HEAD + b"xyz\r\n", 400, "InvalidChunkSize"),
        (HEAD + b"-1\r\n", 400, "InvalidChunkSize"),
        (HEAD + b"0x5\r\n", 400, "InvalidChunkSize"),
        (HEAD + b"\r\n", 400, "InvalidChunkSize"),
        (HEAD + b"1" * LINE_LIMIT, 400, "InvalidChunkSize"),
        (HEAD + b"3\r\nabcd\r\n", 400, "ChunkMissingTerminator"),
        (HEAD + b"0\r\nX: y\r\n\r\n", 400, "InvalidTrailer"),
    ],
)
def test_what_is_refused_before_it_is_read(data: bytes, status: int, reason: str) -> None:
    found = outcome(data, 4_096)
    assert isinstance(found, Refused)
    assert (found.status, found.reason) == (status, reason)


def test_small_chunks_are_taken_if_they_are_few_and_many_if_they_are_not_small() -> None:
    assert outcome(HEAD + b"1\r\na\r\n" * MANY_CHUNKS + b"0\r\n\r\n", 4_096) is State.COMPLETE
    # The limit of the body comes later for what brings articles.
    many = (b"%x\r\n%s\r\n" % (SMALL_CHUNK, b"a" * SMALL_CHUNK)) * (2 * MANY_CHUNKS) + b"0\r\n\r\n"
    assert outcome(HEAD.replace(b"POST /", b"POST /api/v1/articles") + many, 4_096) is State.COMPLETE


def test_a_body_up_to_the_limit_is_waited_for() -> None:
    head = b"POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % BODY_LIMIT
    assert outcome(head + b"a" * (BODY_LIMIT - 1), 65_536) is State.PARTIAL
    assert outcome(head + b"a" * BODY_LIMIT, 65_536) is State.COMPLETE
    assert outcome(HEAD + b"%x\r\n%s\r\n0\r\n\r\n" % (BODY_LIMIT, b"a" * BODY_LIMIT), 65_536) is State.COMPLETE


@pytest.mark.parametrize("line", [b"PUT /api/v1/articles/a", b"POST /api/v1/articles?wait=1"])
def test_what_brings_articles_may_be_longer(line: bytes) -> None:
    head = line + b" HTTP/1.1\r\nContent-Length: %d\r\n\r\n"
    assert outcome(head % WRITE_LIMIT + b"a" * WRITE_LIMIT, 1 << 20) is State.COMPLETE
    assert isinstance(outcome(head % (WRITE_LIMIT + 1), 65_536), Refused)
    assert isinstance(outcome(head.replace(line, b"DELETE /api/v1/articles/a") % (BODY_LIMIT + 1), 65_536), Refused)


@pytest.mark.parametrize(
    "fields", [b"Content-Length: -1", b"Content-Length: 5\r\nTransfer-Encoding: chunked", b"Transfer-Encoding: gzip"]
)
def test_a_head_that_says_nothing_sure_of_the_body_is_left_to_the_server(fields: bytes) -> None:
    assert outcome(b"POST / HTTP/1.1\r\n" + fields + b"\r\n\r\n", 1) is State.COMPLETE


def test_letters_in_an_address_are_percent_encoded() -> None:
    arrival = Arrival()
    arrival.take("GET /search?q=bến HTTP/1.1\r\nX: ế\r\n\r\n".encode())
    assert arrival.request() == b"GET /search?q=b%E1%BA%BFn HTTP/1.1\r\nX: \xe1\xba\xbf\r\n\r\n"


@pytest.mark.parametrize(
    ("line", "wants"), [(b"GET /api/v1/x", True), (b"GET /readyz", True), (b"GET /", False), (b"GET", False)]
)
def test_programs_get_problem_details(line: bytes, wants: bool) -> None:
    arrival = Arrival()
    arrival.take(line)
    assert arrival.wants_json is wants


@pytest.mark.parametrize(
    ("data", "is_all"),
    [
        (b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", True),
        (b"GET / HTTP/1.1\r\nHost: a\r\n\r\nGET", False),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab", False),
        (b"GET / HTTP/1.1\r\nHost: a\r\n", False),
    ],
)
def test_what_nothing_follows_can_be_closed_at_once(data: bytes, is_all: bool) -> None:
    arrival = Arrival()
    arrival.take(data)
    assert arrival.is_all is is_all


def test_who_waits_for_a_word_before_sending_is_known() -> None:
    arrival = Arrival()
    assert arrival.take(POST[:-9] + b"\r\nExpect: 100-Continue\r\n\r\n") is State.PARTIAL
    assert arrival.wants_continue
    alone = Arrival()
    assert alone.take(b"GET / HTTP/1.1\r\nExpect: 100-continue\r\n\r\n") is State.COMPLETE
    assert not alone.wants_continue
