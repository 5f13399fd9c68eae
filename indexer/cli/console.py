"""Console output of the `indexer` command: reports, results with highlights, tables.

Errors go to standard error, answers to standard output, so that answers can be piped.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from indexer.results import Passage, Results, ScorePart, Similar
from indexer.vietnamese import Analysis
from indexer.vietnamese.keys import Keyed

if TYPE_CHECKING:
    # Whoever searches needs nothing of what indexes, learns and evaluates.
    from indexer.evaluation.run import Variants
    from indexer.indexing.report import Report
    from indexer.lexicon import Expansion, Facts, LexiconStats
    from indexer.search.query_log import QueryLogSummary
    from indexer.storage.tuned_weights import Tuned

_KINDS_SHOWN = 20
MARK_STYLE = "bold black on yellow"

_CONTROLS = {code: "\ufffd" for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\n\t"}


def printable(text: str) -> str:
    """`text` with its control characters replaced one for one: those of an article must not steer the terminal."""
    return text.translate(_CONTROLS)


def out() -> Console:
    """Standard output as it is now (a test may have replaced it)."""
    return Console(highlight=False, soft_wrap=True)


def err() -> Console:
    """Standard error as it is now."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


def show_report(report: Report, done: str) -> None:
    """The summary of a change: rejections and warnings on standard error, figures on standard output."""
    show_troubles(report)
    rate = report.paragraphs / report.seconds if report.seconds else 0.0
    console = out()
    articles = report.articles or report.removed
    console.print(f"{done} {count(articles, 'article')}, {count(report.paragraphs, 'paragraph')}")
    if report.articles and report.removed:
        console.print(f"{report.removed:,} of them replaced an article of the same id")
    if report.meanwhile:
        console.print(f"{count(report.meanwhile, 'article')} changed by others meanwhile: kept as they left it")
    console.print(f"{report.rejected:,} rejected" + (f", {count(report.warned, 'warning')}" if report.warned else ""))
    console.print(f"{report.seconds:.1f} seconds, {rate:,.0f} paragraphs a second")
    if report.generation:
        console.print(f"generation {report.generation}")


def show_troubles(report: Report) -> None:
    """Rejections, warnings and what was left out, on standard error."""
    for rejection in report.rejections:
        err().print(Text(printable(f"rejected: {rejection}")))
    if report.rejected > len(report.rejections):
        err().print(f"and {report.rejected - len(report.rejections):,} more were rejected")
    for warning in report.warnings:
        err().print(Text(printable(f"warning: {warning}")))
    if report.warned > len(report.warnings):
        err().print(f"and {report.warned - len(report.warnings):,} more warnings")
    show_outdated(report.outdated)
    if report.left_out:
        kinds = ", ".join(f"{kind} {count:,}" for kind, count in report.left_out.most_common(_KINDS_SHOWN))
        more = ", ..." if len(report.left_out) > _KINDS_SHOWN else ""
        err().print(Text(printable(f"{count(report.left_out.total(), 'file')} left out ({kinds}{more})")))


def show_outdated(sentences: Sequence[str]) -> None:
    """What an index lacks of the fields that were declared, on standard error."""
    for sentence in sentences:
        err().print(Text(printable(f"warning: {sentence}")))


def show_results(results: Results) -> None:
    """Passages with highlights, one below the other."""
    console = out()
    for warning in results.warnings:
        err().print(Text(printable(f"warning: {warning.message}")))
    if (reading := results.interpretation) and reading.sure:
        console.print(Text(f"did you mean: {reading.repaired}"))
    about = "" if results.exact else "at least "
    passages, articles = count(results.total, "passage"), count(results.articles, "article")
    some = f"; {results.partial:,} more lack something of the query" if results.partial else ""
    console.print(f"{about}{passages} in {articles}{some} ({results.took_ms:,.0f} ms)")
    for number, passage in enumerate(results.passages, (results.page - 1) * results.per_page + 1):
        console.print()
        console.print(_heading(number, passage))
        console.print(_marked(passage))
        if passage.missing:
            console.print(Text(printable(f"   without: {', '.join(passage.missing)}"), style="dim"))
        if passage.near_duplicates:
            names = [f"{each.article.id}#{each.paragraph.position}" for each in passage.near_duplicates]
            console.print(Text(printable(f"   nearly the same: {', '.join(names)}"), style="dim"))
        for part in sorted(passage.explanation or (), key=lambda part: -part.score):
            console.print(Text(printable(_score_part(part)), style="dim"))


