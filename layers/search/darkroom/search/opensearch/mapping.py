"""The index: its fields, what they hold of a document, and which one is the newest.

Words are taken apart here, and not there: by the same rules for both engines. So a word is a value,
and no analyser has to be at hand.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from typing import Any

from darkroom.search.documents import Document, number_of, signed
from darkroom.search.opensearch.client import Client, IndexMissing

# Raised by whoever changes the fields: documents then move to an index that has the new ones.
MAPPING = 1
_VALUE = {"type": "keyword"}
_FOUND = {"type": "keyword", "doc_values": False}  # what is never counted or sorted by
_NUMBER = {"type": "long"}
_TOLD = {"type": "long", "index": False}  # what is read, and not looked for
_FIELDS: Mapping[str, Any] = {
    "owner": _VALUE,
    "path": _VALUE,
    "names": _VALUE,
    "words": _FOUND,
    "kind": _VALUE,
    "state": _VALUE,
    "camera": _VALUE,
    "lens": _VALUE,
    "place": _VALUE,
    "colour": _VALUE,
    "orientation": _VALUE,
    "year": _VALUE,
    "moment": _NUMBER,
    "number": _NUMBER,
    "fingerprint": _TOLD,
    "digits": _FOUND,
    "bytes": _TOLD,
    "width": _TOLD,
    "height": _TOLD,
    "latitude": {"type": "double"},
    "longitude": {"type": "double"},
    "spot": {"type": "geo_point"},
}
_SETTINGS = {
    "number_of_shards": 3,  # an owner's documents are in one of them
    # The version of what was deleted is known for longer than any run that may have read before.
    "gc_deletes": "1h",
}
_HEXADECIMAL = "{:016x}"


def newest(client: Client, name: str) -> str:
    """The index that documents are written to, which is made if there is none.

    An alias tells it, so that one with more shards, for example, can take its place.

    Raises:
        RequestRefused: it may not be made.
        TransientError: nobody answers.
    """
    alias = f"{name}-{MAPPING}"
    if (known := _behind(client, alias)) is not None:
        return known
    made = f"{alias}-{secrets.token_hex(4)}"
    fields = {"dynamic": False, "properties": _FIELDS, "_source": {"enabled": True}}
    body: dict[str, Any] = {"mappings": fields, "aliases": {alias: {}}}
    if not client.is_serverless:  # which decides on that itself
        body["settings"] = {"index": _SETTINGS}
    client.send("PUT", made, body=body)
    chosen = _behind(client, alias) or made
    if chosen != made:  # somebody else made one at the same time
        client.send("DELETE", made)
    return chosen


def exists(client: Client, index: str) -> bool:
    """Whether there is an index of a name."""
    try:
        client.send("HEAD", index)
    except IndexMissing:
        return False
    return True


def drop_if_empty(client: Client, index: str) -> None:
    """Delete an index in which nobody has a document any more."""
    if client.send("GET", index, "_count")["count"] == 0:
        client.send("DELETE", index)


def _behind(client: Client, alias: str) -> str | None:
    try:
        found = client.send("GET", "_alias", alias)
    except IndexMissing:
        return None
    return min(found, default=None)


def id_of(owner: str, path: str) -> str:
    """The id of a document: an id may be 512 bytes long, and a path may be longer."""
    return hashlib.sha256(f"{owner}/{path}".encode()).hexdigest()


def digits_of(fingerprint: int) -> list[str]:
    """The hexadecimal digits of a fingerprint, each with its place.

    Of two that differ in at most 10 of their 64 bits, at least 6 of the 16 digits are the same.
    """
    written = _HEXADECIMAL.format(fingerprint)
    return [f"{at:x}{digit}" for at, digit in enumerate(written)]


def entry_of(owner: str, document: Document) -> dict[str, Any]:
    """What the index holds of a document."""
    entry: dict[str, Any] = {
        "owner": owner,
        "path": document.path,
        "names": document.names,
        "words": document.words,
        "kind": document.kind,
        "state": document.state,
        "camera": document.camera,
        "lens": document.lens,
        "place": document.places,
        "colour": document.colour,
        "orientation": document.orientation,
        "year": document.year,
        "moment": document.moment,
        "number": number_of(document.path),
        "bytes": document.bytes,
        "width": document.width,
        "height": document.height,
    }
    if document.fingerprint is not None:
        entry["fingerprint"] = signed(document.fingerprint)
        entry["digits"] = digits_of(document.fingerprint)
    if document.latitude is not None and document.longitude is not None:
        entry["latitude"], entry["longitude"] = document.latitude, document.longitude
        entry["spot"] = {"lat": document.latitude, "lon": document.longitude}
    return entry
