"""Run OpenSearch nodes on the loopback address, from jars that Maven fetches: no container, no distribution.

    script/cluster start [NODES]    1 node or more; waits until all are in. HTTP is at 9301, 9302, ...
    script/cluster stop [NODE...]   all, or those of these numbers (from 0)
    script/cluster kill NODE...     at once, as a power failure does
    script/cluster restart NODE...  those that were stopped or killed
    script/cluster status
    script/cluster plugin           only build the plugin, and print the place of its zip

Jars, classes and the plugin are kept in the cache folder, made once for each state of deploy/opensearch.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "deploy" / "opensearch"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "timdoan" / "opensearch"
DATA = ROOT / "data" / "cluster"
PLUGIN = "timdoan-scoring"
MODULES = (
    "org.opensearch.transport.Netty4Plugin",
    "org.opensearch.analysis.common.CommonAnalysisPlugin",
    "org.opensearch.painless.PainlessPlugin",
    "org.opensearch.index.mapper.MapperExtrasPlugin",
    "org.opensearch.index.reindex.ReindexPlugin",
)
DESCRIPTOR = """description=Exact scores for the engine of timdoan
version=1.0.0
name={name}
classname=timdoan.ScoringPlugin
java.version=11
opensearch.version={version}
"""
SECONDS = 180
"""How long nodes may take to start, on a machine that is busy."""


class Failed(Exception):
    """What was wrong, and what to do."""


def version() -> str:
    """The version of OpenSearch, from the list of jars."""
    return (SOURCES / "pom.xml").read_text("utf-8").split("<opensearch.version>")[1].split("<")[0]


def built(cache: Path = CACHE) -> Path:
    """The folder with the jars (`lib`), classes and the plugin's zip; made if it is not there."""
    sources = sorted([SOURCES / "pom.xml", *SOURCES.rglob("*.java")])
    state = hashlib.sha256(b"".join(path.read_bytes() for path in sources) + DESCRIPTOR.encode()).hexdigest()[:12]
    jars, made = cache / version() / "lib", cache / version() / state
    for tool in ("java", "javac", "mvn"):
        if not shutil.which(tool):
            raise Failed(f"{tool} is missing (on Debian: apt-get install openjdk-17-jdk-headless maven)")
    if not (jars / "complete").exists():
        print("Fetching the jars of OpenSearch (once, about 50 MB) ...", file=sys.stderr, flush=True)
        copy = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies"
        run(["mvn", "-q", "-B", copy, f"-DoutputDirectory={jars}", "-DincludeScope=runtime"], SOURCES)
        (jars / "complete").touch()
    if not (made / f"{PLUGIN}.zip").exists():
        shutil.rmtree(made, ignore_errors=True)
        plugin = [str(path) for path in sources if path.parent.name == "timdoan"]
        # A plugin runs on the oldest Java that this version of OpenSearch does.
        options = ["--release", "11", "-Xlint:all,-path,-classfile,-serial", "-cp", f"{jars}/*"]
        run(["javac", *options, "-d", str(made / "plugin"), *plugin], ROOT)
        run(["javac", "-cp", f"{jars}/*", "-d", str(made / "classes"), str(SOURCES / "LocalNode.java")], ROOT)
        pack(made)
    return made


def pack(made: Path) -> None:
    """Make the zip that `opensearch-plugin install` takes."""
    jar, partial = made / f"{PLUGIN}.jar", made / "partial.zip"
    with zipfile.ZipFile(jar, "w", zipfile.ZIP_DEFLATED) as file:
        for path in sorted((made / "plugin").rglob("*.class")):
            file.write(path, path.relative_to(made / "plugin"))
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as file:
        file.write(jar, jar.name)
        file.writestr("plugin-descriptor.properties", DESCRIPTOR.format(name=PLUGIN, version=version()))
    partial.rename(made / f"{PLUGIN}.zip")


