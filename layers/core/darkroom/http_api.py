"""Requests of an HTTP API's clients: who signed one, what it says, and the answer as JSON.

Who it is, API Gateway says, of the identity whose credentials signed the request. No part of the
request that a client writes is looked at for it.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Set
from typing import Any

from darkroom.errors import DarkroomError


class BadRequest(DarkroomError):
    """The request is not one; the message says why, for whoever wrote the client."""


Response = dict[str, Any]  # to an event of an HTTP API (payload format 2.0)


def answer_to_owner(event: Mapping[str, Any], answer: Callable[[str], Response]) -> Response:
    """The response to an event, of what `answer` says to whoever signed the request.

    A BadRequest that it raises is told to the client; nobody else than an owner reaches it.
    """
    owner = owner_of(event)
    if owner is None:
        return json_response(403, {"message": "The request is not signed by a user."})
    try:
        return answer(owner)
    except BadRequest as error:
        return json_response(400, {"message": str(error)})


def no_such_route() -> Response:
    """The response to a request that the API should not have let through."""
    return json_response(404, {"message": "There is no such route."})


def owner_of(event: Mapping[str, Any]) -> str | None:
    """The identity of who signed a request; None for whoever is no user of the identity pool."""
    try:
        owner = event["requestContext"]["authorizer"]["iam"]["cognitoIdentity"]["identityId"]
    except (KeyError, TypeError):
        return None
    return owner if isinstance(owner, str) and owner and "/" not in owner else None


def body_of(event: Mapping[str, Any], most: int) -> bytes:
    """The body of a request, which may still be some bytes too long.

    Raises:
        BadRequest: it is much longer than `most`, or not what API Gateway says that it is.
    """
    text = event.get("body") or ""
    if len(text) > 2 * most:
        raise BadRequest(f"The request has more than {most} bytes.")
    if not event.get("isBase64Encoded"):
        return str(text).encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise BadRequest("The request is not JSON in UTF-8.") from None


def fields_of(body: bytes, most: int, *, known: Set[str]) -> dict[str, Any]:
    """The fields of the JSON object that a body is.

    Raises:
        BadRequest: it is none, is longer than `most`, or has a field that is not known.
    """
    if len(body) > most:
        raise BadRequest(f"The request has more than {most} bytes.")
    try:
        # A surrogate alone is no text, though JSON may write one.
        given = json.loads(body.decode("utf-8"))
        json.dumps(given, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError):
        raise BadRequest("The request is not JSON in UTF-8.") from None
    if not isinstance(given, dict):
        raise BadRequest("The request is not a JSON object.")
    if unknown := given.keys() - known:
        raise BadRequest(f"The field {min(unknown)[:50]!r} is not known.")
    return given


def json_response(status: int, body: Mapping[str, Any]) -> Response:
    """A response that nobody keeps."""
    return {
        "statusCode": status,
        "headers": {"content-type": "application/json", "cache-control": "no-store"},
        "body": json.dumps(body, ensure_ascii=False, separators=(",", ":")),
    }
