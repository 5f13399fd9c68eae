"""A format: articles in `.csv` files, a row each. Whatever is registered is read by `build` and `add`, packed or not.

Part of the product it would be a file of indexer/articles/formats with the two functions below and a line in the table.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from indexer import Draft, Limits, Unfit, build, drafts_of_lines, register_format


def read_csv(stream: BinaryIO, id: str, limits: Limits) -> Iterator[tuple[int, Draft | Unfit]]:
    """The draft of each row (here without line ends inside), or why there is none; a bad row stops no other."""
    return drafts_of_lines(stream, limits, draft_of)


def draft_of(line: str) -> Draft:
    """The article of a row: id, title, paragraphs."""
    try:
        (row,) = csv.reader([line], strict=True)
        row_id, title, *paragraphs = (cell.strip() for cell in row)
    except (ValueError, csv.Error) as error:
        raise Unfit(f"is no row of id, title, paragraphs: {error}") from None
    return Draft(row_id, title, [(text, None) for text in paragraphs if text])


register_format(".csv", records=read_csv)

with tempfile.TemporaryDirectory() as folder:
    path = Path(folder, "tin.csv")
    path.write_text('1,Mùa bưởi,"Được mùa, được giá."\nthiếu cột\n3,Mùa cam,Cam vào vụ.,Giá ổn định.\n', "utf-8")
    report = build([path], Path(folder, "index"))
    print(report.articles, "articles")
    for rejection in report.rejections:
        print(rejection.line, rejection.reason)

# Prints:
# 2 articles
# 2 is no row of id, title, paragraphs: not enough values to unpack (expected at least 2, got 1)
