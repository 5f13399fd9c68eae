"""Every setting, declared once: its name, default, allowed values and meaning.

The value of `query_characters` comes from an option of the command, where there is one, from the environment variable
`TIMDOAN_QUERY_CHARACTERS`, or from `query_characters = 500` in a TOML file; the first of these wins over the rest and
over the default. Nothing else in the project reads the environment. docs/settings.md lists every setting; a test
compares it with this table.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from indexer.engine.scoring import DEFAULT as SCORING
from indexer.errors import SettingInvalid
from indexer.schema import MetadataField, Schema
from indexer.setting_sources import FILE_VARIABLE, PREFIX, of_environment, of_file
from indexer.setting_values import DeclaredSource, DeclaredWebhook


def _setting(
    default: Any,
    help: str,
    *,
    low: float | None = None,
    high: float | None = None,
    choices: tuple[str, ...] = (),
    kind: type | None = None,
) -> Any:
    """A field of the table. `kind` is the type of a value where the default, being None, does not tell it."""
    metadata = {"help": help, "low": low, "high": high, "choices": choices, "kind": kind or type(default)}
    return dataclasses.field(default=default, metadata=metadata)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of a process; raises `SettingInvalid` when a value is outside the allowed range."""

    index: Path = _setting(Path("data/index"), "The index directory.")
    engine: str = _setting(
        "whoosh",
        "Engine of the index: `whoosh`, `opensearch`, a registered name, or `module:attribute` to import one from.",
    )

    opensearch_hosts: tuple[str, ...] = _setting(
        ("http://127.0.0.1:9200",),
        "Addresses of nodes of the OpenSearch cluster, separated by commas; of `https://` certificates are verified.",
    )
    opensearch_name: str = _setting(
        "", "Name of the index in the cluster; by default one made of the path of the index directory."
    )
    opensearch_credentials: Path | None = _setting(
        None, "File with one line, `USER:PASSWORD` or a token, that signs requests; none by default.", kind=Path
    )
    opensearch_ca: Path | None = _setting(
        None, "File with the certificate that signed those of the nodes; by default the usual ones count.", kind=Path
    )
    opensearch_seconds: float = _setting(
        30.0, "Longest wait for an answer of the cluster, where a request has no time limit.", low=0.1, high=3_600.0
    )
    opensearch_shards: int = _setting(1, "Shards of an index that is built; see docs/cluster.md.", low=1, high=1_024)
    opensearch_replicas: int = _setting(
        1, "Copies of each shard beside the first; with 0 a node that is lost takes paragraphs along.", low=0, high=20
    )
    opensearch_scoring: str = _setting(
        "plugin",
        "What computes scores in the cluster: the plugin of this project, or scripts, which are slower; of a build.",
        choices=("plugin", "script"),
    )
    opensearch_mode: str = _setting(
        "fast",
        "`fast`: counts stop at `opensearch_count`; `exact`: everything is counted. What is found is the same.",
        choices=("fast", "exact"),
    )
    opensearch_window: int = _setting(
        200,
        "How many of the best passages are grouped by article at first; with scripts, how many are scored.",
        low=20,
        high=10_000,
    )
    opensearch_count: int = _setting(
        10_000, "In `fast` mode, matching passages of a shard that are counted.", low=100, high=1_000_000_000
    )
    opensearch_notice_seconds: float = _setting(
        1.0, "How often a server looks whether another generation was published.", low=0.0, high=600.0
    )
    opensearch_lock_seconds: float = _setting(
        60.0, "When the lock of a writer that ended without giving it up is free.", low=1.0, high=3_600.0
    )

    ocr: bool = _setting(False, "Whether pages of PDF files that are pictures are read by tesseract, while indexing.")

    query_characters: int = _setting(
        2_000, "Longest query, in characters; what exceeds it is ignored, with a warning.", low=1, high=100_000
    )
    query_clauses: int = _setting(
        512,
        "Most clauses (words, phrases, filters) of a query; further ones are ignored, with a warning.",
        low=1,
        high=1_024,
    )
    query_expansions: int = _setting(
        128, "Most terms that a `prefix*` expands to, the most frequent first.", low=1, high=10_000
    )
    required_units: int = _setting(
        4,
        "Queries of up to so many units (words, names, numbers, quoted phrases) find only what has all of them.",
        low=1,
        high=64,
    )
    found_share: float = _setting(
        0.6, "The share of its information that longer queries find passages by.", low=0.05, high=1.0
    )
    nearest: int = _setting(
        10, "When fewer passages are found than this, the nearest ones follow; 0: never.", low=0, high=100
    )

    k1: float = _setting(SCORING.k1, "BM25 term-frequency saturation (k1).", low=0.0, high=10.0)
    b: float = _setting(SCORING.b, "BM25 length normalization (b).", low=0.0, high=1.0)
    idf_power: float = _setting(SCORING.idf_power, "Exponent of the inverse document frequency.", low=0.0, high=3.0)
    weight_syllables: float = _setting(1.0, "Weight of a syllable as typed.", low=0.0, high=10.0)
    weight_words: float = _setting(0.6, "Weight of a word (one or more syllables).", low=0.0, high=10.0)
    weight_bigrams: float = _setting(0.5, "Weight of a bigram of syllables.", low=0.0, high=10.0)
    weight_unmarked: float = _setting(
        0.1, "Weight of a syllable's form without diacritics, where the query has diacritics.", low=0.0, high=10.0
    )
    weight_title: float = _setting(0.2, "Weight of a syllable in the article's title.", low=0.0, high=10.0)

    capitals: float = _setting(
        0.2, "Boost of syllables that are mostly capitalized in the index; 0: none.", low=0.0, high=3.0
    )
    question_frames: int = _setting(
        1, "Whether question words (`là gì`, `bao nhiêu`) are left out: 1, or 0 to search them too.", low=0, high=1
    )

    half_life: float = _setting(
        30.0,
        "Days in which an article loses half of its score in the order `fresh`.",
        low=0.01,
        high=100_000.0,
    )
    rerank: int = _setting(
        30,
        "How many of the best passages are re-ranked after the engine.",
        low=0,
        high=100,
    )
    weight_sentence: float = _setting(0.2, "Weight of a passage's best sentence in re-ranking.", low=0.0, high=10.0)
    weight_answer: float = _setting(
        1.0,
        "Boost of sentences with a number or a date where the question asks for one; 0: none.",
        low=0.0,
        high=10.0,
    )
    weight_coverage: float = _setting(
        0.3, "Weight of the share of the query's information that a passage covers.", low=0.0, high=10.0
    )
    weight_title_match: float = _setting(
        0.18, "Weight of a title whose syllables are all in the query.", low=0.0, high=10.0
    )
    weight_article: float = _setting(
        0.5,
        "Weight of what the other passages of an article hold of the query, in the rank of articles.",
        low=0.0,
        high=10.0,
    )
    weight_lead: float = _setting(
        0.2, "Weight of how early in an article a passage stands, in the rank of articles.", low=0.0, high=10.0
    )
    weight_first: float = _setting(0.05, "Weight of how early in a passage the first match is.", low=0.0, high=1.0)
    weight_typed: float = _setting(0.02, "Weight of the spelling that was typed, in re-ranking.", low=0.0, high=1.0)
    weight_synonyms: float = _setting(
        0.4, "Weight of the owner's synonyms, as a share of that of what was typed; 0: none.", low=0.0, high=1.0
    )
    synonyms: Path | None = _setting(
        None, "File of synonyms (see docs/synonyms.md); by default `synonyms.txt` in the index directory.", kind=Path
    )

    page_size: int = _setting(10, "Results on a page if the request does not say.", low=1, high=100)
    page_size_limit: int = _setting(100, "Most results on a page.", low=1, high=1_000)
    depth_limit: int = _setting(10_000, "Last result that paging reaches.", low=1, high=1_000_000)
    snippet_characters: int = _setting(280, "Approximate length of a snippet, in characters.", low=40, high=5_000)
    passages_per_article: int = _setting(3, "Passages shown under one article.", low=1, high=20)
    near_duplicates: str = _setting(
        "group",
        "`group`: articles with nearly the same text are one result, which names the others; `show`: each is its own.",
        choices=("show", "group"),
    )

    follow_links: bool = _setting(
        False, "Whether links that lead out of a folder of articles are followed; inside of it they always are."
    )

    host: str = _setting("127.0.0.1", "Address the server listens on.")
    port: int = _setting(8000, "Port the server listens on; 0 takes a free one.", low=0, high=65_535)
    workers: int = _setting(2, "Server processes.", low=1, high=64)
    threads: int = _setting(4, "Concurrent searches in each server process.", low=1, high=64)
    search_seconds: float = _setting(
        5.0,
        "Time limit of a search; when it runs out, the results so far are returned as degraded.",
        low=0.01,
        high=600.0,
    )
    search_queue: int = _setting(
        16,
        "Searches that may wait in each process while all threads are busy; further ones are refused (503).",
        low=0,
        high=1_000,
    )
    search_queue_seconds: float = _setting(
        2.0, "Longest wait of a search in that queue before it is refused (503).", low=0.0, high=60.0
    )
    answer_bytes: int = _setting(
        8_000_000,
        "Memory for answers of searches in each server process, in bytes, to give them again; 0: none are kept.",
        low=0,
        high=100_000_000_000,
    )
    scrub_hours: float = _setting(
        24.0,
        "Hours after which a server verifies the files of the index again, beside serving; 0: only when it opens it.",
        low=0.0,
        high=8_760.0,
    )
    serve_previous: bool = _setting(
        False, "Whether a server answers from the generation before, if the newest turns out to be damaged."
    )
    log_format: str = _setting(
        "text", "Format of the server's log on standard error, one line per request.", choices=("text", "json", "off")
    )
    log_queries: bool = _setting(False, "Whether the log shows the query of a request, not only its length.")
    query_log: Path | None = _setting(
        None, "File that logs queries, without who asked, for `indexer queries`; none by default.", kind=Path
    )
    audit_log: Path | None = _setting(
        None, "File that records who changed the index, weights or keys, as JSON Lines; none by default.", kind=Path
    )
    query_log_bytes: int = _setting(
        10_000_000,
        "Size in bytes at which the query log is rotated to `.1`; the older `.1` is lost.",
        low=10_000,
        high=10_000_000_000,
    )
    cors_origins: tuple[str, ...] = _setting(
        (),
        "Origins whose pages may call the JSON endpoint (CORS), separated by commas; `*` for all; none by default.",
    )
    hosts: tuple[str, ...] = _setting(
        (),
        "Names that the site may be called by (`search.example`, `.example` for all under it), separated by commas; "
        "other hosts get 400. One with a scheme (`https://search.example`) is what absolute addresses begin with. "
        "None: any host.",
    )
    proxies: int = _setting(
        0,
        "Trusted proxies in front; each must set or append to `X-Forwarded-For`, `-Proto` and `-Host`.",
        low=0,
        high=10,
    )
    api_keys: Path | None = _setting(
        None, "File with the hashes of API keys (`webapp keys add NAME`); none: keys are not used.", kind=Path
    )
    api_keys_required: bool = _setting(
        True,
        "Whether the JSON endpoint requires a key once `api_keys` is set; otherwise a key only raises the rate limit.",
    )
    rate_limit: str = _setting(
        "6000/minute",
        "Rate limit of the JSON endpoint for each client address: `600/minute`, `100 per 5 minutes`; `0`: no limit.",
    )
    rate_limit_with_key: str = _setting("60000/minute", "The same for each API key; `0`: no limit.")
    rate_limit_storage: str = _setting(
        "memory://", "Where requests are counted: `memory://` (per process) or `redis://HOST:PORT`."
    )

    write_without_key: bool = _setting(
        False, "Whether programs on the server's own machine may change articles over HTTP without a key."
    )
    write_seconds: float = _setting(
        2.0, "How often a server publishes the articles that came over HTTP.", low=0.05, high=3_600.0
    )
    webhook_seconds: float = _setting(
        30.0, "How often a server looks whether a saved search with a webhook finds more.", low=0.05, high=86_400.0
    )
    queue_items: int = _setting(
        100_000, "Most articles that may wait to be published; further ones get 429.", low=1, high=100_000_000
    )
    queue_bytes: int = _setting(
        1 << 30, "Most bytes of them that may wait; further ones get 429.", low=1 << 20, high=1 << 40
    )

    fields: tuple[MetadataField, ...] = _setting(
        (),
        "Metadata fields of your own, each a table `[fields.NAME]` of the settings file; see below. None by default.",
        kind=MetadataField,
    )
    sources: tuple[DeclaredSource, ...] = _setting(
        (),
        "Sources of articles for `indexer ingest`, each a table `[sources.NAME]` of the settings file; see "
        "docs/ingest.md. None by default.",
        kind=DeclaredSource,
    )
    webhooks: tuple[DeclaredWebhook, ...] = _setting(
        (),
        "Saved searches whose new results a server sends, each a table `[webhooks.NAME]` of the settings file; see "
        "docs/running.md. None by default.",
        kind=DeclaredWebhook,
    )

    given: frozenset[str] = dataclasses.field(default=frozenset(), repr=False, compare=False)
    """The names of those that were set on purpose, even to their default: no setting itself."""

    @property
    def schema(self) -> Schema:
        """The metadata fields: the built-in ones, and `fields`."""
        return _schema(self.fields)

    def __post_init__(self) -> None:
        for entry in _FIELDS.values():
            value, low, high = getattr(self, entry.name), entry.metadata["low"], entry.metadata["high"]
            choices = entry.metadata["choices"]
            place = f"({entry.name} in a settings file, {PREFIX}{entry.name.upper()} in the environment)"
            if low is not None and not low <= value <= high:
                raise SettingInvalid(f"setting {entry.name} is {value}", f"Give a value from {low} to {high} {place}.")
            if choices and value not in choices:
                raise SettingInvalid(f"setting {entry.name} is {value!r}", f"Give one of {', '.join(choices)} {place}.")

    def changed(self, values: Mapping[str, Any]) -> Settings:
        """These settings with others in place of some; raises `SettingInvalid` for a value out of range."""
        return dataclasses.replace(self, **values)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ, **given: Any) -> Settings:
        """The settings that `given` (where not None), the environment and the settings file it names make up."""
        return read_settings(given, environment).settings


