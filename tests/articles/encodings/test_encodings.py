"""Text in encodings from before Unicode: tables, fonts, evidence, and what must never be touched."""

from __future__ import annotations

import gzip
import json
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from indexer.articles import Limits
from indexer.articles.encodings import Encoding, convert, encoding_of_font, repair, repair_texts
from indexer.articles.formats import format_of, read
from tests.articles.encodings.old import LETTERS, TCVN3, VISCII, as_windows_1252, tcvn3, viscii, vni, windows_1258

TEXT = (
    "Căn cứ Luật Tổ chức Hội đồng nhân dân và Ủy ban nhân dân ngày 26/11/2003; xét đề nghị của Giám đốc Sở Nông "
    "nghiệp, ông Nguyễn Tấn Dũng ký quyết định phê duyệt kế hoạch sử dụng rừng, đất rừng ở tỉnh Bình Phước."
)
WRITERS = {
    Encoding.TCVN3: tcvn3,
    Encoding.VNI: vni,
    Encoding.VISCII: lambda text: viscii(text.replace("Ủ", "ủ")),
    Encoding.WINDOWS_1258: windows_1258,
    Encoding.MOJIBAKE: str.encode,
}


def seen(encoding: Encoding, text: str = TEXT) -> str:
    write: Callable[[str], bytes] = WRITERS[encoding]
    return as_windows_1252(write(text))


def test_the_tables_agree_with_those_of_iconv() -> None:
    assert convert(as_windows_1252(TCVN3), Encoding.TCVN3) == LETTERS
    assert convert(as_windows_1252(VISCII), Encoding.VISCII) == LETTERS
    assert convert(VISCII.decode("latin-1"), Encoding.VISCII) == LETTERS


@pytest.mark.parametrize(
    ("written", "encoding", "meant"),
    [
        ("Céng hoµ x· héi chñ nghÜa ViÖt Nam, ®éc lËp", Encoding.TCVN3, "Cộng hoà xã hội chủ nghĩa Việt Nam, độc lập"),
        ("COÄNG HOØA XAÕ HOÄI CHUÛ NGHÓA", Encoding.VNI, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA"),
        ("Ñoäc laäp, töï do, ngöôøi “Vieät”", Encoding.VNI, "Độc lập, tự do, người “Việt”"),
        ("Ð\xe0i Loan, Vi®t Nam", Encoding.VISCII, "Đài Loan, Việt Nam"),
        # As the text layers of PDF files have them.
        ("ch\u2212¬ng n\u2212íc x\u2219 h\u00b7", Encoding.TCVN3, "chương nước xã hã"),
        ("Tiáº¿ng Viá»‡t â€œhayâ€\x9d", Encoding.MOJIBAKE, "Tiếng Việt “hay”"),
    ],
)
def test_what_was_written_is_read(written: str, encoding: Encoding, meant: str) -> None:
    assert convert(written, encoding) == meant


@pytest.mark.parametrize("letter", LETTERS)
def test_every_letter_comes_back_from_vni_in_small_and_in_capitals(letter: str) -> None:
    assert convert(as_windows_1252(vni(letter)), Encoding.VNI) == letter
    assert convert(as_windows_1252(vni(letter.upper())), Encoding.VNI) == letter.upper()


@pytest.mark.parametrize("encoding", Encoding)
def test_text_in_an_old_encoding_is_recognised_without_fonts(encoding: Encoding) -> None:
    repaired = repair_texts([seen(encoding), "No high letters.", seen(encoding, "Bộ trưởng ký thay")])
    meant = TEXT if encoding is not Encoding.TCVN3 else TEXT.replace("Ủ", "ủ")
    meant = meant.replace("Ủ", "ủ") if encoding is Encoding.VISCII else meant
    assert repaired.texts == [meant, "No high letters.", "Bộ trưởng ký thay"]
    assert repaired.notes == (f"was in {encoding} and has been converted to Unicode",)


def test_one_text_may_have_paragraphs_in_two_encodings_and_in_unicode() -> None:
    repaired = repair_texts([seen(Encoding.TCVN3), TEXT, seen(Encoding.VNI)])
    assert repaired.texts == [TEXT.replace("Ủ", "ủ"), TEXT, TEXT]
    assert len(repaired.notes) == 2


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        unicodedata.normalize("NFD", TEXT),
        "Hà Nội",
        "là ba và má, cà phê",
        "Không có gì: cô ấy đi xa.",
        " ".join(["Für die Bürger über Größe, schön, Müller, Straße, fünf, Tür, grün, möglich, später, nächste"] * 3),
        " ".join(["Où est l’école, père, mère, français, été, garçon, naïf, où, très, là, déjà, forêt, île"] * 3),
        " ".join(["El niño soñó, mañana, año, también, camión, jamás, está, él, así, ratón, lápiz, árbol"] * 3),
        "A · B · C · D · E · F · G · H",
        "Arusha · Dar es Salaam · Dodoma · Iringa · Kagera · Lindi · Mara · Mbeya · Mtwara · Pwani · Tanga",
        "5 µm, 20 °C, ± 3, « guillemets », © 2024, § 12 ¶ 3, ¼ ½ ¾",
        "Tiáº",
    ],
)  # fmt: skip
def test_unicode_and_foreign_text_is_never_touched(text: str) -> None:
    assert repair_texts([text]) == ([text], ())


