"""The product's server with addresses more: /constant, a constant JSON body, and /tantivy/search, another engine.

Run as `python -m benchmarks.serving INDEX [INDEX_OF_TANTIVY]`. How it starts, with how many processes and threads, is
the `webapp` command's own doing: only the application it makes has the addresses added. Behind the second is a plain
Flask application of its own, which does nothing of what ours does before and after a request.
"""

from __future__ import annotations

import sys
from pathlib import Path

from flask import Flask, Response, jsonify, request
from werkzeug.middleware.dispatcher import DispatcherMiddleware

import webapp
from indexer import Settings
from indexer.schema import Field, Pairs
from indexer.vietnamese import analyze, fold
from webapp.responses.replies import json_reply
from webapp.serving.server import serve

_create_app = webapp.create_app


def app_with_constant(settings: Settings | None = None) -> Flask:
    """The product's application with /constant beside /api/v1/search."""
    app = _create_app(settings)

    @app.get("/constant")
    def constant() -> Response:
        return json_reply({"results": [], "total": 0})

    return app


def app_beside_tantivy(folder: Path, settings: Settings) -> Flask:
    """The product's application, and tantivy's under /tantivy."""
    app = app_with_constant(settings)
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/tantivy": tantivy_app(folder)})
    return app


def tantivy_app(folder: Path) -> Flask:
    """A plain application over an index of tantivy: a query's tokens, any may match; the ten best with their texts.

    The tokens are those of the documents, analysed alike, each asked for in its field with the product's weight.
    """
    from benchmarks.drawing import Query
    from benchmarks.engines.tantivy import Counting

    weights = Settings()
    engine = Counting()
    engine.open(folder)
    app = Flask("tantivy")

    @app.get("/search")
    def search() -> Response:
        text = request.args["q"]
        answer = engine.prepare("planned", Query(text, ()), {"leaves": leaves(text, weights)})()
        return jsonify({"total": answer.total, "results": [{"text": each} for each in answer.texts]})

    return app


def leaves(text: str, settings: Settings) -> list[tuple[str, list[str], float]]:
    """The tokens of a text in the six fields, as (field, forms, weight)."""
    analysis = analyze(text)
    forms = tuple(dict.fromkeys(analysis.forms))
    plain = tuple(dict.fromkeys(map(fold, forms)))
    tokens = (
        (Field.SYLLABLES, forms, settings.weight_syllables),
        (Field.WORDS, dict.fromkeys(word.form for word in analysis.words), settings.weight_words),
        (Field.BIGRAMS, dict.fromkeys(Pairs(analysis.forms)), settings.weight_bigrams),
        (Field.UNMARKED, plain, settings.weight_unmarked),
        (Field.TITLE, forms, settings.weight_title),
        (Field.TITLE_UNMARKED, plain, settings.weight_title * settings.weight_unmarked),
    )
    return [(field.value, [form], weight) for field, own, weight in tokens for form in own]


if __name__ == "__main__":
    # One client asks for all: what counting costs is measured, its limit is not; nor are answers from memory.
    settings = Settings(index=Path(sys.argv[1]), port=0, rate_limit="1000000/second", answer_bytes=0)
    webapp.create_app = app_with_constant
    if sys.argv[2:]:
        webapp.create_app = lambda settings=None: app_beside_tantivy(Path(sys.argv[2]), settings or Settings())
    serve(settings)
