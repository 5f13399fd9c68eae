"""What generations share is on a machine once."""

from __future__ import annotations

import zlib
from pathlib import Path

from indexer.engine.opensearch.files import take
from indexer.engine.opensearch.manifest import File


def test_a_file_that_another_generation_has_is_not_fetched(tmp_path: Path) -> None:
    others = [tmp_path / name for name in ("shorter", "other", "same")]
    for path, content in zip(others, (b"on", b"two", b"one"), strict=True):
        path.write_bytes(content)
    file = File(3, zlib.crc32(b"one"), ("a piece",))
    path = tmp_path / "new" / "lexicon.bin"
    take(file, path, others[:2])
    assert not path.exists()
    take(file, path, [tmp_path / "absent", *others])
    assert path.samefile(tmp_path / "same")
    before = path.stat()
    take(file, path, others)
    assert path.stat().st_ino == before.st_ino
