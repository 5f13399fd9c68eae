"""Sending a body by POST: http and https, no redirect is followed, the time of everything is bounded."""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
from collections.abc import Mapping
from urllib.parse import quote, urlsplit

SECONDS = 10.0
"""The longest that a receiver may take to answer, from the connection to the status."""

_PATH = "/%:@!$&'()*+,;=~-._"


def post(address: str, body: bytes, headers: Mapping[str, str], seconds: float = SECONDS) -> str:
    """Send a body; gives the reason why it was not accepted, or nothing. Only a status of 200 to 299 accepts it.

    The reason names neither the address, which may hold what identifies the sender, nor what was answered.
    """
    parts = urlsplit(address)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    target = quote(parts.path or "/", safe=_PATH) + (f"?{quote(parts.query, safe=_PATH + '?')}" if parts.query else "")
    ended = threading.Event()
    connection = None
    watchdog = threading.Timer(0.0, lambda: None)
    try:
        connection = kind((parts.hostname or "").encode("idna").decode("ascii"), parts.port, timeout=seconds)
        connection.connect()

        def end(sock: socket.socket = connection.sock) -> None:
            # A receiver that sends a byte now and then never exceeds the time limit of a socket.
            ended.set()
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

        watchdog = threading.Timer(seconds, end)
        watchdog.daemon = True
        watchdog.start()
        sent = {"Content-Type": "application/json", "User-Agent": "timdoan", "Connection": "close", **headers}
        connection.request("POST", target, body, sent)
        status = connection.getresponse().status
        if ended.is_set():  # What was cut off may look like an end.
            raise TimeoutError
    except ssl.SSLError as error:
        return f"no secure connection: {error.reason or type(error).__name__}"
    except (OSError, http.client.HTTPException, ValueError) as error:
        if ended.is_set() or isinstance(error, TimeoutError):
            return f"no answer within {seconds:g} seconds"
        reason = error.strerror if isinstance(error, OSError) else ""
        return f"no answer: {reason or type(error).__name__}"
    finally:
        watchdog.cancel()
        if connection is not None:
            connection.close()
    return "" if 200 <= status < 300 else f"status {status}"
