"""The `indexer` command: what it prints, where, and with which exit status."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from indexer.cli.main import main
from tests.conftest import ROOT
from tests.samples import ARTICLES, write_articles


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    result = run("build", write_articles(tmp_path / "articles.jsonl"), "--index", tmp_path / "index")
    assert result.exit_code == 0, result.output
    return tmp_path / "index"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_build_says_articles_paragraphs_rejected_and_rate(tmp_path: Path) -> None:
    result = run("build", write_articles(tmp_path / "a.jsonl"), "--index", tmp_path / "index")
    assert result.exit_code == 0
    assert "indexed 3 articles, 9 paragraphs" in result.stdout
    assert "0 rejected" in result.stdout
    assert "paragraphs a second" in result.stdout


def test_rejected_input_is_named_on_standard_error_with_exit_status_1(tmp_path: Path) -> None:
    path = write_articles(tmp_path / "a.jsonl", ARTICLES[:1])
    path.write_text(path.read_text("utf-8") + "{broken\n", "utf-8")
    result = run("build", path, "--index", tmp_path / "index")
    assert result.exit_code == 1
    assert f"{path}:2" in result.stderr
    assert "indexed 1 article, " in result.stdout


def test_values_left_out_are_named_on_standard_error_and_counted(tmp_path: Path) -> None:
    articles = (
        *ARTICLES,
        {"id": "d", "text": "Bài thử.", "date": "hôm qua", "url": "/duong-dan"},
        {"id": "e", "text": "Bài thử.", "source": ["A", "B"], "author": ["A", "B"], "date": "2024/25/01"},
    )
    path = write_articles(tmp_path / "a.jsonl", articles)
    result = run("build", path, "--index", tmp_path / "index")
    assert result.exit_code == 0
    assert result.stderr.splitlines() == [
        f"warning: {path}:4: `date` is 'hôm qua'; it must be like 2023-12-26 or 26/12/2023; left out",
        f"warning: {path}:4: `url` must be an http or https address; left out",
        f"warning: {path}:5: `date` is '2024/25/01'; it must be like 2023-12-26 or 26/12/2023; left out",
        f"warning: {path}:5: `source` must be a string, not a list; left out",
    ]
    assert "indexed 5 articles" in result.stdout
    assert "0 rejected, 4 warnings" in result.stdout
    found = json.loads(run("search", "author:b", "--format", "json", "--index", tmp_path / "index").stdout)["results"]
    article = found[0]["article"]
    assert (article["author"], article["authors"], article["source"]) == ("A, B", ["A", "B"], None)


def test_nothing_accepted_is_exit_status_1_and_no_index(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text("{broken\n", "utf-8")
    result = run("build", tmp_path / "a.jsonl", "--index", tmp_path / "index")
    assert result.exit_code == 1
    assert "nothing was published" in result.stderr
    assert run("search", "x", "--index", tmp_path / "index").exit_code == 2


def test_a_disk_that_takes_no_more_is_exit_status_2_and_the_live_index_stays(directory: Path, tmp_path: Path) -> None:
    text = "\n\n".join(f"Đoạn số {number} nói về quốc phòng." for number in range(2_000))
    more = write_articles(tmp_path / "more.jsonl", ({"id": "more", "title": "Thêm", "text": text},))
    before = sorted(directory.rglob("*"))
    # What a full disk does to a write, a limit on the size of files does too.
    code = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)); "
    code += "from indexer.cli.main import main; main(sys.argv[1:])"
    for command in ("build", "add"):
        done = subprocess.run(
            [sys.executable, "-c", code, command, str(more), "--index", str(directory)], capture_output=True, text=True
        )
        assert done.returncode == 2
        assert "cannot be written: File too large" in done.stderr
        assert "Traceback" not in done.stderr
        assert sorted(directory.rglob("*")) == before
    assert run("check", "--index", directory).exit_code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("build",),
        ("build", "no-such-path"),
        ("search",),
        ("search", "x", "--limit", "0"),
        ("search", "x", "--format", "xml"),
        ("nonsense",),
        ("eval", "no-such-folder"),
    ],
)
def test_misuse_is_exit_status_2_with_a_message_on_standard_error(
    arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize("command", ["build", "add"])
def test_a_place_that_cannot_be_written_is_exit_status_2_and_named(command: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no directory", "utf-8")
    articles, place = write_articles(tmp_path / "a.jsonl"), tmp_path / "file" / "index"
    result = run(command, articles, "--index", place)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"error: the index in {place} cannot be written: ")
    assert "Check the space left and the permissions" in result.stderr


@pytest.mark.parametrize(
    "command", [("search", "x"), ("stats",), ("lexicon", "x"), ("check",), ("remove", "x"), ("rollback",)]
)
def test_a_missing_index_is_exit_status_2_and_says_what_to_run(command: tuple[str, ...], tmp_path: Path) -> None:
    result = run(*command, "--index", tmp_path / "none")
    assert result.exit_code == 2
    assert "indexer build" in result.stderr


def test_the_index_directory_comes_from_the_environment(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIMDOAN_INDEX", str(directory))
    assert "Hồ Kẻ Gỗ" in run("search", "ho ke go").stdout


def test_search_shows_title_id_and_passage(directory: Path) -> None:
    result = run("search", "cờ thi đua", "--index", directory)
    assert result.exit_code == 0
    assert "1. Hội nghị tổng kết công tác quốc phòng" in result.stdout
    assert "hoi-nghi#3" in result.stdout
    assert "trao cờ thi đua xuất sắc" in result.stdout


def test_a_query_may_begin_with_a_minus(directory: Path) -> None:
    result = run("search", "-thi hội nghị", "--index", directory)
    assert result.exit_code == 0
    assert "hoi-nghi#" in result.stdout
    assert "thi đua" not in result.stdout
    assert run("search", "-hội nghị", "--index", directory).exit_code == 0


def test_one_passage_is_counted_in_the_singular(directory: Path) -> None:
    assert "1 passage in 1 article " in run("search", "xuất sắc", "--index", directory).stdout


def test_search_as_json_gives_marks_that_cover_the_words(directory: Path) -> None:
    result = run("search", "co thi dua", "--index", directory, "--format", "json")
    answer = json.loads(result.stdout)
    snippet = answer["results"][0]["snippet"]
    assert [snippet["text"][start:end] for start, end in snippet["highlights"]] == ["cờ thi đua"]


def test_marked_words_are_coloured_in_a_terminal(directory: Path) -> None:
    environment = {"FORCE_COLOR": "1", "TERM": "xterm-256color"}
    result = CliRunner(env=environment).invoke(main, ["search", "cờ thi đua", "--index", str(directory)])
    assert "\x1b[" in result.stdout
    assert "mcờ thi đua\x1b[0m" in result.stdout


def test_controls_of_an_article_do_not_reach_the_terminal(tmp_path: Path) -> None:
    article = {
        "id": "a",
        "title": "Tựa \x1b]0;x\x07",
        "text": "Quốc phòng \x1b[31mđỏ \x9b5m toàn dân.",
        "source": "\x1b[2J",
    }
    run("build", write_articles(tmp_path / "a.jsonl", (article,)), "--index", tmp_path / "index")
    shown = run("search", "quốc phòng", "--index", tmp_path / "index").stdout
    assert "Quốc phòng \ufffd[31mđỏ \ufffd5m toàn dân." in shown
    assert not any(control in shown for control in "\x1b\x07\x9b")


def test_a_result_whose_text_looks_like_markup_is_shown_as_it_is(tmp_path: Path) -> None:
    article = {"id": "x", "title": "[bold]Tiêu đề[/bold]", "text": "Câu có [red]dấu ngoặc[/red] và [/] trong đó."}
    run("build", write_articles(tmp_path / "a.jsonl", (article,)), "--index", tmp_path / "index")
    result = run("search", "dấu ngoặc", "--index", tmp_path / "index")
    assert "[red]dấu ngoặc[/red] và [/]" in result.stdout
    assert "[bold]Tiêu đề[/bold]" in result.stdout


def test_stats_counts_articles_and_paragraphs(directory: Path) -> None:
    lines = [line.split() for line in run("stats", "--index", directory).stdout.splitlines()]
    assert ["articles", "3"] in lines
    assert ["paragraphs", "9"] in lines


def test_check_passes_a_sound_index_and_names_damage_with_exit_status_1(directory: Path) -> None:
    assert run("check", "--index", directory).exit_code == 0
    files = [path for path in (directory / "generations").rglob("*") if path.is_file() and "engine" in path.parts]
    victim = max(files, key=lambda path: path.stat().st_size)
    content = bytearray(victim.read_bytes())
    content[len(content) // 2] ^= 0xFF
    victim.write_bytes(content)
    result = run("check", "--index", directory)
    assert result.exit_code in (1, 2)  # 2 where the engine cannot even be opened
    assert victim.name in result.stderr


def test_remove_and_rollback(directory: Path) -> None:
    assert run("remove", "ho-ke-go", "--index", directory).exit_code == 0
    assert "0 passages" in run("search", "kẻ gỗ", "--index", directory).stdout
    assert run("rollback", "--index", directory).exit_code == 0
    assert "Hồ Kẻ Gỗ" in run("search", "kẻ gỗ", "--index", directory).stdout


def test_removing_an_unknown_id_is_rejected(directory: Path) -> None:
    result = run("remove", "nobody", "--index", directory)
    assert result.exit_code == 1
    assert "nobody" in result.stderr
    assert "shows the ids" in result.stderr


def test_analyze_shows_the_keys_of_what_is_spelled_otherwise_elsewhere() -> None:
    result = run("analyze", "Sáng 05/03/2024 có 640 m²")
    assert "key: 05/03/2024 = 2024-03-05 (also --03-05, 2024-03)" in result.output
    assert "key: 640 m² = 640m2" in result.output


def test_analyze_shows_syllables_with_offsets_and_words() -> None:
    result = run("analyze", "Hội nghị QP – AN")
    assert ["0", "3", "Hội", "hội"] in [line.split() for line in result.stdout.splitlines()]
    assert "words: hội_nghị qp an" in result.stdout


def test_bytes_that_are_no_text_are_no_traceback(directory: Path) -> None:
    command = [sys.executable, "-m", "indexer", "search", b"\xff\xfe c\xe1 \xc3", "--index", str(directory)]
    result = subprocess.run(command, capture_output=True, check=False)
    assert result.returncode == 0
    assert b"Traceback" not in result.stderr


def test_help_answers_without_loading_the_engine() -> None:
    code = "import sys, indexer.cli.main; print(sorted({'whoosh', 'numba', 'flask', 'sklearn'} & set(sys.modules)))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


DEFINING = {
    "id": "luc-luong",
    "title": "Lực lượng vũ trang",
    "text": "Lực lượng vũ trang (LLVT) tỉnh ra quân. Lúc đó lực lượng vũ trang (LLVT) huyện đã sẵn sàng.",
}


def test_stats_shows_what_the_lexicon_holds(directory: Path) -> None:
    lines = [line.split() for line in run("stats", "--index", directory).stdout.splitlines()]
    assert ["lexicon:", "paragraphs", "9"] in lines
    assert any(line[:3] == ["lexicon:", "different", "syllables"] and int(line[3]) > 20 for line in lines)


def test_lexicon_tells_counts_capitals_other_marks_and_followers(tmp_path: Path) -> None:
    run("build", write_articles(tmp_path / "a.jsonl", (DEFINING,)), "--index", tmp_path / "index")
    answer = json.loads(run("lexicon", "lực", "--index", tmp_path / "index", "--format", "json").stdout)
    (syllable,) = answer["syllables"]
    # Title and body: three times, twice with a capital.
    assert syllable["count"] == 3
    assert syllable["capital_share"] == pytest.approx(2 / 3)
    assert syllable["same_letters"] == [["lúc", 1]]
    assert syllable["followers"] == [["lượng", 3]]


def test_lexicon_tells_readings_with_source_and_article_in_both_directions(tmp_path: Path) -> None:
    run("build", write_articles(tmp_path / "a.jsonl", (DEFINING,)), "--index", tmp_path / "index")
    short = run("lexicon", "LLVT", "--index", tmp_path / "index").stdout
    assert "stands for: lực lượng vũ trang (defined 2 times, as in luc-luong)" in short
    long = run("lexicon", "lực", "lượng", "vũ", "trang", "--index", tmp_path / "index").stdout
    assert "abbreviated: LLVT (defined 2 times, as in luc-luong)" in long
    assert "  after lực: 3" in long
    assert "reviewed list" in run("lexicon", "UBND", "--index", tmp_path / "index").stdout


def test_lexicon_tells_of_what_it_has_never_met_and_of_no_syllable(directory: Path) -> None:
    assert "zzz: 0 times" in run("lexicon", "zzz", "--index", directory).stdout
    assert "no syllable" in run("lexicon", "?!", "--index", directory).stdout


def test_a_lexicon_that_cannot_be_read_is_told_and_stats_goes_on(directory: Path) -> None:
    for path in directory.rglob("lexicon.bin"):
        path.write_bytes(b"damaged")
    result = run("lexicon", "hồ", "--index", directory)
    assert result.exit_code == 2
    assert "lexicon" in result.stderr
    assert "cannot be read" in run("stats", "--index", directory).stdout


def test_a_sure_repair_is_told_and_can_be_refused(tmp_path: Path) -> None:
    run("build", ROOT / "corpus", "--index", tmp_path / "index")
    query = "luc luong vu trang"
    assert "did you mean: lực lượng vũ trang" in run("search", query, "--index", tmp_path / "index").stdout
    assert "did you mean" not in run("search", query, "--literal", "--index", tmp_path / "index").stdout


def test_control_characters_do_not_reach_the_terminal_from_lexicon(directory: Path) -> None:
    result = run("lexicon", "hồ \x1b[31m kẻ", "--index", directory)
    assert result.exit_code == 0
    assert "\x1b" not in result.stdout


def test_similar_shows_passages_like_one_with_what_they_are_compared_by(tmp_path: Path) -> None:
    assert run("build", ROOT / "corpus", "--index", tmp_path).exit_code == 0
    name = "hoi-nghi-quoc-phong-an-ninh-2023#18"
    text = run("similar", name, "--index", tmp_path, "--limit", "2")
    assert text.exit_code == 0
    assert text.stdout.startswith("by: ")
    assert text.stdout.splitlines()[1] == "2 passages"
    body = json.loads(run("similar", name, "--index", tmp_path, "--limit", "2", "--format", "json").stdout)
    assert body["paragraph"]["id"] == name
    assert len(body["results"]) == 2
    assert all(found["article"]["id"] != "hoi-nghi-quoc-phong-an-ninh-2023" for found in body["results"])


def test_similar_says_when_there_is_nothing_like_it(directory: Path) -> None:
    result = run("similar", "ho-ke-go#0", "--index", directory)
    assert result.exit_code == 0
    assert "no passage is like this one" in result.stdout


@pytest.mark.parametrize("name", ["ho-ke-go", "#1", "ho-ke-go#x", "ho-ke-go#99", "none#1"])
def test_similar_to_what_is_not_there_is_exit_status_2(directory: Path, name: str) -> None:
    result = run("similar", name, "--index", directory)
    assert result.exit_code == 2
    assert name in result.stderr


@pytest.mark.parametrize(
    "terminal",
    [
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "latin-1"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    ],
    ids=["ascii", "latin-1", "C"],
)
def test_a_terminal_that_cannot_show_vietnamese_is_no_error(directory: Path, terminal: dict[str, str]) -> None:
    environment = {"PATH": os.defpath, **terminal}
    for module, *arguments in (
        ("indexer", "search", "cờ", "--index", str(directory)),
        ("indexer", "stats", "--index", str(directory)),
        ("indexer", "analyze", "bến"),
        ("webapp", "--help"),
        ("indexer", "--help"),
    ):
        command = [sys.executable, "-m", module, *arguments]
        found = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, timeout=120)
        assert (found.returncode, found.stderr) == (0, b""), (module, arguments)
