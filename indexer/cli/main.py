"""The `indexer` command: each subcommand calls the library and shows what came back.

Exit status: 0 success; 1 some input was rejected, or a check found damage; 2 the command could not be carried out
(misuse, no index, an index in use). What the commands share lives in
`indexer.cli.common`, how things look in `indexer.cli.console`.
"""

from __future__ import annotations

import os
import re
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click

from indexer.cli.common import current_settings, index_option, reported, settings_file_option, show_json, sound
from indexer.cli.operating import queries as queries_command
from indexer.cli.operating import settings as settings_command
from indexer.cli.tuning import tune as tune_command

_jobs_option = click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    default=lambda: min(64, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1),
    help="Processes that analyse the text. The index is the same whatever their number. Default: one for each core.",
)
_paths_argument = click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="timdoan", prog_name="indexer")
@settings_file_option
def main(**_: Any) -> None:
    """Tìm Đoạn: full-text search for Vietnamese.

    Example: indexer build corpus && indexer search "co thi dua"
    """


@main.command()
@_paths_argument
@index_option
@_jobs_option
@reported
def build(paths: tuple[Path, ...], directory: Path | None, jobs: int) -> None:
    """Build a new index from articles and publish it.

    PATHS are .txt, .md, .jsonl and .jsonl.gz files and folders of them. The live index answers until the new one is
    whole, and is kept for `indexer rollback`.

    Example: indexer build corpus --index data/index
    """
    from indexer.cli import console
    from indexer.indexing import changes

    with console.indexing_progress("Indexing") as progress:
        report = changes.build(paths, current_settings(directory).index, progress, jobs=jobs)
    console.show_report(report, "indexed")
    sys.exit(1 if report.rejected else 0)


@main.command()
@_paths_argument
@index_option
@_jobs_option
@reported
def add(paths: tuple[Path, ...], directory: Path | None, jobs: int) -> None:
    """Add articles to the live index; one with a known id replaces it.

    Example: indexer add today.jsonl
    """
    from indexer.cli import console
    from indexer.indexing import changes

    with console.indexing_progress("Indexing") as progress:
        report = changes.add(paths, current_settings(directory).index, progress, jobs=jobs)
    console.show_report(report, "added")
    sys.exit(1 if report.rejected else 0)


@main.command()
@click.argument("ids", nargs=-1, required=True)
@index_option
@reported
def remove(ids: tuple[str, ...], directory: Path | None) -> None:
    """Remove articles from the live index by their ids.

    Example: indexer remove hoi-nghi-2023
    """
    from indexer.cli import console
    from indexer.indexing import changes

    report = changes.remove(ids, current_settings(directory).index)
    console.show_report(report, "removed")
    sys.exit(1 if report.rejected else 0)


@main.command()
@index_option
@reported
def rollback(directory: Path | None) -> None:
    """Make the generation before the live one live again.

    It becomes the one to go back to in its turn: a second rollback undoes the first.

    Example: indexer rollback
    """
    from indexer.indexing import changes

    names = changes.rollback(current_settings(directory).index)
    click.echo(f"generation {names.generation} is live again; {names.previous} is kept")


@main.command(context_settings={"ignore_unknown_options": True, "help_option_names": ["--help"]})
@click.argument("query")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--limit", type=click.IntRange(1, 100), default=10, show_default=True, help="Most passages shown.")
@click.option("--literal", is_flag=True, help="Search the letters as typed: repair no slip, read no abbreviation.")
@click.option("--explain", is_flag=True, help="Show what each score is made of.")
@index_option
@reported
def search(query: str, form: str, limit: int, literal: bool, explain: bool, directory: Path | None) -> None:
    """Search the index and show the best passages, the words found marked.

    Example: indexer search '"lực lượng vũ trang" -SSCĐ'
    """
    from indexer.cli import console
    from indexer.json_shape import to_json
    from indexer.results import SearchRequest
    from indexer.search.index import open_index

    settings = current_settings(directory)
    with open_index(settings.index, settings) as index:
        results = index.search(SearchRequest(sound(query), per_page=limit, literal=literal, explain=explain))
    if form == "json":
        show_json(to_json(results))
    else:
        console.show_results(results)


