"""Records and documents for the tests of search."""

from __future__ import annotations

from typing import Any

from darkroom.search.documents import Document, document_of


def record(name: str = "a.jpg", owner: str = "ann", **changes: Any) -> Any:
    """The record of a picture that is processed."""
    return {
        "identity_id": owner,
        "image": f"users/{owner}/{name}",
        "version": "0066",
        "status": "processed",
        "kind": "picture",
        "bytes": 1000,
        "uploaded_at": "2026-11-24T08:30:00.000Z",
        "steps": {"metadata": {"state": "done"}},
        "renditions": {},
        "metadata": {},
    } | changes


def document(name: str = "a.jpg", details: Any = None, **changes: Any) -> Document:
    """The document of such a record."""
    return document_of(record(name, **changes), details)
