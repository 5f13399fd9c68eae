"""Index articles that come from Python objects: rows of a database, say, one by one. Nothing is written to files."""

from __future__ import annotations

import datetime
import tempfile
from collections.abc import Iterator
from typing import Any

from indexer import SearchRequest, build, open_index

ROWS = [
    (1, "Mưa lớn ở Hà Tĩnh", datetime.date(2024, 9, 20), "Mực nước hồ Kẻ Gỗ lên nhanh.\n\nNhiều nơi bị ngập."),
    (2, "Mùa bưởi", datetime.date(2024, 10, 2), "Bưởi Phúc Trạch được giá."),
    (2, "Mùa cam", None, "Hàng có id trùng bị từ chối."),
]


def records() -> Iterator[dict[str, Any]]:
    """Records with the keys of a JSON Lines file; an iterator is read as it is needed and may be endless."""
    for number, title, date, text in ROWS:
        yield {"id": number, "title": title, "date": date, "text": text, "source": "Báo Mẫu"}


with tempfile.TemporaryDirectory() as folder:
    report = build(records(), folder)
    print(f"{report.articles} articles, {report.paragraphs} paragraphs, {report.rejected} rejected")
    for rejection in report.rejections:
        print(rejection)
    with open_index(folder) as index:
        for passage in index.search(SearchRequest("ho ke go")).passages:
            print(passage.article.title, passage.article.date, "|", passage.snippet.text)

# Prints:
# 2 articles, 5 paragraphs, 1 rejected
# articles given:3: the id '2' is already taken by articles given:2
# Mưa lớn ở Hà Tĩnh 2024-09-20 | Mực nước hồ Kẻ Gỗ lên nhanh.
