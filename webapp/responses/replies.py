"""JSON responses: unescaped characters, keys in the given order, always valid UTF-8."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

from flask import Response

_SURROGATE = re.compile("[\ud800-\udfff]")


def json_reply(
    body: Mapping[str, object] | Sequence[object], status: int = 200, media_type: str = "application/json"
) -> Response:
    """`body` as JSON. A lone surrogate is not encodable and becomes U+FFFD, so that offsets stay the same."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    try:
        data = text.encode()
    except UnicodeEncodeError:
        data = _SURROGATE.sub("\ufffd", text).encode()
    return Response(data, status=status, mimetype=media_type)
