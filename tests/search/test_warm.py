"""Once a process is warm, no request waits for the compiler, for a table to be made, or for a module to be imported."""

from __future__ import annotations

import gc
import itertools
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from indexer import add, build, open_index, remove, warm
from indexer.lexicon import changing
from indexer.loops import look_for_garbage_less
from tests.asking import ask_every_way
from tests.conftest import ROOT

SENTENCES = (
    "Lực lượng vũ trang tỉnh Hà Tĩnh phối hợp chặt chẽ với Công an, bộ đội biên phòng và nhân dân.",
    "Ngày 26/12/2023, Ủy ban nhân dân (UBND) tỉnh tổ chức hội nghị tổng kết công tác quốc phòng.",
    "Người dân vào vụ thu hoạch bưởi Phúc Trạch trên những con đường làng dài 12,5 km.",
    "Thủ tướng hỏi: “Bao nhiêu hộ đã thoát nghèo năm 2024?” Tỷ lệ hộ nghèo giảm còn 3,2%.",
    "Học sinh Trường THPT Nguyễn Du đoạt giải nhất; thầy giáo Trần Văn Sơn vui mừng 😀.",
    "Mưa lớn từ 5 giờ sáng làm quốc lộ 1A ngập sâu, xe tải chạy 40 km/h ở TP.HCM và Đà Nẵng.",
)
SEARCHED = (
    *("bưởi", "lực lượng vũ trang", "luc luong vu trang tinh ha tinh", '"lực lượng vũ trang"', '"luc luong vu trang"'),
    *("hội nghị tổng kết công tác quốc phòng của lực lượng vũ trang tỉnh Hà Tĩnh năm 2023 " * 3, "zzzz", "của và", "*"),
    *("Bao nhiêu hộ thoát nghèo năm 2024?", "ai là thủ tướng", "nguowif daan", "UBND", "bưởi 2023", "40 km/h", "26/12"),
    *(
        "bưởi OR mưa",
        "bưởi -mưa",
        "tiêu đề:bưởi",
        "ngày:2023",
        "từ:2020 đến:2024 bưởi",
        "quoc*",
        "(mưa OR xe) AND đường",
    ),
    *(
        "quốc phògn",
        "hà tỉnh",
        "lựclượng",
        "thpt nguyen du",
        "tphcm",
        "oto",
        '"vũ trang"~3',
        "😀",
        "giảm 3,2%",
        "sai gon",
    ),
)


def articles() -> Iterator[dict[str, Any]]:
    """So many that frequent terms have long lists, with dates and sources."""
    for number, chosen in enumerate(itertools.islice(itertools.cycle(itertools.permutations(SENTENCES, 4)), 500)):
        text = "\n\n".join(f"{sentence} Số {number % 97}." for sentence in chosen)
        date, source = f"20{20 + number % 5}-0{1 + number % 9}-11", ("Báo Mẫu", "Tin Mẫu", "")[number % 3]
        yield {"id": f"bai-{number}", "title": chosen[0][:40], "text": text, "date": date, "source": source}


def test_once_warm_no_request_waits_for_anything_to_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a process of its own, as other tests compile and make too."""
    index = tmp_path / "index"
    build([articles()], index)
    # However small it is, the lexicon has changes beside it.
    monkeypatch.setattr(changing, "FOLDED_SHARE", 100.0)
    monkeypatch.setattr(changing, "WHOLE_SHARE", 100.0)
    add([{"id": "moi", "title": "Vườn hồng", "text": "Ông Đoàn Xuân Quyết trồng hồng. Hồng chín."}], index)
    remove(["bai-7"], index)
    code = "import sys; from tests.search.test_warm import made_while_searching as made; print(made(sys.argv[1]))"
    command = [sys.executable, "-c", code, str(index)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr


def made_while_searching(folder: str) -> list[str]:
    """What is compiled, made or imported by requests of every kind, which should have been before, and what garbage
    they leave to be looked for."""
    warm()
    before = made()
    assert len(before) > 200
    with open_index(folder) as index:
        ask_every_way(index, SEARCHED, "Báo Mẫu")
        later = made()
        look_for_garbage_less()
        left = gc.collect()
        ask_every_way(index, SEARCHED, "Báo Mẫu")
        left = gc.collect()
    cycles = [f"cycles of {left} objects"] if left else []
    return sorted(later - before) + cycles


def made() -> set[str]:
    """What was compiled, with its arguments, the tables that were made, and the modules that were imported."""
    from numba.core.dispatcher import Dispatcher

    watched = {name for name in sys.modules if name.partition(".")[0] in ("indexer", "numba", "numpy", "whoosh")}
    found = {f"import {name}" for name in watched}
    for each in gc.get_objects():
        if isinstance(each, Dispatcher):
            found |= {f"compiled {each.__name__}{signature}" for signature in each.signatures}
    for name in watched:
        for each in vars(sys.modules[name]).values() if name.startswith("indexer") else ():
            # Those of any size hold what a program has of everything, not what was asked for.
            if hasattr(each, "cache_parameters") and each.cache_parameters()["maxsize"] is None:
                found.add(f"table {each.__module__}.{each.__qualname__}, {each.cache_info().currsize}")
    return found
