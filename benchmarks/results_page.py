"""The processor time of a results page beside the same search as JSON: `python -m benchmarks.results_page`.

The whole application answers, without a server and without compression: pages, JSON searches for what a page shows (by
article, with all facets) and plain JSON searches, each form by an application of its own. Each query, drawn from titles
of the news, is new to all of them and asked in all forms, in an order that turns: the process keeps some of what it
reads, and each form is first as often as any other. Nothing is kept of answers (`answer_bytes` is 0), but for the last
lines: other questions asked a second time where they are kept. Printed are the median and the 95th percentile in
milliseconds.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Mapping, Sequence
from operator import itemgetter
from pathlib import Path
from urllib.parse import urlencode

import click
from flask.testing import FlaskClient

from benchmarks.headlines import read
from benchmarks.new_queries import drawn
from indexer import Settings, build, warm
from webapp import create_app
from webapp.contract.declared import FACET_VALUES

ROOT = Path(__file__).resolve().parent.parent
FORMS = ("page", "JSON of the page", "plain JSON")


def address(form: str, query: str, settings: Settings) -> str:
    """What is requested for a query in one of `FORMS`."""
    if form == "page":
        return f"/search?{urlencode({'q': query})}"
    asked = {"q": query}
    if form == "JSON of the page":
        facets = ",".join(settings.schema.facets)
        asked |= {"group": "article", "facets": facets, "facet_values": str(FACET_VALUES)}
    return f"/api/v1/search?{urlencode(asked)}"


def timed(client: FlaskClient, path: str) -> float:
    """Milliseconds of processor time of an answer; raises `RuntimeError` for an error."""
    begun = time.process_time()
    response = client.get(path, headers={"Accept-Encoding": "identity"})
    took = (time.process_time() - begun) * 1000
    if response.status_code != 200:
        raise RuntimeError(f"{path} was answered with {response.status_code}")
    return took


def measured(settings: Settings, queries: Sequence[str], *, again: bool = False) -> dict[str, list[float]]:
    """The times of each form, each query asked in all of them; with `again`, those of asking it once more."""
    clients = {form: create_app(settings).test_client() for form in FORMS}
    times: dict[str, list[float]] = {form: [] for form in FORMS}
    for number, query in enumerate(queries):
        first = number % len(FORMS)
        for form in (*FORMS[first:], *FORMS[:first]):
            path = address(form, query, settings)
            took = timed(clients[form], path)
            times[form].append(timed(clients[form], path) if again else took)
    return times


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--index", "directory", type=click.Path(path_type=Path), help="An index; default: one of the news.")
@click.option("--each", default=30, show_default=True, type=click.IntRange(1), help="Queries of each kind.")
def main(directory: Path | None, each: int) -> None:
    """Time results pages and JSON searches.

    Example: python -m benchmarks.results_page --each 10
    """
    shared = Path(os.environ.get("TIMDOAN_SHARED", ROOT.parent / "shared" / "data"))
    # Kind by kind, so that each part gets as many of each.
    queries = [
        query for _, query in sorted(drawn([article["title"] for article in read(shared)], 3 * each), key=itemgetter(0))
    ]
    with tempfile.TemporaryDirectory() as folder:
        if directory is None:
            build([shared / "news" / "articles.jsonl.gz"], folder)
        settings = Settings(index=directory or Path(folder), answer_bytes=0, log_format="off")
        warm(settings)
        before, new, known = (queries[part::3] for part in range(3))
        measured(settings, before)
        found = measured(settings, new)
        report("asked for the first time", found)
        page, alike = (statistics.median(found[form]) for form in FORMS[:2])
        click.echo(f"a page takes {page / alike:.2f} times the JSON of the same, {page - alike:.2f} ms more")
        report("asked again", measured(settings.changed({"answer_bytes": 8_000_000}), known, again=True))


def report(title: str, times: Mapping[str, Sequence[float]]) -> None:
    """Print the times of each form."""
    click.echo(title)
    for form, each in times.items():
        p95 = sorted(each)[int(0.95 * len(each))]
        click.echo(f"  {form:18} p50 {statistics.median(each):6.2f}  p95 {p95:6.2f}")


if __name__ == "__main__":
    main()
