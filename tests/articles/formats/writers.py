"""Writers of the formats that are no text, for tests: as small as programs of their kind read them."""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile
from collections.abc import Mapping, Sequence
from typing import Literal
from xml.sax.saxutils import escape

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
URN = "urn:oasis:names:tc:opendocument:xmlns:"
ODT = " ".join(
    f'xmlns:{short}="{URN}{name}:1.0"'
    for short, name in {
        "office": "office", "text": "text", "table": "table", "style": "style", "draw": "drawing",
        "fo": "xsl-fo-compatible",
    }.items()
)  # fmt: skip


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """A zip file of parts, the same bytes each time."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def tarred(files: Mapping[str, bytes], mode: Literal["w:", "w:gz", "w:bz2", "w:xz"] = "w:") -> bytes:
    """A tar file of files."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as file:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            file.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def warc(pages: Sequence[tuple[str, str, str, bytes]]) -> bytes:
    """A WARC file of answers: address, type, status and content of each."""
    out = b""
    for address, kind, status, content in pages:
        answer = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n\r\n".encode() + content
        head = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {address}\r\nContent-Length: {len(answer)}\r\n"
            "WARC-Record-ID: <urn:x>\r\nContent-Type: application/http; msgtype=response\r\n\r\n"
        )
        out += head.encode() + answer + b"\r\n\r\n"
    return out


def docx(body: str, styles: str = "", **parts: str) -> bytes:
    """A document of Word: the XML inside its body and its styles; other parts (`footnotes`) whole."""
    named = {
        "word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>",
        "word/styles.xml": f"<w:styles {W}>{styles}</w:styles>",
    }
    named |= {f"word/{name}.xml": f"<w:{name} {W}>{content}</w:{name}>" for name, content in parts.items()}
    return zipped(named)


def docx_paragraph(text: str, style: str = "", font: str = "") -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    own = f'<w:rPr><w:rFonts w:ascii="{font}" w:hAnsi="{font}"/></w:rPr>' if font else ""
    return f'<w:p>{properties}<w:r>{own}<w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def odt(body: str, styles: str = "") -> bytes:
    """OpenDocument text: the XML inside its text and its automatic styles."""
    content = (
        f"<office:document-content {ODT}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    return zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content})


def odt_text(text: str) -> str:
    return escape(text).replace("  ", ' <text:s text:c="1"/>')


def rtf(body: str, fonts: Sequence[str] = ("Times New Roman",)) -> bytes:
    """RTF of a body written in its control words."""
    table = "".join(f"{{\\f{number}\\fnil\\fcharset0 {name};}}" for number, name in enumerate(fonts))
    return f"{{\\rtf1\\ansi\\ansicpg1252\\deff0{{\\fonttbl{table}}}{body}}}".encode("ascii")


def rtf_text(text: str) -> str:
    """Text for RTF, what is no ASCII in UTF-16 by number."""
    pieces = []
    for char in text:
        if char in "\\{}":
            pieces.append(f"\\{char}")
        elif char.isascii():
            pieces.append(char)
        else:
            units = struct.unpack(f"<{len(char.encode('utf-16-le')) // 2}h", char.encode("utf-16-le"))
            pieces += [f"\\u{unit}?" for unit in units]
    return "".join(pieces)


def doc(runs: Sequence[tuple[str, int]], fonts: Sequence[str] = ("Times New Roman",), narrow: bool = False) -> bytes:
    """A document of Word 97: runs of text, each with the number of its font; `\\r` ends a paragraph.

    A piece of bytes (`narrow`) has the characters of windows-1252, as text in old fonts has.
    """
    text = "".join(run for run, _ in runs)
    start = 2048
    encoded = [run.encode("cp1252" if narrow else "utf-16-le") for run, _ in runs]
    bounds = [start]
    for data in encoded:
        bounds.append(bounds[-1] + len(data))
    body = b"".join(encoded)
    end = -(-(start + len(body)) // 512) * 512
    # A page of properties: the bounds of runs, a reference to each list of modifiers, the lists from the end on.
    page = bytearray(512)
    page[-1] = len(runs)
    struct.pack_into(f"<{len(bounds)}I", page, 0, *bounds)
    at = 500
    for number, (_, font) in enumerate(runs):
        at -= 10
        page[at : at + 9] = bytes([8]) + struct.pack("<HHHH", 0x4A4F, font, 0x4A51, font)
        page[4 * len(bounds) + number] = at // 2
    characters = struct.pack("<III", start, bounds[-1], end // 512)
    place = start * 2 | 0x40000000 if narrow else start
    units = len(text) if narrow else len(text.encode("utf-16-le")) // 2
    pieces = struct.pack("<IIHIH", 0, units, 0, place, 0)
    pieces = b"\x02" + struct.pack("<I", len(pieces)) + pieces
    names = b"".join(_font(name) for name in fonts)
    table, places = b"", {}
    for key, part in {0xFA: characters, 0x112: struct.pack("<HH", len(fonts), 0) + names, 0x1A2: pieces}.items():
        places[key] = (len(table), len(part))
        table += part
    head = bytearray(start)
    struct.pack_into("<HHIHH", head, 0, 0xA5EC, 0xC1, 0, 0, 0x0200)
    struct.pack_into("<I", head, 0x4C, units)
    for key, (offset, length) in places.items():
        struct.pack_into("<II", head, key, offset, length)
    main = bytes(head) + body + bytes(end - start - len(body)) + bytes(page)
    return compound({"WordDocument": main, "1Table": table})


def _font(name: str) -> bytes:
    content = bytes(39) + name.encode("utf-16-le") + b"\0\0"
    return bytes([len(content)]) + content


Placed = tuple[float, float, float, str]
"""A line of a page: where it begins from the left and from the bottom, its size, its text."""


def pdf(pages: Sequence[Sequence[Placed]], font: str = "Times", picture: bool = False, title: str = "") -> bytes:
    """A PDF file of lines in one font, of which every character is half as wide as it is high."""
    chars = sorted({char for page in pages for *_, text in page for char in text})
    codes = {char: number for number, char in enumerate(chars, 1)}
    mapped = "".join(f"<{codes[char]:04x}> <{char.encode('utf-16-be').hex()}>\n" for char in chars)
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def\n"
        "1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        f"{len(chars)} beginbfchar\n{mapped}endbfchar\nendcmap end end"
    )
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%s]>>"
        % (len(pages), b" ".join(b"%d 0 R" % (8 + 2 * number) for number in range(len(pages)))),
        b"<</Type/Font/Subtype/Type0/BaseFont/%s/Encoding/Identity-H/DescendantFonts[4 0 R]/ToUnicode 5 0 R>>"
        % font.encode(),
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/%s/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
        b"/Supplement 0>>/DW 500/FontDescriptor 6 0 R>>" % font.encode(),
        _stream(cmap.encode("ascii")),
        b"<</Type/FontDescriptor/FontName/%s/Flags 4/FontBBox[0 -200 1000 800]/ItalicAngle 0/Ascent 800/Descent -200"
        b"/CapHeight 700/StemV 80>>" % font.encode(),
        _stream(bytes(64), b"/Type/XObject/Subtype/Image/Width 8/Height 8/ColorSpace/DeviceGray/BitsPerComponent 8"),
    ]
    for number, lines in enumerate(pages):
        shown = [
            f"BT /F1 {size} Tf {x} {y} Td <{''.join(f'{codes[char]:04x}' for char in text)}> Tj ET"
            for x, y, size, text in lines
        ]
        if picture:
            shown.append("q 500 0 0 700 50 50 cm /Im1 Do Q")
        objects += [
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents %d 0 R"
            b"/Resources<</Font<</F1 3 0 R>>/XObject<</Im1 7 0 R>>>>>>" % (9 + 2 * number),
            _stream("\n".join(shown).encode("ascii")),
        ]
    objects.append(b"<</Title<%s>>>" % ("\ufeff" + title).encode("utf-16-be").hex().encode())
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        out
        + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R/Info %d 0 R>>\nstartxref\n%d\n%%%%EOF"
        % (*(len(objects) + 1, table, len(objects) + 1, len(objects), len(out)),)
    )


