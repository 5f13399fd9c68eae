"""The table of contents is data: nothing in it is run, nor leads out of the folder."""

from __future__ import annotations

import json
import os
import pickle
import zlib
from pathlib import Path
from typing import Any

import pytest
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC

from indexer.engine.base import EngineRequest
from indexer.engine.query import Everything
from indexer.engine.whoosh import files
from indexer.engine.whoosh.codec import schema
from indexer.engine.whoosh.contents import read_contents
from indexer.errors import IndexDamaged
from tests.contract.corpora import Commit, document
from tests.engine.whoosh.folders import build


@pytest.fixture
def index(tmp_path: Path) -> Path:
    articles = tuple((document("ba c", f"x{number}"),) for number in range(3))
    build(tmp_path / "index", [Commit(add=articles), Commit(delete=("x1",))]).close()
    return tmp_path / "index"


def only(index: Path, suffix: str) -> Path:
    (path,) = index.glob(f"*.{suffix}")
    return path


def checksum(data: bytes) -> bytes:
    return b"%08x" % zlib.crc32(data)


def forge(index: Path, **changes: Any) -> None:
    """Change what the manifest says, with the right checksums of it and of the table of contents."""
    path = only(index, "manifest")
    said = json.loads(path.read_bytes().rpartition(b"\n")[0])
    said = {**said, "toc": checksum(only(index, "toc").read_bytes()).decode(), **changes}
    body = json.dumps({key: value for key, value in said.items() if value is not None}).encode()
    path.write_bytes(body + b"\n" + checksum(body))


class Attack:
    """Makes a folder when it is unpickled."""

    def __init__(self, proof: Path) -> None:
        self._proof = proof

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self._proof),)


def poison(index: Path, proof: Path) -> None:
    """Put code into both pickles of the table of contents."""
    generation = read_contents(str(index))[0]
    poisoned = schema()
    poisoned.attack = Attack(proof)
    only(index, "toc").unlink()
    TOC(poisoned, [Attack(proof)], generation).write(FileStorage(str(index)), "MAIN")


def test_code_in_the_table_of_contents_is_never_run(index: Path, tmp_path: Path) -> None:
    proof = tmp_path / "proof"
    poison(index, proof)
    # Loading it as it is would run the code.
    pickle.loads(pickle.dumps(Attack(proof)))
    assert proof.is_dir()
    proof.rmdir()
    forge(index)
    assert files.open(str(index)).search(EngineRequest(Everything())).total == 2
    assert not proof.exists()


@pytest.mark.parametrize(
    "segments",
    [
        5,
        [5],
        [["MAIN_a"]],
        [["../../etc/passwd", 1, 0, None]],
        [["MAIN_a/../../b", 1, 0, None]],
        [["MAIN_a", -1, 0, None]],
        [["MAIN_a", 1, 2, None]],
        [["MAIN_a", 1, 0, "../x"]],
        [["MAIN_a", True, 0, None]],
        [[5, 1, 0, None]],
    ],
)
def test_a_forged_list_of_segments_is_damage(index: Path, segments: Any) -> None:
    forge(index, segments=segments)
    with pytest.raises(IndexDamaged, match=r"\.manifest"):
        files.open(str(index))