@lru_cache(maxsize=64)
def _schema(fields: tuple[MetadataField, ...]) -> Schema:
    """One schema for equal fields, so that what follows from them is computed once."""
    return Schema(fields)


_FIELDS = {entry.name: entry for entry in dataclasses.fields(Settings) if entry.metadata}
_KINDS: Mapping[str, type] = {name: entry.metadata["kind"] for name, entry in _FIELDS.items()}


@dataclass(frozen=True, slots=True)
class Configuration:
    """Settings, and for each of them where it came from: "option", "environment", the file's path, or "default"."""

    settings: Settings
    origins: Mapping[str, str]


def read_settings(
    given: Mapping[str, Any], environment: Mapping[str, str] = os.environ, file: Path | None = None
) -> Configuration:
    """Put the settings together. What is None in `given` was not given; `file` wins over `TIMDOAN_SETTINGS`.

    Raises `SettingInvalid`, with the name and what is allowed, for a setting that does not exist or has a value that
    is not allowed, and for a file that cannot be read.
    """
    values: dict[str, Any] = {}
    origins = dict.fromkeys(_FIELDS, "default")
    named = file or (Path(environment[FILE_VARIABLE]) if environment.get(FILE_VARIABLE) else None)
    sources = (
        (str(named), of_file(named, _KINDS) if named else {}),
        ("environment", of_environment(environment, _KINDS)),
        ("option", {name: value for name, value in given.items() if value is not None}),
    )
    for origin, found in sources:
        values.update(found)
        origins.update(dict.fromkeys(found, origin))
    return Configuration(Settings(**values, given=frozenset(values)), origins)
