"""An index that version 0.1.0 wrote is brought to this one. `index-0.1.0.zip` was made by its own commands:

indexer build (le-hoi, ca-phe, rut-lui, khong-ngay); indexer add (thu-vien); indexer remove rut-lui
"""

from __future__ import annotations

import datetime
import json
import shutil
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner

from indexer import Article, ArticleInfo, IndexDamaged, IndexOutdated, Paragraph, SearchRequest, open_index, upgrade
from indexer.articles.model import Kind
from indexer.cli.main import main
from indexer.settings import Settings
from indexer.storage.withdrawn import Withdrawn, WithdrawnArticle
from webapp import create_app

pytestmark = pytest.mark.files

LED = "Sáng mùng 2 tháng 9, bà con hai bên bờ sông Kiến Giang đổ ra xem đua thuyền."
WHOLE = Article(
    ArticleInfo.of(
        "le-hoi",
        "Lễ hội đua thuyền trên sông Kiến Giang",
        url="https://bao-lang.example/le-hoi",
        date=datetime.date(2019, 9, 2),
        source="Báo Làng",
        author="Hà Vân",
    ),
    (
        Paragraph(0, Kind.TITLE, "Lễ hội đua thuyền trên sông Kiến Giang"),
        Paragraph(1, Kind.LEAD, LED, (3,)),
        Paragraph(2, Kind.BODY, "Đội xã An Thủy về nhất sau ba vòng đua."),
    ),
)
LIVE = "000003-ea28653a"


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    shutil.unpack_archive(Path(__file__).with_name("index-0.1.0.zip"), tmp_path / "index")
    return tmp_path / "index"


def test_what_it_held_is_there_and_what_was_removed_is_not(directory: Path) -> None:
    with pytest.raises(IndexOutdated) as caught:
        open_index(directory)
    assert "indexer upgrade" in caught.value.hint
    result = CliRunner().invoke(main, ["upgrade", "--index", str(directory), "--jobs", "1"])
    assert result.exit_code == 0 and "written 4 articles, 12 paragraphs" in result.output
    with open_index(directory) as index:
        assert {info.id: info for info in index.articles()} == {
            "le-hoi": WHOLE.info,
            "ca-phe": ArticleInfo.of(
                "ca-phe", "Mùa cà phê chín ở Buôn Hồ", date=datetime.date(2021, 11, 15), source="Nông thôn xanh"
            ),
            "khong-ngay": ArticleInfo.of("khong-ngay", "Chuyện chợ quê"),
            "thu-vien": ArticleInfo.of(
                "thu-vien",
                "Thư viện xã mở cửa buổi tối",
                date=datetime.date(2022, 3, 1),
                source="Báo Làng",
                author="Lê Minh",
            ),
        }
        assert index.article("le-hoi") == WHOLE
        assert list(index.check()) == []
        found = index.search(SearchRequest("đua thuyền sông Kiến Giang", group="article"))
        assert [group.article.id for group in found.groups] == ["le-hoi"]
        assert index.search(SearchRequest("Trịnh Văn Quyết Thắng")).total == 0
        assert not [each.text for each in index.suggest("trịnh v")]
    upgrade(directory)
    with open_index(directory) as index:
        assert index.article("le-hoi") == WHOLE


def test_what_was_withdrawn_stays_out(directory: Path) -> None:
    Withdrawn([WithdrawnArticle("ca-phe", "theo yêu cầu", "2026-01-02T00:00:00+00:00")]).write(directory)
    report = upgrade(directory)
    assert [(each.path, each.reason[:30]) for each in report.rejections] == [
        ("ca-phe", "was withdrawn for good on 2026")
    ]
    with open_index(directory) as index:
        assert sorted(info.id for info in index.articles()) == ["khong-ngay", "le-hoi", "thu-vien"]


def test_the_web_says_what_to_do_and_answers_once_it_is_done(directory: Path) -> None:
    client = create_app(Settings(index=directory)).test_client()
    answers: list[tuple[int, int]] = []
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            answer = client.get("/api/v1/search?q=%C4%91ua+thuy%E1%BB%81n")
            answers.append((answer.status_code, answer.json.get("total", -1)))

    first = client.get("/api/v1/search?q=x")
    assert (first.status_code, first.json["detail"]) == (503, "The index was written by another version.")
    assert "indexer upgrade" in client.get("/").text
    asking = threading.Thread(target=ask)
    asking.start()
    try:
        upgrade(directory)
    finally:
        done.set()
        asking.join()
    last = client.get("/api/v1/search?q=%C4%91ua+thuy%E1%BB%81n")
    assert (last.status_code, last.json["total"]) == (200, 3)
    # Nothing but these two, the one before the other.
    assert sorted(answers, key=lambda each: -each[0]) == answers
    assert set(answers) <= {(503, -1), (200, 3)}


@pytest.mark.parametrize("suffix", [".articles", ".paragraphs", ".deleted_3"])
def test_of_a_damaged_one_nothing_is_taken(directory: Path, suffix: str) -> None:
    path = next((directory / "generations" / LIVE / "engine").glob(f"*{suffix}"))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.unlink()
    path.write_bytes(content)
    with pytest.raises(IndexDamaged, match=path.name):
        upgrade(directory)
    assert json.loads((directory / "current").read_text())["generation"] == LIVE


def test_a_damaged_manifest_and_an_unknown_format_are_told_of(directory: Path) -> None:
    manifest = directory / "generations" / LIVE / "manifest.json"
    said = json.loads(manifest.read_text("utf-8"))
    manifest.write_text(json.dumps({**said, "engine_format": 3}), "utf-8")
    with pytest.raises(IndexOutdated, match="format 1"):
        upgrade(directory)
    manifest.write_text(json.dumps({key: value for key, value in said.items() if key != "files"}), "utf-8")
    with pytest.raises(IndexDamaged, match="of which files"):
        upgrade(directory)
    shutil.rmtree(manifest.parent)
    with pytest.raises(IndexDamaged):
        upgrade(directory)
