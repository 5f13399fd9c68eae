"""Requests while they arrive: whether all of one is there, and what it lacks.

A thread reads a request whole before anything else. So that no thread waits for a slow client, the worker collects the
bytes of each request and gives it to a thread when it is complete (`worker`). What is looked at here is only where a
request ends; gunicorn reads it. No input or output is done here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from webapp.requests.limits import BODY_LIMIT, body_limit

LINE_LIMIT = 8_190
"""Most bytes of a request line."""

HEAD_LIMIT = 65_536
"""Most bytes of a request line and headers together."""

CHUNKED_RATIO = 4
"""A body in chunks may take so many times the limit, as it is sent."""

MANY_CHUNKS = 1_024
SMALL_CHUNK = 64
"""A body may have more chunks than so many only if they have so many bytes on average: each costs as much as a long one
to the thread that waits for everybody."""

_LENGTH = re.compile(rb"[0-9]{1,18}")
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;[\t !-~\x80-\xff]*)?")
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_JSON_PATHS = (b"/api/", b"/healthz", b"/readyz", b"/metrics")


class State(Enum):
    """Whether a request has arrived."""

    PARTIAL = "partial"
    COMPLETE = "complete"


@dataclass(frozen=True, slots=True)
class Refused:
    """A request that no thread is to read: the HTTP status, and a word for the log."""

    status: int
    reason: str
    detail: str


class Arrival:
    """The bytes of one request so far."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._searched = 0
        self._body = -1
        """Where the body begins; -1 while the head is incomplete."""
        self._length: int | None = 0
        """Bytes of the body; None for one in chunks."""
        self._limit = 0
        self._chunk = 0
        self._chunk_bytes = self._chunk_count = 0
        self.wants_continue = False
        """Whether the client waits for `100 Continue` before it sends the body; set when the head has arrived."""

    def __len__(self) -> int:
        return len(self._data)

    def take(self, data: bytes) -> State | Refused:
        """Add bytes that were received."""
        self._data += data
        if self._body < 0:
            while self._data.startswith(b"\r\n"):
                del self._data[:2]
            found = self._data.find(b"\r\n\r\n", max(0, self._searched - 3))
            self._searched = len(self._data)
            if found < 0:
                return self._incomplete()
            self._body = self._chunk = found + 4
            self._read_head(bytes(self._data[:found]))
        if self._length is None:
            return self._chunks()
        if self._length > self._limit:
            return self._too_large()
        return State.COMPLETE if len(self._data) >= self._body + self._length else State.PARTIAL

    def request(self) -> bytes:
        """All of it, with what is not ASCII in the request line percent-encoded, as browsers do it."""
        line, end, rest = bytes(self._data).partition(b"\r\n")
        return _NOT_ASCII.sub(lambda found: b"%%%02X" % found[0][0], line) + end + rest

    @property
    def is_all(self) -> bool:
        """Whether it is a whole request without a body, and nothing has come after it."""
        return self._length == 0 and len(self._data) == self._body

    @property
    def path(self) -> bytes:
        """The address asked for, as far as it is known."""
        parts = bytes(self._data[:LINE_LIMIT]).partition(b"\r\n")[0].split(b" ")
        return parts[1] if len(parts) > 1 else b""

    @property
    def may_be_long(self) -> bool:
        """Whether it brings articles, whose bodies take longer to arrive."""
        return self._limit > BODY_LIMIT

    @property
    def wants_json(self) -> bool:
        """Whether errors are problem details."""
        return self.path.startswith(_JSON_PATHS)

    def _incomplete(self) -> State | Refused:
        line = self._data.find(b"\r\n", 0, LINE_LIMIT + 2)
        if line < 0 and len(self._data) > LINE_LIMIT:
            return Refused(414, "LimitRequestLine", f"The request line has more than {LINE_LIMIT:,} bytes.")
        if len(self._data) > HEAD_LIMIT:
            return Refused(431, "LimitRequestHeaders", f"The headers have more than {HEAD_LIMIT:,} bytes.")
        return State.PARTIAL

    def _read_head(self, head: bytes) -> None:
        """Note how long the body is. A head that contradicts itself has none here: gunicorn refuses it."""
        method, _, rest = head.partition(b"\r\n")[0].partition(b" ")
        self._limit = body_limit(method.decode("latin-1"), rest.decode("latin-1"))
        fields = [line.partition(b":")[::2] for line in head.split(b"\r\n")[1:]]
        named = [(name.strip().lower(), value.strip().lower()) for name, value in fields]
        lengths = {value for name, value in named if name == b"content-length"}
        codings = [value for name, value in named if name == b"transfer-encoding"]
        if codings == [b"chunked"] and not lengths:
            self._length = None
        elif not codings and len(lengths) == 1 and _LENGTH.fullmatch(length := lengths.pop()):
            self._length = int(length)
        waits = (b"expect", b"100-continue") in named and b" HTTP/1.1" in head[: LINE_LIMIT + 9]
        self.wants_continue = waits and self._length != 0

    def _chunks(self) -> State | Refused:
        """Go from chunk to chunk as far as there are any."""
        data = self._data
        while True:
            end = data.find(b"\r\n", self._chunk, self._chunk + LINE_LIMIT)
            if end < 0:
                return self._longer_chunk(len(data) - self._chunk >= LINE_LIMIT)
            size = _CHUNK_SIZE.fullmatch(data, self._chunk, end)
            if size is None:
                return Refused(400, "InvalidChunkSize", "A chunk of the body has no valid size.")
            length = int(size[1], 16)
            if not length:
                # Nothing but the end of the body may follow: fields after it are not read.
                if len(data) < end + 4:
                    return State.PARTIAL
                ended = data[end + 2 : end + 4] == b"\r\n"
                return State.COMPLETE if ended else Refused(400, "InvalidTrailer", "Fields follow the body.")
            self._chunk_bytes += length
            if self._chunk_bytes > self._limit or end > self._body + CHUNKED_RATIO * self._limit:
                return self._too_large()
            after = end + 2 + length
            if len(data) < after + 2:
                self._chunk_bytes -= length
                return State.PARTIAL
            if data[after : after + 2] != b"\r\n":
                return Refused(400, "ChunkMissingTerminator", "A chunk of the body is not as long as it says.")
            self._chunk = after + 2
            self._chunk_count += 1
            if self._chunk_count > MANY_CHUNKS and self._chunk_bytes < SMALL_CHUNK * self._chunk_count:
                return Refused(400, "SmallChunks", "The body comes in too many small chunks: send larger ones.")

    def _longer_chunk(self, beyond: bool) -> State | Refused:
        return Refused(400, "InvalidChunkSize", "A chunk of the body has no valid size.") if beyond else State.PARTIAL

    def _too_large(self) -> Refused:
        return Refused(413, "BodyTooLarge", f"The body has more than {self._limit:,} bytes.")
