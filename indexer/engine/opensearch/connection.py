"""The connection to a cluster: requests with a deadline, and errors in the terms of the project.

The only module that knows the client library, which is imported when the first request is made.
"""

from __future__ import annotations

import base64
import json
import logging
import os
import random
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

from indexer.errors import EngineUnavailable, SettingInvalid

ATTEMPTS = 8
"""How often what must not be lost is sent before the cluster counts as unavailable: for about a minute."""

LONGEST_PAUSE = 15.0
"""Seconds between two attempts, at most."""

BUSY = (429, 502, 503, 504)
"""Answers after which the same request may succeed."""

SUPPORTED = (2,)
"""Major versions of OpenSearch that were tried."""

NODE_GONE = ("node_not_connected_exception", "node_disconnected_exception")
"""What a node answers that has just lost the one which had the document: in a moment it knows another."""

PAUSES_FOR_ANOTHER = (0.1, 0.2, 0.4, 0.8)
"""Seconds until a document is asked for again, after each such answer."""

_BLOCKS = ("cluster_block_exception", "index_create_block_exception")
"""How a cluster with full disks refuses changes, among other reasons."""

_LATER = "Try again later; see the nodes and their disks."

Body = Mapping[str, Any]
T = TypeVar("T")


class ClusterSettings(Protocol):
    """What the settings say of a cluster; `indexer.settings` documents each."""

    opensearch_hosts: tuple[str, ...]
    opensearch_name: str
    opensearch_credentials: Path | None
    opensearch_ca: Path | None
    opensearch_seconds: float
    opensearch_shards: int
    opensearch_replicas: int
    opensearch_scoring: str
    opensearch_mode: str
    opensearch_window: int
    opensearch_count: int
    opensearch_notice_seconds: float
    opensearch_lock_seconds: float


class Refused(Exception):
    """An answer other than success that the caller knows what to do with: its status and the reason given."""

    def __init__(self, status: int, kind: str, reason: str) -> None:
        super().__init__(f"{status} {kind}: {reason}")
        self.status, self.kind = status, kind


class TooSlow(EngineUnavailable):
    """There was no answer within the time that a request had."""


class NodeGone(EngineUnavailable):
    """The node that was to answer is gone, and another will in a moment."""


class Connection:
    """A connection that threads may share, and that a forked process makes again."""

    def __init__(self, settings: ClusterSettings) -> None:
        self.settings = settings
        self._client: Any = None
        self._process = 0
        self._lock = threading.Lock()

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        """The answer to a GET, asked for again where a node has just gone; raises `EngineUnavailable`, or `Refused`."""
        for pause in PAUSES_FOR_ANOTHER:
            try:
                return self.ask("GET", path, None, params)
            except NodeGone:
                time.sleep(min(pause, LONGEST_PAUSE))
        return self.ask("GET", path, None, params)

    def ask(
        self,
        method: str,
        path: str,
        body: Body | Sequence[Body] | bytes | None = None,
        params: Mapping[str, Any] | None = None,
        seconds: float | None = None,
    ) -> Any:
        """The answer to a request, within `seconds` (None: those of the settings); a sequence is sent line by line.

        Raises `EngineUnavailable` when there is none or it would be another later, and `Refused` for what is not found
        (404), in conflict (409) or not understood (400).
        """
        errors = _library().exceptions
        limit = seconds or self.settings.opensearch_seconds
        options = {**(params or {}), "request_timeout": limit}
        data = body if body is None or isinstance(body, bytes) else _lines(body)
        headers = {"content-type": "application/x-ndjson" if isinstance(body, Sequence) else "application/json"}
        try:
            return self._connected().transport.perform_request(method, path, options, data, headers=headers)
        except errors.ConnectionTimeout as error:
            why = f"did not answer within {limit:g} seconds"
            raise TooSlow(str(_unavailable(why)), _LATER) from error
        except errors.ConnectionError as error:
            raise _unavailable(f"cannot be reached: {error.error}") from error
        except errors.TransportError as error:
            raise _refusal(error) from error
        except errors.OpenSearchException as error:
            raise _unavailable(f"cannot be asked: {error}") from error

    def insist(
        self,
        method: str,
        path: str,
        body: Body | Sequence[Body] | bytes | None = None,
        params: Mapping[str, Any] | None = None,
        seconds: float | None = None,
    ) -> Any:
        """As `ask`, again and again while the cluster is unavailable: only for what may arrive twice."""
        for pause in pauses():
            try:
                return self.ask(method, path, body, params, seconds)
            except EngineUnavailable:
                if pause is None:
                    raise
                time.sleep(pause)

    def work(self, path: str, body: Body | None = None, params: Mapping[str, Any] | None = None) -> None:
        """Have the cluster do what may take hours, and wait for it; raises `EngineUnavailable` where it fails."""
        given = {**(params or {}), "wait_for_completion": "false"}
        task = self.ask("POST", path, body, given)["task"]
        pause = 0.01
        while not (answer := self.insist("GET", f"/_tasks/{task}"))["completed"]:
            time.sleep(pause)
            pause = min(2 * pause, 5.0)
        failures = answer.get("response", {}).get("failures") or answer.get("error")
        if failures:
            raise _unavailable(f"gave up: {failures!s:.300}")

    def _connected(self) -> Any:
        """The client, made for this process."""
        with self._lock:
            if self._client is None or self._process != os.getpid():
                client = _client(self.settings)
                _check_version(client, self.settings.opensearch_seconds)
                self._client, self._process = client, os.getpid()
        return self._client