@main.command()
@click.argument("passage", metavar="ID#POSITION")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--limit", type=click.IntRange(1, 100), default=10, show_default=True, help="Most passages shown.")
@click.option("--same-article", is_flag=True, help="Show passages of the same article too.")
@index_option
@reported
def similar(passage: str, form: str, limit: int, same_article: bool, directory: Path | None) -> None:
    """Show the passages most like one passage.

    `indexer search` shows the ID#POSITION of each passage that it finds.

    Example: indexer similar le-hoi-buoi-phuc-trach#3
    """
    from indexer.cli import console
    from indexer.json_shape import to_json
    from indexer.search.index import open_index

    article_id, _, position = sound(passage).rpartition("#")
    if not article_id or not re.fullmatch(r"[0-9]{1,9}", position):
        raise click.BadParameter(f"{passage!r} is not ID#POSITION", param_hint="ID#POSITION")
    settings = current_settings(directory)
    with open_index(settings.index, settings) as index:
        found = index.similar(article_id, int(position), limit, same_article=same_article)
    if found is None:
        click.echo(f"error: there is no passage {article_id}#{position}", err=True)
        sys.exit(2)
    if form == "json":
        show_json(to_json(found))
    else:
        console.show_similar(found)


@main.command()
@index_option
@reported
def stats(directory: Path | None) -> None:
    """Show what the index holds.

    Example: indexer stats
    """
    from indexer.cli import console
    from indexer.search.index import open_index
    from indexer.storage import tuned_weights

    settings = current_settings(directory)
    with open_index(settings.index, settings) as index:
        held = index.stats()
        rows = [
            ("index", str(settings.index)),
            ("generation", index.generation),
            ("published", index.created),
            ("articles", f"{held.articles:,}"),
            ("paragraphs", f"{held.paragraphs:,}"),
            ("bytes", f"{held.bytes:,}"),
        ]
        learned, tuned = index.lexicon_stats(), index.tuned
    for name in held.terms:
        rows.append((f"{name.value}: terms", f"{held.terms[name]:,}"))
        rows.append((f"{name.value}: tokens", f"{held.tokens[name]:,}"))
    console.show_table([*rows, *console.lexicon_rows(learned), *console.tuning_rows(tuned)])
    tuned_weights.read(settings.index)


@main.command()
@click.argument("words", metavar="WORD...", nargs=-1, required=True)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@index_option
@reported
def lexicon(words: tuple[str, ...], form: str, directory: Path | None) -> None:
    """Show what the index knows of a syllable or a phrase.

    How often it occurs and with which capitals, the same letters under other marks, what follows it, and what it
    stands for or is abbreviated to.

    Example: indexer lexicon lực lượng vũ trang
    """
    from indexer.cli import console
    from indexer.search.index import open_index

    settings = current_settings(directory)
    with open_index(settings.index, settings) as index:
        known = index.lexicon_facts(sound(" ".join(words)))
    if form == "json":
        show_json(asdict(known))
    else:
        console.show_facts(known)


@main.command()
@index_option
@reported
def check(directory: Path | None) -> None:
    """Verify the index from end to end.

    Every file, every posting and every paragraph is read.

    Example: indexer check
    """
    from indexer.search.index import open_index

    settings = current_settings(directory)
    with open_index(settings.index, settings) as index:
        faults = 0
        for fault in index.check():
            faults += 1
            click.echo(fault, err=True)
        if not faults:
            click.echo(f"generation {index.generation}: {index.stats().paragraphs:,} paragraphs, all is well")
            return
    click.echo(
        f"{faults:,} faults. Go back with: indexer rollback, or build again with: indexer build PATH...",
        err=True,
    )
    sys.exit(1)


@main.command()
@click.argument("text")
@reported
def analyze(text: str) -> None:
    """Show how a text is read.

    Its syllables with their offsets and forms come first, then its words.

    Example: indexer analyze "Hội nghị QP – AN ngày 26/12"
    """
    from indexer import vietnamese
    from indexer.cli import console

    text = sound(text)
    console.show_analysis(text, vietnamese.analyze(text))


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


@main.command("eval", cls=_Evaluate)
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
    as_json: bool,
    output: Path | None,
) -> None:
    """Measure the ranking on judged queries in BEIR layout.

    FOLDER holds corpus.jsonl, queries.jsonl and qrels.tsv. Its corpus is indexed in a temporary place. Two results are
    compared by `indexer eval compare A.json B.json`.

    Example: indexer eval corpus --variants nomarks,telex
    """
    from indexer.cli import console
    from indexer.evaluation import comparison
    from indexer.evaluation.judged import read_judged_set
    from indexer.evaluation.run import evaluate_variants
    from indexer.search.index import warm

    if output is not None and not output.parent.is_dir():
        raise click.BadParameter(f"there is no folder {output.parent}", param_hint="--output")
    judged = read_judged_set(folder, queries)
    warm()  # hundreds of queries: the compiled path pays
    # A ranking is measured to depth 100 whatever pages the settings allow.
    settings = replace(current_settings(), page_size_limit=100, depth_limit=10_000)
    with console.indexing_progress("Indexing") as on_build, console.query_progress() as on_query:
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


for command in (settings_command, queries_command, tune_command):
    main.add_command(command)
