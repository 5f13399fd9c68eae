from __future__ import annotations

import codecs
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.articles.assembly import Unfit
from indexer.articles.decoding import decode, decode_text
from tests.articles.encodings.old import tcvn3, viscii, vni, windows_1258

TEXT = (
    "Người dân vùng lũ đã trở về nhà\n\nNước rút chậm nên việc dọn dẹp kéo dài nhiều ngày. Bộ đội và thanh niên "
    "giúp các gia đình neo đơn sửa lại mái nhà, phát gạo, mì và nước sạch.\n"
)


@pytest.mark.parametrize(
    "encoded",
    [
        pytest.param(TEXT.encode(), id="utf-8"),
        pytest.param(codecs.BOM_UTF8 + TEXT.encode(), id="utf-8 with mark"),
        pytest.param(codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"), id="utf-16-le with mark"),
        pytest.param(codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), id="utf-16-be with mark"),
        pytest.param(codecs.BOM_UTF32_LE + TEXT.encode("utf-32-le"), id="utf-32-le with mark"),
        pytest.param(TEXT.encode("utf-16-le"), id="utf-16-le"),
        pytest.param(TEXT.encode("utf-16-be"), id="utf-16-be"),
    ],
)
def test_unicode_is_read_exactly(encoded: bytes) -> None:
    assert decode_text(encoded) == TEXT


def test_decomposed_text_stays_decomposed() -> None:
    decomposed = unicodedata.normalize("NFD", TEXT)
    assert decode_text(decomposed.encode()) == decomposed


def test_what_was_converted_is_told() -> None:
    assert decode(windows_1258(TEXT)).notes == ("was in windows-1258 and has been converted to Unicode",)
    assert decode(tcvn3(TEXT)).notes == ("was in TCVN3 and has been converted to Unicode",)
    assert decode(TEXT.encode()).notes == decode(TEXT.encode("utf-16")).notes == ()


def test_windows_1258_keeps_its_tones_as_marks() -> None:
    text = decode_text(windows_1258(TEXT))
    assert unicodedata.normalize("NFC", text) == TEXT
    assert text == windows_1258(TEXT).decode("cp1258") != TEXT


def test_a_bad_byte_in_utf8_is_named() -> None:
    encoded = TEXT.encode()
    with pytest.raises(Unfit, match=r"neither UTF-8 \(byte 60 is 0xff\)"):
        decode_text(encoded[:60] + b"\xff" + encoded[60:])


def test_broken_utf16_is_named() -> None:
    encoded = codecs.BOM_UTF16_LE + "ab".encode("utf-16-le") + b"\x00\xd8"
    with pytest.raises(Unfit, match="not valid UTF-16-LE at byte 6"):
        decode_text(encoded)


@pytest.mark.parametrize("write", [tcvn3, vni, viscii])
def test_older_encodings_are_read(write: Callable[[str], bytes]) -> None:
    assert decode_text(write(TEXT)) == TEXT


def test_what_no_encoding_makes_vietnamese_of_is_refused() -> None:
    with pytest.raises(Unfit, match="nor in an old encoding of Vietnamese"):
        decode_text("Die Größe der Bürger, für schöne Tage".encode("latin-1"))


def test_a_picture_is_no_text() -> None:
    with pytest.raises(Unfit):
        decode_text(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8)


@given(st.binary(max_size=200))
def test_bytes_decode_or_are_refused(data: bytes) -> None:
    try:
        assert isinstance(decode_text(data), str)
    except Unfit as error:
        assert str(error)


@pytest.mark.data
def test_a_real_article_survives_windows_1258(shared_data: Path) -> None:
    text = (shared_data / "ha-tinh" / "article.txt").read_text(encoding="utf-8")
    assert unicodedata.normalize("NFC", decode_text(windows_1258(text))) == unicodedata.normalize("NFC", text)
