"""JSON bodies: the same parameters as in a URL, as an object, with lists as arrays and flags as booleans.

A body is converted to URL parameters and read further by `parameters`. Unknown names are ignored in a URL, since
trackers add theirs, but refused in a body: a program wrote it and should be told of a mistake.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import g, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest, HTTPException, UnsupportedMediaType

from webapp.contract.declared import BATCH_LIMIT, VALUES_LIMIT, Parameter
from webapp.requests.parameters import ParameterError, ParametersInvalid

ERRORS_LIMIT = 20
"""Most unknown names that the error lists."""


def read_json() -> object:
    """The JSON value of the body; raises `UnsupportedMediaType` or `BadRequest`, both with a remedy."""
    if "body" not in g:
        g.body = _read()
    return g.body


def queries_in() -> int:
    """The number of queries in the current request, for rate limits; one if it cannot be read."""
    if request.endpoint != "api.batch":
        return 1
    try:
        body = read_json()
    except HTTPException:
        return 1
    queries = body.get("queries") if isinstance(body, dict) else None
    return min(max(len(queries), 1), BATCH_LIMIT) if isinstance(queries, list) else 1


def _read() -> object:
    if not request.is_json:
        raise UnsupportedMediaType("The body must be JSON; say so with the header Content-Type: application/json.")
    try:
        return json.loads(request.get_data().decode("utf-8"), parse_constant=_no_number)
    except UnicodeDecodeError:
        raise BadRequest("The body is not UTF-8.") from None
    except json.JSONDecodeError as error:
        raise BadRequest(f"The body is not JSON: {error}.") from None
    except (ValueError, RecursionError):
        raise BadRequest("The body is not JSON that can be read: a number is too long, or it nests too deep.") from None


def as_given(body: object, declared: Mapping[str, Parameter], place: str = "#") -> MultiDict[str, str]:
    """The object `body` as URL parameters; raises `ParametersInvalid`, or `BadRequest` if it is not an object.

    `place` is the JSON Pointer of the object.
    """
    if not isinstance(body, dict):
        raise BadRequest(f"The value at {place} must be an object with the parameters of a search.")
    given: MultiDict[str, str] = MultiDict()
    errors: list[ParameterError] = []
    unknown = [name for name in body if name not in declared]
    errors += [ParameterError(name[:100], "is no parameter of a search") for name in unknown[:ERRORS_LIMIT]]
    for name, parameter in declared.items():
        if name not in body:
            continue
        try:
            given.setlist(name, _texts(parameter, body[name]))
        except ValueError as error:
            errors.append(ParameterError(name, str(error)))
    if errors:
        raise ParametersInvalid(tuple(errors), place)
    return given


def _texts(parameter: Parameter, value: Any) -> list[str]:
    """The value as in a URL; raises `ValueError` with what it must be."""
    match parameter.kind:
        case "number":
            if isinstance(value, float) and value.is_integer():
                value = int(value)
            if not isinstance(value, int) or isinstance(value, bool):
                raise ValueError("must be a whole number")
            # A number longer than `parameters` reads stays invalid when it is cut.
            return [str(value)[:20] if abs(value) < 10**20 else "9" * 20]
        case "flag":
            if not isinstance(value, bool):
                raise ValueError("must be true or false")
            return [str(int(value))]
        case "values" | "names":
            if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
                raise ValueError("must be an array of strings")
            if parameter.kind == "values" and len(value) > VALUES_LIMIT:
                raise ValueError(f"has {len(value)} values; at most {VALUES_LIMIT} count")
            if parameter.allowed and not set(value) <= set(parameter.allowed):
                raise ValueError(f"must be some of: {', '.join(parameter.allowed)}")
            return value
    if not isinstance(value, str):
        raise ValueError("must be a string")
    if not value and parameter.kind != "text":
        raise ValueError("must not be empty" if parameter.required else "must not be empty; leave it out instead")
    return [value]


def _no_number(name: str) -> object:
    raise ValueError(name)
