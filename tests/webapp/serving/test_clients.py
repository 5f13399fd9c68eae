"""The socket of a client, on real connections."""

from __future__ import annotations

import errno
import os
import select
import socket
import struct
from collections.abc import Iterator
from contextlib import closing

import pytest

from webapp.serving.clients import Client


@pytest.fixture(params=[(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")], ids=["IPv4", "IPv6"])
def listener(request: pytest.FixtureRequest) -> Iterator[socket.socket]:
    family, host = request.param
    with socket.socket(family) as listener:
        try:
            listener.bind((host, 0))
        except OSError:
            pytest.skip("this machine has no such addresses")
        listener.listen()
        listener.setblocking(False)
        yield listener


def pair(listener: socket.socket) -> tuple[socket.socket, Client]:
    """The other end of a connection, and the client as the server has it."""
    other = socket.socket(listener.family)
    other.settimeout(60)
    other.connect(listener.getsockname())
    assert select.select([listener], [], [], 60)[0]
    return other, Client.accepted(listener)


def test_a_client_is_accepted_as_python_does_it(listener: socket.socket) -> None:
    with pytest.raises(BlockingIOError):
        Client.accepted(listener)
    other, client = pair(listener)
    with other, client:
        assert client.address == other.getsockname() == client.getpeername()
        assert (client.family, client.type, client.proto) == (other.family, other.type, listener.proto)
        assert client.gettimeout() == 0.0 and not os.get_blocking(client.fileno())
        assert not os.get_inheritable(client.fileno())


def test_what_has_come_is_read_without_waiting(listener: socket.socket) -> None:
    other, client = pair(listener)
    with other, client:
        assert client.receive() is None and client.events() == 0
        other.sendall(b"GET")
        assert select.select([client], [], [], 60)[0]
        assert client.receive() == b"GET" and client.receive() is None
        client.send_now(b"HTTP/1.1 200")
        assert other.recv(100) == b"HTTP/1.1 200"
        other.shutdown(socket.SHUT_WR)
        assert select.select([client], [], [], 60)[0]
        assert client.events() == select.POLLRDHUP and client.receive() == b""


def test_a_client_that_resets_has_gone(listener: socket.socket) -> None:
    other, client = pair(listener)
    with client:
        other.sendall(b"GET")
        other.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        other.close()
        gone = select.poll()
        gone.register(client, 0)
        assert gone.poll(60_000)
        assert client.events() & select.POLLHUP
        while client.receive():
            pass
        with pytest.raises(BrokenPipeError):
            client.send_now(b"a")


def test_what_takes_no_more_is_told(listener: socket.socket) -> None:
    other, client = pair(listener)
    with other, client, pytest.raises(BlockingIOError):
        for _ in range(1_000):
            client.send_now(b"a" * 65_536)


def test_it_blocks_when_told_to_and_is_closed_once(listener: socket.socket) -> None:
    other, client = pair(listener)
    with closing(other):
        client.setblocking(False)
        client.setblocking(True)
        assert os.get_blocking(client.fileno())
        number = client.fileno()
        client.close()
        client.close()
        assert client.fileno() == -1
        with pytest.raises(OSError) as raised:
            os.fstat(number)
        assert raised.value.errno == errno.EBADF
        assert other.recv(1) == b""


def test_a_connection_of_this_machine_has_no_address(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = str(tmp_path_factory.mktemp("s") / "s")
    with socket.socket(socket.AF_UNIX) as listener, socket.socket(socket.AF_UNIX) as other:
        listener.bind(path)
        listener.listen()
        other.connect(path)
        with Client.accepted(listener) as client:
            assert client.address == ""
            other.sendall(b"a")
            assert client.receive() == b"a"
