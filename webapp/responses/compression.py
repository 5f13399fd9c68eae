"""Compression of responses as the client accepts: Zstandard, Brotli or gzip, by Flask-Compress.

Flask-Compress is used for complete responses only (byte ranges count in the uncompressed file), and not if the client
refuses the encoding that it would choose (`gzip;q=0`), which it ignores.
"""

from __future__ import annotations

from flask import Flask, Response, g, request
from flask_compress import Compress

ALGORITHMS = ["zstd", "br", "gzip"]


def register(app: Flask) -> None:
    """Compress the responses of `app`; call it before anything that still changes them."""
    app.config["COMPRESS_REGISTER"] = False
    app.config["COMPRESS_ALGORITHM"] = app.config["COMPRESS_ALGORITHM_STREAMING"] = ALGORITHMS
    compress = Compress()
    compress.init_app(app)
    compress.compress_mimetypes_set.add("application/opensearchdescription+xml")

    @app.after_request
    def _compress(response: Response) -> Response:
        if g.get("streamed", False):  # It would be held whole in memory.
            return response
        refused = any(quality <= 0 for _, quality in request.accept_encodings)
        if (response.status_code != 200 and not response.is_sequence) or refused:
            response.vary.add("Accept-Encoding")
            return response
        if response.is_streamed and response.mimetype in compress.compress_mimetypes_set:
            # A file. Flask-Compress would compress its pieces and never close it.
            response.direct_passthrough = False
            response.make_sequence()
        answer: Response = compress.after_request(response)
        return answer
