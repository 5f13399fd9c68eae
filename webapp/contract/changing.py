"""The operations that change articles, and the shapes of what they take and answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from webapp.contract.declared import ARTICLES_LIMIT, REMOVAL_PARAMETERS, WAIT_PARAMETERS
from webapp.contract.operations import ARTICLE_ID, in_address, operation
from webapp.contract.schemas import COUNT, TEXT, Schema, described, many, maybe, record, ref
from webapp.contract.texts import Text

_STATES = ("queued", "indexed", "rejected", "superseded")
_STATE = {"type": "string", "enum": list(_STATES)}

CHANGING_SCHEMAS: Mapping[str, Schema] = {
    "ArticleRecord": record(
        "An article to be indexed: `title`, and its text as `text` or `paragraphs`. Other keys are metadata.",
        {
            "id": described({"type": ["string", "number"]}, "Its id; in the body of PUT the one of the address."),
            "title": TEXT,
            "text": described(TEXT, "Its text, with blank lines between the paragraphs."),
            "paragraphs": many({"type": ["string", "object"]}, "Its paragraphs: texts, or `text` with a `kind`."),
            "date": described(TEXT, "The day it was published, as newspapers print it or ISO 8601."),
            "source": TEXT,
            "url": TEXT,
            "author": {"type": ["string", "array"], "items": TEXT},
        },
        ["id", "title", "text", "paragraphs", "date", "source", "url", "author"],
    ),
    "Change": record(
        "What became of a change: of all of it, and of each article.",
        {
            "change": described({"type": "integer", "minimum": 1}, "Its number, for /api/v1/changes/{number}."),
            "state": described(
                _STATE,
                "`queued` as long as anything of it is; then `indexed` if any of it is, or else `superseded` or "
                "`rejected`.",
            ),
            "counts": record("How many articles are in each state.", {state: COUNT for state in _STATES}),
            "results": many(
                record(
                    "An article of it.",
                    {
                        "line": maybe({"type": "integer", "minimum": 1}, "Its line, or its number in the request."),
                        "id": maybe(TEXT, "Its id; of a file what its articles are called by."),
                        "state": described(
                            _STATE,
                            "Its state. `queued`: on the disk, not published yet; `indexed`: the index is as it says, "
                            "also of a removal; `superseded`: a later change of the same id came before it was.",
                        ),
                        "reason": maybe(TEXT, "Why it was rejected."),
                        "warnings": many(TEXT, "What of it was left out or converted."),
                    },
                )
            ),
        },
    ),
}

_REPEAT: Schema = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "A text of yours: a request that is sent again with the same key is the same change.",
    "schema": {"type": "string", "maxLength": 255},
}
_ACCEPTED = {"202": "Accepted: it is on the disk.", "200": "Done: nothing of it is queued any more."}
_ADDRESS = ("invalid-parameter", "bad-request", "address-too-long", "forbidden", "queue-unavailable")
_CHANGE = (*_ADDRESS, "idempotency-key-reused", "queue-full")
_BODY = ("too-large", "unsupported-media-type")


def changing_operations() -> dict[str, dict[str, Any]]:
    """By path and method."""
    waiting = in_address(WAIT_PARAMETERS)
    write = operation(
        "writeArticle",
        "Adds an article, or replaces the one with this id. The last write of an id wins.",
        "Change",
        (*_CHANGE, *_BODY),
        parameters=[ARTICLE_ID, *waiting, _REPEAT],
        body="ArticleRecord",
        statuses=_ACCEPTED,
    )
    remove = operation(
        "removeArticle",
        "Removes an article; one that is not there is no error.",
        "Change",
        _CHANGE,
        parameters=[ARTICLE_ID, *in_address(REMOVAL_PARAMETERS), _REPEAT],
        tagged=False,
        statuses=_ACCEPTED,
    )
    file = {"type": "string", "contentMediaType": "application/octet-stream"}
    write_many = operation(
        "writeArticles",
        Text(
            "Adds or replaces up to %(most)s articles. One that cannot be read never stops the others.",
            most=ARTICLES_LIMIT,
        ),
        "Change",
        (*_CHANGE, *_BODY),
        parameters=[*waiting, _REPEAT],
        bodies={
            "application/json": {"anyOf": [ref("ArticleRecord"), many(ref("ArticleRecord"))]},
            "application/x-ndjson": described({"type": "string"}, "A record a line."),
            "multipart/form-data": {
                "type": "object",
                "description": "Files in the formats that are read; other fields are metadata of their articles.",
                "properties": {"file": many(file)},
            },
        },
        statuses=_ACCEPTED,
    )
    number: Schema = {
        "name": "number",
        "in": "path",
        "required": True,
        "description": "The number of a change.",
        "schema": {"type": "integer", "minimum": 1},
    }
    change = operation(
        "change",
        "What became of a change, until a week after it was done.",
        "Change",
        ("change-not-found", "not-found", *_ADDRESS),
        parameters=[number, *waiting],
        tagged=False,
    )
    return {
        "/api/v1/articles/{id}": {"put": write, "delete": remove},
        "/api/v1/articles": {"post": write_many},
        "/api/v1/changes/{number}": {"get": change},
    }
