"""The problem types (RFC 9457) of the JSON endpoint: their meaning, and what a client can do.

`webapp.responses.problems` turns a problem into a response; `webapp.responses.faults` maps errors to problems.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem type: its usual HTTP status, a title, and what a client can do."""

    status: int
    title: str
    remedy: str


PROBLEMS: Mapping[str, Problem] = {
    "invalid-parameter": Problem(
        400,
        "A parameter is not valid",
        "`errors` names each parameter and says what it must be; for one in a JSON body, `pointer` says where.",
    ),
    "bad-request": Problem(400, "The request cannot be read", "`detail` says what of it cannot be read."),
    "unauthorized": Problem(
        401,
        "An API key is needed",
        "Send a key: `Authorization: Bearer KEY` or `X-API-Key: KEY`. The operator of the server issues keys.",
    ),
    "forbidden": Problem(
        403, "The API key may not do this", "The operator of the server issues keys with the roles write and admin."
    ),
    "not-found": Problem(404, "There is nothing at this address", "/openapi.json lists the paths."),
    "article-not-found": Problem(
        404, "There is no such article", "It may have been removed from the index, or its id is misspelt."
    ),
    "passage-not-found": Problem(
        404, "There is no such passage", "The article may have been changed or removed from the index."
    ),
    "change-not-found": Problem(
        404, "There is no such change", "Ask with the key that made the change, and within a week after it was done."
    ),
    "method-not-allowed": Problem(405, "The method is not allowed here", "The header Allow lists the allowed methods."),
    "too-large": Problem(413, "The request body is too large", "Send less at once: fewer queries or articles."),
    "address-too-long": Problem(414, "The address is too long", "Send the query as a JSON body: POST /api/v1/search."),
    "unsupported-media-type": Problem(
        415,
        "The media type of the body is not supported",
        "/docs has what the operation takes; Content-Type names it.",
    ),
    "idempotency-key-reused": Problem(
        422,
        "The Idempotency-Key was used for another request",
        "Send the same request again to learn of its change, or give this one a key of its own.",
    ),
    "queue-full": Problem(
        429,
        "Too many changes wait to be published",
        "Send it again after the number of seconds in Retry-After.",
    ),
    "rate-limited": Problem(
        429,
        "Too many requests from one client",
        "Wait the number of seconds in the header Retry-After. RateLimit-Remaining, in every answer, is the number of "
        "requests left.",
    ),
    "internal-error": Problem(
        500, "The server failed to answer", "Report `instance` to the operator: the log has the error under that id."
    ),
    "index-unavailable": Problem(
        503, "There is no index to search", "Try again later; `hint` tells the operator of the server what to do."
    ),
    "keys-unavailable": Problem(
        503,
        "API keys cannot be checked now",
        "Try again later; the operator of the server finds the reason in its log.",
    ),
    "queue-unavailable": Problem(
        503,
        "Changes cannot be accepted now",
        "Send it again, with the same Idempotency-Key; the operator of the server finds the reason in its log.",
    ),
    "overloaded": Problem(503, "The server is overloaded", "Try again after the number of seconds in Retry-After."),
    "error": Problem(500, "The request failed", "See `status` and `detail`."),
}
"""Every problem by its stable name. The `type` contains the name: clients may rely on it, never on the title."""
