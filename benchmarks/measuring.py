"""The rounds of a run: each engine in its own process, one after another within a round, on the same queries.

Every figure is kept round by round, so that ratios can be formed within a round; `figures` takes medians. What is no
query lives in `articles_in`, `segmenting` and `loading`.
"""

from __future__ import annotations

import datetime
import json
import os
import platform
import shutil
import tomllib
from collections.abc import Callable
from dataclasses import asdict
from importlib import metadata
from pathlib import Path
from typing import Any

from benchmarks import articles_in, engines, loading, segmenting
from benchmarks.corpus import Corpus, prepare
from benchmarks.drawing import Query, draw
from benchmarks.figures import percentiles
from benchmarks.fleet import Remote, running

WORKLOADS = Path(__file__).parent / "workloads"
PACKAGES = ("timdoan", "numba", "numpy", "pyvi", "whoosh", "tantivy", "bm25s", "flask", "gunicorn")

Log = Callable[[str], None]


def load_workload(name: str) -> dict[str, Any]:
    """A workload by its name, or by the path of a file of one's own."""
    path = WORKLOADS / f"{name}.toml"
    return tomllib.loads((path if path.is_file() else Path(name)).read_text("utf-8"))


class Run:
    """One run of a workload. `work` keeps corpora and indexes for the next one; `shared` holds viwiki and XQuAD."""

    def __init__(
        self, workload: dict[str, Any], work: Path, shared: Path, rounds: int | None, log: Log, resumed: bool = False
    ) -> None:
        self._workload, self._work, self._log = workload, work, log
        self._given_rounds, self._rounds = rounds, rounds or workload["rounds"]
        self._resumed = resumed
        self._articles = shared / "viwiki" / "articles.jsonl.gz"
        self._questions = shared / "xquad-vi" / "queries.jsonl"
        self._missing = {name: why for name in workload["engines"] if (why := engines.why_missing(name))}
        self._own: set[Path] = set()
        self.result: dict[str, Any] = {
            "format": 1,
            "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
            "rounds": self._rounds,
            "cores": os.cpu_count(),
            "versions": _versions(),
            "missing": self._missing,
            "corpora": {},
        }

    def corpus(self, size: int, every: int = 1) -> Corpus:
        """The corpus of a size, prepared if need be."""
        corpus = prepare(self._work, self._articles, size, every)
        self.result["corpora"][str(size)] = corpus.paragraphs
        return corpus

    def searching(self, size: int) -> None:
        """Query times, throughput, opening, memory and size, on one corpus."""
        corpus = self.corpus(size)
        limits = self._workload.get("limits", {})
        names = [name for name in self._workload["engines"] if name not in self._missing]
        left_out = [name for name in names if size > limits.get(name, size)]
        names = [name for name in names if name not in left_out]
        rounds = self._rounds_of("large") if size in self._workload["large"] else self._rounds
        sets = {
            name: (spec["kind"], draw(corpus, self._questions, spec["source"], spec["count"]))
            for name, spec in self._workload["queries"].items()
        }
        found: dict[str, Any] = {"queries": {}, "throughput": {}, "open": {}, "memory": {}, "size": {}, "built": {}}
        found |= {"rounds": rounds, "left_out": left_out}
        self.result.setdefault("searching", {})[str(size)] = found
        for name in names:
            self._build(name, corpus, found)
        with running(*names) as remotes:
            folders = {remote: str(self._folder(corpus, remote)) for remote in remotes}
            for remote in remotes:
                remote.call("open", folder=folders[remote])
            able = self._prepare(remotes, sets)
            for round_ in range(-1, rounds):
                self._log(f"{corpus.name}: round {round_ + 1} of {rounds}")
                self._round(able, sets, found if round_ >= 0 else {"queries": {}})
                for remote in remotes:
                    if round_ == 0:
                        found["memory"][remote.name] = remote.call("memory")
                        found["size"][remote.name] = remote.call("size")
                    if round_ >= 0:
                        seconds = remote.call("open", folder=folders[remote])["seconds"]
                        found["open"].setdefault(remote.name, []).append(seconds)
                if round_ >= 0 and size >= self._workload["throughput"]["from"]:
                    self._throughput(able, found["throughput"])

    def indexing(self) -> None:
        """Paragraphs a second from tokens, each index written by a fresh process."""
        spec = self._workload["indexing"]
        found = self.result["indexing"] = {}
        plan = [(name, spec["size"], self._rounds_of("indexing")) for name in spec["engines"]]
        plan += [(name, spec["once_size"], 1) for name in spec["once"]]
        for round_ in range(max(rounds for _, _, rounds in plan)):
            for name, size, rounds in plan:
                if name in self._missing or round_ >= rounds:
                    continue
                corpus = self.corpus(size)
                self._log(f"indexing {corpus.name}: {name}, round {round_ + 1} of {rounds}")
                folder = _empty(self._work / "indexing")
                with running(name) as [remote]:
                    done = remote.call("index", folder=str(folder), tokens=str(corpus.folder / "tokens.jsonl"))
                    fields = remote.call("about")["fields"]
                shutil.rmtree(folder)
                kept = found.setdefault(name, {"paragraphs": corpus.paragraphs, "fields": fields, "rounds": []})
                kept["rounds"].append(done)

    def pipeline(self) -> None:
        """From articles to an index on disk."""
        spec = self._workload["pipeline"]
        corpus = self.corpus(spec["size"], spec["every"])
        found = self.result["pipeline"] = {"paragraphs": corpus.paragraphs, "rounds": []}
        ways = articles_in.ways()
        rounds = self._rounds_of("pipeline")
        for round_ in range(rounds):
            times = {}
            for way in ways:
                self._log(f"pipeline {corpus.name}: {way}, round {round_ + 1} of {rounds}")
                times[way] = articles_in.run(way, corpus.articles, _empty(self._work / "pipeline"))
            found["rounds"].append(times)
        shutil.rmtree(self._work / "pipeline")

    def segmenter(self) -> None:
        """Texts a second, beside pyvi's own `ViTokenizer`."""
        self._log("segmenter")
        spec = self._workload["segmenter"]
        corpus = self.corpus(spec["size"], spec["every"])
        self.result["segmenter"] = segmenting.measure(corpus, spec["texts"], self._rounds)

    def http(self) -> None:
        """Requests a second: searches, and a constant from the same server."""
        spec = self._workload["http"]
        corpus = self.corpus(spec["size"])
        self._build("ours", corpus, {"built": {}})
        self._log("HTTP")
        texts = [query.text for query in draw(corpus, self._questions, "questions", spec["requests"])]
        index = self._work / corpus.name / "index-ours"
        self.result["http"] = {
            "paragraphs": corpus.paragraphs,
            **loading.measure(index, texts, spec["requests"], spec["connections"], self._rounds),
        }

    def _rounds_of(self, part: str) -> int:
        """The rounds of a part that takes long: those asked for, or its own."""
        spec = self._workload["large_rounds"] if part == "large" else self._workload[part].get("rounds", self._rounds)
        return self._given_rounds or int(spec)

    def _folder(self, corpus: Corpus, remote: Remote) -> Path:
        return corpus.folder / f"index-{remote.call('about')['index']}"

    def _build(self, name: str, corpus: Corpus, found: dict[str, Any]) -> None:
        """Build an engine's index unless it is there whole.

        Our own is rebuilt by each run, as its code changes, except by one that resumes another.
        """
        with running(name) as [remote]:
            folder = self._folder(corpus, remote)
            done = folder.with_suffix(".done")
            if done.is_file() and (folder.name != "index-ours" or folder in self._own or self._resumed):
                found["built"][name] = json.loads(done.read_text("utf-8"))
                return
            self._log(f"{corpus.name}: building the index of {name}")
            done.unlink(missing_ok=True)
            _empty(folder)
            tokens = str(corpus.folder / "tokens.jsonl")
            built = remote.call("build", folder=str(folder), articles=str(corpus.articles), tokens=tokens)
            done.write_text(json.dumps(built), "utf-8")
            found["built"][name] = built
            self._own.add(folder)

    def _prepare(self, remotes: list[Remote], sets: dict[str, Any]) -> dict[str, list[Remote]]:
        """Make all queries ready everywhere; returns who can answer which set."""
        able: dict[str, list[Remote]] = {name: [] for name in sets}
        planner = next((remote for remote in remotes if remote.name == "ours"), None)
        for name, (kind, queries) in sets.items():
            rows = [asdict(query) for query in queries]
            plans = planner.call("plan", queries=rows) if planner and kind == "planned" else None
            for remote in remotes:
                if kind not in remote.call("about")["asks"] or (kind == "planned" and plans is None):
                    continue
                few = self._workload["few"].get(remote.name, len(rows))
                given = plans[:few] if plans else None
                remote.call("prepare", name=name, kind=kind, queries=rows[:few], plans=given)
                able[name].append(remote)
        return able

    def _round(
        self, able: dict[str, list[Remote]], sets: dict[str, tuple[str, list[Query]]], found: dict[str, Any]
    ) -> None:
        for name in sets:
            for remote in able[name]:
                asked = remote.call("ask", name=name)
                kept = found["queries"].setdefault(name, {}).setdefault(remote.name, {"asked": len(asked["wall"])})
                for clock in ("wall", "processor"):
                    times = [nanoseconds / 1e6 for nanoseconds in asked[clock]]
                    kept.setdefault(clock, []).append(percentiles(times))
                    for few in set(self._workload["few"].values()):
                        # The same first queries of each set, for comparison with engines that are asked no more.
                        kept.setdefault(f"{clock} of {few}", []).append(percentiles(times[:few]))
                totals = asked["totals"]
                kept["matches"] = None if None in totals else sum(totals)

    def _throughput(self, able: dict[str, list[Remote]], found: dict[str, Any]) -> None:
        spec = self._workload["throughput"]
        for name in spec["queries"]:
            for remote in able.get(name, []):
                if remote.name not in spec["engines"]:
                    continue
                pair = [
                    remote.call("throughput", name=name, threads=threads, seconds=spec["seconds"]) for threads in (1, 2)
                ]
                found.setdefault(name, {}).setdefault(remote.name, []).append(pair)


def _empty(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found