def run(command: list[str], folder: Path) -> None:
    """Run a command, and tell what it said where it fails."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise Failed(f"{command[0]} failed:\n{(done.stdout + done.stderr)[-3000:]}")


def start(given: argparse.Namespace, numbers: list[int]) -> None:
    """Start nodes and wait until the cluster has all that run; raises `Failed`, and ends them then."""
    for number in numbers:
        if running(given.data / f"n{number}"):
            raise Failed(f"node {number} runs already: script/cluster stop")
    try:
        start_all(given, numbers)
    except BaseException:
        with contextlib.suppress(Failed):
            end([given.data / f"n{number}" for number in numbers], signal.SIGKILL)
        raise


def start_all(given: argparse.Namespace, numbers: list[int]) -> None:
    """Start nodes and wait for them."""
    made, count = built(given.cache), len(nodes(given.data))
    for number in numbers:
        launch(given, made, number, count)
    expected = sum(number in numbers or running(home) for number, home in enumerate(nodes(given.data)))
    ends = time.monotonic() + SECONDS
    while (health := asked(given.port + numbers[0], expected)).get("number_of_nodes") != expected:
        for number in numbers:
            # Not by its command, which a process has none of while it becomes another.
            if has_ended(int((given.data / f"n{number}" / "pid").read_text())):
                raise Failed(f"node {number} ended:\n{(given.data / f'n{number}' / 'log').read_text()[-3000:]}")
        if time.monotonic() > ends:
            raise Failed(f"not all nodes were there after {SECONDS} seconds: {health}; see {given.data}/n*/log")
        time.sleep(0.2)
    hosts = ",".join(f"http://127.0.0.1:{given.port + number}" for number in range(count))
    print(f"{expected} of {count} nodes run. For indexer and webapp:\n\n"
          f"    export TIMDOAN_ENGINE=opensearch TIMDOAN_OPENSEARCH_HOSTS={hosts}\n")  # fmt: skip


def launch(given: argparse.Namespace, made: Path, number: int, count: int) -> None:
    """Start a node, which goes on when this command has ended."""
    home, transport = given.data / f"n{number}", given.port + 100
    plugin = home / "plugins" / PLUGIN
    shutil.rmtree(plugin, ignore_errors=True)
    with zipfile.ZipFile(made / f"{PLUGIN}.zip") as file:
        file.extractall(plugin)
    together = ["discovery.type=single-node"]
    if count > 1:
        seeds = ",".join(f"127.0.0.1:{transport + each}" for each in range(count))
        names = ",".join(f"n{each}" for each in range(count))
        together = [f"discovery.seed_hosts={seeds}", f"cluster.initial_cluster_manager_nodes={names}"]
    settings = [
        *("cluster.name=timdoan", f"node.name=n{number}", "network.host=127.0.0.1", "node.processors=2"),
        *(f"http.port={given.port + number}", f"transport.port={transport + number}"),
        *("transport.type=netty4", "http.type=netty4", f"path.repo={given.data / 'snapshots'}"),
        *("cluster.routing.allocation.disk.threshold_enabled=false", "action.destructive_requires_name=true"),
        *together,
        *(given.setting or ()),
    ]
    java = ["java", f"-Xms{given.heap}", f"-Xmx{given.heap}", "-XX:+UseG1GC", "-Dlog4j2.disable.jmx=true"]
    place = [f"-Dopensearch.path.home={home}", "-cp", f"{made / 'classes'}:{given.cache / version() / 'lib'}/*"]
    modules = [f"plugin={each}" for each in MODULES]
    command = ["nice", "-n", "5", *java, *place, "LocalNode", str(home), *settings, *modules]
    with open(home / "log", "w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True, cwd=home)
    (home / "pid").write_text(str(process.pid))


def nodes(data: Path) -> list[Path]:
    """The folders of the cluster's nodes."""
    return sorted(data.glob("n[0-9]*"), key=lambda home: int(home.name[1:]))


def process_of(home: Path) -> int | None:
    """The process of a node, if that runs."""
    try:
        pid = int((home / "pid").read_text())
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (OSError, ValueError):
        return None
    return pid if str(home).encode() in command else None


def running(home: Path) -> bool:
    """Whether a node runs."""
    return process_of(home) is not None


def asked(port: int, expected: int) -> dict[str, object]:
    """The health of the cluster, empty when a node does not answer."""
    url = f"http://127.0.0.1:{port}/_cluster/health?wait_for_nodes={expected}&timeout=1s"
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            health: dict[str, object] = json.load(answer)
            return health
    except urllib.error.HTTPError as error:
        return {"error": error.code}
    except OSError:
        return {}


def end(homes: list[Path], how: signal.Signals) -> None:
    """End nodes, and wait until they have."""
    ended = [pid for home in homes if (pid := process_of(home)) is not None]
    for pid in ended:
        os.kill(pid, how)
    ends = time.monotonic() + 60
    while not all(map(has_ended, ended)):
        if time.monotonic() > ends:
            raise Failed(f"processes did not end: {[pid for pid in ended if not has_ended(pid)]}")
        time.sleep(0.05)


def has_ended(pid: int) -> bool:
    """Whether a process has given up its files and locks too: it may have no memory, and so no command, before."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] in "ZX"
    except OSError:
        return True


def main() -> None:
    """Do what the command says."""
    parser = argparse.ArgumentParser(prog="script/cluster", description="OpenSearch on this machine.")
    parser.add_argument("action", choices=("start", "stop", "kill", "restart", "status", "plugin"))
    parser.add_argument("numbers", type=int, nargs="*", help="how many nodes, or which")
    parser.add_argument("--heap", default="1g", help="heap of each node (1g)")
    parser.add_argument("--port", type=int, default=9301, help="HTTP port of the first node; the next has the next")
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the nodes")
    parser.add_argument("--cache", type=Path, default=CACHE, help="folder of the jars")
    parser.add_argument("--setting", action="append", metavar="NAME=VALUE", help="a setting of the nodes")
    given = parser.parse_args()
    given.data = given.data.resolve()
    homes = [given.data / f"n{number}" for number in given.numbers] or nodes(given.data)
    match given.action:
        case "start":
            count = given.numbers[0] if given.numbers else 1
            if any(map(running, nodes(given.data))):
                raise Failed("a cluster runs already: script/cluster stop")
            if nodes(given.data) and len(nodes(given.data)) != count:
                raise Failed(f"{given.data} holds a cluster of {len(nodes(given.data))}: start as many, or remove it")
            for number in range(count):
                (given.data / f"n{number}").mkdir(parents=True, exist_ok=True)
            start(given, list(range(count)))
        case "restart":
            start(given, given.numbers)
        case "stop":
            end(homes, signal.SIGTERM)
        case "kill":
            end(homes, signal.SIGKILL)
        case "plugin":
            print(built(given.cache) / f"{PLUGIN}.zip")
        case "status":
            for home in homes:
                print(home.name, f"process {process_of(home)}" if running(home) else "stopped")


if __name__ == "__main__":
    try:
        main()
    except Failed as error:
        sys.exit(str(error))
