"""Options win over the environment, that over the settings file, that over defaults; what is wrong is named."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from indexer.errors import SettingInvalid
from indexer.schema import FieldType, Label, MetadataField
from indexer.settings import Settings, read_settings


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "timdoan.toml"


def test_each_source_wins_over_the_next(file: Path) -> None:
    file.write_text('port = 1\nworkers = 1\nthreads = 1\nindex = "/of/the/file"\n')
    environment = {"TIMDOAN_SETTINGS": str(file), "TIMDOAN_PORT": "2", "TIMDOAN_WORKERS": "2"}
    found = read_settings({"port": 3, "index": None}, environment)
    settings, origins = found.settings, found.origins
    assert (settings.port, settings.workers, settings.threads) == (3, 2, 1)
    assert settings.index == Path("/of/the/file")
    assert (origins["port"], origins["workers"], origins["threads"]) == ("option", "environment", str(file))
    assert origins["page_size"] == "default"
    assert set(origins) == {entry.name for entry in dataclasses.fields(Settings) if entry.metadata}


def test_a_file_that_is_named_wins_over_the_one_of_the_environment(file: Path) -> None:
    file.write_text("port = 1")
    assert read_settings({}, {"TIMDOAN_SETTINGS": "/nowhere"}, file).settings.port == 1


def test_every_kind_of_value_is_read_alike_from_file_and_environment(file: Path) -> None:
    file.write_text('b = 1\nlog_queries = true\ncors_origins = ["https://a.example"]\nquery_log = "q.log"\n')
    environment = {
        "TIMDOAN_B": "1",
        "TIMDOAN_LOG_QUERIES": "yes",
        "TIMDOAN_CORS_ORIGINS": "https://a.example",
        "TIMDOAN_QUERY_LOG": "q.log",
    }
    settings = read_settings({}, {}, file).settings
    assert settings == read_settings({}, environment).settings
    assert settings == Settings(b=1.0, log_queries=True, cors_origins=("https://a.example",), query_log=Path("q.log"))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("ports = 1", "setting ports in "),
        ("[server]\nport = 1", "setting server in "),
        ('port = "80"', "setting port is '80', which is not a whole number"),
        ("port = true", "setting port is True, which is not a whole number"),
        ("b = false", "setting b is False, which is not a number"),
        ("log_queries = 1", "setting log_queries is 1, which is not true or false"),
        ("index = 1", "setting index is 1, which is not a string"),
        ('cors_origins = "a"', "setting cors_origins is 'a', which is not a list of strings"),
        ('cors_origins = ["a", 1]', "setting cors_origins is ['a', 1], which is not a list of strings"),
        ("cors_origins = [1]", "setting cors_origins is [1], which is not a list of strings"),
        ('log_format = "xml"', "setting log_format is 'xml'"),
        ("port = 70000", "setting port is 70000"),
        ("port = ", "is not TOML: "),
        ("port = 1\nport = 2", "is not TOML: "),
        ("port = " + "[" * 5_000, "is not TOML: "),
        ("k1 = 1" + "0" * 400, "setting k1 is 1000"),
        ('index = "a\\u0000b"', "setting index is 'a\\x00b', which is not a path"),
        ('query_log = ""', "setting query_log is '', which is not a path"),
    ],
)
def test_what_is_wrong_in_a_file_is_named(file: Path, line: str, said: str) -> None:
    file.write_text(line)
    with pytest.raises(SettingInvalid) as caught:
        read_settings({}, {}, file)
    assert said in str(caught.value)
    assert caught.value.hint


FIELDS = """
[fields.section]
type = "keyword"
many = true
facet = true
label = { vi = "Chuyên mục", en = "Section" }

