from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.articles import Rejection
from indexer.articles.formats import suffixes
from indexer.errors import InputMissing
from indexer.ingest.files import ArticleFile, check_paths, find


def make(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("Chữ\n", encoding="utf-8")
    return folder


def names(*paths: Path) -> list[str]:
    """Ids of the sources found; a rejection fails the test."""
    found = []
    for source in find(paths):
        assert isinstance(source, ArticleFile), source
        found.append(source.id)
    return found


def test_a_folder_is_walked_in_the_order_of_names(tmp_path: Path) -> None:
    make(tmp_path, "b.txt", "a.txt", "c/2.md", "c/1.txt", "aa/x.txt")
    assert names(tmp_path) == ["a", "aa/x", "b", "c/1", "c/2"]


def test_paths_keep_the_order_in_which_they_are_given(tmp_path: Path) -> None:
    make(tmp_path, "one/a.txt", "two/b.txt", "c.txt")
    assert names(tmp_path / "two", tmp_path / "c.txt", tmp_path / "one") == ["b", "c", "a"]


def test_the_format_goes_by_the_suffix_in_any_case(tmp_path: Path) -> None:
    make(tmp_path, "1.txt", "2.MD", "3.jsonl", "4.Jsonl.gz", "5.txt.GZ")
    found = [(source.id, source.format.suffix) for source in find([tmp_path]) if isinstance(source, ArticleFile)]
    assert found == [("1", ".txt"), ("2", ".md"), ("3", ".jsonl"), ("4", ".jsonl.gz"), ("5", ".txt.gz")]


def test_what_is_no_article_is_left_out_of_a_folder(tmp_path: Path) -> None:
    make(
        tmp_path,
        ".hidden.txt",
        ".git/a.txt",
        "README.md",
        "readme.txt",
        "photo.jpg",
        "a.7z",
        "a.gz",
        "a.txt~",
        "Tin.txt",
    )
    make(tmp_path, "README.txt.gz")
    assert names(tmp_path) == ["Tin"]


def test_the_queries_of_a_judged_set_are_no_articles(tmp_path: Path) -> None:
    make(tmp_path, "judged/qrels.tsv", "judged/corpus.jsonl", "judged/queries.jsonl", "judged/queries.nfd.jsonl.gz")
    make(tmp_path, "judged/queries.txt", "plain/queries.jsonl")
    assert names(tmp_path) == ["judged/corpus", "judged/queries", "plain/queries"]


def test_a_file_that_is_named_is_read_whatever_its_name(tmp_path: Path) -> None:
    make(tmp_path, "README.md", ".hidden.txt", "qrels.tsv", "queries.jsonl")
    assert names(*(tmp_path / name for name in ("README.md", ".hidden.txt", "queries.jsonl"))) == [
        "README",
        ".hidden",
        "queries",
    ]


def test_a_file_with_an_unknown_suffix_is_rejected_when_named(tmp_path: Path) -> None:
    path = make(tmp_path, "a.xyz") / "a.xyz"
    reason = f"has an unknown suffix; read are {', '.join(suffixes())}, and each with .gz"
    assert list(find([path])) == [Rejection(str(path), None, reason)]


def test_ids_are_composed_whatever_the_file_system_keeps(tmp_path: Path) -> None:
    make(tmp_path, unicodedata.normalize("NFD", "Hội nghị/Đường mới.txt"))
    assert names(tmp_path) == ["Hội nghị/Đường mới"]


def test_files_that_differ_in_their_suffix_alone_have_ids_that_differ(tmp_path: Path) -> None:
    make(tmp_path, "tin/a.docx", "tin/a.pdf", "tin/a.csv", "tin/a.pdf.txt", "b.txt", "b.txt.gz", "b.md/c.txt")
    make(tmp_path, unicodedata.normalize("NFC", "é.txt"), unicodedata.normalize("NFD", "é.txt"))
    files = [source for source in find([tmp_path]) if isinstance(source, ArticleFile)]
    found = {source.path.relative_to(tmp_path).as_posix(): source.id for source in files}
    assert found == {
        "b.md/c.txt": "b.md/c",
        "b.txt": "b",
        "b.txt.gz": "b.txt.gz",
        "tin/a.csv": "tin/a.csv",
        "tin/a.docx": "tin/a",
        "tin/a.pdf": "tin/a.pdf~2",
        "tin/a.pdf.txt": "tin/a.pdf",
        unicodedata.normalize("NFC", "é.txt"): "é.txt",
        unicodedata.normalize("NFD", "é.txt"): "é",
    }


def test_linked_folders_are_read_once_and_loops_end(tmp_path: Path) -> None:
    make(tmp_path, "a/1.txt", "b.txt")
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "c").symlink_to(tmp_path / "a")
    (tmp_path / "d.txt").symlink_to(tmp_path / "b.txt")
    assert names(tmp_path) == ["a/1", "b", "d"]


