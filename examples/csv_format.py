"""A format: articles in `.csv` files, a row each. Whatever is registered is read by `build` and `add`, packed or not.

Part of the product it would be a file of indexer/articles/formats with the two functions below and a line in the table.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from indexer import ArticleInfo, Draft, Limits, Unfit, build, numbered_lines, register_format

COLUMNS = ["id", "title", "text"]


def read_csv(stream: BinaryIO, id: str, limits: Limits) -> Iterator[tuple[int, Draft | Unfit]]:
    """The draft of each row (here without line ends inside), or why there is none; a bad row stops no other."""
    for number, line in numbered_lines(stream, limits.line_bytes):
        try:
            yield number, _draft(line)
        except (ValueError, csv.Error) as error:
            yield number, Unfit(f"is no row of {', '.join(COLUMNS)}: {error}")


def _draft(line: bytes | None) -> Draft:
    if line is None:
        raise ValueError("the line is too long")
    (row,) = csv.reader([line.decode("utf-8")], strict=True)
    row_id, title, text = row
    return Draft(ArticleInfo(row_id.strip(), title.strip()), [(text.strip(), None)] if text.strip() else [])


register_format(".csv", records=read_csv)

with tempfile.TemporaryDirectory() as folder:
    path = Path(folder, "tin.csv")
    path.write_text('1,Mùa bưởi,"Được mùa, được giá."\n2,Thiếu cột\n3,Mùa cam,Cam Thượng Lộc vào vụ.\n', "utf-8")
    report = build([path], Path(folder, "index"))
    print(report.articles, "articles")
    for rejection in report.rejections:
        print(rejection.line, rejection.reason)

# Prints:
# 2 articles
# 2 is no row of id, title, text: not enough values to unpack (expected 3, got 2)
