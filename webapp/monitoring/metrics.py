"""Prometheus metrics, over all processes of a server.

Under `webapp` each process keeps its metrics in files of one directory, and the process that answers /metrics adds them
up (multiprocess mode of prometheus-client, by `PROMETHEUS_MULTIPROC_DIR`). Elsewhere, as in tests, an application has
its own metrics. No label contains user input.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from indexer import Depth, Results

if TYPE_CHECKING:
    from webapp.monitoring.holdings import Holdings

MEDIA_TYPE = CONTENT_TYPE_PLAIN_0_0_4

DIRECTORY_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""Read by prometheus-client when it is imported."""

SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
WEBHOOK_OUTCOMES = ("sent", "failed", "given_up")
PASSAGES = (0, 1, 3, 10, 30, 100, 300, 1_000, 10_000, 100_000)


class Metrics:
    """The metrics of one application."""

    def __init__(self) -> None:
        registry = self._registry = CollectorRegistry()
        self._requests = Histogram(
            "timdoan_request_seconds", "Time from request to answer.", ["route"], buckets=SECONDS, registry=registry
        )
        self._answers = Counter("timdoan_requests", "Requests answered.", ["route", "status"], registry=registry)
        self._searches = Histogram(
            "timdoan_search_seconds", "Time of searching alone, snippets included.", buckets=SECONDS, registry=registry
        )
        self._results = Histogram(
            "timdoan_search_results", "Passages found by a search.", buckets=PASSAGES, registry=registry
        )
        self._empty = Counter("timdoan_searches_empty", "Searches that found nothing.", registry=registry)
        self._repaired = Counter(
            "timdoan_searches_repaired",
            "Searches with a correction of the query.",
            registry=registry,
        )
        self._expanded = Counter(
            "timdoan_searches_expanded", "Searches with an abbreviation expanded or a long form abbreviated.",
            registry=registry,
        )  # fmt: skip
        self._degraded = Counter(
            "timdoan_searches_degraded",
            "Searches that reached the time limit.",
            registry=registry,
        )
        self._shed = Counter(
            "timdoan_searches_shed", "Searches refused because too many were waiting.", registry=registry
        )
        self.running = Gauge(
            "timdoan_searches_running", "Searches running.", registry=registry, multiprocess_mode="livesum"
        )
        self.waiting = Gauge(
            "timdoan_searches_waiting", "Searches waiting for their turn.", registry=registry,
            multiprocess_mode="livesum",
        )  # fmt: skip
        self._unlogged = Counter(
            "timdoan_query_log_failures", "Searches that could not be written to the query log.", registry=registry
        )

        self._webhooks = Counter(
            "timdoan_webhooks", "Webhooks of saved searches, by what became of them.", ["outcome"], registry=registry
        )
        for outcome in WEBHOOK_OUTCOMES:
            self._webhooks.labels(outcome)

        self._given_again = Counter(
            "timdoan_answers_given_again", "Answers of searches given again from memory.", registry=registry
        )
        self._made = Counter("timdoan_answers_made", "Answers of searches that memory did not have.", registry=registry)
        self.kept_bytes = Gauge(
            "timdoan_answers_kept_bytes", "Memory that kept answers take.", registry=registry,
            multiprocess_mode="livesum",
        )  # fmt: skip

    def answered(self, route: str, status: int, seconds: float) -> None:
        """Count an answer; `route` is the rule that matched, never the path."""
        self._requests.labels(route).observe(seconds)
        self._answers.labels(route, str(status)).inc()

    def timed(self, results: Results) -> None:
        """Count the time of a search."""
        self._searches.observe(results.took_ms / 1000)

    def given_again(self) -> None:
        """Count an answer that was kept and is given again."""
        self._given_again.inc()

    def made(self) -> None:
        """Count an answer that was looked for among those kept, and had to be made."""
        self._made.inc()

    def searched(self, results: Results) -> None:
        """Count a search that was answered."""
        self._results.observe(results.total)
        if not results.total:
            self._empty.inc()
        if results.degraded:
            self._degraded.inc()
        if results.interpretation and results.interpretation.changes:
            self._repaired.inc()
        if results.interpretation and results.interpretation.expanded:
            self._expanded.inc()

    def webhook(self, outcome: str) -> None:
        """Count a webhook that was sent, failed, or was given up; other events are not counted."""
        if outcome in WEBHOOK_OUTCOMES:
            self._webhooks.labels(outcome).inc()

    def shed(self) -> None:
        """Count a search that was refused."""
        self._shed.inc()

    def unlogged(self) -> None:
        """Count a search that could not be written to the query log."""
        self._unlogged.inc()

    def exposition(self, holdings: Holdings | None, depth: Depth | None = None) -> bytes:
        """Everything in the text format of Prometheus.

        `holdings` is the live index, None where there is none; `depth` what waits to be published, None if not known.
        """
        if os.environ.get(DIRECTORY_VARIABLE):
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        else:
            registry = self._registry
        once = CollectorRegistry()
        once.register(_Given([*_gauges(holdings), *_depths(depth)]))
        return generate_latest(registry) + generate_latest(once)


class _Given(Collector):
    def __init__(self, metrics: Iterable[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterator[Metric]:
        yield from self._metrics


def _depths(depth: Depth | None) -> Iterator[GaugeMetricFamily]:
    yield GaugeMetricFamily("timdoan_queue_ready", "Whether the queue of changes can be read.", depth is not None)
    if depth is None:
        return
    yield GaugeMetricFamily("timdoan_queue_items", "Articles that wait to be published.", depth.items)
    yield GaugeMetricFamily("timdoan_queue_bytes", "Bytes of the articles that wait to be published.", depth.bytes)
    yield GaugeMetricFamily(
        "timdoan_queue_oldest_seconds", "Time since the oldest of them was accepted.", depth.oldest_seconds
    )


def _gauges(holdings: Holdings | None) -> Iterator[GaugeMetricFamily]:
    ready = holdings is not None
    yield GaugeMetricFamily("timdoan_ready", "Whether the index is open and can be searched.", ready)
    if holdings is None:
        return
    age = max(0.0, time.time() - datetime.fromisoformat(holdings.created).timestamp())
    yield GaugeMetricFamily("timdoan_generation_age_seconds", "Time since the live generation was published.", age)
    info = GaugeMetricFamily("timdoan_generation", "The live generation, by its name.", labels=["generation"])
    info.add_metric([holdings.generation], 1)
    yield info
    lexicon = holdings.lexicon
    yield GaugeMetricFamily("timdoan_lexicon_ready", "Whether the lexicon is loaded.", lexicon)
    unreadable = "newest-generation-unreadable" in holdings.warnings
    yield GaugeMetricFamily(
        "timdoan_newest_generation_unreadable", "Whether a newer generation exists that cannot be opened.", unreadable
    )
    yield GaugeMetricFamily("timdoan_articles", "Articles of the live generation.", holdings.articles)
    yield GaugeMetricFamily("timdoan_paragraphs", "Paragraphs of the live generation.", holdings.paragraphs)
