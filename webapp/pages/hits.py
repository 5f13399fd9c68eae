"""The hits of a results page: what each shows, ready for the template."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from markupsafe import Markup

from indexer import ArticleInfo, NearDuplicate, Passage, Results, Span
from webapp.pages.languages import gettext
from webapp.pages.snippets import faint_in, shown
from webapp.responses.escaping import marked


class Text(NamedTuple):
    """A passage as it is shown: `address` leads to it in its article, `missing` is what of the query it lacks."""

    address: str
    kind: str
    position: int
    page: int | None
    snippet: Markup
    missing: tuple[str, ...]


class Hit(NamedTuple):
    """An article that was found: its best `texts` without its title, and how many `others` it has.

    `address` leads to its best passage; `missing` is what that lacks. `near_duplicates` are those under it, and
    `sources` counts the sources of all of them.
    """

    info: ArticleInfo
    address: str
    title: Markup
    texts: tuple[Text, ...]
    others: int
    missing: tuple[str, ...]
    near_duplicates: tuple[NearDuplicate, ...]
    sources: int


def hits(results: Results, titles: Mapping[str, tuple[Span, ...]], address: Callable[[Passage], str]) -> list[Hit]:
    """The hits of a page in order; `titles` has the spans to highlight in the title of each article."""
    faint = faint_in(results.understood, [unit.text for unit in results.units])
    untitled = gettext("Bài không có tiêu đề")

    def text(passage: Passage) -> Text:
        paragraph = passage.paragraph
        return Text(
            address(passage), paragraph.kind, paragraph.position, paragraph.page, shown(passage, faint), passage.missing
        )

    return [
        Hit(
            info=group.article,
            address=address(group.passages[0]),
            title=marked(group.article.title or untitled, titles[group.article.id], is_faint=faint),
            texts=tuple(text(passage) for passage in group.passages if passage.paragraph.kind != "title"),
            others=max(0, group.matched - len(group.passages) - group.has_title),
            missing=group.passages[0].missing,
            near_duplicates=group.near_duplicates,
            sources=len({each.source for each in (group.article, *map(_article, group.near_duplicates))} - {None}),
        )
        for group in results.groups
    ]


def _article(near: NearDuplicate) -> ArticleInfo:
    return near.article
