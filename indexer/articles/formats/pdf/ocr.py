"""Pages that are pictures, read by tesseract where it is installed."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

from indexer.articles.assembly import Unfit

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

HINT = "`ocr = true` in the settings reads them, where tesseract is installed (Debian: tesseract-ocr-vie)"
_PROGRAM = "tesseract"
_DOTS = 300
_MOST_PIXELS = 40_000_000
_SECONDS = 120


def check() -> None:
    """Raise `Unfit` when tesseract is not there."""
    if shutil.which(_PROGRAM) is None:
        raise Unfit("is a scan, and tesseract is not installed (Debian: apt-get install tesseract-ocr-vie)")


def has_picture(page: PdfPage) -> bool:
    """Whether there is a picture on the page."""
    import pypdfium2.raw as pdfium

    return next(iter(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3)), None) is not None


def text_of(page: PdfPage) -> str:
    """The text of a page; raises `Unfit` when it cannot be read."""
    width, height = page.get_size()
    scale = min(_DOTS / 72, (_MOST_PIXELS / max(width * height, 1)) ** 0.5)
    bitmap = page.render(scale=scale, grayscale=True)
    rows = bytes(bitmap.buffer)
    stride = bitmap.stride
    pixels = b"".join(rows[at * stride : at * stride + bitmap.width] for at in range(bitmap.height))
    picture = b"P5 %d %d 255\n" % (bitmap.width, bitmap.height) + pixels
    command = [_PROGRAM, "stdin", "stdout", "-l", "vie", "--dpi", str(round(72 * scale))]
    try:
        done = subprocess.run(command, input=picture, capture_output=True, timeout=_SECONDS, check=True)
    except subprocess.TimeoutExpired:
        raise Unfit(f"has a page that tesseract did not read in {_SECONDS} seconds") from None
    except subprocess.CalledProcessError as error:
        reason = error.stderr.decode("utf-8", "replace").strip().splitlines()
        raise Unfit(f"cannot be read by tesseract: {reason[-1] if reason else 'it failed'}") from None
    return done.stdout.decode("utf-8", "replace").replace("\f", "")