def test_a_few_words_alone_are_no_evidence_but_their_font_is() -> None:
    words = seen(Encoding.TCVN3, "Độc lập tự do")
    assert repair_texts([words]).texts == [words]
    assert repair([[(words, ".VnTimeH")]]).texts == ["Độc lập tự do"]


def test_runs_of_one_paragraph_are_read_by_their_fonts() -> None:
    runs = [
        (seen(Encoding.TCVN3, "Quyết "), ".VnTime"),
        (seen(Encoding.TCVN3, "định"), ".VnArialH"),
        (": “Müller” ", "Times New Roman"),
        (seen(Encoding.VNI, "của Bộ"), "VNI-Times"),
        (" việc số 5", "Arial"),
    ]
    repaired = repair([runs])
    assert repaired.texts == ["Quyết định: “Müller” của Bộ việc số 5"]
    assert repaired.notes == (
        "was in TCVN3 and has been converted to Unicode",
        "was in VNI and has been converted to Unicode",
    )


def test_where_fonts_name_an_encoding_a_run_without_font_needs_less_evidence() -> None:
    repaired = repair([[(seen(Encoding.TCVN3, "Nghị quyết"), ".VnTime")], [(seen(Encoding.TCVN3, "đồng ý"), None)]])
    assert repaired.texts == ["Nghị quyết", "đồng ý"]


def test_unicode_text_under_an_old_font_stays() -> None:
    runs = [("Đường về nhà", ".VnTime"), ("là và à", ".VnTime")]
    assert repair([[run] for run in runs]) == ([text for text, _ in runs], ())


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        (".VnTime", Encoding.TCVN3),
        ("ABCDEF+.VnArialH", Encoding.TCVN3),
        ("ABCDEF+#2EVnTime", Encoding.TCVN3),
        ("VnTime", Encoding.TCVN3),
        ("VNI-Times", Encoding.VNI),
        ("VNI-Helve-Condense", Encoding.VNI),
        ("VNI Times", Encoding.VNI),
        ("VI Times VISCII", Encoding.VISCII),
        ("Times New Roman", None),
        ("Vni-Unicode", None),
        ("Vivaldi", None),
        ("", None),
        (None, None),
    ],
)
def test_a_font_names_the_encoding(name: str | None, encoding: Encoding | None) -> None:
    assert encoding_of_font(name) is encoding


@pytest.mark.parametrize("encoding", [Encoding.TCVN3, Encoding.VNI, Encoding.VISCII])
def test_a_text_file_in_an_old_encoding_is_read(tmp_path: Path, encoding: Encoding) -> None:
    path = tmp_path / "cu.txt"
    path.write_bytes(WRITERS[encoding](f"tiêu đề\n\n{TEXT.replace('Ủ', 'ủ')}"))
    found = format_of(path.name)
    assert found is not None
    with path.open("rb") as file:
        ((_, draft),) = read(file, found, "cu", Limits())
    assert draft.title == "tiêu đề"  # type: ignore[union-attr]
    assert draft.paragraphs == [(TEXT.replace("Ủ", "ủ"), None)]  # type: ignore[union-attr]
    assert list(draft.notes) == [f"was in {encoding} and has been converted to Unicode"]  # type: ignore[union-attr]


@pytest.mark.data
@pytest.mark.parametrize("name", ["viwiki", "news"])
def test_no_article_of_an_archive_in_unicode_is_changed(shared_data: Path, name: str) -> None:
    articles = 0
    with gzip.open(shared_data / name / "articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            texts = [record["title"], *(record.get("paragraphs") or record["text"].split("\n\n"))]
            assert repair_texts(texts) == (texts, ()), record["id"]
            articles += 1
    assert articles > 7_000
