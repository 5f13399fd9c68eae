"""The commands export, list, show and stats, over the sample archive."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from indexer import build
from indexer.cli.main import main

ARTICLES = [
    {"id": "a", "title": "Mùa bưởi", "text": "Bưởi chín rộ.\n\nCam thì chưa.", "date": "2024-05-01", "source": "Báo A"},
    {"id": "b", "title": "Mùa cam", "text": "Cam chín rộ.", "date": "2023-01-02", "source": "Báo B", "muc": "Vườn"},
    {"id": "c/d", "text": "Bưởi và cam.", "author": ["Lê An", "Trần Bình"]},
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli") / "index"
    build(ARTICLES, folder)
    return folder


def run(index: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, "--index", str(index)])


def test_an_export_is_written_with_the_fields_asked_for_and_counted(index: Path, tmp_path: Path) -> None:
    done = run(index, "export", "cam", "--fields", "id, text", "--sort", "date")
    assert done.exit_code == 0, done.output
    assert [json.loads(line) for line in done.stdout.splitlines()] == [
        {"id": "a", "text": "Cam thì chưa."},
        {"id": "b", "text": "Mùa cam"},
        {"id": "b", "text": "Cam chín rộ."},
        {"id": "c/d", "text": "Bưởi và cam."},
    ]
    assert done.stderr == "4 passages of 3 articles\n"
    file = tmp_path / "cam.csv"
    assert run(index, "export", "cam", "--format", "csv", "--output", str(file)).stdout == ""
    assert file.read_text("utf-8-sig").startswith("id,title,url,")
    assert len(file.read_bytes().split(b"\r\n")) == 6
    for options, count in (
        (["--filter", "source=báo a", "--before", "2025"], "3 passages of 1 article\n"),
        (["--source", "báo a", "--source", "không có"], "3 passages of 1 article\n"),
        (["--filter", "source=báo a", "--source", "báo b", "--kind", "title"], "2 passages of 2 articles\n"),
        (["--author", "lê an"], "1 passage of 1 article\n"),
        (["--after", "2023-02"], "3 passages of 1 article\n"),
    ):
        assert run(index, "export", "*", *options).stderr == count


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--filter", "x=1"], "filter is 'x'; it must be one of"),
        (["--filter", "x"], "is not NAME=VALUE"),
        (["--after", "hôm qua"], "no year, month or day"),
        (["--fields", "x"], "'x' is none of id, title"),
        (["--output", "/dev/full"], "/dev/full cannot be written"),
    ],
)
def test_what_cannot_be_exported_is_refused_by_name(index: Path, arguments: list[str], said: str) -> None:
    done = run(index, "export", "cam", *arguments)
    assert (done.exit_code, said in done.output) == (2, True), done.output


def test_articles_are_listed_and_shown(index: Path) -> None:
    assert run(index, "list").output.splitlines() == [
        "2024-05-01\ta\tBáo A\tMùa bưởi",
        "2023-01-02\tb\tBáo B\tMùa cam",
        "----------\tc/d\t-\t-",
    ]
    assert [
        json.loads(line)["id"] for line in run(index, "list", "--undated", "--format", "jsonl").output.splitlines()
    ] == ["c/d"]
    assert run(index, "list", "--limit", "1", "--before", "2024").output == "2023-01-02\tb\tBáo B\tMùa cam\n"
    assert run(index, "list", "--filter", "none=1").exit_code == 2
    shown = run(index, "show", "b").output
    assert shown.startswith(
        "id: b\ntitle: Mùa cam\ndate: 2023-01-02\nsource: Báo B\nmuc: Vườn\n\n#0 (title)\nMùa cam\n"
    )
    assert json.loads(run(index, "show", "c/d", "--format", "json").output)["authors"] == ["Lê An", "Trần Bình"]
    missing = run(index, "show", "x")
    assert (missing.exit_code, "there is no article 'x'" in missing.output) == (2, True)


def test_stats_have_the_dates_the_sources_and_how_many_have_each_field(index: Path) -> None:
    text = " ".join(run(index, "stats").output.split())
    for told in (
        "dates 2023-01-02 to 2024-05-01",
        "undated 1 article",
        "source: Báo A 1 article",
        "field: author 1 article",
    ):
        assert told in text
    facts = json.loads(run(index, "stats", "--format", "json").output)
    assert (facts["articles"], facts["first"], facts["last"], facts["undated"]) == (3, "2023-01-02", "2024-05-01", 1)
    assert facts["fields"]["author"] == {
        "articles": 1,
        "values": 2,
        "exact": True,
        "frequent": [{"value": "Lê An", "articles": 1}, {"value": "Trần Bình", "articles": 1}],
    }
