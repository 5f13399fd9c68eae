"""Every error a caller of the library can meet.

Each carries what was wrong (`str(error)`) and what to do about it (`error.hint`), so that a command can print both
and a page can show both. What is merely rejected (one bad line among thousands of good ones) is no exception but a
`indexer.articles.Rejection`.
"""

from __future__ import annotations


class TimDoanError(Exception):
    """What went wrong, with a `hint` of what to do; the base of every error raised on purpose."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class InputMissing(TimDoanError):
    """A path given to be indexed does not exist or cannot be read."""


class SourceFailed(TimDoanError):
    """An iterator of articles to be indexed raised an `OSError`, which is the cause; the live index is as it was."""


class IndexMissing(TimDoanError):
    """There is no index in the directory."""


class IndexBuilding(IndexMissing):
    """There is no index yet: its first build is running."""


class IndexUnfinished(IndexMissing):
    """There is no index: its first build was broken off before it was whole."""


class IndexDamaged(TimDoanError):
    """The index is there but cannot be read; nothing of it has been deleted."""


class IndexOutdated(TimDoanError):
    """The index was written in a format this version does not read."""


class EngineUnavailable(TimDoanError):
    """The engine cannot be reached, or cannot answer now; the index is as it was, and the same request may succeed
    later."""


class IndexLocked(TimDoanError):
    """Another process is writing to the index; the message names it."""


class IndexUnwritable(TimDoanError):
    """The index directory cannot be written to (no space, no permission, no directory); the live index is as it was."""


class WorkerLost(TimDoanError):
    """A process that analysed text, or learned from it, died (out of memory, killed); the live index is as it was."""


class LedgerUnusable(TimDoanError):
    """The ledger of the declared sources cannot be read or written; the live index is as it was."""


class QueueUnusable(TimDoanError):
    """The queue of changes that came over HTTP cannot be read or written; the live index is as it was."""


class WebhooksUnusable(TimDoanError):
    """The file of the webhooks cannot be read or written; nothing is sent, and the live index is as it was."""


class QueueFull(TimDoanError):
    """As many changes wait to be published as may; nothing of this one was accepted."""


class RepeatDiffers(TimDoanError):
    """A request has the Idempotency-Key of another one, and asks for something else."""


class ReportUnwritable(TimDoanError):
    """The file that is to hold the report of a change cannot be written; nothing was changed."""


class NothingToPublish(TimDoanError):
    """A build ended without a single paragraph; the live index was left as it was."""


class SettingInvalid(TimDoanError):
    """A setting has a value that is not allowed; the message names the setting and the allowed values."""


class JudgedSetInvalid(TimDoanError):
    """A judged set (corpus, queries, qrels) cannot be read; the message names the file and the line."""


class ResultsInvalid(TimDoanError):
    """The results of an evaluation cannot be read, written or compared; the message names the file."""


class TuningUnusable(TimDoanError):
    """The weights learned for an index cannot be read: the defaults count."""


class TuningRefused(TimDoanError):
    """There are too few judged queries to learn weights from; the message has the number."""


class LexiconUnusable(TimDoanError):
    """The lexicon is missing, damaged or of another version: queries are answered without repair, with a warning."""


class ExportRefused(TimDoanError):
    """What was asked for cannot be exported: the message says why."""


class QueryLogMissing(TimDoanError):
    """There is no query log to read."""
