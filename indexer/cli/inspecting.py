"""The commands that inspect an index: stats, lexicon, check, analyze."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path

import click

from indexer.cli.common import current_settings, index_option, reported, show_json, sound


@click.command()
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@index_option
@reported
def stats(form: str, directory: Path | None) -> None:
    """Show what the index holds: how much, from when to when, of which sources, with which metadata.

    Example: indexer stats
    """
    from indexer.cli import console
    from indexer.cli.metadata_stats import metadata_rows, metadata_to_json
    from indexer.search.opening import open_generation
    from indexer.storage import tuned_weights

    settings = current_settings(directory)
    with open_generation(settings.index, settings) as index:
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
        stats = index.metadata_stats()
        if form == "json":
            facts = {"index": str(settings.index), "generation": index.generation, "published": index.created}
            counts = {"articles": held.articles, "paragraphs": held.paragraphs, "bytes": held.bytes}
            show_json({**facts, **counts, **metadata_to_json(stats)})
            return
        rows += metadata_rows(stats, index.schema)
        console.show_outdated(index.outdated)
    # No declared field is text: nothing is counted of them here.
    for name in filter(held.terms.get, held.terms):
        rows.append((f"{name.value}: terms", f"{held.terms[name]:,}"))
        rows.append((f"{name.value}: tokens", f"{held.tokens[name]:,}"))
    console.show_table([*rows, *console.lexicon_rows(learned), *console.tuning_rows(tuned)])
    tuned_weights.read(settings.index)


@click.command()
@click.argument("words", metavar="WORD...", nargs=-1, required=True)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@index_option
@reported
def lexicon(words: tuple[str, ...], form: str, directory: Path | None) -> None:
    """Show what the index knows of a syllable or a phrase.

    How often it occurs and with which capitals, the same letters with other diacritics, what follows it, and what it
    stands for or is abbreviated to.

    Example: indexer lexicon lực lượng vũ trang
    """
    from indexer.cli import console
    from indexer.search.opening import open_generation

    settings = current_settings(directory)
    with open_generation(settings.index, settings) as index:
        known = index.lexicon_facts(sound(" ".join(words)))
    if form == "json":
        show_json(asdict(known))
    else:
        console.show_facts(known)


@click.command()
@index_option
@reported
def check(directory: Path | None) -> None:
    """Verify the index from end to end.

    Every file, every posting and every paragraph is read.

    Example: indexer check
    """
    from indexer.cli import console
    from indexer.search.opening import open_generation

    settings = current_settings(directory)
    with open_generation(settings.index, settings) as index:
        console.show_outdated(index.outdated)
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


@click.command()
@click.argument("text")
@reported
def analyze(text: str) -> None:
    """Show how a text is read.

    Its syllables with their offsets and forms come first, then its words, then the keys of dates, quantities, codes and
    the like: what has the same key is found whatever way it is written.

    Example: indexer analyze "Hội nghị QP – AN ngày 26/12"
    """
    from indexer import vietnamese
    from indexer.cli import console
    from indexer.vietnamese.keys import keyed

    text = sound(text)
    console.show_analysis(text, vietnamese.analyze(text), keyed(text))


@click.command()
def formats() -> None:
    """List the formats of files that are read, and what those that cannot be read here need.

    Example: indexer formats
    """
    import shutil

    from indexer.articles.formats import all_formats
    from indexer.cli import console

    rows = []
    for suffix, format in all_formats().items():
        holds = "one article" if format.document else "articles" if format.records else "files"
        missing = f"needs {format.library}: pip install 'timdoan[{format.extra}]'"
        rows.append([suffix, holds, "yes" if format.is_installed else missing])
    scans = (
        "yes, with the setting ocr"
        if shutil.which("tesseract")
        else "needs tesseract: apt-get install tesseract-ocr-vie"
    )
    console.show_columns(["suffix", "holds", "read"], [*rows, ["scans in .pdf", "one article", scans]])
    click.echo("Each may be packed with gzip (.gz). Files with other suffixes are left out, and counted.")
