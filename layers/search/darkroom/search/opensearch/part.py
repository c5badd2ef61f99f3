"""One owner's part of the index. Nothing of anybody else's is asked for, or written, through it.

It is the one place that adds whose documents a request is about; requests of clients cannot.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from darkroom.errors import DarkroomError, TransientError
from darkroom.search.documents import Document
from darkroom.search.opensearch.client import BUSY, Client, RequestRefused
from darkroom.search.opensearch.mapping import entry_of, id_of
from darkroom.search.opensearch.queries import EVERYTHING, Query

_MOST_HITS = 10_000  # in an answer (index.max_result_window)
_CONFLICT = 409
_WRITTEN = {200, 201, 404}  # 404: what is to be deleted is not there
_IN_REQUEST = 500  # documents


class OlderThanThere(DarkroomError):
    """A document that is there was written by somebody who began at the same time, or later."""


class Part:
    """The documents of an owner in an index. All methods raise what a `Client` does."""

    def __init__(self, client: Client, index: str, owner: str) -> None:
        self._client = client
        self._index = index
        self._owner = owner

    def search(self, query: Query, *, size: int = 0, **rest: Any) -> dict[str, Any]:
        """What OpenSearch answers about the documents that match, of this owner alone."""
        within: Query = {"bool": {"filter": [{"term": {"owner": self._owner}}], "must": [query]}}
        body = {"query": within, "size": size, "track_total_hits": True, "_source": False, **rest}
        return self._client.send("POST", self._index, "_search", body=body, routing=self._routing)

    def count(self, query: Query) -> int:
        """How many documents match."""
        return total_of(self.search(query))

    def every(self, query: Query, names: Sequence[str]) -> Iterator[dict[str, Any]]:
        """The values of some fields of all documents that match, in the order of their paths.

        None of one that has none.
        """
        for hit in self._hits(query, _MOST_HITS, docvalue_fields=list(names)):
            values: Mapping[str, list[Any]] = hit.get("fields", {})
            yield {name: values[name][0] if name in values else None for name in names}

    def entries(self) -> Iterator[dict[str, Any]]:
        """All that there is of every document, in the order of their paths."""
        for hit in self._hits(EVERYTHING, _IN_REQUEST, _source=True):
            yield hit["_source"]

    def _hits(self, query: Query, size: int, **rest: Any) -> Iterator[dict[str, Any]]:
        after: dict[str, Any] = {}
        while True:
            found = self.search(query, size=size, sort=[{"path": "asc"}], **rest, **after)
            hits = found["hits"]["hits"]
            yield from hits
            if len(hits) < size:
                return
            after = {"search_after": hits[-1]["sort"]}

    def write(self, documents: Iterable[Document], gone: Iterable[str], *, version: int) -> None:
        """Put documents instead of those of their paths, and delete those of others.

        Raises:
            OlderThanThere: a domain has one of them in this version or a newer one. A collection
                of OpenSearch Serverless knows no versions.
        """
        actions: list[tuple[dict[str, Any], dict[str, Any] | None]] = [
            ({"index": self._at(document.path, version)}, entry_of(self._owner, document))
            for document in documents
        ]
        actions += [({"delete": self._at(path, version)}, None) for path in gone]
        for at in range(0, len(actions), _IN_REQUEST):
            self._send(actions[at : at + _IN_REQUEST])

    def refresh(self) -> None:
        """Have what is written found from now on, and not only in a second.

        A collection cannot be told so: what it finds may be ten seconds old.
        """
        if not self._client.is_serverless:
            self._client.send("POST", self._index, "_refresh")

    def clear(self, *, version: int) -> None:
        """Delete all documents."""
        gone = [each["path"] for each in self.every(EVERYTHING, ["path"])]
        self.write([], gone, version=version)

    def _send(self, actions: Sequence[tuple[dict[str, Any], dict[str, Any] | None]]) -> None:
        lines = (line for action in actions for line in action if line is not None)
        answer = self._client.send("POST", self._index, "_bulk", lines=lines)
        for item in answer["items"]:
            [result] = item.values()
            if result["status"] == _CONFLICT:
                raise OlderThanThere(str(result["error"]))
            if result["status"] in BUSY:
                raise TransientError(f"OpenSearch is too busy for a document: {result['error']}")
            if result["status"] not in _WRITTEN:
                raise RequestRefused(f"OpenSearch does not take a document: {result['error']}")

    def _at(self, path: str, version: int) -> dict[str, Any]:
        where: dict[str, Any] = {"_id": id_of(self._owner, path)}
        if not self._client.is_serverless:
            where |= {"version": version, "version_type": "external", "routing": self._owner}
        return where

    @property
    def _routing(self) -> str | None:
        """What keeps an owner's documents together; a collection knows nothing of the kind."""
        return None if self._client.is_serverless else self._owner


def total_of(answer: Mapping[str, Any]) -> int:
    """How many documents matched, as an answer says."""
    total: int = answer["hits"]["total"]["value"]
    return total
