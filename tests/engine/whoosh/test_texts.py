"""Texts as numbers: any text comes back, in half the bytes for Vietnamese; damage is told, never read as text."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.engine.whoosh import texts
from indexer.engine.whoosh.arrays import ArrayFile, ArrayFileWriter, encode
from indexer.engine.whoosh.texts import CHARACTERS, NUMBERS, PLAIN, CompiledCoding, Texts, TextsWriter, pack, unpack
from indexer.errors import IndexDamaged

CORPUS = Path(__file__).parents[3] / "corpus"

pieces = st.one_of(
    st.sampled_from(
        ["Việt", " Nam", " đường", "Hoà ", " HÀ NỘI", " kinh tế,", "\u212a", " \u212ai", "12,5%", "…", " ", "  ", "\n"]
    ),
    st.text(st.characters(max_codepoint=0x2600), max_size=6),
    st.text(st.characters(), max_size=3),
    st.sampled_from(["\ud800", "🙂", "漢", "x" * 40]),
)
any_text = st.lists(pieces, max_size=12).map("".join)


@pytest.fixture(scope="module")
def compiled() -> CompiledCoding:
    return CompiledCoding()


@given(any_text)
@example("")
@example("\u2500")
@example(" " + "a" * 33)
def test_any_text_comes_back(text: str) -> None:
    coded = pack(text)
    assert unpack(coded) == text
    assert len(coded) % 2 == 0
    assert len(coded) <= max(2 * len(text), len(encode(text)) + 3)


@given(any_text)
@example("\u212a \u212ai")
def test_compiled_loops_do_the_same(compiled: CompiledCoding, text: str) -> None:
    coded = pack(text)
    assert compiled.pack(text) == coded
    read = compiled.unpack(np.frombuffer(coded, np.uint8), 0, len(coded))
    assert read == text or (read is None and coded[:2] in [each.to_bytes(2, "little") for each in PLAIN])


def test_a_syllable_takes_two_bytes_with_the_blank_before_it() -> None:
    assert len(pack("Việt Nam học đường")) == 8
    assert len(pack("(2024)")) == 6
    assert pack("漢") == PLAIN[1].to_bytes(2, "little") + "漢".encode() + b"\0"


def test_vietnamese_takes_less_than_half_the_bytes_of_utf8() -> None:
    articles = [json.loads(line) for line in (CORPUS / "newspaper.jsonl").read_text("utf-8").splitlines()]
    own = [text for article in articles for text in article["text"].split("\n\n")]
    assert len(own) > 50
    assert sum(len(pack(text)) for text in own) < 0.45 * sum(len(encode(text)) for text in own)


def test_the_table_is_part_of_the_format() -> None:
    """Whoever changes it makes every index that was written unreadable."""
    assert (texts.TABLE, NUMBERS, CHARACTERS) == (2235734805, 41763, 0x2500)


def written(path: Path, coded: list[bytes], table: int = texts.TABLE, section: str = "codes") -> Texts:
    file = ArrayFileWriter(str(path), "paragraphs", "x")
    file.write_strings(section, coded)
    file.finish({"syllables": table})
    return Texts(ArrayFile(str(path), "paragraphs", "x"))


def faults(own: Texts) -> list[str]:
    return list(own.verify(lambda: None))


@pytest.mark.parametrize("is_compiled", [False, True])
def test_texts_are_read_from_a_file(
    tmp_path: Path, compiled: CompiledCoding, monkeypatch: pytest.MonkeyPatch, is_compiled: bool
) -> None:
    monkeypatch.setattr(texts, "_compiled", compiled if is_compiled else None)
    given = ["Việt Nam", "", "漢 x", "\ud800", "a" * 100_000]
    file = ArrayFileWriter(str(tmp_path / "f"), "paragraphs", "x")
    writer = TextsWriter(file)
    for text in given:
        writer.append(text)
    writer.finish()
    file.finish(writer.meta)
    own = Texts(ArrayFile(str(tmp_path / "f"), "paragraphs", "x"))
    assert [own[i] for i in range(len(own))] == given
    assert faults(own) == []


@pytest.mark.parametrize("is_compiled", [False, True])
@pytest.mark.parametrize(
    "coded",
    [
        b"\0",
        NUMBERS.to_bytes(2, "little"),
        b"\xff\xff",
        pack("Việt") + PLAIN[0].to_bytes(2, "little"),
        PLAIN[0].to_bytes(2, "little") + b"\xff\xff",
        PLAIN[1].to_bytes(2, "little") + b"\xe6\0",
    ],
)
def test_what_is_no_text_is_damage(
    tmp_path: Path, compiled: CompiledCoding, monkeypatch: pytest.MonkeyPatch, coded: bytes, is_compiled: bool
) -> None:
    monkeypatch.setattr(texts, "_compiled", compiled if is_compiled else None)
    own = written(tmp_path / "f", [pack("một"), coded, pack("hai")])
    with pytest.raises(IndexDamaged, match="text 1 "):
        own[1]
    assert own[0] == "một"
    assert len(faults(own)) == 1


def test_another_table_is_not_read_by_this_one(tmp_path: Path) -> None:
    with pytest.raises(IndexDamaged, match="another table of syllables"):
        written(tmp_path / "f", [pack("một")], table=1)


def test_a_file_of_before_has_its_texts_as_utf8(tmp_path: Path) -> None:
    own = written(tmp_path / "f", ["Việt Nam 漢".encode(), b"\xff"], section="texts")
    assert own[0] == "Việt Nam 漢"
    assert faults(own) == ["f: text 1 is not valid UTF-8"]
