"""Metadata fields: declared in the settings file, read from records, filtered, counted and sorted by, without code."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from indexer import Filters, SearchRequest, build, open_index, read_settings, to_json

DECLARED = """
[fields.section]
type = "keyword"
many = true
facet = true
label = { vi = "Chuyên mục", en = "Section" }

[fields.pages]
type = "number"
sort = true
"""
ARTICLES: list[dict[str, Any]] = [
    {"id": "1", "text": "Trận chung kết.", "section": ["Thể thao", "Văn hóa"], "pages": 12},
    {"id": "2", "text": "Trận đấu vật.", "section": "THỂ THAO", "pages": 3},
    {"id": "3", "text": "Trận mưa đầu mùa.", "pages": "không rõ"},
]

with tempfile.TemporaryDirectory() as folder:
    file = Path(folder, "timdoan.toml")
    file.write_text(DECLARED, "utf-8")
    settings = read_settings({}, {}, file).settings
    report = build(ARTICLES, Path(folder, "index"), settings=settings)
    for warning in report.warnings:
        print(warning)
    with open_index(Path(folder, "index"), settings) as index:
        found = index.search(SearchRequest("trận", sort="pages", facets=("section",)))
        print([passage.article.id for passage in found.passages], found.facets["section"].values)
        print(index.search(SearchRequest('section:"văn hóa" pages:10..')).total)
        print(index.search(SearchRequest("", filters=Filters({"section": ["the thao"]}))).total)
        article = index.article("1")
        assert article is not None
        print(json.dumps(to_json(article)["values"], ensure_ascii=False))

# Prints:
# articles given:3: `pages` is 'không rõ'; it must be a number; left out
# ['2', '1', '3'] (('THỂ THAO', 2), ('Văn hóa', 1))
# 1
# 2
# {"section": ["Thể thao", "Văn hóa"], "pages": [12]}
