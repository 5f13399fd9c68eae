"""Full-text search for Vietnamese: articles in, ranked passages out. The public API of the library.

    from indexer import SearchRequest, build, open_index

    build(["corpus"], "data/index")
    with open_index("data/index") as index:
        for passage in index.search(SearchRequest("co thi dua")).passages:
            print(passage.article.title, passage.snippet.text)

`build` and `add` take paths, `Article` objects, records (dicts with the keys of a JSON Lines file), iterables of these,
and all of it mixed; what is read from an iterator is not held:

    from indexer import add

    rows = ({"id": f"tin-{number}", "title": "Tin", "text": f"Đoạn thứ {number}."} for number in range(3))
    report = add(["corpus", rows], "data/index")
    print(report.articles, report.rejections)

Everything public is here; modules below are not for others to import. Heavy parts are imported when first used, so that
`indexer --help` answers at once.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from indexer.errors import (
    EngineUnavailable,
    ExportRefused,
    IndexBuilding,
    IndexDamaged,
    IndexLocked,
    IndexMissing,
    IndexOutdated,
    IndexUnfinished,
    IndexUnwritable,
    InputMissing,
    JudgedSetInvalid,
    LedgerUnusable,
    LexiconUnusable,
    NothingToPublish,
    QueryLogMissing,
    QueueFull,
    QueueUnusable,
    RepeatDiffers,
    ReportUnwritable,
    ResultsInvalid,
    SettingInvalid,
    SourceFailed,
    TimDoanError,
    TuningRefused,
    TuningUnusable,
    WebhooksUnusable,
    WorkerLost,
)

if TYPE_CHECKING:
    from indexer.articles.anchors import anchor, fingerprint
    from indexer.articles.assembly import Draft, Unfit
    from indexer.articles.decoding import decode, decode_text
    from indexer.articles.formats import register_format
    from indexer.articles.formats.lines import drafts_of_lines
    from indexer.articles.limits import Limits
    from indexer.articles.model import Article, ArticleInfo, FieldWarning, Kind, Paragraph, Rejection
    from indexer.articles.splitting import split_paragraphs
    from indexer.engine.backend import Backend, Generation, Published
    from indexer.engine.base import Engine, EnginePage, EngineRequest, FacetCounts
    from indexer.indexing.changes import add, build, remove, rollback
    from indexer.indexing.copying import copy_index
    from indexer.indexing.report import Report
    from indexer.indexing.rewriting import upgrade
    from indexer.indexing.withdrawing import Withdrawal, take_back, withdraw
    from indexer.indexing.writer_process import write_while_needed
    from indexer.ingest.queue import Change, Depth, ItemState, Outcome, Queue, Submitted
    from indexer.ingest.submitting import of_file, of_lines, of_record
    from indexer.json_shape import RESULT_PARTS, USUAL_RESULT_PARTS, suggestions_to_json, to_json
    from indexer.loops import look_for_garbage_less
    from indexer.query.dates import days_meant, today
    from indexer.results import (
        ArticleGroup,
        Filters,
        Interpretation,
        NearDuplicate,
        Passage,
        QueryUnit,
        QueryWarning,
        Results,
        ScorePart,
        SearchRequest,
        Similar,
        Snippet,
        Span,
        Suggestion,
    )
    from indexer.schema import DATE_PARTS, FieldType, Label, MetadataField, Schema
    from indexer.search.article_matches import ArticleMatches
    from indexer.search.export_formats import export_fields, exported, usual_fields
    from indexer.search.exporting import Found
    from indexer.search.index import Index, open_index, warm
    from indexer.search.query_log import QueryLog, QueryLogSummary, read_query_log
    from indexer.search.ranking import Question, RankedHit, Stage
    from indexer.search.stages import STAGES
    from indexer.settings import Configuration, Settings, read_settings
    from indexer.storage.audit import record_change
    from indexer.storage.registry import open_backend, register_engine
    from indexer.storage.tuned_weights import Tuned
    from indexer.vietnamese import without_diacritics
    from indexer.webhooks.process import send_webhooks
    from indexer.webhooks.sender import WebhookEvent, send_test_webhook

_NAMES = {
    "indexer.articles.anchors": "anchor fingerprint",
    "indexer.articles.assembly": "Draft Unfit",
    "indexer.articles.decoding": "decode decode_text",
    "indexer.articles.formats": "register_format",
    "indexer.articles.formats.lines": "drafts_of_lines",
    "indexer.articles.limits": "Limits",
    "indexer.articles.model": "Article ArticleInfo FieldWarning Kind Paragraph Rejection",
    "indexer.articles.splitting": "split_paragraphs",
    "indexer.engine.backend": "Backend Generation Published",
    "indexer.engine.base": "Engine EnginePage EngineRequest FacetCounts",
    "indexer.indexing.changes": "add build remove rollback",
    "indexer.indexing.report": "Report",
    "indexer.indexing.copying": "copy_index",
    "indexer.indexing.rewriting": "upgrade",
    "indexer.indexing.withdrawing": "Withdrawal take_back withdraw",
    "indexer.indexing.writer_process": "write_while_needed",
    "indexer.ingest.queue": "Change Depth ItemState Outcome Queue Submitted",
    "indexer.ingest.submitting": "of_file of_lines of_record",
    "indexer.json_shape": "RESULT_PARTS USUAL_RESULT_PARTS suggestions_to_json to_json",
    "indexer.loops": "look_for_garbage_less",
    "indexer.query.dates": "days_meant today",
    "indexer.results": "ArticleGroup Filters Interpretation NearDuplicate Passage QueryUnit QueryWarning Results "
    "ScorePart SearchRequest Similar Snippet Span Suggestion",
    "indexer.schema": "DATE_PARTS FieldType Label MetadataField Schema",
    "indexer.search.article_matches": "ArticleMatches",
    "indexer.search.export_formats": "export_fields exported usual_fields",
    "indexer.search.exporting": "Found",
    "indexer.search.index": "Index open_index warm",
    "indexer.search.query_log": "QueryLog QueryLogSummary read_query_log",
    "indexer.search.ranking": "Question RankedHit Stage",
    "indexer.search.stages": "STAGES",
    "indexer.settings": "Configuration Settings read_settings",
    "indexer.storage.audit": "record_change",
    "indexer.storage.registry": "open_backend register_engine",
    "indexer.storage.tuned_weights": "Tuned",
    "indexer.vietnamese": "without_diacritics",
    "indexer.webhooks.process": "send_webhooks",
    "indexer.webhooks.sender": "WebhookEvent send_test_webhook",
}
_HOMES = {name: module for module, names in _NAMES.items() for name in names.split()}

__all__ = [
    "DATE_PARTS",
    "RESULT_PARTS",
    "STAGES",
    "USUAL_RESULT_PARTS",
    "Article",
    "ArticleGroup",
    "ArticleInfo",
    "ArticleMatches",
    "Backend",
    "Change",
    "Configuration",
    "Depth",
    "Draft",
    "Engine",
    "EnginePage",
    "EngineRequest",
    "EngineUnavailable",
    "ExportRefused",
    "FacetCounts",
    "FieldType",
    "FieldWarning",
    "Filters",
    "Found",
    "Generation",
    "Index",
    "IndexBuilding",
    "IndexDamaged",
    "IndexLocked",
    "IndexMissing",
    "IndexOutdated",
    "IndexUnfinished",
    "IndexUnwritable",
    "InputMissing",
    "Interpretation",
    "ItemState",
    "JudgedSetInvalid",
    "Kind",
    "Label",
    "LedgerUnusable",
    "LexiconUnusable",
    "Limits",
    "MetadataField",
    "NearDuplicate",
    "NothingToPublish",
    "Outcome",
    "Paragraph",
    "Passage",
    "Published",
    "QueryLog",
    "QueryLogMissing",
    "QueryLogSummary",
    "QueryUnit",
    "QueryWarning",
    "Question",
    "Queue",
    "QueueFull",
    "QueueUnusable",
    "RankedHit",
    "Rejection",
    "RepeatDiffers",
    "Report",
    "ReportUnwritable",
    "Results",
    "ResultsInvalid",
    "Schema",
    "ScorePart",
    "SearchRequest",
    "SettingInvalid",
    "Settings",
    "Similar",
    "Snippet",
    "SourceFailed",
    "Span",
    "Stage",
    "Submitted",
    "Suggestion",
    "TimDoanError",
    "Tuned",
    "TuningRefused",
    "TuningUnusable",
    "Unfit",
    "WebhookEvent",
    "WebhooksUnusable",
    "Withdrawal",
    "WorkerLost",
    "add",
    "anchor",
    "build",
    "copy_index",
    "days_meant",
    "decode",
    "decode_text",
    "drafts_of_lines",
    "export_fields",
    "exported",
    "fingerprint",
    "look_for_garbage_less",
    "of_file",
    "of_lines",
    "of_record",
    "open_backend",
    "open_index",
    "read_query_log",
    "read_settings",
    "record_change",
    "register_engine",
    "register_format",
    "remove",
    "rollback",
    "send_test_webhook",
    "send_webhooks",
    "split_paragraphs",
    "suggestions_to_json",
    "take_back",
    "to_json",
    "today",
    "upgrade",
    "usual_fields",
    "warm",
    "withdraw",
    "without_diacritics",
    "write_while_needed",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