def _stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (entries, len(content), content)


def set_lines(paragraphs: Sequence[str], size: float = 12, width: int = 70) -> list[Placed]:
    """Paragraphs on one page, lines of at most `width` characters, a space between paragraphs; the first is larger."""
    placed: list[Placed] = []
    y = 700.0
    for number, text in enumerate(paragraphs):
        own = size if number else 1.5 * size
        line = ""
        for word in text.split(" "):
            if line and len(line) + 1 + len(word) > width:
                placed.append((60, y, own, line))
                y -= 1.2 * own
                line = word
            else:
                line = f"{line} {word}" if line else word
        placed.append((60, y, own, line))
        y -= 2.5 * own
    return placed


def compound(streams: Mapping[str, bytes]) -> bytes:
    """A compound file (OLE) of streams, each of at least 4,096 bytes, which are padded with zeros."""
    sectors: list[bytes] = []
    chain: list[int] = []
    entries = [_entry("Root Entry", 5, 0xFFFFFFFE, 0, child=1)]
    for number, (name, content) in enumerate(streams.items(), 1):
        content = content.ljust(4096, b"\0")
        first, count = len(sectors), -(-len(content) // 512)
        sectors += [content[at : at + 512].ljust(512, b"\0") for at in range(0, len(content), 512)]
        chain += [*range(first + 1, first + count), 0xFFFFFFFE]
        right = number + 1 if number < len(streams) else 0xFFFFFFFF
        entries.append(_entry(name, 2, first, len(content), right=right))
    directory = b"".join(entries)
    directory_at = len(sectors)
    pieces = [directory[at : at + 512].ljust(512, b"\0") for at in range(0, len(directory), 512)]
    sectors += pieces
    chain += [*range(directory_at + 1, directory_at + len(pieces)), 0xFFFFFFFE]
    tables = -(-(len(chain) + 1) // 127)
    first_table = len(sectors)
    chain += [0xFFFFFFFD] * tables
    chain += [0xFFFFFFFF] * (tables * 128 - len(chain))
    sectors += [struct.pack("<128I", *chain[at : at + 128]) for at in range(0, len(chain), 128)]
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, tables, directory_at, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    head += struct.pack("<109I", *range(first_table, first_table + tables), *[0xFFFFFFFF] * (109 - tables))
    return head + b"".join(sectors)


def _entry(name: str, kind: int, start: int, size: int, child: int = 0xFFFFFFFF, right: int = 0xFFFFFFFF) -> bytes:
    encoded = (name + "\0").encode("utf-16-le")
    head = encoded.ljust(64, b"\0") + struct.pack("<HBBIII", len(encoded), kind, 1, 0xFFFFFFFF, right, child)
    return head + bytes(36) + struct.pack("<IQ", start, size)
