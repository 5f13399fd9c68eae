from __future__ import annotations

import gzip
import json
import tracemalloc
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.articles import Article, Kind, Limits, Paragraph, Rejection
from indexer.articles.splitting import trim
from indexer.errors import InputMissing, SettingInvalid
from indexer.ingest.reading import read


def line(id: str, text: str = "Chữ.", **keys: Any) -> str:
    return json.dumps({"id": id, "text": text, **keys}, ensure_ascii=False) + "\n"


def articles(*paths: Path, limits: Limits | None = None) -> list[Article]:
    found = list(read(paths, limits))
    assert not [item for item in found if isinstance(item, Rejection)]
    return [item for item in found if isinstance(item, Article)]


def told(*paths: Path, limits: Limits | None = None) -> list[str]:
    """What was read, in order: the ids of articles and the rejections, without the folder of the first path."""
    folder = f"{paths[0].parent}/"
    items = read(paths, limits)
    return [item.info.id if isinstance(item, Article) else str(item).replace(folder, "") for item in items]


def reasons(path: Path, content: str | bytes, limits: Limits | None = None) -> list[str]:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return told(path, limits=limits)


@pytest.fixture
def text(tmp_path: Path) -> Path:
    return tmp_path / "tin.txt"


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    return tmp_path / "tin.jsonl"


def test_a_text_file_is_one_article(text: Path) -> None:
    text.write_text("\n Tiêu đề \nMở đầu,\nhai dòng.\n \n\nThân bài. \n\nTheo TTXVN\n", encoding="utf-8")
    (article,) = articles(text)
    assert (article.info.id, article.info.title) == ("tin", "Tiêu đề")
    assert article.paragraphs == (
        Paragraph(0, Kind.TITLE, "Tiêu đề"),
        Paragraph(1, Kind.LEAD, "Mở đầu,\nhai dòng."),
        Paragraph(2, Kind.BODY, "Thân bài."),
        Paragraph(3, Kind.BYLINE, "Theo TTXVN"),
    )


def test_the_markup_of_markdown_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# Tiêu *đề*\n\n## Mục\n\n- một\n- hai\n", encoding="utf-8")
    (article,) = articles(tmp_path)
    assert [p.text for p in article.paragraphs] == ["Tiêu đề", "Mục", "một", "hai"]
    (tmp_path / "a.md").rename(tmp_path / "a.txt")
    assert articles(tmp_path)[0].info.title == "# Tiêu *đề*"


def test_every_line_of_json_lines_is_an_article(lines: Path) -> None:
    lines.write_text("\ufeff" + line("1") + "\n  \r\n" + line("2", title="Hai").replace("\n", "\r\n"), encoding="utf-8")
    one, two = articles(lines)
    assert one.paragraphs == (Paragraph(1, Kind.LEAD, "Chữ."),)
    assert two.paragraphs == (Paragraph(0, Kind.TITLE, "Hai"), Paragraph(1, Kind.LEAD, "Chữ."))


def test_a_gzipped_file_reads_like_a_plain_one(tmp_path: Path, lines: Path) -> None:
    lines.write_text(line("1") + line("2", title="Hai"), encoding="utf-8")
    packed = tmp_path / "tin.jsonl.gz"
    packed.write_bytes(gzip.compress(lines.read_bytes()))
    assert articles(packed) == articles(lines)


def test_only_a_title_is_enough_and_nothing_is_not(lines: Path) -> None:
    content = line("1", "", title="Tiêu đề") + line("2", " \n ") + line("3", "", paragraphs=[])
    assert reasons(lines, content) == ["1", "tin.jsonl:2: holds no text", "tin.jsonl:3: holds no text"]


@pytest.mark.parametrize("content", ["", "\n \n", "\ufeff"])
def test_an_empty_text_file_is_rejected(text: Path, content: str) -> None:
    assert reasons(text, content) == ["tin.txt: holds no text"]


def test_an_empty_file_of_lines_holds_no_articles(tmp_path: Path, lines: Path) -> None:
    assert reasons(lines, "") == []
    assert reasons(tmp_path / "a.jsonl.gz", b"") == []


def test_a_bad_line_spoils_no_other(lines: Path) -> None:
    content = line("1").encode() + b'{"id": "2", "text": "\xff"}\n{"id": \n' + line("4").encode() + b"[]"
    assert reasons(lines, content) == [
        "1",
        "tin.jsonl:2: is not UTF-8 at byte 21 of the line",
        "tin.jsonl:3: is not JSON: Expecting value at character 8",
        "4",
        "tin.jsonl:5: holds a list; an article is an object with `id`, `title` and `text`",
    ]