[fields.pages]
type = "number"
sort = true
"""


def test_fields_are_declared_in_tables_of_a_file(file: Path) -> None:
    file.write_text("port = 1\n" + FIELDS)
    found = read_settings({}, {}, file)
    assert found.settings.fields == (
        MetadataField("section", FieldType.KEYWORD, Label("Chuyên mục", "Section"), many=True, facet=True),
        MetadataField("pages", FieldType.NUMBER, Label("pages", "pages"), sort=True),
    )
    assert found.origins["fields"] == str(file)
    assert [row.name for row in found.settings.schema.declared] == ["section", "pages"]
    assert hash(found.settings) == hash(read_settings({}, {}, file).settings)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("fields = 1", "setting fields is 1"),
        ('fields = ["a"]', "setting fields is ['a']"),
        ("[fields]\nsection = 1", "field section is 1, which is not a table"),
        ('[fields.title]\ntype = "text"', "field title has the name of something else"),
        ('[fields.section]\ntype = "list"', "field section has type 'list'"),
        ("\n".join(f'[fields.a{number}]\ntype = "keyword"' for number in range(51)), "51 fields are declared"),
    ],
)
def test_a_wrong_declaration_is_named_with_its_file(file: Path, content: str, said: str) -> None:
    file.write_text(content)
    with pytest.raises(SettingInvalid) as caught:
        read_settings({}, {}, file)
    assert said in str(caught.value)
    assert str(file) in str(caught.value) + caught.value.hint


def test_the_environment_declares_no_fields() -> None:
    with pytest.raises(SettingInvalid, match="TIMDOAN_FIELDS does not exist"):
        read_settings({}, {"TIMDOAN_FIELDS": "section"})


WEBHOOK = """[webhooks.ngap-lut]
query = "ngập lụt"
address = "https://nhan.example/hooks?ma=bi-mat"
secret_file = "/etc/secret"
"""


def test_webhooks_are_declared_in_tables_of_a_file(file: Path) -> None:
    file.write_text(WEBHOOK)
    [hook] = read_settings({}, {}, file).settings.webhooks
    assert (hook.name, hook.query, hook.secret_file) == ("ngap-lut", "ngập lụt", Path("/etc/secret"))
    assert hook.address == "https://nhan.example/hooks?ma=bi-mat"
    assert "bi-mat" not in repr(hook)
    with pytest.raises(SettingInvalid, match="TIMDOAN_WEBHOOKS does not exist"):
        read_settings({}, {"TIMDOAN_WEBHOOKS": "a"})


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (WEBHOOK, "webhooks = 1", "setting webhooks is 1"),
        (WEBHOOK, "[webhooks]\na = 1", "webhook 'a' is not declared as it must be"),
        ("ngap-lut", "'ngập lụt'", "has no name that can be used"),
        ("secret_file", "secret", "is not declared as it must be"),
        ('"ngập lụt"', '" "', "has no query that can be used"),
        ('"ngập lụt"', f'"{"a" * 2_001}"', "has no query that can be used"),
        ("https:", "ftp:", "has no address that can be used"),
        ("nhan.example", "ten:bi-mat@nhan.example", "has no address that can be used"),
        ("nhan.example", "nhan.example:x", "has no address that can be used"),
        ("?ma", "#ma", "has no address that can be used"),
        ('"/etc/secret"', '""', "has no secret_file that can be used"),
    ],
)
def test_a_wrong_webhook_is_named_without_its_address(file: Path, old: str, new: str, said: str) -> None:
    file.write_text(WEBHOOK.replace(old, new))
    with pytest.raises(SettingInvalid) as caught:
        read_settings({}, {}, file)
    assert said in str(caught.value)
    assert "bi-mat" not in str(caught.value) + caught.value.hint


def test_what_is_allowed_is_told(file: Path) -> None:
    file.write_text('log_format = "xml"')
    with pytest.raises(SettingInvalid) as caught:
        read_settings({}, {}, file)
    assert "text, json, off" in caught.value.hint
    file.write_text("prot = 1")
    with pytest.raises(SettingInvalid) as caught:
        read_settings({}, {}, file)
    assert "Did you mean port" in caught.value.hint


def test_an_unknown_variable_is_refused_with_what_was_meant() -> None:
    with pytest.raises(SettingInvalid) as caught:
        read_settings({}, {"TIMDOAN_PAGESIZE": "5"})
    assert "TIMDOAN_PAGESIZE" in str(caught.value)
    assert "TIMDOAN_PAGE_SIZE" in caught.value.hint
    assert read_settings({}, {"TIMDOAN_SHARED": "/data", "OTHER_PORT": "x"}).settings == Settings()


def test_an_empty_variable_is_no_path() -> None:
    with pytest.raises(SettingInvalid, match="setting api_keys is '', which is not a path"):
        read_settings({}, {"TIMDOAN_API_KEYS": ""})


def test_a_file_that_cannot_be_read_is_told(file: Path) -> None:
    with pytest.raises(SettingInvalid, match="No such file"):
        read_settings({}, {"TIMDOAN_SETTINGS": str(file)})
    with pytest.raises(SettingInvalid, match="Is a directory"):
        read_settings({}, {}, file.parent)
    file.write_bytes(b"\xff")
    with pytest.raises(SettingInvalid, match="is not TOML"):
        read_settings({}, {}, file)
    file.write_bytes(b"#" * 1_048_576)
    assert read_settings({}, {}, file).settings == Settings()
    file.write_bytes(b"#" * 1_048_577)
    with pytest.raises(SettingInvalid, match="is larger than 1,048,576 bytes"):
        read_settings({}, {}, file)


def test_of_names_that_are_near_three_are_told() -> None:
    with pytest.raises(SettingInvalid) as caught:
        read_settings({}, {"TIMDOAN_WEIGHT_TILE": "1"})
    assert caught.value.hint.startswith("Did you mean TIMDOAN_WEIGHT_TITLE or ")
    assert caught.value.hint.count(" or ") == 2
    with pytest.raises(SettingInvalid) as caught:
        read_settings({}, {"TIMDOAN_" + 20 * "Z": "1"})
    assert caught.value.hint == "`indexer settings` lists all there are."


@pytest.mark.parametrize(
    ("words", "value"), [(("1", "true", "yes", "on", " TRUE "), True), (("0", "false", "no", "off", "Off"), False)]
)
def test_a_truth_value_is_said_in_several_words(words: tuple[str, ...], value: bool) -> None:
    for word in words:
        assert read_settings({}, {"TIMDOAN_LOG_QUERIES": word}).settings.log_queries is value


def test_other_values_make_other_settings() -> None:
    changed = Settings(port=1).changed({"workers": 3})
    assert (changed.port, changed.workers) == (1, 3)
    with pytest.raises(SettingInvalid, match="setting workers is 0"):
        changed.changed({"workers": 0})


@pytest.mark.parametrize("value", ["maybe", "", "2"])
def test_a_truth_value_is_one_of_a_few_words(value: str) -> None:
    with pytest.raises(SettingInvalid, match="which is not true or false"):
        read_settings({}, {"TIMDOAN_LOG_QUERIES": value})