def show_similar(found: Similar) -> None:
    """Passages like one passage, after the words it was compared by."""
    console = out()
    console.print(Text(printable(f"by: {', '.join(found.words)}"), style="dim"))
    console.print(count(len(found.passages), "passage") if found.passages else "no passage is like this one")
    if found.degraded:
        console.print(Text("The time ran out: likelier passages may be missing.", style="yellow"))
    for number, passage in enumerate(found.passages, 1):
        console.print()
        console.print(_heading(number, passage))
        console.print(_marked(passage))


def _score_part(part: ScorePart) -> str:
    if not part.field:
        name = {"sentence": "best sentence", "first": "first match"}.get(part.kind, part.kind)
        return f"   {part.score:8.3f}  {name} (weight {part.weight:g})"
    held = ", ".join(f"{frequency:,}" for frequency in part.document_frequencies)
    passages = "passage" if held == "1" else "passages"
    about = f"weight {part.weight:.3g}, {count(part.frequency, 'time')}, in {held or 'no'} {passages}"
    return f"   {part.score:8.3f}  {part.field} {part.kind} {part.form!r} ({about})"


def count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _heading(number: int, passage: Passage) -> Text:
    article = passage.article
    page = passage.paragraph.page
    facts = [
        article.date.isoformat() if article.date else None,
        article.source,
        passage.paragraph.kind.value,
        f"page {page:,}" if page else None,
    ]
    heading = Text(f"{number}. ")
    heading.append(printable(article.title or article.id), style="bold")
    heading.append(f"  {article.id}#{passage.paragraph.position}", style="cyan")
    about = printable(" · ".join(fact for fact in facts if fact))
    heading.append(f"  {about}  {passage.score:.2f}", style="dim")
    return heading


def _marked(passage: Passage) -> Text:
    snippet = passage.snippet
    whole, shown = passage.paragraph.text, printable(snippet.text)
    text, at = Text("   " if snippet.start == 0 else "   … "), 0
    for start, end in snippet.highlights:
        text.append(shown[at:start])
        text.append(shown[start:end], style=MARK_STYLE)
        at = end
    text.append(shown[at:])
    if snippet.start + len(snippet.text) < len(whole):
        text.append(" …")
    return text


def show_analysis(text: str, analysis: Analysis, found: Sequence[Keyed]) -> None:
    """The syllables of a text with their offsets and forms, then its words, then the keys of what is spelled otherwise
    elsewhere."""
    table = Table("start", "end", "source", "form", box=None, header_style="dim")
    for start, end, form in zip(analysis.starts, analysis.ends, analysis.forms, strict=True):
        table.add_row(str(start), str(end), Text(printable(text[start:end])), Text(printable(form)))
    console = out()
    console.print(table)
    console.print("words:", Text(" ".join(word.form for word in analysis.words)))
    for each in found:
        keys = ", ".join(each.keys) + (f" (also {', '.join(each.also)})" if each.also else "")
        console.print("key:", Text(f"{printable(text[each.start : each.end])} = {printable(keys)}"))


def lexicon_rows(stats: LexiconStats | None) -> list[tuple[str, str]]:
    """The figures of a lexicon as rows of a table; None is a lexicon that cannot be read."""
    if stats is None:
        return [("lexicon", "cannot be read: build the index again")]
    figures = dataclasses.asdict(stats).items()
    return [(f"lexicon: {_LEXICON_NAMES.get(name, name)}", f"{value:,}") for name, value in figures]


