"""What every format must hold to, as checks that take its suffix and a way to write it.

`CHECKS` are run for each format of the table by test_conformance.py, and for formats added from outside by
tests/extending. A check fails by an assertion.
"""

from __future__ import annotations

import gzip
import io
import random
import tracemalloc
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from indexer.articles import Limits
from indexer.articles.assembly import Draft, Unfit, assemble
from indexer.articles.formats import format_of, read
from indexer.articles.splitting import trim
from tests.articles.encodings.old import tcvn3


@dataclass(frozen=True)
class Written:
    """An article as it is to be written; a format without ids of its own leaves the id out."""

    id: str
    title: str
    paragraphs: Sequence[str]


Write = Callable[[Sequence[Written | None]], bytes]
"""Writes a file of the format. A format of documents gets one article; one of records any number, and None among them
for a record that cannot be read."""

ONE_SPACE = frozenset((".pdf", ".html", ".htm", ".xhtml", ".xml", ".rss", ".atom", ".epub", ".srt", ".vtt"))
"""Formats in which white space of any length is one space."""

NO_TITLE = frozenset((".srt", ".vtt"))
"""Formats that hold no title: it is the name of the file."""

HAS_BEGINNING = frozenset((".pdf",))
"""Formats that may have something before them."""

PLACES = 300
"""At so many places of a file it is cut and damaged."""

Outcome = tuple[int | None, Draft | Unfit]

PLAIN = Written("tin-1", "Hồ Kẻ Gỗ", ["Đoạn mở đầu.", "Đoạn hai,  hai dấu cách: 5 < 6 & “trích”."])
OLD = Written("tin-1", "Hồ kẻ gỗ", ["Mặt hồ rộng, nước trong, người dân quanh vùng sống bằng nghề chài lưới."])
OTHERS = (
    Written("tin-2", unicodedata.normalize("NFD", "Đường mới"), [unicodedata.normalize("NFD", "Chữ tổ hợp, ế ộ.")]),
    Written("tin-3", "Hòa bình", ["Kí tự lạ: \U0001f600 \u200d \u00a0x.", "𠀋 ngoài BMP."]),
)


def outcomes(suffix: str, data: bytes | io.RawIOBase, limits: Limits | None = None) -> list[Outcome]:
    """What a file of the suffix holds. Whatever comes out must be sound, however bad the file is."""
    found = format_of(f"tin-1{suffix}")
    assert found is not None
    stream = io.BytesIO(data) if isinstance(data, bytes) else io.BufferedReader(data)
    given = list(read(stream, found, "tin-1", limits or Limits()))
    lines = [line for line, _ in given if line is not None]
    assert lines == sorted(set(lines)) and all(line >= 1 for line in lines)
    for _, draft in given:
        if isinstance(draft, Unfit):
            assert str(draft) and "its reader failed" not in str(draft), draft
        else:
            assert all(text and trim(text) == text for text, _ in draft.paragraphs)
            repr(draft).encode("utf-8")
    return given


def one_space(text: str) -> str:
    """The text with each white space as one space."""
    return " ".join(text.split())


def is_records(suffix: str) -> bool:
    found = format_of(suffix)
    assert found is not None
    return found.format.document is None


def drafts(given: Iterable[Outcome]) -> list[Draft]:
    return [draft for _, draft in given if isinstance(draft, Draft)]


def refused(given: Iterable[Outcome], limits: Limits) -> list[str]:
    """The reasons why there is no article, whether the reader or what comes after it gives them."""
    reasons = []
    for _, draft in given:
        try:
            reasons.append(str(draft)) if isinstance(draft, Unfit) else assemble(draft, limits)
        except Unfit as error:
            reasons.append(str(error))
    return reasons


def text_is_kept_exactly_as_written(suffix: str, write: Write) -> None:
    for article in (PLAIN, *OTHERS):
        (draft,) = drafts(outcomes(suffix, write([article])))
        form = one_space if suffix in ONE_SPACE else str
        assert suffix in NO_TITLE or form(draft.title) == form(article.title)
        assert [form(text) for text, _ in draft.paragraphs] == list(map(form, article.paragraphs))