def pauses() -> Iterator[float | None]:
    """The seconds to wait after each attempt that failed, then None: growing, and never the same for two at once."""
    for attempt in range(ATTEMPTS - 1):
        yield min(0.25 * 2**attempt, LONGEST_PAUSE) * random.uniform(0.5, 1.0)
    yield None


def chunked(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """The items, so many at a time."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _lines(body: Body | Sequence[Body]) -> bytes:
    """JSON as it is sent."""
    if isinstance(body, Mapping):
        return json.dumps(body, ensure_ascii=False).encode()
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in body).encode()


def _library() -> Any:
    """opensearch-py, imported when it is first needed; raises `SettingInvalid` where it is not installed."""
    try:
        import opensearchpy
    except ImportError as error:
        hint = "Install it: pip install 'timdoan[opensearch]'"
        raise SettingInvalid(f"setting engine is opensearch, whose client is not installed: {error}", hint) from error
    return opensearchpy


def _client(settings: ClusterSettings) -> Any:
    """A client of the library; raises `SettingInvalid` where the settings make none."""
    # It logs each request that fails, with its trace; whoever asked has the error.
    logging.getLogger("opensearch").addHandler(logging.NullHandler())
    options: dict[str, Any] = {}
    if settings.opensearch_ca is not None:
        if not settings.opensearch_ca.is_file():
            raise SettingInvalid(f"setting opensearch_ca is {settings.opensearch_ca}, which is no file", "Correct it.")
        options["ca_certs"] = str(settings.opensearch_ca)
    if settings.opensearch_credentials is not None:
        options["headers"] = {"authorization": _signature(settings.opensearch_credentials)}
    hosts = [host for host in settings.opensearch_hosts if host]
    if not hosts or not all(host.startswith(("http://", "https://")) for host in hosts):
        hint = "Give addresses such as https://node1.example.org:9200, separated by commas."
        raise SettingInvalid(f"setting opensearch_hosts is {','.join(settings.opensearch_hosts)!r}", hint)
    # Each other host is tried once; a request that timed out is not sent again.
    return _library().OpenSearch(
        hosts, max_retries=len(hosts), retry_on_timeout=False, verify_certs=True, pool_maxsize=16, **options
    )


def _signature(path: Path) -> str:
    """How a request is signed, by the file that has the user and password, or a token."""
    try:
        text = path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = f"setting opensearch_credentials is {path}, which cannot be read: {error}"
        raise SettingInvalid(why, "The file has one line: USER:PASSWORD, or a token.") from None
    return f"Basic {base64.b64encode(text.encode()).decode()}" if ":" in text else f"Bearer {text}"


def _check_version(client: Any, seconds: float) -> None:
    """Raise `EngineUnavailable` for a server that is not an OpenSearch of a supported version."""
    told = client.transport.perform_request("GET", "/", {"request_timeout": seconds})
    version = told.get("version", {}) if isinstance(told, dict) else {}
    number, made = str(version.get("number", "")), version.get("distribution", "unknown")
    if made != "opensearch" or number.split(".")[0] not in map(str, SUPPORTED):
        supported = " or ".join(f"{major}.x" for major in SUPPORTED)
        raise EngineUnavailable(f"the cluster is {made} {number}, not OpenSearch {supported}", "Upgrade the cluster.")


def _refusal(error: Any) -> Exception:
    """What an answer other than success means."""
    status = error.status_code
    kind, reason = str(error.error), str(error.error)
    if isinstance(error.info, dict) and isinstance(error.info.get("error"), dict):
        told = error.info["error"]
        roots = told.get("root_cause") or [told]
        kind, reason = str(told.get("type", kind)), "; ".join(dict.fromkeys(str(each.get("reason")) for each in roots))
    if status in (401, 403) and kind not in _BLOCKS:
        return EngineUnavailable(
            f"the cluster refuses the credentials ({status})", "Check the file that opensearch_credentials names."
        )
    if kind in _BLOCKS:
        return _unavailable(f"takes no changes: {reason[:300]}")
    if status in BUSY or status >= 500:
        unavailable = _unavailable(f"cannot answer now ({status} {kind}: {reason[:300]})")
        return NodeGone(str(unavailable), _LATER) if kind in NODE_GONE else unavailable
    return Refused(int(status), kind, reason[:1_000])


def _unavailable(why: str) -> EngineUnavailable:
    return EngineUnavailable(f"the OpenSearch cluster {why}", _LATER)
