"""Articles in the body of a request: JSON, JSON Lines, or files of a form, as items of the queue."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

from flask import request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType

from indexer import Submitted, of_file, of_lines, of_record
from webapp.contract.declared import ARTICLES_LIMIT
from webapp.requests.bodies import read_json

LINES = ("application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines")
FORM = "multipart/form-data"

_REPEAT = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?")


def read_article(article_id: str) -> Submitted:
    """The record of the body under the id of the address; raises `BadRequest` for what can be no article."""
    body = read_json()
    if not isinstance(body, dict):
        raise BadRequest("The body must be an article: an object with `title` and `text`, or `paragraphs`.")
    for key in ("id", "_id"):
        if key in body and str(body[key]) != article_id:
            raise BadRequest(f"`{key}` of the body is not the id in the address; leave it out.")
    item = of_record({**{key: value for key, value in body.items() if key != "_id"}, "id": article_id})
    if item.rejected:
        raise BadRequest(f"The article is refused: {item.rejected}.")
    return item


def read_articles() -> list[Submitted]:
    """The records or files of the body; raises `BadRequest`, `UnsupportedMediaType` or `RequestEntityTooLarge`."""
    if request.mimetype in LINES:
        items = list(of_lines(request.get_data()))
    elif request.mimetype == FORM:
        items = _files()
    elif request.is_json:
        body = read_json()
        given = body if isinstance(body, list) else [body]
        items = [of_record(record, line) for line, record in enumerate(given, 1)]
    else:
        raise UnsupportedMediaType(
            f"The body must be JSON, JSON Lines ({LINES[0]}) or files of a form ({FORM}); Content-Type says which."
        )
    if not items:
        raise BadRequest("The body holds no article.")
    if len(items) > ARTICLES_LIMIT:
        raise RequestEntityTooLarge(f"The body has {len(items):,} articles; at most {ARTICLES_LIMIT:,} are accepted.")
    return items


def _files() -> list[Submitted]:
    """The files of a form; its other fields are metadata of the articles that have none of that name."""
    metadata: Mapping[str, object] = {
        name: values[0] if len(values) == 1 else values for name, values in request.form.lists()
    }
    files = [file for _, given in request.files.lists() for file in given]
    return [of_file(file.filename or "", file.read(), metadata, line) for line, file in enumerate(files, 1)]


def read_repeat() -> str:
    """The Idempotency-Key of the request, or nothing; raises `BadRequest` for one that cannot be kept."""
    key = request.headers.get("Idempotency-Key", "").strip()
    if key and not _REPEAT.fullmatch(key):
        raise BadRequest("Idempotency-Key must be up to 255 printable ASCII characters.")
    return key


def digest_of(items: list[Submitted]) -> bytes:
    """What stands for a request: equal for requests that ask for the same."""
    parts = hashlib.sha256(f"{request.method} {request.path} {request.args.to_dict(flat=False)}".encode())
    for item in items:
        parts.update(repr((item.kind, item.id, item.name, sorted(item.extra.items()), item.rejected)).encode())
        parts.update(hashlib.sha256(item.payload).digest())
    return parts.digest()
