"""The pages a reader sees: search with its results, an article, and the passages that are like one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask.sansio.blueprints import BlueprintSetupState
from werkzeug.wrappers import Response as AnyResponse

from indexer import Index, Kind, Passage, SearchRequest, Similar, Snippet, anchor
from webapp.contract.declared import VALUES_LIMIT
from webapp.index.gate import Overloaded
from webapp.index.holder import holder, lease
from webapp.monitoring.asked import most_asked
from webapp.pages.addresses import address_of, of_passages, of_periods, of_values
from webapp.pages.article_page import lines, map_of, of_the_same_day, related_to
from webapp.pages.filters import (
    UNDATED,
    choices,
    filters,
    hidden_fields,
    of_date_form,
    period_of,
    quick_periods,
    wanted_values,
    with_days_of,
)
from webapp.pages.hits import hits
from webapp.pages.home import NOTHING, Homes
from webapp.pages.narrowed import narrowed
from webapp.pages.paging import last_page, page_numbers
from webapp.pages.snippets import faint_in
from webapp.pages.timeline import days_shown, named, timeline
from webapp.pages.typed_days import typed_days
from webapp.pages.ways_on import other_spellings, without_a_filter
from webapp.pages.wording import meant, mended, orders, plainer, read_with_diacritics
from webapp.requests.parameters import (
    ONE_DAY,
    ParametersInvalid,
    all_arguments,
    as_arguments,
    read_search,
    read_similar,
    with_changes,
)
from webapp.responses.answering import answer_search
from webapp.responses.faults import ArticleMissing, PassageMissing
from webapp.state import settings

VALUES_COUNTED = 5_000
"""Most values of a facet that are requested: the months of a hundred years, and the values to choose from."""

blueprint = Blueprint("pages", __name__)


@blueprint.app_template_global()
def anchor_of(found: Passage | Similar) -> str:
    """The URL fragment that leads to a passage in its article."""
    return anchor(found.paragraph.position, found.paragraph.text)


@blueprint.get("/", endpoint="home")
@blueprint.get("/search")
def search() -> str | AnyResponse:
    """The search page: empty, with results, or without any."""
    form = of_date_form(request.args)
    asked = read_search(form.given if form else request.args, settings(), group="article")
    unread = form.unread if form else {}
    if form and not unread:
        return redirect(url_for("pages.search", **as_arguments(asked, settings())))
    if not unread and not as_arguments(asked, settings(), sort=None, per_page=None):
        return home()
    return answer_search(
        lambda index: Response(results_page(index, asked, unread), mimetype="text/html"), with_tag=False
    )


def results_page(index: Index, asked: SearchRequest, unread: Mapping[str, str]) -> str:
    """The page with the results of a search; `unread` has what was typed into fields of dates and is none."""
    given = settings()
    results = index.search(replace(asked, facets=given.schema.facets, facet_values=VALUES_COUNTED))
    articles = [group.article for group in results.groups]
    # A title that matches less than the passages do is not highlighted: these show their most where it is highlighted.
    texts = [article.title for article in articles] + [
        highlighted_text(passage.snippet) for passage in results.passages
    ]
    highlights = index.highlight(results, texts)
    titles = {article.id: spans for article, spans in zip(articles, highlights, strict=False)}
    nothing = not results.length
    spellings = other_spellings(index, asked) if nothing else []
    latest = current_app.extensions["timdoan.homes"].of(index).latest[:5] if nothing else ()

    dated = with_days_of(results, asked)
    # Counts end where dates within the query do, unlike those of the parameters: an open end shows what it always does.
    spanned = dated if dated.after and dated.before else asked
    shown = days_shown(spanned)
    daily = index.counts_by_day(results, asked, *shown) if shown and not results.degraded else None
    drawn = timeline(spanned, results, daily)

    arguments = all_arguments(asked, given)

    def address(**changed: object) -> str:
        return address_of("pages.search", with_changes(arguments, **changed))

    article_address, period_address = of_passages(asked, given), of_periods(asked, given)
    last = last_page(results, given.depth_limit)
    undated = results.facets["year"].without if "year" in results.facets else 0
    return render_template(
        "results.html",
        asked=asked,
        orders=orders(given.schema),
        results=results,
        fewest=given.nearest,
        hits=hits(results, titles, article_address),
        plain=plainer(results.understood, given.schema),
        address=address,
        article_address=article_address,
        value_address=lambda name: of_values(asked, given, name, asked.filters.of(name)[: VALUES_LIMIT - 1]),
        period_address=period_address,
        quick_periods=quick_periods(),
        undated=undated,
        ONE_DAY=ONE_DAY,
        UNDATED=UNDATED,
        filters=filters(asked),
        unread=unread,
        without=without_a_filter(index, asked) if nothing else (),
        narrowed=narrowed(dated),
        dated=dated,
        spanned=spanned,
        choices=choices(asked, results, wanted := wanted_values(request.args, results.facets)),
        finding=bool(wanted),
        kept_all=hidden_fields(with_changes(arguments)),
        timeline=drawn,
        bars=named(drawn, period_address) if drawn else (),
        period=period_of(spanned.after, spanned.before),
        # A new query from the box keeps the filters; new dates keep everything else.
        kept=hidden_fields(with_changes(arguments, q=None, sort=None)),
        kept_of_dates=hidden_fields(with_changes(arguments, after=None, before=None)),
        feed_arguments=with_changes(arguments, sort=None, per_page=None),
        json_arguments=with_changes(arguments, page=asked.page),
        numbers=page_numbers(asked.page, last),
        last=last,
        spellings=spellings,
        latest=latest,
        with_diacritics=read_with_diacritics(results),
        typed_days=typed_days(index, asked, results),
        written=index.as_written(results) if meant(results) or mended(results) else "",
    )


def highlighted_text(snippet: Snippet) -> str:
    """What of a snippet is highlighted, as one text."""
    return " … ".join([snippet.text[start:end] for start, end in snippet.highlights])


def home() -> str:
    """The page that opens on the archive. It waits for no turn but to look into a new generation."""
    homes = current_app.extensions["timdoan.homes"]
    with holder(current_app).lease() as index:
        shown_of = homes.kept(index)
    if shown_of is None:
        try:
            with lease() as index:
                shown_of = homes.of(index)
        except Overloaded:
            shown_of = NOTHING
    return render_template(
        "home.html", holdings=holder(current_app).holdings(), home=shown_of, most_asked=most_asked(), UNDATED=UNDATED
    )


@blueprint.record_once
def _homes(state: BlueprintSetupState) -> None:
    state.app.extensions["timdoan.homes"] = Homes()


@blueprint.get("/articles/<path:article_id>")
def article(article_id: str) -> str:
    """An article with the matches of the query highlighted."""
    try:
        asked = read_search(request.args, settings(), group="article")
    except ParametersInvalid:
        # They serve only for the link back; the article can be shown without them.
        asked = SearchRequest("")
    with lease() as index:
        found = index.article(article_id)
        if found is None:
            raise ArticleMissing(article_id)
        matches, schema = index.matches_in(found, asked), index.schema
        related = related_to(index, found)
        same_day = of_the_same_day(index, found.info, settings())
    arguments = as_arguments(asked, settings(), page=asked.page)
    read = lines(found, matches)
    titled = bool(read) and read[0].kind is Kind.TITLE
    text = read[1:] if titled else read
    return render_template(
        "article.html",
        asked=asked,
        article=found.info,
        attributes=[(row, found.info.values[row.name]) for row in schema if row.name in found.info.values],
        title=read[0] if titled else None,
        lines=text,
        # As the results count them: a repeated passage once.
        matched=[line for line in read if line.matched and not line.repeated],
        found=matches.found,
        faint=faint_in(matches.understood, matches.units),
        stretches=map_of(read),
        back=url_for("pages.search", **arguments) if arguments else None,
        related=related,
        same_day=same_day,
    )


@blueprint.get("/list")
def reading_list() -> str:
    """The reading list, which is in the browser alone."""
    return render_template("list.html")


@blueprint.get("/similar")
def similar() -> str:
    """The passages of other articles that are similar to one passage."""
    article_id, position, limit = read_similar(request.args, settings())
    with lease() as index:
        found = index.similar(article_id, position, limit)
    if found is None:
        raise PassageMissing(article_id, position)
    return render_template("similar.html", similar=found)
