"""Every kind of error that is answered in JSON, as problem details (RFC 9457): what it is, and what to do about it.

How a problem becomes an answer lives in `webapp.responses.problems`, which error becomes which in
`webapp.responses.faults`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Problem:
    """A kind of error: the usual HTTP status, a title, and what a client does about it."""

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
        "Send a key: `Authorization: Bearer KEY` or `X-API-Key: KEY`. Whoever runs this server gives one out.",
    ),
    "not-found": Problem(404, "There is nothing at this address", "The paths there are stand in /openapi.json."),
    "article-not-found": Problem(
        404, "There is no such article", "It may have been removed from the index, or its id is misspelt."
    ),
    "passage-not-found": Problem(
        404, "There is no such passage", "The article may have been changed or removed from the index."
    ),
    "method-not-allowed": Problem(405, "The method is not allowed here", "The header Allow names those that are."),
    "too-large": Problem(413, "The request body is too large", "Send fewer queries at once, or shorter ones."),
    "address-too-long": Problem(414, "The address is too long", "Send the query as a JSON body: POST /api/v1/search."),
    "unsupported-media-type": Problem(
        415, "The body is not of a type that is read here", "Send JSON, with the header Content-Type: application/json."
    ),
    "rate-limited": Problem(
        429,
        "Too many requests from one client",
        "Wait as many seconds as the header Retry-After says. RateLimit-Remaining, in every answer, tells how many "
        "requests are left.",
    ),
    "internal-error": Problem(
        500, "The server failed to answer", "Tell whoever runs it the `instance`: the log has the error under it."
    ),
    "index-unavailable": Problem(
        503, "There is no index to search", "Ask again later; `hint` tells whoever runs the server what to do."
    ),
    "keys-unavailable": Problem(
        503, "API keys cannot be looked at now", "Ask again later; whoever runs the server finds the reason in its log."
    ),
    "overloaded": Problem(
        503, "The server is asked more than it can answer", "Ask again after as many seconds as Retry-After says."
    ),
    "error": Problem(500, "The request failed", "Look at `status` and `detail`."),
}
"""Every problem by its stable name. The name makes up the `type`: clients may rely on it, never on the title."""
