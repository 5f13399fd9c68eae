"""What every test may use: the measurement data where it is there, a deterministic hypothesis, and a time limit."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests import cluster
from tests.effort import tries

settings.register_profile(
    "deterministic",
    max_examples=tries(100),
    derandomize=True,
    deadline=None,
    print_blob=False,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("deterministic")

# Checks that several tests share say what failed as a test does.
pytest.register_assert_rewrite("tests.articles.formats.conformance", "tests.search.conformance")

ROOT = Path(__file__).resolve().parent.parent

SECONDS = 300
"""The longest a test may take with its fixtures; in the folders of `SLOWER`, so many times that.

Many times what the slowest takes on a quiet machine, for one that is busy or compiles every loop for the first time.
"""
SLOWER = {"browser": 2, "deploy": 3}

LONGEST = (
    "growth/test_stages.py",
    "storage/test_crashes.py",
    "contract/test_agreement.py",
    "browser/test_quality.py",
    "webapp/serving/test_command.py",
    "webapp/serving/test_writing.py",
    "webapp/serving/test_webhooks.py",
    "contract/test_cases.py",
    "engine/whoosh/test_fast.py",
    "growth/test_patterns.py",
    "storage/test_generations.py",
)
"""The files that take more than half a minute. Several processes begin with them: at the end all have work, then."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--attack", action="store_true", help="attack too, at full size: minutes (docs/testing.md)")
    parser.addoption("--minutes", type=float, default=1.0, help="how long the load of --attack lasts; default: 1")
    parser.addoption("--nodes", action="store_true", help="the tests that kill nodes of a cluster too: minutes")
    parser.addoption("--engine", choices=("whoosh", "opensearch"), help="the engine of tests that name none")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--engine") == "opensearch":
        cluster.stand_in()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out attacks unless asked for; give each test a time limit unless it has one or `--timeout` gives it."""
    if config.getoption("--engine") == "opensearch":
        for item in items:
            if item.get_closest_marker("files") is not None:
                item.add_marker(pytest.mark.skip(reason="is about the files of Whoosh"))
    if not config.getoption("--attack"):
        for item in items:
            if item.get_closest_marker("attack") is not None:
                item.add_marker(pytest.mark.skip(reason="minutes of attack: script/test --attack"))
    if "PYTEST_XDIST_WORKER" in os.environ:
        first = {ROOT / "tests" / name: place for place, name in enumerate(LONGEST)}
        items.sort(key=lambda item: first.get(item.path, len(first)))
    if config.getoption("timeout", None) is not None:
        return
    for item in items:
        if item.get_closest_marker("timeout") is None:
            folder = item.path.relative_to(ROOT / "tests").parts[0]
            item.add_marker(pytest.mark.timeout(SECONDS * SLOWER.get(folder, 1)))


def pytest_sessionfinish() -> None:
    if cluster.HOSTS:
        cluster.remove_all()


@pytest.fixture(autouse=True)
def cleaned_cluster(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a test that asks a cluster needs, and that nothing of it stays there."""
    if request.node.get_closest_marker("cluster") is None:
        yield
        return
    if not cluster.HOSTS:
        reason = "needs an OpenSearch node: script/cluster start, then CLUSTER_HOSTS=http://127.0.0.1:9301"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    yield
    cluster.remove_all()


@pytest.fixture(scope="session")
def attack(request: pytest.FixtureRequest) -> bool:
    """Whether what is measured is to be measured at full size (`--attack`)."""
    return bool(request.config.getoption("--attack"))


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real Vietnamese text and judged queries; not part of the repository."""
    folder = Path(os.environ.get("TIMDOAN_SHARED", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"needs the measurement data in {folder} (set TIMDOAN_SHARED to say where it is)")
    return folder