def reading_is_deterministic_and_packing_changes_nothing(suffix: str, write: Write) -> None:
    data = write([PLAIN])
    first = outcomes(suffix, data)
    assert drafts(first)
    assert outcomes(suffix, data) == first == outcomes(suffix + ".gz", gzip.compress(data))


def empty_input_holds_no_article(suffix: str, write: Write) -> None:
    for data in (b"", b"\xef\xbb\xbf", b"\n", b" \r\n \n"):
        given = outcomes(suffix, data)
        assert len(refused(given, Limits())) == len(given)


def damaged_input_is_refused_with_a_reason(suffix: str, write: Write) -> None:
    data = write([PLAIN])
    chance = random.Random(1)
    for end in range(0, len(data), max(1, len(data) // PLACES)):
        outcomes(suffix, data[:end])
        outcomes(suffix, data[:end] + bytes([chance.randrange(256)]) + data[end + 1 :])
        outcomes(suffix, data[:end] + b"\xff\x00" + data[end:])
    for length in range(200):
        outcomes(suffix, chance.randbytes(length))
        outcomes(suffix + ".gz", chance.randbytes(length))
    # What stands before a file does no harm where readers look for its beginning.
    before = outcomes(suffix, b"\xff\xfe\xff" + data)
    assert refused(before, Limits()) or (suffix in HAS_BEGINNING and drafts(before) == drafts(outcomes(suffix, data)))


def limits_are_honoured(suffix: str, write: Write) -> None:
    data = write([PLAIN])
    for limits in (Limits(title_characters=3), Limits(article_characters=9), Limits(article_paragraphs=1)):
        (reason,) = refused(outcomes(suffix, data, limits), limits)
        assert "the limit is" in reason
    if is_records(suffix):
        longer = Written("tin-9", "Dài", ["chữ " * 500 + "hết."])
        given = outcomes(suffix, write([PLAIN, longer, OTHERS[0]]), Limits(line_bytes=1_000))
        assert [draft.title for draft in drafts(given)] == [PLAIN.title, OTHERS[0].title]
    else:
        (reason,) = refused(outcomes(suffix, data, Limits(file_bytes=len(data) - 1)), Limits())
        assert "the limit" in reason
        assert drafts(outcomes(suffix, data, Limits(file_bytes=len(data))))


def huge_input_takes_little_memory(suffix: str, write: Write) -> None:
    limits = Limits(line_bytes=100_000, file_bytes=1_000_000)
    tracemalloc.start()
    try:
        given = outcomes(suffix, _Endless(b"chu " * 256, 40_000_000), limits)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert not drafts(given)
    assert peak < 6_000_000


def a_bad_record_never_stops_the_others(suffix: str, write: Write) -> None:
    if is_records(suffix):
        given = outcomes(suffix, write([PLAIN, None, OTHERS[0], None, OTHERS[1]]))
        assert [isinstance(draft, Unfit) for _, draft in given] == [False, True, False, True, False]
        assert [draft.title for draft in drafts(given)] == [PLAIN.title, OTHERS[0].title, OTHERS[1].title]


def what_was_in_an_old_encoding_is_converted_and_told(suffix: str, write: Write) -> None:
    """If the format is text: read as it stands it may be refused, but not changed in silence."""
    data = write([OLD])
    try:
        old = tcvn3(data.decode())
    except UnicodeError:
        return
    for draft in drafts(outcomes(suffix, old)) if old != data else ():
        if OLD.paragraphs[0] in [text for text, _ in draft.paragraphs]:
            assert any("TCVN3" in note for note in draft.notes)


CHECKS = (
    text_is_kept_exactly_as_written,
    what_was_in_an_old_encoding_is_converted_and_told,
    reading_is_deterministic_and_packing_changes_nothing,
    empty_input_holds_no_article,
    damaged_input_is_refused_with_a_reason,
    limits_are_honoured,
    huge_input_takes_little_memory,
    a_bad_record_never_stops_the_others,
)


class _Endless(io.RawIOBase):
    """`size` bytes of one piece again and again, without a line end, that stand nowhere."""

    def __init__(self, piece: bytes, size: int) -> None:
        self._piece, self._left = piece, size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        taken = min(len(buffer), self._left, len(self._piece))
        buffer[:taken] = self._piece[:taken]
        self._left -= taken
        return taken
