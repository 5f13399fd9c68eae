"""Files of an index that somebody has forged, their checksums right: they are refused as damage, never believed."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from indexer import IndexDamaged, open_index
from indexer.engine.whoosh.arrays import TAIL
from indexer.lexicon import LexiconUnusable, open_lexicon
from indexer.storage import marks
from indexer.storage.withdrawn import Withdrawn
from webapp.access.key_file import read_uses

pytestmark = pytest.mark.files

DEEP = b"[" * 100_000
_HEADER = struct.Struct("<8sIIQII")


def said(change: Callable[[dict[str, Any]], object]) -> Callable[[bytes], bytes]:
    """What changes a JSON object."""

    def changed(data: bytes) -> bytes:
        value = json.loads(data)
        change(value)
        return json.dumps(value).encode()

    return changed


def section(*forged: object) -> Callable[[bytes], bytes]:
    """What makes the first section of a file another one."""
    return said(lambda value: value["sections"].update({next(iter(value["sections"])): forged}))


DIRECTORIES: dict[str, Callable[[bytes], bytes]] = {
    "nested too deep": lambda _: DEEP,
    "a list": lambda _: b"[]",
    "no sections": said(lambda value: value.pop("sections")),
    "no meta": said(lambda value: value.update(meta=[7])),
    "objects": section("O", 8, 1, 0),
    "another type": section("zzz", 8, 1, 0),
    "a type that is none": section(["<u4"], 8, 1, 0),
    "outside": section("<u4", 10**12, 1, 0),
    "far outside": section("<u4", 10**30, 1, 0),
    "before the file": section("<u4", -8, 1, 0),
    "fewer than none": section("<u4", 8, -1, 0),
    "half a number": section("<u4", 8.5, 1, 0),
    "truth": section("<u4", 8, True, 0),
    "too little": section("<u4"),
}


@pytest.mark.parametrize("suffix", ["articles", "paragraphs", "syllables"])
@pytest.mark.parametrize("kind", DIRECTORIES)
def test_a_forged_directory_of_arrays_is_damage(directory: Path, suffix: str, kind: str) -> None:
    (path,) = directory.glob(f"generations/*/engine/*.{suffix}")
    data = path.read_bytes()
    length, _, _, magic = TAIL.unpack(data[-TAIL.size :])
    end = len(data) - TAIL.size - length
    forged = DIRECTORIES[kind](data[end : -TAIL.size])
    tail = TAIL.pack(len(forged), zlib.crc32(forged), end + len(forged) + TAIL.size, magic)
    path.write_bytes(data[:end] + forged + tail)
    with pytest.raises(IndexDamaged, match=path.name):
        open_index(directory)


@pytest.mark.parametrize("forged", [["<u4", 10**30, 1], ["<u4", -(10**7), 1], ["<u4", 1.5, 1], None, ["O", 0, 1]])
def test_a_forged_table_of_a_lexicon_is_damage(directory: Path, forged: object) -> None:
    check_lexicon(directory, said(lambda value: value.update({next(iter(value)): forged})))


@pytest.mark.parametrize("table", [DEEP, b"[]"])
def test_a_lexicon_whose_table_is_none_is_damage(directory: Path, table: bytes) -> None:
    check_lexicon(directory, lambda _: table)


def check_lexicon(directory: Path, change: Callable[[bytes], bytes]) -> None:
    """A lexicon with another table is refused, and search goes on without it."""
    (path,) = directory.glob("generations/*/lexicon/*")
    data = path.read_bytes()
    magic, version, size, _, checksum, _ = _HEADER.unpack(data[: _HEADER.size])
    head = change(data[_HEADER.size : _HEADER.size + size])
    head += b" " * (-(_HEADER.size + len(head)) % 8)
    rest = data[_HEADER.size + size :]
    total = _HEADER.size + len(head) + len(rest)
    path.write_bytes(_HEADER.pack(magic, version, len(head), total, checksum, zlib.crc32(head)) + head + rest)
    with pytest.raises(LexiconUnusable, match="is damaged"):
        open_lexicon(path.parent)
    with open_index(directory) as index:
        assert not index.has_lexicon


@pytest.mark.parametrize("forged", [DEEP, b"[]", b"null", b"7", b'{"version": 2, "articles": [null]}', b"\xff"])
def test_small_files_that_are_forged_raise_nothing_else(tmp_path: Path, forged: bytes) -> None:
    (tmp_path / "withdrawn.json").write_bytes(forged)
    with pytest.raises(IndexDamaged, match="withdrawn"):
        Withdrawn.read(tmp_path)
    (tmp_path / marks.ATTACHMENT).mkdir()
    (tmp_path / marks.ATTACHMENT / "mark.json").write_bytes(forged)
    assert marks.read(tmp_path) is None
    (tmp_path / "keys.used").write_bytes(forged)
    assert read_uses(tmp_path / "keys") == {}
