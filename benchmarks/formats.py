"""What is read of real files: `python -m benchmarks.formats [FOLDER]` compares them with their transcripts.

With `MANUAL.pdf FOLDER` a manual is compared with the pages of its HTML edition in a folder: that of Debian's installer
is in its package installation-guide-amd64, under usr/share/doc (20230508+deb12u1, as the PDF says of itself).

For each file beside a transcript (`NAME.txt`): the share of its tokens with letters outside ASCII that were read
(recall, with multiplicity, NFC, lower case). For the manual
in PDF: the share of the paragraphs of its HTML edition that are paragraphs of the PDF exactly (white space apart).
"""

from __future__ import annotations

import re
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from indexer.articles import Article, Rejection
from indexer.ingest.reading import read

_EDITIONS = (
    # Section 1.7 is headed "1.7. " in one edition, "1.7 " in the other.
    (re.compile(r"^((?:[A-Z]|\d+)(?:\.\d+)+)\. "), r"\1 "),
    (re.compile(r"^[•–] "), ""),
    (re.compile(r"[“”\"]"), '"'),
    (re.compile(r"\(https?://[^)]*\)"), ""),
    (re.compile(r"\s?(?:\[\d+\]|[\d⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}(?=[.:,;)]*$|[.:]? [A-ZĐ]))"), ""),
    (re.compile("\u200b"), ""),
)
_SHORTEST = 20
_TOKEN = re.compile(r"[^\W_]+")


def tokens(text: str) -> Counter[str]:
    """The tokens of a text that have a letter outside ASCII, in NFC and lower case."""
    found = _TOKEN.findall(unicodedata.normalize("NFC", text).lower())
    return Counter(token for token in found if not token.isascii())


def recall(transcript: str, text: str) -> float:
    """The share of the tokens of a transcript that the text has, each as often as it stands there."""
    wanted = tokens(transcript)
    return (wanted & tokens(text)).total() / wanted.total()


def whole(article: Article) -> str:
    """All paragraphs of an article, repeated ones as often as they stand there."""
    return "\n".join(paragraph.text for paragraph in article.paragraphs for _ in range(1 + len(paragraph.repeats)))


def legacy_files(folder: Path) -> Iterator[tuple[str, float, float]]:
    """Name, recall and seconds of each file with a transcript."""
    for transcript in sorted(folder.glob("*/*.txt")):
        for path in sorted(transcript.parent.glob(f"{transcript.stem}.*")):
            if path == transcript:
                continue
            start = time.perf_counter()
            (item,) = list(read(path))
            if isinstance(item, Rejection):
                print(item)
            seconds = time.perf_counter() - start
            text = "" if isinstance(item, Rejection) else whole(item)
            yield str(path.relative_to(folder)), recall(transcript.read_text("utf-8"), text), seconds


def html_paragraphs(path: Path) -> list[str]:
    """The paragraphs, headings and terms of a page of DocBook, white space made one space; short ones left out."""
    from lxml import html

    root = html.fromstring(path.read_bytes(), parser=html.HTMLParser(encoding="utf-8"))
    for frame in root.xpath("//*[@class='navheader' or @class='navfooter' or @class='toc']"):
        frame.drop_tree()
    found = []
    for element in root.iter("p", "dt", "h2", "h3", "h4"):
        text = " ".join(element.text_content().split())
        if len(text) >= _SHORTEST:
            found.append(unicodedata.normalize("NFC", text))
    return found


def exact_paragraphs(manual: Path, editions: Iterable[Path]) -> tuple[float, int, float]:
    """The share of the paragraphs of an HTML edition that stand in the PDF exactly, their number, and seconds."""
    start = time.perf_counter()
    (item,) = list(read(manual))
    seconds = time.perf_counter() - start
    if isinstance(item, Rejection):
        raise SystemExit(str(item))
    held = {plain(each.text) for each in item.paragraphs}
    wanted = list(dict.fromkeys(text for page in editions for text in html_paragraphs(page)))
    return sum(plain(text) in held for text in wanted) / len(wanted), len(wanted), seconds


def plain(text: str) -> str:
    """A paragraph without what each edition prints in its own way: bullets, quotes, footnote numbers, link targets."""
    for pattern, by in _EDITIONS:
        text = pattern.sub(by, text)
    return "".join(unicodedata.normalize("NFC", text).split())


def main() -> None:
    """Print the figures of the folder given, or of the shared data beside this checkout; or those of one manual."""
    if len(sys.argv) > 2:
        manual, pages = Path(sys.argv[1]), sorted(Path(sys.argv[2]).glob("*.html"))
        share, count, seconds = exact_paragraphs(manual, pages)
        print(f"{share:.4f} {seconds:6.2f} s  {manual.name}: of {count:,} paragraphs of {len(pages):,} pages")
        return
    default = Path(__file__).resolve().parents[2] / "shared" / "data" / "formats"
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else default
    for name, share, seconds in legacy_files(folder):
        print(f"{share:.4f} {seconds:6.2f} s  {name}")
    for edition in sorted(folder.glob("debian/*.html")):
        manual = edition.with_name(f"{edition.name.rpartition('-')[0]}.vi.pdf")
        share, count, seconds = exact_paragraphs(manual, [edition])
        print(f"{share:.4f} {seconds:6.2f} s  {manual.name}: of {count:,} paragraphs of {edition.name}")


if __name__ == "__main__":
    main()
