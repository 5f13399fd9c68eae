"""PDF: the characters of each page become lines, and lines paragraphs, each with the page it begins on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.articles.assembly import Draft, Unfit
from indexer.articles.encodings import Run
from indexer.articles.formats.building import Blocks, one_line
from indexer.articles.limits import Limits
from indexer.articles.model import Kind
from indexer.articles.splitting import split_paragraphs, trim

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

    from indexer.articles.formats.pdf.layout import Paragraph

_MAGIC = b"%PDF-"
_HEAD = 1024
_HEADING, _TITLE = 1.12, 1.25
"""So many times the size of most text are headings, and on the first page the title."""

_LONGEST_TITLE = 250
_FEWEST_CHARACTERS = 12
"""A page with fewer is a picture, if it has one."""

_NAMED = 20


def read(data: bytes, id: str, limits: Limits) -> Draft:
    """The draft of a PDF file; raises `Unfit`, also for a scan that is not read as pictures."""
    if _MAGIC not in data[:_HEAD]:
        raise Unfit("is no PDF file")
    from pypdfium2 import PdfDocument, PdfiumError

    try:
        document = PdfDocument(data)
    except PdfiumError as error:
        locked = "password" in str(error).lower()
        raise Unfit("is protected by a password" if locked else f"is a damaged PDF file: {error}") from None
    try:
        return _read(document, id, limits)
    except PdfiumError as error:
        raise Unfit(f"is a damaged PDF file: {error}") from None
    finally:
        document.close()


def _read(document: PdfDocument, id: str, limits: Limits) -> Draft:
    from indexer.articles.formats.pdf import ocr
    from indexer.articles.formats.pdf.layout import paragraphs
    from indexer.articles.formats.pdf.lines import page_lines

    pages, pictures, characters = [], [], 0
    for number in range(len(document)):
        page = document[number]
        lines = page_lines(page, number + 1)
        own = sum(len(line.text) for line in lines)
        if own < _FEWEST_CHARACTERS and ocr.has_picture(page):
            pictures.append(number)
        pages.append(lines)
        page.close()
        characters += own
        if characters > limits.article_characters:
            raise Unfit(
                f"the article has more than {characters - own:,} characters; the limit is {limits.article_characters:,}"
            )
    found = paragraphs(pages)
    read: dict[int, str] = {}
    notes = []
    if pictures and limits.ocr:
        ocr.check()
        read = {number + 1: ocr.text_of(document[number]) for number in pictures}
        notes.append(f"has {_pages(pictures)} without text, read by tesseract")
    elif pictures and characters:
        notes.append(f"has {_pages(pictures)} that are pictures without text; {ocr.HINT}")
    elif pictures:
        raise Unfit(f"is a scan: its {len(pictures):,} pages are pictures without text; {ocr.HINT}")
    return _draft(document, found, read, id, limits, notes)


def _pages(numbers: list[int]) -> str:
    shown = ", ".join(str(number + 1) for number in numbers[:_NAMED])
    more = f" and {len(numbers) - _NAMED:,} more" if len(numbers) > _NAMED else ""
    return f"page{'s' if len(numbers) > 1 else ''} {shown}{more}"


def _draft(
    document: PdfDocument, found: list[Paragraph], read: dict[int, str], id: str, limits: Limits, notes: list[str]
) -> Draft:
    sizes: dict[float, int] = {}
    for paragraph in found:
        sizes[paragraph.size] = sizes.get(paragraph.size, 0) + sum(len(text) for text, _ in paragraph.runs)
    usual = max(sizes, key=lambda size: sizes[size], default=0.0)
    first = [paragraph for paragraph in found if paragraph.page == 1]
    largest = max((paragraph.size for paragraph in first), default=0.0)
    titled = next(
        (each for each in first if each.size == largest >= _TITLE * usual and len(each.text) <= _LONGEST_TITLE), None
    )
    blocks = Blocks(limits)
    title = "" if titled else _named(document)
    for paragraph in found:
        for page in sorted(number for number in read if number < paragraph.page):
            _add_read(blocks, read.pop(page), page)
        kind = Kind.TABLE if paragraph.table else Kind.HEADING if paragraph.size >= _HEADING * usual else Kind.BODY
        blocks.add(paragraph.runs, kind, paragraph.page, title=paragraph is titled)
    for page, text in sorted(read.items()):
        _add_read(blocks, text, page)
    return blocks.draft(id, limits, title, notes=notes)


def _add_read(blocks: Blocks, text: str, page: int) -> None:
    for part in split_paragraphs(text):
        run: Run = (one_line(part), None)
        blocks.add([run], Kind.BODY, page)


def _named(document: PdfDocument) -> str:
    """The title of the file's own metadata, where that is one: programs write the names of files there."""
    title = trim(one_line(str(document.get_metadata_dict().get("Title", ""))))
    lower = title.lower()
    odd = lower.startswith(("microsoft ", "untitled", "powerpoint ", "document")) or "\\" in title
    return "" if odd or " " not in title or lower.endswith((".doc", ".docx", ".pdf", ".rtf")) else title
