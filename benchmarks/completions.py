"""Whether suggestions stand in the archive, and what they cost: `python -m benchmarks.completions`.

Of random titles of the articles of a file (see ../shared/data/news) a random beginning is typed, half of them without
diacritics. Of what is proposed is counted

    side by side   what stands in some title or paragraph, syllable after syllable, whatever its writing
    as written     what stands there letter for letter, capitals, dots and hyphens included
    the title      the beginnings for which the title itself is proposed, or a beginning of it
    ms             processor time of a proposal in this process, half of the beginnings and 95 in 100
"""

from __future__ import annotations

import gzip
import json
import os
import random
import tempfile
import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from statistics import quantiles

import click

from indexer import build, open_index
from indexer.loops import warm
from indexer.vietnamese import fold, forms

ROOT = Path(__file__).resolve().parent.parent
BEGINNINGS = 500
PROPOSALS = 5
_LEAST, _MOST = 3, 28


def beginnings(titles: list[str], count: int, seed: int) -> Iterator[tuple[str, str]]:
    """Random beginnings of random titles, each with its title; every second one without diacritics."""
    draw = random.Random(seed)
    for number in range(count):
        title = draw.choice(titles)
        typed = title[: draw.randint(_LEAST, max(_LEAST, min(_MOST, len(title) - 1)))]
        yield (typed if number % 2 else fold(unicodedata.normalize("NFC", typed)).lower()), title


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--index", "directory", type=click.Path(path_type=Path), help="An index of the file.  [default: it is built]"
)
@click.option("--seed", default=7, show_default=True)
@click.option("--show", is_flag=True, help="List what does not stand there, and what is proposed for some beginnings.")
def main(directory: Path | None, seed: int, show: bool) -> None:
    """Count which suggestions stand in the archive.

    Example: python -m benchmarks.completions --show
    """
    shared = Path(os.environ.get("TIMDOAN_SHARED", ROOT.parent / "shared" / "data"))
    source = shared / "news" / "articles.jsonl.gz"
    with gzip.open(source, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    texts = [text for each in records for text in (each["title"], *each["paragraphs"])]
    written = "\n".join(unicodedata.normalize("NFC", text) for text in texts)
    spoken = "\n".join(f" {' '.join(forms(text))} " for text in texts)
    with tempfile.TemporaryDirectory() as folder:
        if directory is None:
            directory = Path(folder) / "index"
            build([source], directory)
        warm()
        proposed = by_side = as_written = titled = shown = 0
        seconds: list[float] = []
        with open_index(directory) as index:
            for text, title in beginnings([each["title"] for each in records], BEGINNINGS, seed):
                start = time.process_time()
                found = index.suggest(text, PROPOSALS)
                seconds.append(time.process_time() - start)
                proposed += len(found)
                shown += bool(found)
                whole = " ".join(forms(title))
                titled += any(whole.startswith(" ".join(forms(each.text))) for each in found)
                for each in found:
                    stands = f" {' '.join(forms(each.text))} " in spoken
                    by_side += stands
                    as_written += unicodedata.normalize("NFC", each.text) in written
                    if show and not stands:
                        click.echo(f"nowhere  {text!r} -> {each.text!r}")
                if show and len(seconds) % 10 == 0:
                    click.echo(f"{text!r}: {[each.text for each in found]}")
    cuts = quantiles(seconds, n=20)
    click.echo(f"proposed      {proposed} for {shown} of {BEGINNINGS} beginnings")
    click.echo(f"side by side  {by_side}")
    click.echo(f"as written    {as_written}")
    click.echo(f"the title     {titled} of {BEGINNINGS}")
    click.echo(f"ms            {cuts[9] * 1000:.1f} and {cuts[18] * 1000:.1f}")


if __name__ == "__main__":
    main()
