"""Archives: the files inside by their formats; links, names that lead outside, bombs and damage are refused."""

from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from indexer.articles import Article, LeftOut, Limits, Rejection
from indexer.articles.assembly import Unfit
from indexer.articles.formats import format_of, read_members
from indexer.ingest.reading import read
from tests.articles.formats.writers import tarred, warc, zipped

FILES = {
    "trang/a.html": "<title>Tựa A</title><p>Chữ a.</p>".encode(),
    "trang/b.txt": "Tựa B\n\nChữ b.".encode(),
    "tin.jsonl": b'{"id": "x", "title": "X", "text": "x"}\n{"id": "y"\n',
    "anh.jpg": b"\xff\xd8",
    ".git/config": b"x",
    "__MACOSX/a.txt": b"x",
    "trong.zip": b"PK",
    "hong.docx": b"x",
}


@pytest.mark.parametrize("size", [1 << 60, 1 << 30])
@pytest.mark.parametrize("name", ["a.txt", "a.jpg", "a/"])
def test_a_tar_whose_file_says_to_be_longer_than_it_is_ends_at_once(size: int, name: str) -> None:
    class Counting(io.BytesIO):
        reads = 0

        def read(self, size: int | None = -1, /) -> bytes:
            self.reads += 1
            return super().read(size)

    found = format_of("a.tar")
    assert found is not None
    info = tarfile.TarInfo(name)
    info.size = size
    stream = Counting(info.tobuf(tarfile.GNU_FORMAT) + b"abc")
    (*_, last) = read_members(stream, found, "a", Limits())
    assert isinstance(last.draft, Unfit) and "damaged" in str(last.draft)
    assert stream.reads < 100


def told(path: Path, limits: Limits | None = None) -> tuple[list[str], list[Rejection], list[tuple[str, str]]]:
    """The ids of the articles, the rejections, and what was left out by the name inside."""
    left: list[LeftOut] = []
    items = list(read(path, limits, left_out=left.append))
    ids = [item.info.id for item in items if isinstance(item, Article)]
    names = [(each.path.removeprefix(f"{path}/"), each.kind) for each in left]
    return ids, [item for item in items if isinstance(item, Rejection)], names


@pytest.mark.parametrize("suffix", [".zip", ".tar", ".tgz", ".tar.gz", ".zip.gz", ".tar.bz2", ".tar.xz"])
def test_files_are_read_by_their_formats_and_the_rest_is_told(tmp_path: Path, suffix: str) -> None:
    import gzip

    path = tmp_path / f"kho{suffix}"
    packing = {".tgz": "w:gz", ".tar.bz2": "w:bz2", ".tar.xz": "w:xz"}.get(suffix, "w:")
    data = zipped(FILES) if "zip" in suffix else tarred(FILES, packing)
    path.write_bytes(gzip.compress(data) if suffix.endswith(".gz") else data)
    ids, rejections, left = told(path)
    assert sorted(ids) == ["kho/trang/a", "kho/trang/b", "x"]
    assert sorted(left) == [
        (".git/config", "hidden"),
        ("__MACOSX/a.txt", "hidden"),
        ("anh.jpg", ".jpg"),
        ("trong.zip", ".zip"),
    ]
    by_path = {rejection.path: rejection for rejection in rejections}
    assert by_path[f"{path}/tin.jsonl"].line == 2
    assert "is no document of Word" in by_path[f"{path}/hong.docx"].reason
    assert len(rejections) == 2


def test_links_and_names_that_lead_outside_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "kho.tar"
    with tarfile.open(path, "w") as file:
        for name, kind in (
            ("lien-ket.txt", tarfile.SYMTYPE),
            ("cung.txt", tarfile.LNKTYPE),
            ("ong.txt", tarfile.FIFOTYPE),
        ):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            file.addfile(info)
        for name in ("../ngoai.txt", "/goc.txt"):
            info = tarfile.TarInfo(name)
            info.size = 1
            file.addfile(info, io.BytesIO(b"x"))
    ids, rejections, _ = told(path)
    assert ids == []
    assert [rejection.reason for rejection in rejections] == [
        *(["is a link"] * 2),
        "is no file",
        *(["has a name that leads outside the archive"] * 2),
    ]


def test_what_opens_to_far_more_than_it_is_is_refused_and_the_rest_read(tmp_path: Path) -> None:
    path = tmp_path / "kho.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("bom.txt", b"0" * 20_000_000)
        file.writestr("c.txt", "Tựa\n\nChữ.")
    ids, (rejection,), _ = told(path)
    assert ids == ["kho/c"]
    assert "times its size" in rejection.reason


@pytest.mark.parametrize(
    ("limits", "reason"),
    [(Limits(archive_files=2), "holds more than 2 files"), (Limits(archive_bytes=40), "holds more than 40 bytes")],
)
def test_archives_beyond_their_limits_are_refused(tmp_path: Path, limits: Limits, reason: str) -> None:
    path = tmp_path / "kho.zip"
    path.write_bytes(zipped(FILES))
    _, rejections, _ = told(path, limits)
    assert any(reason in rejection.reason for rejection in rejections)


def test_pages_of_a_warc_have_their_addresses_and_other_answers_are_left_out(tmp_path: Path) -> None:
    page = "<title>Tựa</title><p>Chữ.</p>".encode()
    path = tmp_path / "thu.warc"
    path.write_bytes(
        warc(
            [
                ("https://baomau.example/1", "text/html; charset=utf-8", "200 OK", page),
                ("https://baomau.example/2", "text/html", "404 Not Found", page),
                ("https://baomau.example/3.jpg", "image/jpeg", "200 OK", b"\xff"),
            ]
        )
    )
    left: list[LeftOut] = []
    (article,) = list(read(path, left_out=left.append))
    assert isinstance(article, Article)
    assert (article.info.id, article.info.url) == ("https://baomau.example/1", "https://baomau.example/1")
    assert [each.kind for each in left] == ["HTTP 404", "image/jpeg"]


@pytest.mark.parametrize("suffix", [".zip", ".tar", ".warc", ".tgz"])
def test_what_is_no_archive_is_refused(suffix: str) -> None:
    found = format_of(f"x{suffix}")
    assert found is not None
    ((name, line, draft),) = read_members(io.BytesIO(b"plain text " * 100), found, "x", Limits())
    assert (name, line) == ("", None)
    assert isinstance(draft, Unfit)


@pytest.mark.parametrize(("packing", "packer"), [("gz", "gzip"), ("bz2", "bzip2"), ("xz", "xz")])
def test_what_an_archive_has_to_be_passed_over_is_limited_too(tmp_path: Path, packing: str, packer: str) -> None:
    path = tmp_path / f"kho.tar.{packing}".replace(".tar.gz", ".tgz")
    bomb = tarred({"a.txt": "Tin này đọc được.".encode(), "anh.jpg": bytes(3 << 20)}, f"w:{packing}")
    path.write_bytes(bomb)
    found = list(read(path, limits=Limits(unpacked_bytes_always=1 << 20)))
    assert [each.info.id for each in found if isinstance(each, Article)] == ["kho/a"]
    (rejection,) = [each for each in found if isinstance(each, Rejection)]
    most = max(1 << 20, 200 * len(bomb))
    assert rejection.reason == f"the {packer} file holds more than {most:,} bytes, 200 times its size"
    cut = bytearray(tarred(FILES, f"w:{packing}"))
    cut[60:80] = bytes(20)
    path.write_bytes(cut)
    rejections = [each for each in read(path) if isinstance(each, Rejection)]
    assert rejections and "damaged" in rejections[-1].reason
