"""`indexer settings` and `indexer queries`."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from indexer.cli.main import main
from indexer.search.query_log import QueryLog
from indexer.settings import Settings, read_settings
from tests.search.test_query_log import answer


def run(*arguments: str, **variables: str) -> Result:
    return CliRunner(env={f"TIMDOAN_{name}": value for name, value in variables.items()}).invoke(main, arguments)


def test_declared_fields_are_shown_as_a_file_has_them(tmp_path: Path) -> None:
    declared = '[fields.section]\ntype = "keyword"\nmany = true\nlabel = { vi = "Chuyên mục", en = "Section" }\n'
    (tmp_path / "s.toml").write_text(declared, "utf-8")
    result = run("--settings", str(tmp_path / "s.toml"), "settings")
    (tmp_path / "t.toml").write_text(result.output, "utf-8")
    again = run("--settings", str(tmp_path / "t.toml"), "settings", "--format", "json")
    assert result.exit_code == again.exit_code == 0
    (fields,) = (entry["value"] for entry in json.loads(again.output) if entry["name"] == "fields")
    assert fields["section"] == {
        "type": "keyword",
        "many": True,
        "facet": False,
        "sort": False,
        "label": {"vi": "Chuyên mục", "en": "Section"},
    }


def test_settings_are_shown_with_where_they_came_from(tmp_path: Path) -> None:
    file = tmp_path / "s.toml"
    file.write_text("threads = 7\n")
    result = run("--settings", str(file), "settings", "--index", "mine", WORKERS="3", CORS_ORIGINS="*")
    assert result.exit_code == 0
    shown = [" ".join(line.split()) for line in result.output.splitlines()]
    assert 'index = "mine" # option' in shown
    assert "workers = 3 # environment" in shown
    assert f"threads = 7 # {file}" in shown
    assert "page_size = 10 # default" in shown
    assert "# query_log = # default" in shown
    assert len(shown) == len([each for each in dataclasses.fields(Settings) if each.metadata])
    file.write_text(result.output, "utf-8")
    settings = read_settings({}, {}, file).settings
    assert (settings.index, settings.workers, settings.threads) == (Path("mine"), 3, 7)
    assert settings.cors_origins == ("*",)


def test_of_the_address_of_a_webhook_only_the_host_is_shown(tmp_path: Path) -> None:
    file = tmp_path / "timdoan.toml"
    table = '[webhooks.ngap-lut]\nquery = "ngập lụt"\naddress = "https://nhan.example/bi-mat"\nsecret_file = "/etc/s"\n'
    file.write_text(table)
    shown = run("--settings", str(file), "settings").output
    assert 'address = "https://nhan.example/***"' in shown
    assert "[webhooks.ngap-lut]" in shown and "bi-mat" not in shown


def test_settings_as_json_have_their_kinds() -> None:
    found = json.loads(run("settings", "--format", "json", CORS_ORIGINS="https://a.example").output)
    values = {entry["name"]: entry["value"] for entry in found}
    assert (values["index"], values["page_size"], values["log_queries"]) == ("data/index", 10, False)
    assert (values["cors_origins"], values["query_log"]) == (["https://a.example"], None)


def test_a_password_is_not_shown() -> None:
    for form in ("text", "json"):
        shown = run("settings", "--format", form, RATE_LIMIT_STORAGE="redis://me:secret@cache.example:6379/1").output
        assert "secret" not in shown
        assert "redis://***@cache.example:6379/1" in shown


def test_the_file_counts_for_every_command(tmp_path: Path) -> None:
    file = tmp_path / "s.toml"
    file.write_text(f'index = "{tmp_path / "nowhere"}"\n')
    for result in (run("--settings", str(file), "stats"), run("stats", SETTINGS=str(file))):
        assert result.exit_code == 2
        assert "nowhere" in result.output


@pytest.mark.parametrize("command", [["settings"], ["stats"], ["search", "a"]])
def test_a_wrong_setting_is_refused_before_anything_is_done(command: list[str]) -> None:
    result = run(*command, THREADZ="3")
    assert result.exit_code == 2
    assert "TIMDOAN_THREADZ does not exist" in result.output
    assert "TIMDOAN_THREADS" in result.output


def test_queries_are_shown_in_three_lists(tmp_path: Path) -> None:
    path = tmp_path / "q.log"
    for query, total in (("bưởi", 3), ("bưởi", 3), ("x\x1b[31m", 0)):
        QueryLog(path, 100_000).add(answer(query, total))
    for result in (run("queries", str(path)), run("queries", QUERY_LOG=str(path))):
        assert result.exit_code == 0
        assert "3 searches, 2 queries" in result.output
        frequent, empty, slow = result.output.split("\n\n")[1:]
        assert "bưởi" in frequent and "bưởi" not in empty and "bưởi" in slow
        assert "\x1b" not in result.output
    found = json.loads(run("queries", str(path), "--format", "json", "--limit", "1").output)
    assert [entry["query"] for entry in found["frequent"]] == ["bưởi"]


def test_without_a_log_it_is_said_how_to_have_one() -> None:
    result = run("queries")
    assert result.exit_code == 2
    assert "query_log" in result.output