def test_a_dead_link_and_a_pipe_are_rejected(tmp_path: Path) -> None:
    (tmp_path / "a.txt").symlink_to(tmp_path / "gone.txt")
    (tmp_path / "b.txt").symlink_to(tmp_path / "b.txt")
    os.mkfifo(tmp_path / "c.txt")
    found = list(find([tmp_path]))
    assert [isinstance(source, Rejection) for source in found] == [True, True, True]
    assert str(found[0]) == f"{tmp_path / 'a.txt'}: cannot be read: No such file or directory"


def test_a_name_that_is_no_text_can_still_be_shown(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/\xff.txt"
    try:
        os.close(os.open(name, os.O_CREAT | os.O_WRONLY))
    except OSError:
        pytest.skip("this file system keeps only names that are UTF-8")
    (source,) = find([tmp_path])
    assert isinstance(source, ArticleFile)
    assert source.name == f"{tmp_path}/\\xff.txt"


def test_control_characters_of_a_name_are_shown_not_printed(tmp_path: Path) -> None:
    (source,) = find([make(tmp_path, "tin\x1b[31m\n1.txt")])
    assert isinstance(source, ArticleFile)
    assert source.name == f"{tmp_path}/tin\\x1b[31m\\n1.txt"


@pytest.fixture
def deep(tmp_path: Path) -> Iterator[Path]:
    """A folder whose folders are nested 1,100 deep, which is more than Python's calls may be."""
    before = os.getcwd()
    os.chdir(tmp_path)
    for _ in range(1100):
        os.mkdir("a")
        os.chdir("a")
    Path("tin.txt").write_text("Tin", encoding="utf-8")
    os.chdir(before)
    yield tmp_path
    # What deletes temporary folders calls itself for each level, so this one must go level by level.
    (tmp_path / ("a/" * 1100) / "tin.txt").unlink()
    for depth in range(1100, 0, -1):
        os.rmdir(tmp_path / ("a/" * depth))


def test_folders_may_be_nested_more_deeply_than_calls(deep: Path) -> None:
    assert names(deep) == ["a/" * 1100 + "tin"]


def test_missing_paths_are_named_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(InputMissing, match="gone does not exist"):
        check_paths([make(tmp_path, "a.txt"), tmp_path / "gone"])
    with pytest.raises(InputMissing, match=r"does not exist|cannot be read"):
        check_paths([tmp_path / "a.txt" / "b"])
    with pytest.raises(InputMissing, match="cannot be read"):
        check_paths([tmp_path / "a\0b"])
    os.mkfifo(tmp_path / "pipe.txt")
    with pytest.raises(InputMissing, match="neither a file nor a folder"):
        check_paths([tmp_path / "pipe.txt"])


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_what_may_not_be_read_is_named(tmp_path: Path) -> None:
    make(tmp_path, "a/secret.txt").joinpath("a").chmod(0)
    try:
        with pytest.raises(InputMissing, match="cannot be read: Permission denied"):
            check_paths([tmp_path / "a"])
        assert [str(found) for found in find([tmp_path])] == [f"{tmp_path / 'a'}: cannot be read: Permission denied"]
    finally:
        (tmp_path / "a").chmod(0o700)