def test_json_lines_in_utf16_are_rejected_as_a_whole(lines: Path) -> None:
    content = (line("1") + line("2")).encode("utf-16")
    assert reasons(lines, content) == ["tin.jsonl: is UTF-16; convert it to UTF-8"]


def test_undecodable_text_names_its_byte(text: Path) -> None:
    (reason,) = reasons(text, "Tiêu đề\n\nThân".encode() + b"\xff" + "bài".encode())
    assert reason.startswith("tin.txt: is neither UTF-8 (byte 18 is 0xff) nor UTF-16 nor in an old encoding")


def test_the_first_of_equal_ids_wins(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("Một", encoding="utf-8")
    (tmp_path / "b.jsonl").write_text(line("x") + line("a") + line("x"), encoding="utf-8")
    found = list(read([tmp_path]))
    assert [item.info.title for item in found if isinstance(item, Article)] == ["Một", ""]
    assert [item for item in found if isinstance(item, Rejection)] == [
        Rejection(f"{tmp_path}/b.jsonl", 2, f"the id 'a' is already taken by {tmp_path}/a.md"),
        Rejection(f"{tmp_path}/b.jsonl", 3, f"the id 'x' is already taken by {tmp_path}/b.jsonl:1"),
    ]


def test_a_file_given_twice_is_rejected_the_second_time(lines: Path) -> None:
    lines.write_text(line("1"), encoding="utf-8")
    assert told(lines, lines) == ["1", "tin.jsonl:1: the id '1' is already taken by tin.jsonl:1"]


def test_equal_paragraphs_are_kept_once_with_their_places(lines: Path) -> None:
    paragraphs = ["Mời đọc tiếp.", "Thân bài.", "Mời  đọc\ntiếp.", "mời đọc tiếp.", "Mời đọc tie\u0302\u0301p.", "Tin"]
    lines.write_text(line("1", "", title="Tin", paragraphs=paragraphs), encoding="utf-8")
    assert articles(lines)[0].paragraphs == (
        Paragraph(0, Kind.TITLE, "Tin", (6,)),
        Paragraph(1, Kind.LEAD, "Mời đọc tiếp.", (3, 5)),
        Paragraph(2, Kind.BODY, "Thân bài."),
        Paragraph(4, Kind.BODY, "mời đọc tiếp."),
    )


def test_given_kinds_are_kept(lines: Path) -> None:
    paragraphs = [{"text": "Ảnh.", "kind": "caption"}, "Mở đầu.", {"text": "Thu", "kind": "byline"}, "Theo TTXVN"]
    lines.write_text(line("1", "", paragraphs=paragraphs), encoding="utf-8")
    found = [p.kind for p in articles(lines)[0].paragraphs]
    assert found == [Kind.CAPTION, Kind.LEAD, Kind.BYLINE, Kind.BYLINE]


def test_a_long_paragraph_is_cut_not_lost(lines: Path) -> None:
    lines.write_text(line("1", "Câu thứ nhất. Câu thứ hai.\n\nBa."), encoding="utf-8")
    (article,) = articles(lines, limits=Limits(paragraph_characters=20))
    assert article.paragraphs == (
        Paragraph(1, Kind.LEAD, "Câu thứ nhất."),
        Paragraph(2, Kind.BODY, "Câu thứ hai."),
        Paragraph(3, Kind.BODY, "Ba."),
    )


@pytest.mark.parametrize(
    ("limits", "content", "reason"),
    [
        (
            Limits(article_characters=9),
            line("1", "12345", title="12345"),
            "the article has 10 characters; the limit is 9",
        ),
        (Limits(article_paragraphs=2), line("1", "1\n\n1\n\n1"), "the article has 3 paragraphs; the limit is 2"),
        (Limits(title_characters=3), line("1", title="1234"), "the title has 4 characters; the limit is 3"),
        (Limits(id_characters=3), line("1234"), "the id has 4 characters; the limit is 3"),
        (Limits(line_bytes=40), line("1", "1" * 40), "the line is longer than 40 bytes, the limit"),
    ],
)
def test_a_line_beyond_a_limit_is_rejected_alone(lines: Path, limits: Limits, content: str, reason: str) -> None:
    assert reasons(lines, line("a") + content + line("b"), limits) == ["a", f"tin.jsonl:2: {reason}", "b"]


def test_a_line_of_just_the_limit_is_read(lines: Path) -> None:
    content = line("1", "1" * 20).rstrip("\n")
    for end in ("", "\n", "\r\n"):
        assert reasons(lines, content + end, Limits(line_bytes=len(content))) == ["1"]
        assert reasons(lines, content + " " + end, Limits(line_bytes=len(content))) != ["1"]


def test_a_text_file_beyond_a_limit_is_rejected(text: Path) -> None:
    assert reasons(text, "Tin\n\n12345", Limits(file_bytes=9)) == [
        "tin.txt: the file is longer than 9 bytes, the limit"
    ]
    assert reasons(text, "Tin\n\n12345", Limits(file_bytes=10)) == ["tin"]
    assert reasons(text, "Tin dài\n\n1", Limits(title_characters=5)) == [
        "tin.txt: the first line, which is the title, has 7 characters; the limit is 5"
    ]
    assert reasons(text, "Tin\n\n1", Limits(id_characters=2)) == ["tin.txt: the id has 3 characters; the limit is 2"]


def test_limits_are_positive() -> None:
    with pytest.raises(SettingInvalid, match="line_bytes must be at least 1"):
        Limits(line_bytes=0)


@pytest.mark.parametrize("id", ["", " ", "a\tb", "a\nb", "a\u0000", "a\u2028b"])
def test_ids_stay_on_one_line(lines: Path, id: str) -> None:
    (reason,) = reasons(lines, line(id))
    assert reason.startswith("tin.jsonl:1: the id ")


def test_a_truncated_gzip_gives_its_good_lines(tmp_path: Path) -> None:
    content = "".join(line(str(number), f"Đoạn {number * 7919}.") for number in range(3000)).encode()
    packed = gzip.compress(content)
    found = reasons(tmp_path / "a.jsonl.gz", packed[: len(packed) // 2])
    good = len(found) - 1
    assert found[:good] == [str(number) for number in range(good)]
    assert 500 < good < 2500
    assert found[good] == (f"a.jsonl.gz:{good + 1}: the gzip file ends early; what it held from this line on is lost")


def test_damage_inside_a_gzip_gives_the_lines_before_it(tmp_path: Path) -> None:
    content = "".join(line(str(number), f"Đoạn {number * 7919}.") for number in range(3000)).encode()
    packed = bytearray(gzip.compress(content))
    middle = len(packed) // 2
    packed[middle : middle + 64] = b"\xff" * 64
    found = reasons(tmp_path / "a.jsonl.gz", bytes(packed))
    assert found[0] == "0"
    assert any("the gzip file is damaged" in item for item in found)


def test_a_text_file_may_be_packed_too(tmp_path: Path) -> None:
    packed = gzip.compress("Tin\n\nĐoạn một.".encode())
    assert reasons(tmp_path / "a.txt.gz", packed) == ["a"]
    assert reasons(tmp_path / "a.txt.gz", packed[:-9]) == ["a.txt.gz: the gzip file ends early"]
    assert reasons(tmp_path / "a.md.gz", b"# Tin") == ["a.md.gz: the gzip file is damaged: Not a gzipped file (b'# ')"]
    bomb = gzip.compress(b" " * 3_000_000)
    assert reasons(tmp_path / "a.txt.gz", bomb, Limits(file_bytes=2_000_000)) == [
        "a.txt.gz: the file is longer than 2,000,000 bytes, the limit"
    ]


def test_what_is_no_gzip_is_rejected(tmp_path: Path) -> None:
    found = reasons(tmp_path / "a.jsonl.gz", line("1"))
    assert found == [
        "a.jsonl.gz:1: the gzip file is damaged: Not a gzipped file (b'{\"'); what it held from this line on is lost"
    ]


def test_a_line_without_end_is_never_held(tmp_path: Path) -> None:
    path = tmp_path / "bomb.jsonl.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        for _ in range(64):
            file.write(b" " * 1024 * 1024)
        file.write(b"\n" + line("2").encode())
    tracemalloc.start()
    try:
        found = told(path, limits=Limits(line_bytes=1024 * 1024, unpacked_ratio=1_000))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found == ["bomb.jsonl.gz:1: the line is longer than 1,048,576 bytes, the limit", "2"]
    assert peak < 8 * 1024 * 1024


def test_memory_does_not_grow_with_the_text(lines: Path) -> None:
    with lines.open("w", encoding="utf-8") as file:
        for number in range(60):
            file.write(line(str(number), f"{number} {'chữ' * 50} " * 1000))
    tracemalloc.start()
    try:
        assert sum(1 for _ in read([lines])) == 60
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert lines.stat().st_size > 10_000_000
    assert peak < 6_000_000


def test_reading_is_lazy(lines: Path) -> None:
    lines.write_text(line("1") + line("2"), encoding="utf-8")
    items = read([lines])
    assert isinstance(items, Iterator)
    first = next(items)
    assert isinstance(first, Article) and first.info.id == "1"


def test_a_missing_path_is_raised_before_anything_is_read(tmp_path: Path, text: Path) -> None:
    text.write_text("Tin", encoding="utf-8")
    with pytest.raises(InputMissing, match=r"gone\.txt does not exist") as caught:
        read([text, tmp_path / "gone.txt"])
    assert caught.value.hint


def test_a_file_that_goes_away_while_reading_is_rejected(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt", "c.txt"):
        (tmp_path / name).write_text("Tin", encoding="utf-8")
    items = read([tmp_path / name for name in ("a.txt", "b.txt", "c.txt")])
    next(items)
    (tmp_path / "b.txt").unlink()
    found = [item.info.id if isinstance(item, Article) else str(item) for item in items]
    assert found == [f"{tmp_path}/b.txt: cannot be read: No such file or directory", "c"]


def test_progress_counts_the_bytes_on_disk(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Tin", encoding="utf-8")
    content = "".join(
        line(str(number), " ".join(str(number * step) for step in range(7919, 8000))) for number in range(2000)
    ).encode()
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(content))
    (tmp_path / "c.jsonl").write_bytes(content[:1000])
    total = sum(path.stat().st_size for path in tmp_path.iterdir())
    calls: list[tuple[int, int]] = []
    count = sum(1 for _ in read([tmp_path], progress=lambda done, whole: calls.append((done, whole))))
    assert count > 2000
    assert {whole for _, whole in calls} == {total}
    done = [so_far for so_far, _ in calls]
    assert done == sorted(done) and done[-1] == total
    assert len(set(done)) > 3


def test_without_files_there_is_nothing_to_read(tmp_path: Path) -> None:
    calls: list[tuple[int, int]] = []
    assert list(read([tmp_path], progress=lambda done, total: calls.append((done, total)))) == []
    assert calls == [(0, 0)]


def composed(text: str) -> str:
    """The visible characters in NFC: a repeat is put back as the first of its kind, whose form may differ."""
    return unicodedata.normalize("NFC", "".join(filter(trim, text)))


@given(st.text(st.sampled_from("aAẾế\u0301 .\n\r\t\u2029\u200b# "), max_size=80))
def test_all_the_text_of_a_file_is_in_its_paragraphs_in_order(text: Path, content: str) -> None:
    text.write_bytes(content.encode())
    (found,) = read([text])
    if isinstance(found, Rejection):
        assert found.reason == "holds no text"
        assert trim(content) == ""
        return
    places = {at: p.text for p in found.paragraphs for at in (p.position, *p.repeats)}
    assert sorted(places) == list(range(max(places) + 1))
    written = "".join(places[at] for at in sorted(places))
    assert composed(written) == composed(content)


@given(st.binary(max_size=300), st.sampled_from(["a.txt", "a.md", "a.jsonl", "a.jsonl.gz"]))
def test_any_bytes_are_read_or_rejected(tmp_path: Path, data: bytes, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    for item in read([path]):
        str(item).encode("utf-8")


@given(st.lists(st.binary(max_size=40) | st.just(line("1").encode().strip()), max_size=6))
def test_any_lines_are_read_or_rejected_one_by_one(lines: Path, parts: list[bytes]) -> None:
    parts = [part.replace(b"\n", b"") for part in parts]
    lines.write_bytes(b"\n".join(parts))
    found = list(read([lines]))
    good = line("1").encode().strip()
    if not (parts and parts[0].startswith((b"\xff\xfe", b"\xfe\xff"))):
        assert sum(isinstance(item, Article) for item in found) == (1 if good in parts else 0)


def test_an_id_that_no_address_can_hold_is_rejected(lines: Path) -> None:
    unfit = ["..", ".", "a/../b", "./a", "a\\.."]
    content = "".join(map(line, [*unfit, "a..b", ".ẩn", "a/...", "//"]))
    found = reasons(lines, content)
    assert all("'.' or '..'" in reason for reason in found[: len(unfit)])
    assert found[len(unfit) :] == ["a..b", ".ẩn", "a/...", "//"]


def test_more_marks_in_a_row_than_any_writing_needs_are_rejected(lines: Path) -> None:
    content = (
        line("a", "a" + "\u0301\u0323" * 100_000) + line("b", "a" + "\u0301" * 1_000) + line("c", "a\u0301" * 2_000)
    )
    assert reasons(lines, content) == [
        "tin.jsonl:1: holds more than 1,000 combining marks in a row; take out what is no text",
        "b",
        "c",
    ]
