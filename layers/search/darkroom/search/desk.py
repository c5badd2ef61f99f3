"""The desk: whose files a request is about, and the answer to it.

Whose they are is what API Gateway says of who signed the request, and nothing else: no part of the
request is looked at for it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from darkroom.aws.dynamodb import Table
from darkroom.http_api import Response, answer_to_owner, body_of, json_response
from darkroom.search.contract import Answering
from darkroom.search.messages import IndexQueue
from darkroom.search.requests import MOST_BYTES, Request, read_request

if TYPE_CHECKING:
    from darkroom.model import ImageItem
    from mypy_boto3_dynamodb import DynamoDBClient

_BUILDING: Mapping[str, Any] = {"total": 0, "building": True}
_NOTHING: Mapping[str, Any] = {"total": 0}
_ASKED_SECONDS = 60  # until an index is asked for once more
_STUCK = timedelta(minutes=10)  # without a replacement: what was making the index has ended


class Desk:
    """Answers requests of clients."""

    def __init__(
        self,
        engine: Answering,
        queue: IndexQueue,
        client: DynamoDBClient,
        *,
        images_table: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine = engine
        self._queue = queue
        self._images: Table[ImageItem] = Table(client, images_table)
        self._clock = clock
        self._asked: dict[str, float] = {}

    def handle(self, event: Mapping[str, Any]) -> Response:
        """The response to an event of an HTTP API (payload format 2.0)."""

        def answered(owner: str) -> Response:
            request = read_request(body_of(event, MOST_BYTES))
            return json_response(200, self._answer(owner, request))

        return answer_to_owner(event, answered)

    def _answer(self, owner: str, request: Request) -> dict[str, Any]:
        """What an owner's index says; where there is none, that it is being made."""
        reply = self._engine.answer(owner, request)
        if reply is not None:
            if reply.waits_since is not None and datetime.now(UTC) - reply.waits_since > _STUCK:
                self._ask(owner)
            return reply.answer
        kept: dict[str, Any] = {"groups": []} if request.duplicates else {"hits": []}
        if request.window is not None:
            kept["cells"] = []
        if not self._images.page(1, identity_id=owner)[0]:
            return {**_NOTHING, **kept}
        self._ask(owner)
        return {**_BUILDING, **kept}

    def _ask(self, owner: str) -> None:
        """Have an owner's index made, if that was not asked for just now."""
        now = self._clock()
        self._asked = {
            each: moment for each, moment in self._asked.items() if now - moment < _ASKED_SECONDS
        }
        if owner not in self._asked:
            self._asked[owner] = now
            self._queue.ask_to_rebuild(owner)
