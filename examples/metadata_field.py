"""A metadata field of one's own: a table in the settings file, no code. `indexer` and `webapp` read the same file."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from indexer import Filters, SearchRequest, build, open_index, read_settings, to_json

SETTINGS = """
[fields.section]
type = "keyword"      # keyword, text, number, date
many = true           # several values
facet = true
label = { vi = "Chuyên mục", en = "Section" }
"""

RECORDS: list[dict[str, Any]] = [
    {"id": "1", "title": "Chung kết bóng đá", "text": "Trận đấu ở sân vận động.", "section": ["Thể thao", "Văn hóa"]},
    {"id": "2", "title": "Hội làng", "text": "Trận đấu vật ở sân đình.", "section": "VĂN HOÁ"},
    {"id": "3", "title": "Mùa bưởi", "text": "Trận mưa đầu mùa.", "section": 7},
]

with tempfile.TemporaryDirectory() as folder:
    file = Path(folder, "timdoan.toml")
    file.write_text(SETTINGS, "utf-8")
    settings = read_settings({"index": Path(folder, "index")}, file=file).settings
    report = build(RECORDS, settings.index, settings=settings)
    print(*report.warnings, sep="\n")
    with open_index(settings.index, settings) as index:
        found = index.search(SearchRequest('tran section:"van hoa"', facets=("section",)))
        print([passage.article.id for passage in found.passages], dict(found.facets["section"].values))
        chosen = index.search(SearchRequest("tran", filters=Filters({"section": ["thể thao"]})))
        print(to_json(chosen)["results"][0]["article"]["values"])

# Prints:
# articles given:3: `section` must be a string, not a number; left out
# ['2', '1'] {'VĂN HOÁ': 2, 'Thể thao': 1}
# {'section': ['Thể thao', 'Văn hóa']}
