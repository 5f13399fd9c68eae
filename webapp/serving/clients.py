"""The socket of a client, whose calls that cannot wait are made without giving up Python's lock.

Python gives up its lock around each call of the system, and the thread that waits for events gets it back only when a
busy thread has had its turn. With six such calls a connection, it could not accept connections as fast as a few clients
that ask and leave make them: the system's queue was full, and who came then, /healthz too, waited a second or more to
try again. Linux only, as is what it asks for.
"""

from __future__ import annotations

import ctypes
import os
import select
import socket
import struct
from typing import Self

_LIBC = ctypes.PyDLL(None, use_errno=True)
"""The C library, called with Python's lock held."""

_RECEIVED_AT_ONCE = 65_536
_LONGEST_ADDRESS = 128


class _PollEntry(ctypes.Structure):
    _fields_ = [("fd", ctypes.c_int), ("events", ctypes.c_short), ("revents", ctypes.c_short)]


class Client(socket.socket):
    """An accepted connection, that blocks only once `setblocking` says so."""

    address: object = ""
    """Where it comes from, as `socket.accept` says it."""

    @classmethod
    def accepted(cls, listener: socket.socket) -> Self:
        """The next connection to a listener; `OSError` as of `socket.accept`, `BlockingIOError` where there is none."""
        address, length = ctypes.create_string_buffer(_LONGEST_ADDRESS), ctypes.c_uint(_LONGEST_ADDRESS)
        flags = socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC
        number = _checked(_LIBC.accept4(listener.fileno(), address, ctypes.byref(length), flags))
        client = cls(listener.family, socket.SOCK_STREAM | socket.SOCK_NONBLOCK, listener.proto, fileno=number)
        client.address = _address(address.raw)
        return client

    def setblocking(self, flag: bool) -> None:
        """Whether calls wait; the system is asked only where that changes."""
        if flag or self.gettimeout() != 0.0:
            super().setblocking(flag)

    def receive(self) -> bytes | None:
        """What has come: nothing where the client has ended its side or gone, None where nothing has come yet."""
        buffer = ctypes.create_string_buffer(_RECEIVED_AT_ONCE)
        try:
            size = _checked(_LIBC.recv(self.fileno(), buffer, _RECEIVED_AT_ONCE, socket.MSG_DONTWAIT))
        except BlockingIOError:
            return None
        except OSError:
            return b""
        return ctypes.string_at(buffer, size)

    def send_now(self, data: bytes) -> None:
        """Send what the system takes at once; `OSError` where it takes nothing."""
        _checked(_LIBC.send(self.fileno(), data, len(data), socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL))

    def events(self) -> int:
        """What became of the connection (of `select.poll`), also where what was sent before is still to be read."""
        entry = _PollEntry(self.fileno(), select.POLLRDHUP)  # A reset is reported in any case.
        return int(entry.revents) if _LIBC.poll(ctypes.byref(entry), ctypes.c_ulong(1), 0) > 0 else 0

    def close(self) -> None:
        """Close it; once closed, nothing happens."""
        number = self.detach()
        if number >= 0:
            _LIBC.close(number)


def _checked(returned: int) -> int:
    """What a call of the system returned, unless that is an error."""
    if returned < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return returned


def _address(data: bytes) -> object:
    """An address of the internet in words of Python; nothing where a connection comes from this machine's own."""
    match struct.unpack_from("=H", data)[0]:
        case socket.AF_INET:
            return socket.inet_ntop(socket.AF_INET, data[4:8]), *struct.unpack_from("!H", data, 2)
        case socket.AF_INET6:
            host = socket.inet_ntop(socket.AF_INET6, data[8:24])
            return host, *struct.unpack_from("!HI", data, 2), *struct.unpack_from("=I", data, 24)
    return ""
