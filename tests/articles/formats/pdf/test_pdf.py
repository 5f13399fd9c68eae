"""PDF: lines become paragraphs over columns and pages, each with its page; scans say so."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from indexer.articles import Kind, Limits
from indexer.articles.assembly import assemble
from tests.articles.encodings.old import as_windows_1252, tcvn3
from tests.articles.formats.reading import draft_of, reason_of, texts
from tests.articles.formats.writers import Placed, pdf

FULL = "Hồ chứa nước Kẻ Gỗ nằm giữa rừng và núi của huyện Cẩm Xuyên, cách thành phố"
ENDS = "chừng hai mươi cây số."


def lines(*rows: str, top: float = 700, left: float = 60, size: float = 12) -> list[Placed]:
    return [(left, top - 14 * number, size, row) for number, row in enumerate(rows)]


def test_lines_become_paragraphs_by_their_distance_indent_and_fullness() -> None:
    page = [
        *lines("Tựa văn bản", top=740, size=20),
        *lines(FULL, FULL, ENDS),
        *lines(FULL, ENDS, top=630),
        *lines("Một dòng ngắn.", FULL, ENDS, top=580),
        (80, 520, 12, FULL[:70]),
        (60, 506, 12, ENDS),
    ]
    draft = draft_of(".pdf", pdf([page]))
    assert texts(draft) == [
        "Tựa văn bản",
        f"{FULL} {FULL} {ENDS}",
        f"{FULL} {ENDS}",
        "Một dòng ngắn.",
        f"{FULL} {ENDS}",
        f"{FULL[:70].strip()} {ENDS}",
    ]


def test_parts_of_laws_and_items_of_lists_begin_paragraphs() -> None:
    rows = [f"{marker}{FULL[:65].strip()}" for marker in ("Điều 1. ", "1. ", "a) ", "- ")]
    draft = draft_of(".pdf", pdf([lines("Tựa văn bản", size=20), lines(*rows, ENDS, top=600)]))
    assert [text for text, _ in draft.paragraphs] == [*rows[:3], f"{rows[3]} {ENDS}"]


def test_running_heads_and_page_numbers_are_left_out_and_text_goes_on_over_pages() -> None:
    def page(number: int, *rows: str) -> list[Placed]:
        return [(60, 770, 10, f"Công báo số {number + 30}"), *lines(*rows), (290, 30, 10, f"Trang {number}")]

    pages = [page(1, "Mở đầu.", FULL, FULL), page(2, ENDS, FULL, FULL), page(3, "Đoạn khác hẳn.")]
    draft = draft_of(".pdf", pdf([[(60, 740, 20, "Tựa văn bản"), *pages[0]], *pages[1:]]))
    assert draft.title == "Tựa văn bản"
    assert draft.paragraphs == [
        ("Mở đầu.", Kind.BODY),
        (f"{FULL} {FULL} {ENDS}", Kind.BODY),
        (f"{FULL} {FULL} Đoạn khác hẳn.", Kind.BODY),
    ]
    assert list(draft.pages) == [1, 1, 2]
    article = assemble(draft, Limits())
    assert [paragraph.page for paragraph in article.paragraphs] == [None, 1, 1, 2]


def test_two_columns_are_read_one_after_the_other() -> None:
    column = [FULL[:36].strip(), FULL[:36].strip(), FULL[:36].strip()]
    left, right = lines(*column), lines("và nhiều hồ nhỏ khác nữa,", ENDS, left=320)
    draft = draft_of(".pdf", pdf([[(60, 740, 20, "Tựa văn bản"), *left, *right]]))
    whole = f"{' '.join(column)} và nhiều hồ nhỏ khác nữa, {ENDS}"
    assert [text for text, _ in draft.paragraphs] == [whole]


def test_cells_on_a_line_are_told_apart_and_headings_are_by_their_size() -> None:
    page = [(60, 740, 20, "Tựa văn bản"), (60, 700, 15, "Mục một"), (60, 660, 12, "Tỉnh"), (300, 660, 12, "Dân số")]
    draft = draft_of(".pdf", pdf([[*page, *lines(FULL, ENDS, top=600)]]))
    assert draft.paragraphs == [
        ("Mục một", Kind.HEADING),
        ("Tỉnh | Dân số", Kind.TABLE),
        (f"{FULL} {ENDS}", Kind.BODY),
    ]


def test_fonts_tell_the_encoding() -> None:
    old = as_windows_1252(tcvn3("Căn cứ Nghị định của Chính phủ"))
    draft = draft_of(".pdf", pdf([lines(old)], font="ABCDEF+.VnTime"))
    assert draft.title == "Căn cứ Nghị định của Chính phủ"
    assert draft.notes == ("was in TCVN3 and has been converted to Unicode",)


@pytest.mark.parametrize(
    ("named", "title"),
    [("Quy hoạch rừng", "Quy hoạch rừng"), ("Microsoft Word - a.doc", "Mở đầu."), ("QD-991", "Mở đầu.")],
)
def test_the_title_of_the_file_counts_where_it_is_one(named: str, title: str) -> None:
    assert draft_of(".pdf", pdf([lines("Mở đầu.", FULL)], title=named)).title == title


def test_a_scan_says_so() -> None:
    reason = reason_of(".pdf", pdf([[], []], picture=True))
    assert reason.startswith("is a scan: its 2 pages are pictures without text")
    assert "`ocr = true`" in reason


@pytest.mark.skipif(shutil.which("tesseract") is not None, reason="tesseract is installed")
def test_a_scan_to_be_read_without_tesseract_says_what_to_install() -> None:
    assert "tesseract is not installed" in reason_of(".pdf", pdf([[]], picture=True), Limits(ocr=True))


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")
def test_a_scan_is_read_by_tesseract() -> None:
    assert "holds no text" in reason_of(".pdf", pdf([[]], picture=True), Limits(ocr=True))


@pytest.mark.parametrize("data", [b"no pdf", b"%PDF-1.4 and nothing more"])
def test_what_is_no_pdf_is_refused(data: bytes) -> None:
    assert "PDF file" in reason_of(".pdf", data)


@pytest.mark.data
def test_a_real_manual_is_read_in_paragraphs(shared_data: Path) -> None:
    from benchmarks.formats import exact_paragraphs

    folder = shared_data / "formats" / "debian"
    share, _, _ = exact_paragraphs(folder / "maint-guide.vi.pdf", [folder / "maint-guide-dreq.vi.html"])
    assert share >= 0.75


@pytest.mark.data
def test_real_files_in_old_encodings_are_read(shared_data: Path) -> None:
    from benchmarks.formats import legacy_files

    shares = {name: share for name, share, _ in legacy_files(shared_data / "formats")}
    assert len(shares) >= 8
    assert min(shares.values()) >= 0.99, shares
