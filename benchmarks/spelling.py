"""How well slips in running text are repaired: `python -m benchmarks.spelling`, with `--index DIR` for the docs.

The set is 107 Wikipedia articles whose misspellings people labelled (Viwiki-spelling; see ../shared/data). The articles
themselves are indexed, slips and all, and the lexicon of that index repairs them, sentence by sentence:

    pointed at   of the labelled misspellings of one syllable whose right form occurs in these articles, the share for
                 which the first suggestion for that place (`corrections`) is one that the label has
    unprompted   the same share where nobody says which syllable is wrong: what `Repairer.repair` makes of the sentence,
                 of which names, numbers and words that ask are left alone as in a query (`leeway`)
    changed      of the syllables of one in ten sentences without a label, the share that `repair` changes likewise

The articles are split into halves by the checksum of their ids; only the first half was looked at while repair was
made, and the frequencies of `slips` were counted there.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import click

from benchmarks.corrections import Corrector
from benchmarks.slips import FILE, kind_of_slip
from indexer import build
from indexer.lexicon import ATTACHMENT, Lexicon, Repairer, open_lexicon
from indexer.loops import warm
from indexer.query.clauses import Chunk
from indexer.query.leeway import leeway
from indexer.query.words import WordRun, analyze_run
from indexer.storage.registry import open_backend
from indexer.vietnamese import forms, tokens

ROOT = Path(__file__).resolve().parent.parent
START = "<!-- The table up to the next marker is written by `python -m benchmarks.spelling --index DIR`. -->"
END = "<!-- End of the table of spelling. -->"
HALVES = ("looked at", "held out")

CONTEXT = 24
"""Syllables of its sentence on each side of a mistake that are given: a query is repaired up to 64."""

CLEAN = 10
"""One in so many sentences without a label is repaired, chosen by checksum."""

EVERY = 1_000
"""More corrections than any place has."""

_SENTENCE = re.compile(r"[^.!?;\n]+")


@dataclass(frozen=True, slots=True)
class Mistake:
    """Forms `start` to `end` (exclusive) of a sentence are misspelled; `right` are the readings that its label has."""

    run: WordRun
    start: int
    end: int
    right: frozenset[tuple[str, ...]]

    @property
    def sentence(self) -> tuple[str, ...]:
        """The forms of the sentence."""
        return self.run.forms

    @property
    def typed(self) -> tuple[str, ...]:
        """The misspelled forms."""
        return self.sentence[self.start : self.end]


@dataclass(slots=True)
class Figures:
    """Counts of one half, its mistakes that were not mended, and the kinds of slip.

    Of each kind, `possible` counts the candidates that it would explain, `made` those of them that are right.
    """

    known: int = 0
    unknown: int = 0
    pointed: int = 0
    unprompted: int = 0
    syllables: int = 0
    changed: int = 0
    missed: list[tuple[Mistake, tuple[str, ...]]] = field(default_factory=list)
    made: Counter[str] = field(default_factory=Counter)
    possible: Counter[str] = field(default_factory=Counter)


def read(path: Path) -> Iterator[tuple[int, str, list[Mistake], list[WordRun]]]:
    """Of each article: its half (0 or 1), its text, its mistakes, and its sentences without any."""
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            text = record["text"]
            labels = [(int(each["start_offset"]), each["text"], each["suggest"]) for each in record["mistakes"]]
            mistakes, clean = [], []
            for sentence in _SENTENCE.finditer(text):
                begin, end = sentence.span()
                inside = [label for label in labels if begin <= label[0] < end]
                if not inside and zlib.crc32(sentence[0].encode()) % CLEAN == 0:
                    clean.append(_run(sentence[0]))
                for at, typed, suggested in inside:
                    before, after = _near(text[begin:at], text[at + len(typed) : end])
                    first, wrong = len(forms(before)), tuple(forms(typed))
                    right = frozenset(tuple(forms(each)) for each in suggested) - {wrong, ()}
                    # A label whose letters do not stand where it says, or that only changes the style, says nothing.
                    if len(wrong) == 1 and right and text[at : at + len(typed)].lower() == typed.lower():
                        written = text[at : at + len(typed)]
                        mistakes.append(Mistake(_run(f"{before}{written}{after}"), first, first + 1, right))
            yield zlib.crc32(record["_id"].encode()) & 1, text, mistakes, [each for each in clean if each.forms]


def _near(before: str, after: str) -> tuple[str, str]:
    """Of what stands before and after a mistake, the nearest syllables."""
    earlier, later = tokens(before), tokens(after)
    if len(earlier.forms) > CONTEXT:
        before = before[earlier.starts[-CONTEXT] :]
    return before, after[: later.ends[CONTEXT - 1]] if len(later.forms) > CONTEXT else after


def _run(text: str) -> WordRun:
    """A sentence as a query has it."""
    words = [Chunk(word[0], *word.span()) for word in re.finditer(r"\S+", text)]
    return analyze_run(words, len(text))[0]


def measure(path: Path, other: Path | None = None) -> tuple[Figures, Figures]:
    """The figures of both halves, by the lexicon of the index `other`, or of one of these very articles."""
    articles = list(read(path))
    warm()
    with tempfile.TemporaryDirectory(prefix="timdoan-spelling-") as folder:
        corpus = Path(folder) / "articles.jsonl"
        with open(corpus, "w", encoding="utf-8") as file:
            for number, (_, text, _, _) in enumerate(articles):
                record = {"id": str(number), "title": "", "text": text.replace("\n", "\n\n")}
                file.write(json.dumps(record, ensure_ascii=False) + "\n")
        index = Path(folder) / "index"
        if other is None:
            build([corpus], index)
        index = other or index
        attachments = open_backend(index).open().attachments
        repairer = Repairer(lexicon := open_lexicon(attachments / ATTACHMENT))
        corrector = Corrector(lexicon)
        figures = (Figures(), Figures())
        for half, _, mistakes, clean in articles:
            for mistake in mistakes:
                _judge(figures[half], mistake, repairer, corrector, lexicon)
            for run in clean:
                figures[half].syllables += len(run.forms)
                changes = repairer.repair(run.forms, leeway(run, lexicon)).changes
                figures[half].changed += sum(change.end - change.start for change in changes)
    return figures


def _judge(figures: Figures, mistake: Mistake, repairer: Repairer, corrector: Corrector, lexicon: Lexicon) -> None:
    if not any(all(lexicon.count(form) for form in right) for right in mistake.right):
        figures.unknown += 1
        return
    figures.known += 1
    found = corrector.corrections(mistake.sentence, mistake.start, limit=EVERY)
    for each in found:
        kind = kind_of_slip(mistake.typed[0], each.forms)
        figures.possible[kind] += 1
        figures.made[kind] += each.forms in mistake.right
    first = found[0].forms if found else ()
    figures.pointed += first in mistake.right
    if first not in mistake.right:
        figures.missed.append((mistake, first))
    figures.unprompted += _mended(mistake, repairer, lexicon)


def _mended(mistake: Mistake, repairer: Repairer, lexicon: Lexicon) -> bool:
    """Whether the sentence as repaired has a right reading where the mistake stood."""
    made: list[str] = list(mistake.sentence[: mistake.start])
    repaired = repairer.repair(mistake.sentence, leeway(mistake.run, lexicon))
    shift = sum(
        len(change.forms) - (change.end - change.start) for change in repaired.changes if change.end <= mistake.start
    )
    start = len(made) + shift
    rest = repaired.forms[start:]
    return any(rest[: len(right)] == right for right in mistake.right)


def table(figures: tuple[Figures, ...]) -> str:
    """The figures as Markdown."""
    both = Figures()
    for name in ("known", "unknown", "pointed", "unprompted", "syllables", "changed"):
        setattr(both, name, sum(getattr(half, name) for half in figures))
    lines = ["| half | misspellings | right form known | pointed at | unprompted | changed of clean syllables |"]
    lines.append("|---|---|---|---|---|---|")
    for name, half in zip((*HALVES, "both"), (*figures, both), strict=True):
        total, known = half.known + half.unknown, max(half.known, 1)
        shares = f"{half.pointed / known:.1%} | {half.unprompted / known:.1%}"
        changed = f"{half.changed:,} of {half.syllables:,}, 1 in {half.syllables // max(half.changed, 1):,}"
        lines.append(f"| {name} | {total:,} | {half.known:,} | {shares} | {changed} |")
    return "\n".join(lines)


def write_slips(figures: Figures) -> None:
    """Write the file of `slips`: each kind, how often made, of how many candidates."""
    lines = [f"{kind}\t{figures.made[kind]}\t{possible}" for kind, possible in sorted(figures.possible.items())]
    FILE.write_text("\n".join(("kind\tmade\tpossible", *lines)) + "\n", "utf-8")


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--errors", type=click.IntRange(0), default=0, help="Show so many misses of the half looked at.")
@click.option(
    "--index", type=click.Path(path_type=Path, file_okay=False), help="Repair by this index, not one of the articles."
)
@click.option(
    "--slips", is_flag=True, help="Write benchmarks/slips.tsv: the kinds of slip of the half looked at, counted."
)
def main(errors: int, index: Path | None, slips: bool) -> None:
    """Measure the repair of labelled misspellings.

    The set is read from the folder that TIMDOAN_SHARED names, else from ../shared/data.

    Example: python -m benchmarks.spelling --errors 20
    """
    shared = Path(os.environ.get("TIMDOAN_SHARED", ROOT.parent / "shared" / "data"))
    path = shared / "spelling" / "viwiki-spelling.jsonl"
    if not path.is_file():
        raise click.ClickException(f"there is no {path} (set TIMDOAN_SHARED to say where the measurement data is)")
    figures = measure(path, index)
    shown = table(figures)
    click.echo(shown)
    for mistake, first in figures[0].missed[:errors]:
        near = mistake.sentence[max(mistake.start - 3, 0) : mistake.end + 3]
        right = " / ".join(" ".join(each) for each in sorted(mistake.right))
        click.echo(f"{' '.join(near)}: {' '.join(mistake.typed)} -> {' '.join(first) or '-'}, not {right}")
    if slips:
        write_slips(figures[0])
    document = ROOT / "docs" / "relevance.md"
    before, mark, rest = document.read_text("utf-8").partition(START)
    if mark and index is not None:
        _, _, after = rest.partition(END)
        document.write_text(f"{before}{START}\n\n{shown}\n\n{END}{after}", "utf-8")


if __name__ == "__main__":
    main()
