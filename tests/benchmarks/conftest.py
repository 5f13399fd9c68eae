"""A small corpus of its own for the measurements; nothing here asserts a time."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from benchmarks.corpus import Corpus, prepare

ARTICLES = [
    ("a", "Thủ đô Hà Nội", ["Hà Nội là thủ đô của Việt Nam, có hơn tám triệu người ở.", "Sông Hồng chảy qua Hà Nội."]),
    ("b", "Thành phố Huế", ["Huế từng là kinh đô của Việt Nam dưới triều nhà Nguyễn, bên bờ sông Hương thơ mộng."]),
    ("c", "Sông Hương", ["Sông Hương chảy qua thành phố Huế rồi đổ ra biển ở cửa Thuận An, dài tám mươi cây số."]),
]
QUESTIONS = ["Thủ đô của Việt Nam ở đâu?", "Sông Hương chảy qua thành phố nào?"]


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder laid out as the measurement data is, with three articles and two questions."""
    folder = tmp_path_factory.mktemp("shared")
    (folder / "viwiki").mkdir()
    (folder / "xquad-vi").mkdir()
    records = [{"id": name, "title": title, "text": "\n\n".join(texts)} for name, title, texts in ARTICLES]
    lines = [json.dumps(record, ensure_ascii=False) for record in records]
    (folder / "viwiki" / "articles.jsonl.gz").write_bytes(gzip.compress("\n".join(lines).encode()))
    questions = [json.dumps({"_id": str(i), "text": text}) for i, text in enumerate(QUESTIONS)]
    (folder / "xquad-vi" / "queries.jsonl").write_text("\n".join(questions), "utf-8")
    return folder


@pytest.fixture(scope="session")
def corpus(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """The three articles, then grown ones, to about sixty paragraphs."""
    return prepare(tmp_path_factory.mktemp("work"), shared / "viwiki" / "articles.jsonl.gz", 60)
