"""The pages a reader sees: search with its results, an article, and what the JSON errors mean."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from flask import Blueprint, current_app, render_template, request, url_for

from indexer import Article, Index, Kind, SearchRequest, Span
from webapp.faults import ArticleMissing
from webapp.holder import holder, lease
from webapp.paging import last_page, page_numbers
from webapp.parameters import ParametersInvalid, as_arguments, read_search
from webapp.problems import TITLES
from webapp.state import settings

blueprint = Blueprint("pages", __name__)


@dataclass(frozen=True, slots=True)
class Line:
    """A place of an article and what stands there; a repeated paragraph stands at several.

    `matched` says that the query meets enough of it to lead a reader there, not only some frequent syllable.
    """

    position: int
    kind: Kind
    text: str
    marks: tuple[Span, ...]
    matched: bool


@blueprint.get("/", endpoint="home")
@blueprint.get("/search")
def search() -> str:
    """The search page: empty, with results, or without any."""
    asked = read_search(request.args, settings(), group="article")
    if not as_arguments(asked, settings(), sort=None, per_page=None):
        return render_template("home.html", holdings=holder(current_app).holdings())
    with lease() as index:
        results = index.search(asked)
        articles = [group.article for group in results.groups]
        marks = index.marks([article.title for article in articles], asked.text)
        titles = {article.id: spans for article, spans in zip(articles, marks, strict=True)}

    def address(**changed: object) -> str:
        return url_for("pages.search", **as_arguments(asked, settings(), **changed))

    def article_address(article_id: str, position: int) -> str:
        arguments = as_arguments(asked, settings(), page=asked.page)
        return url_for("pages.article", article_id=article_id, **arguments, _anchor=f"p{position}")

    return render_template(
        "results.html",
        asked=asked,
        results=results,
        titles=titles,
        address=address,
        article_address=article_address,
        filters=_filters(asked),
        kept=_kept(asked),
        json_arguments=as_arguments(asked, settings(), page=asked.page),
        numbers=page_numbers(asked.page, last_page(results, settings().depth_limit)),
    )


@blueprint.get("/articles/<path:article_id>")
def article(article_id: str) -> str:
    """An article with what the query finds in it marked."""
    try:
        asked = read_search(request.args, settings(), group="article")
    except ParametersInvalid:
        # They only serve the way back; the article can be shown without them.
        asked = SearchRequest("")
    with lease() as index:
        found = index.article(article_id)
        if found is None:
            raise ArticleMissing(article_id)
        lines = _lines(found, index, asked.text)
    arguments = as_arguments(asked, settings(), page=asked.page)
    titled = bool(lines) and lines[0].kind is Kind.TITLE
    return render_template(
        "article.html",
        asked=asked,
        article=found.info,
        title=lines[0] if titled else None,
        lines=lines[1:] if titled else lines,
        matched=[line.position for line in lines if line.matched],
        back=url_for("pages.search", **arguments) if arguments else None,
    )


@blueprint.get("/problems")
def problems() -> str:
    """What the `type` of a JSON error means."""
    return render_template("problems.html", titles=TITLES)


def _lines(article: Article, index: Index, query: str) -> list[Line]:
    """The article place by place, with the spans that the query marks.

    A paragraph counts as matched when at least half as much of it is marked as of the one with the most.
    """
    marks = index.marks([paragraph.text for paragraph in article.paragraphs], query)
    marked = [sum(end - start for start, end in spans) for spans in marks]
    most = max(marked, default=0)
    lines = [
        Line(position, paragraph.kind, paragraph.text, spans, matched=length > 0 and 2 * length >= most)
        for paragraph, spans, length in zip(article.paragraphs, marks, marked, strict=True)
        for position in (paragraph.position, *paragraph.repeats)
    ]
    return sorted(lines, key=lambda line: line.position)


def _filters(asked: SearchRequest) -> list[tuple[str, str | datetime.date, dict[str, object]]]:
    """Each filter outside the query: its name, its value, and the change of parameters that takes it away."""
    filters: list[tuple[str, str | datetime.date, dict[str, object]]] = []
    for name, values in (("source", asked.sources), ("author", asked.authors), ("kind", asked.kinds)):
        filters += [(name, value, {name: [other for other in values if other != value]}) for value in values]
    for name, date in (("after", asked.after), ("before", asked.before)):
        if date:
            filters.append((name, date, {name: None}))
    return filters


def _kept(asked: SearchRequest) -> list[tuple[str, str]]:
    """What a new query from the box goes on with: the filters, as (parameter, value)."""
    arguments = as_arguments(asked, settings(), q=None, sort=None)
    return [
        (name, str(value))
        for name, values in arguments.items()
        for value in (values if isinstance(values, list) else [values])
    ]
