"""The commands `indexer eval` and `indexer eval compare`, which measure relevance."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from indexer.cli.common import current_settings, reported, show_json

if TYPE_CHECKING:
    from indexer.evaluation.harm import Harm


@click.command()
@click.argument("first", metavar="A.json", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("second", metavar="B.json", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@reported
def compare(first: Path, second: Path, as_json: bool) -> None:
    """Tell whether B ranks better than A by more than chance.

    Both are written by `indexer eval FOLDER --output FILE`. nDCG@10, query by query; paired randomisation test.

    Example: indexer eval compare before.json after.json
    """
    from indexer.cli import console
    from indexer.evaluation import comparison

    found = comparison.compare(first, second)
    if as_json:
        show_json([asdict(each) for each in found])
        return
    rows = [
        [
            each.name,
            f"{each.queries:,}",
            f"{each.first:.4f}",
            f"{each.second:.4f}",
            f"{each.difference:+.4f}",
            f"{each.p:.4f}",
        ]
        for each in found
    ]
    console.show_columns([comparison.MEASURE, "queries", "A", "B", "B - A", "p"], rows)


class _Evaluate(click.Command):
    """`eval FOLDER`, and `eval compare`; a folder named compare is given as ./compare."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        if args[:1] == ["compare"]:
            return compare.make_context(f"{info_name} compare", args[1:], parent, **extra)
        return super().make_context(info_name, args, parent, **extra)


def _variant_names(context: click.Context, option: click.Parameter, value: str | None) -> tuple[str, ...]:
    from indexer.evaluation.variants import VARIANTS

    if value in (None, "all"):
        return tuple(VARIANTS) if value else ()
    names = tuple(name.strip() for name in value.split(","))
    for name in names:
        if name not in VARIANTS:
            raise click.BadParameter(f"there is no variant {name!r}; there are {', '.join(VARIANTS)}.")
    return names


@click.command("eval", cls=_Evaluate)
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--queries", type=click.Path(path_type=Path), help="Another queries file (in FOLDER, or a path).")
@click.option("--limit", type=click.IntRange(1), help="Ask only the first N queries.")
@click.option(
    "--variants",
    "names",
    metavar="NAMES",
    callback=_variant_names,
    help="Ask in these typing variants too: all, or names separated by commas.",
)
@click.option("--literal", is_flag=True, help="Ask as typed: no repair, no abbreviation read.")
@click.option(
    "--harm",
    is_flag=True,
    help="List the queries that the reading changed, with what each gains or loses; none without diacritics.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write JSON to a file, the values of each query included.",
)
@reported
def evaluate(
    folder: Path,
    queries: Path | None,
    limit: int | None,
    names: tuple[str, ...],
    literal: bool,
    harm: bool,
    as_json: bool,
    output: Path | None,
) -> None:
    """Measure the ranking on judged queries in BEIR layout.

    FOLDER holds corpus.jsonl, queries.jsonl and qrels.tsv. Its corpus is indexed in a temporary place. Two results are
    compared by `indexer eval compare A.json B.json`.

    Example: indexer eval corpus --variants nomarks,telex
    """
    from indexer.cli import console, progress_bars
    from indexer.evaluation import comparison
    from indexer.evaluation.harm import evaluate_harm
    from indexer.evaluation.judged import read_judged_set
    from indexer.evaluation.run import evaluate_variants
    from indexer.search.index import warm

    if output is not None and not output.parent.is_dir():
        raise click.BadParameter(f"there is no folder {output.parent}", param_hint="--output")
    if harm and (names or literal):
        raise click.UsageError("--harm compares queries as read and as typed: leave out --variants and --literal.")
    judged = read_judged_set(folder, queries)
    # A ranking is measured to depth 100 whatever pages the settings allow.
    settings = replace(current_settings(), page_size_limit=100, depth_limit=10_000)
    warm(settings)  # hundreds of queries: the compiled path pays
    if harm:
        with progress_bars.indexing_progress("Indexing") as on_build, progress_bars.query_progress() as on_query:
            found = evaluate_harm(judged, settings, limit, on_build, on_query)
        if output is not None:
            comparison.write_results(output, _harm_as_json(found))
        if as_json:
            show_json(_harm_as_json(found))
        else:
            _show_harm(found)
        return
    with progress_bars.indexing_progress("Indexing") as on_build, progress_bars.query_progress() as on_query:
        result = evaluate_variants(judged, settings, names, limit, on_build, on_query, literal=literal)
    if output is not None:
        comparison.write_results(output, comparison.results(result))
    if as_json:
        show_json(comparison.results(result, per_query=False))
    elif names:
        console.show_variants(result)
    else:
        rows = [(name, f"{value:.4f}") for name, value in result.original.measures.items()]
        console.show_table([*rows, ("queries", f"{result.original.queries:,}")])


def _harm_as_json(found: Harm) -> dict[str, Any]:
    changed = [
        {
            "id": each.key,
            "query": each.text,
            "read": each.read,
            "expanded": list(each.expanded),
            "as_read": round(each.as_read, 4),
            "as_typed": round(each.as_typed, 4),
            "difference": round(each.difference, 4),
        }
        for each in found.changed
    ]
    return {
        "queries": found.queries,
        "without_diacritics": found.unmarked,
        "difference": round(found.difference, 4),
        "changed": changed,
    }


def _show_harm(found: Harm) -> None:
    """The queries that were changed, the most harmed first, then what it comes to."""
    from indexer.cli import console
    from indexer.evaluation.harm import MEASURE

    for each in found.changed:
        read = "; ".join([*([each.read] if each.read != each.text else []), *each.expanded])
        line = f"{each.difference:+.4f}  {each.as_typed:.4f} -> {each.as_read:.4f}  {each.text} -> {read}"
        console.out().print(console.printable(line), markup=False, highlight=False, soft_wrap=True)
    console.show_table(
        [
            ("queries with diacritics", f"{found.queries:,}"),
            ("left out, without any", f"{found.unmarked:,}"),
            ("changed by the reading", f"{len(found.changed):,}"),
            ("harmed", f"{sum(each.difference < 0 for each in found.changed):,}"),
            (f"{MEASURE} gained on average", f"{found.difference:+.4f}"),
        ]
    )
