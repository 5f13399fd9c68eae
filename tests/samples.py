"""Small articles the tests write to disk, in a few lines."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from indexer import build

ARTICLES: tuple[Mapping[str, Any], ...] = (
    {
        "id": "hoi-nghi",
        "title": "Hội nghị tổng kết công tác quốc phòng",
        "date": "2023-12-26",
        "source": "Báo Mẫu",
        "author": "Lê An",
        "text": "Chiều 26/12, Ủy ban nhân dân tỉnh tổ chức hội nghị tổng kết.\n\n"
        "Lực lượng vũ trang phối hợp chặt chẽ với các sở, ngành.\n\n"
        "Tư lệnh trao cờ thi đua xuất sắc cho hai tập thể.",
    },
    {
        "id": "buoi-phuc-trach",
        "title": "Mùa bưởi Phúc Trạch",
        "date": "2024-09-02",
        "source": "Tin Mẫu",
        "text": "Người dân vào vụ thu hoạch bưởi trên những con đường làng.\n\n"
        "Quả bưởi được xếp lên xe, đưa ra chợ bán trong ngày.",
    },
    {"id": "ho-ke-go", "title": "Hồ Kẻ Gỗ", "text": "Hồ Kẻ Gỗ là hồ chứa nước lớn, giữa rừng và núi."},
)


def write_articles(path: Path, articles: Sequence[Mapping[str, Any]] = ARTICLES) -> Path:
    """Write articles as JSON Lines and give the path back."""
    path.write_text("".join(json.dumps(article, ensure_ascii=False) + "\n" for article in articles), "utf-8")
    return path


def build_texts(folder: Path, texts: Mapping[str, str]) -> Path:
    """Build an index of articles without titles, their texts by id, and give its path back."""
    return build_articles(folder, [{"id": name, "title": "", "text": text} for name, text in texts.items()])


def build_articles(folder: Path, articles: Sequence[Mapping[str, str]]) -> Path:
    """Build an index of articles, and give its path back."""
    build([write_articles(folder / "articles.jsonl", articles)], folder / "index")
    return folder / "index"