def tuning_rows(tuned: Tuned | None) -> list[tuple[str, str]]:
    """What is known of learned weights, as rows of a table."""
    if tuned is None:
        return [("weights", "the defaults")]
    return [
        ("weights", f"learned from {tuned.queries:,} judged queries, {tuned.date}"),
        *((f"learned: {name}", f"{value:g}") for name, value in tuned.values.items()),
        ("nDCG@10 of queries held out, defaults", f"{tuned.before:.4f}"),
        ("nDCG@10 of queries held out, learned", f"{tuned.after:.4f}"),
        ("gain", f"{tuned.after - tuned.before:+.4f} (p = {tuned.p:.4f})"),
    ]


def show_facts(known: Facts) -> None:
    """What the lexicon knows of a text: the whole of it, then each of its syllables."""
    console = out()
    if not known.syllables:
        console.print("there is no syllable in it")
        return
    if len(known.syllables) > 1:
        kept = "no phrase the lexicon keeps" if known.phrase_count is None else f"{known.phrase_count:,} times"
        console.print(Text(printable(f"{known.text}: {kept}")), style="bold")
    for title, entries in (("stands for", known.readings), ("abbreviated", known.shorts)):
        for entry in entries:
            console.print(Text(printable(f"  {title}: {_expansion(entry, title == 'stands for')}")))
    for at, syllable in enumerate(known.syllables):
        console.print(Text(f"{syllable.form}: {syllable.count:,} times"), style="bold")
        if at:
            console.print(Text(f"  after {known.syllables[at - 1].form}: {known.pairs[at - 1]:,}"))
        if syllable.count:
            console.print(f"  in capitals: {syllable.capital_share:.1%}")
        for title, listed in (("other diacritics", syllable.same_letters), ("followed by", syllable.followers)):
            if listed:
                console.print(Text(f"  {title}: " + ", ".join(f"{form} {count:,}" for form, count in listed)))


_LEXICON_NAMES = {"removed": "paragraphs removed since", "forms": "different syllables", "pairs": "different pairs"}


def _expansion(entry: Expansion, long: bool) -> str:
    told = " ".join(entry.forms) if long else entry.short
    if entry.source == "reviewed":
        return f"{told} (reviewed list{': ' + entry.note if entry.note else ''})"
    example = f", as in {entry.article}" if entry.article else ""
    return f"{told} (defined {entry.count:,} times{example})"


def show_variants(run: Variants) -> None:
    """The measures of a judged set as written and in each typing variant, and what is retained of nDCG@10."""
    rows = [["as written", *(f"{value:.4f}" for value in run.original.measures.values()), ""]]
    for name, each in run.variants.items():
        retained = run.retention(name)
        share = "" if retained is None else f"{retained:.4f}"
        rows.append([name, *(f"{value:.4f}" for value in each.measures.values()), share])
    show_columns([f"{run.original.queries:,} queries", *run.original.measures, "retention"], rows)


def show_columns(head: list[str], rows: list[list[str]]) -> None:
    """A table with a head; all columns but the first to the right."""
    table = Table(box=None, header_style="dim")
    for name in head:
        table.add_column(name, justify="right" if table.columns else "left", no_wrap=True)
    for row in rows:
        table.add_row(*map(Text, row))
    # Piped, a table is as wide as it is.
    console = out()
    console.print(table, width=None if console.is_terminal else 1_000, crop=False)


def show_table(rows: list[tuple[str, str]]) -> None:
    """Names and values in two columns, values to the right."""
    table = Table(box=None, show_header=False)
    table.add_column()
    table.add_column(justify="right")
    for name, value in rows:
        table.add_row(Text(name), Text(value))
    out().print(table)


def show_queries(found: QueryLogSummary) -> None:
    """What readers asked: three lists, each with counts and times."""
    console = out()
    console.print(f"{found.searches:,} searches, {found.queries:,} queries, {found.since} to {found.until}")
    if found.unreadable:
        console.print(f"{found.unreadable:,} lines are no entries")
    for title, entries in (("most frequent", found.frequent), ("without results", found.empty), ("slow", found.slow)):
        console.print()
        show_columns(
            [title, "searches", "found", "typical ms", "slowest ms"],
            [
                [
                    printable(one.query),
                    f"{one.count:,}",
                    f"{one.total:,}",
                    f"{one.typical_ms:,.1f}",
                    f"{one.slowest_ms:,.1f}",
                ]
                for one in entries
            ],
        )
