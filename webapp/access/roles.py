"""What a request needs a role for: changing articles, and asking what became of a change.

Such a request is refused without a key that has the role, wherever it comes from, unless the setting
`write_without_key` says otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask, abort, request

from webapp.access.keys import may, may_write_without_key, owner

ENDPOINTS: Mapping[str, str] = {
    "changing.write": "write",
    "changing.remove": "write",
    "changing.write_many": "write",
    "changing.change": "write",
}
"""The role that each endpoint needs."""


def register(app: Flask) -> None:
    """Refuse requests whose key lacks the role that they need. Called after wrong keys were refused."""
    app.before_request(_refuse)


def require(role: str) -> None:
    """Refuse the current request unless its key has a role: 401 without a key, 403 with another one."""
    if may(role) or (owner() is None and may_write_without_key()):
        return
    if owner() is None:
        abort(401, "Changes need a key with the role to make them, also from the machine of the server.")
    abort(403, f"The key does not have the role {role}.")


def _refuse() -> None:
    if (role := ENDPOINTS.get(request.endpoint or "")) is not None and request.method != "OPTIONS":
        require(role)
