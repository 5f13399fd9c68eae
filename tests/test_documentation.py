"""What exists is documented: a command, a setting or an endpoint missing from the documentation fails here."""

from __future__ import annotations

import dataclasses
import re
import tomllib

import pytest
from click import Command, Group

from indexer.articles.formats import suffixes
from indexer.cli.main import main
from indexer.settings import Settings
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text("utf-8")
SETTINGS = (ROOT / "docs" / "settings.md").read_text("utf-8")
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_command_stands_in_the_readme(name: str) -> None:
    assert f"indexer {name}" in README


def test_every_format_stands_in_the_readme() -> None:
    for suffix in suffixes():
        assert f"`{suffix}`" in README


@pytest.mark.parametrize("command", [main, *main.commands.values()], ids=lambda command: command.name)
def test_every_command_has_help_and_an_example(command: Command) -> None:
    assert command.help
    if not isinstance(command, Group):
        assert f"Example: indexer {command.name}" in command.help


@pytest.mark.parametrize(
    "entry", [each for each in dataclasses.fields(Settings) if each.metadata], ids=lambda entry: entry.name
)
def test_every_setting_stands_in_the_table_with_its_default_range_and_meaning(entry: dataclasses.Field[object]) -> None:
    default = ", ".join(entry.default) if isinstance(entry.default, tuple) else str(entry.default)
    low, high, choices = (entry.metadata[key] for key in ("low", "high", "choices"))
    allowed = ", ".join(f"`{choice}`" for choice in choices) or ("" if low is None else f"{low:,} to {high:,}")
    if isinstance(entry.default, bool):
        allowed = "true, false"
    row = next(line for line in SETTINGS.splitlines() if line.startswith(f"| `{entry.name}` |"))
    cells = [cell.strip() for cell in row.split("|")]
    assert cells[2] == ("none" if entry.default is None or not default else f"`{default}`")
    assert cells[3] == allowed
    assert entry.metadata["help"] in row


def test_the_table_has_no_setting_that_does_not_exist() -> None:
    named = {line.split("`")[1] for line in SETTINGS.splitlines() if line.startswith("| `")}
    assert named == {entry.name for entry in dataclasses.fields(Settings) if entry.metadata}


def test_every_endpoint_stands_in_the_readme() -> None:
    from webapp import create_app

    routes = {rule.rule for rule in create_app().url_map.iter_rules() if not rule.rule.startswith("/static")}
    for route in routes:
        assert route.replace("<path:article_id>", "{id}").replace("<number>", "{number}") in README


PACKAGES = [
    f"{root}/{path.parent.name}" for root in ("indexer", "webapp") for path in (ROOT / root).glob("*/__init__.py")
]


@pytest.mark.parametrize("package", sorted(PACKAGES))
def test_every_package_has_a_heading_in_the_architecture(package: str) -> None:
    assert re.search(rf"^### .*`{package}`$", ARCHITECTURE, re.MULTILINE)


@pytest.mark.parametrize("root", ["indexer", "webapp"])
def test_the_architecture_prints_the_import_order_that_is_enforced(root: str) -> None:
    contracts = PROJECT["tool"]["importlinter"]["contracts"]
    [layers] = [contract["layers"] for contract in contracts if contract.get("containers") == [root]]
    [block] = re.findall(rf"^\w+, `{root}`[^\n]*\n\n((?:    .+\n)+)", ARCHITECTURE, re.MULTILINE)
    printed = [re.split(" {2,}", line.strip())[0] for line in block.splitlines()]
    assert printed == [layer for layer in layers if layer != "__main__"]


@pytest.mark.parametrize("requirement", PROJECT["project"]["dependencies"])
def test_the_architecture_has_a_reason_for_every_direct_dependency(requirement: str) -> None:
    name = re.split("[=><]", requirement)[0]
    [row] = re.findall(rf"^\| {name} \| (.+) \| (.+) \|$", ARCHITECTURE, re.MULTILINE)
    assert all(row)


def test_every_parameter_of_a_search_stands_in_the_documentation_of_the_endpoint() -> None:
    from webapp.contract.declared import search_parameters

    table = [line for line in (ROOT / "docs" / "api.md").read_text("utf-8").splitlines() if line.startswith("| `")]
    named = [name.strip("` ") for line in table for name in line.split("|")[1].split(",")]
    assert named == list(search_parameters(Settings()))


DOCUMENTS = (
    *("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"),
    *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")),
)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_a_document_leads_to_exists(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    for target, anchor in re.findall(r"\]\((?!https?://)([^)#]*)(#[^)]*)?\)", text):
        path = ((ROOT / name).parent / target).resolve() if target else ROOT / name
        assert path.exists(), target
        if anchor:
            heads = re.findall(r"^#+ (.+)$", path.read_text("utf-8"), re.MULTILINE)
            assert anchor[1:] in {slug(head) for head in heads}, anchor
    tests = "".join(path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    for quoted in re.findall(r"`((?:tests/[\w/]+(?:\.py)?)|test_\w+)`", text):
        if quoted.startswith("tests/"):
            assert (ROOT / quoted).exists(), quoted
        else:
            assert f"def {quoted}(" in tests or f"{quoted}.py" in {
                path.name for path in (ROOT / "tests").rglob("*.py")
            }, quoted


FEATURES = ("docs/api.md", "docs/page.md", "docs/running.md", "docs/comparison.md")
"""What can be done with it, a section for each; README itself has the commands and the query language."""


def slug(heading: str) -> str:
    """The anchor of a heading, as it is made where the documents are read."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def links(name: str) -> set[tuple[str, str]]:
    """Where a document leads within the checkout: (file, anchor)."""
    found = re.findall(r"\]\((?!https?://)([^)#]*)#?([^)]*)\)", (ROOT / name).read_text("utf-8"))
    here = (ROOT / name).parent
    return {(str((here / target).resolve().relative_to(ROOT)) if target else name, anchor) for target, anchor in found}


@pytest.mark.parametrize("name", FEATURES)
def test_every_section_is_two_clicks_away_from_the_readme(name: str) -> None:
    first = links("README.md")
    second = {link for file in {file for file, _ in first} if file.endswith(".md") for link in links(file)}
    sections = re.findall(r"^## (.+)$", (ROOT / name).read_text("utf-8"), re.MULTILINE)
    assert sections
    reached = {anchor for file, anchor in first | second if file == name}
    assert {slug(section) for section in sections} - reached == set()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_each_row_of_a_table_is_one_line(name: str) -> None:
    text = re.sub(r"^```.*?^```|^<!--.*?-->", "", (ROOT / name).read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    for table in re.findall(r"^\|.*?(?=\n\n|\Z)", text, re.MULTILINE | re.DOTALL):
        rows = table.strip().split("\n")
        assert len({re.sub(r"`[^`]*`", "", row).count("|") for row in rows}) == 1, rows[0]


@pytest.mark.parametrize("name", [name for name in DOCUMENTS if name != "README.md"])
def test_every_document_is_one_click_away_from_the_readme(name: str) -> None:
    assert name in {file for file, _ in links("README.md")}


def test_every_command_of_the_server_stands_in_the_readme() -> None:
    from webapp.commands.main import main as webapp

    for name, command in webapp.commands.items():
        for inner in command.commands if isinstance(command, Group) else ():
            assert f"webapp {name} {inner}" in README or f"`{inner}`" in README
