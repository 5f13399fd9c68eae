"""Search from Python: highlights, filters, facets, and the same JSON as the endpoint's."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from indexer import Filters, Kind, SearchRequest, Settings, build, open_index, to_json

CORPUS = Path(__file__).resolve().parent.parent / "corpus" / "corpus.jsonl"

with tempfile.TemporaryDirectory() as folder:
    build(CORPUS, folder)
    with open_index(folder, Settings(snippet_characters=80)) as index:
        results = index.search(SearchRequest("co thi dua xuat sac", per_page=2, facets=("kind",)))
        meant = results.interpretation.repaired if results.interpretation else results.query
        print(f"{meant}: {results.total} passages of {results.articles} articles")
        for passage in results.passages:
            shown = passage.snippet
            words = [shown.text[start:end] for start, end in shown.highlights]
            print(f"{passage.article.id}#{passage.paragraph.position} {passage.score:.2f}", words)
        print({value: count for value, count in results.facets["kind"].values})

        leads = index.search(SearchRequest("buoi after:2023", filters=Filters({"kind": [Kind.LEAD]}), per_page=1))
        print(json.dumps(to_json(leads, ("paragraph",))["results"][0]["paragraph"], ensure_ascii=False))

# Prints:
# cờ thi đua xuất sắc: 1 passages of 1 articles
# hoi-nghi-quoc-phong-an-ninh-2023#18 59.26 ['cờ thi đua xuất sắc', 'thi đua']
# tuyen-viet-nam-vo-dich-dong-nam-a#6 22.40 ['xuất sắc']
# {'body': 1}
# {"id": "buoi-phuc-trach#1", "position": 1, "kind": "lead", "page": null}
