"""The desk: links that an owner makes, lists and ends. Whose they are, API Gateway says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from darkroom.aws.dynamodb import Table
from darkroom.errors import TransientError
from darkroom.http_api import (
    BadRequest,
    Response,
    answer_to_owner,
    body_of,
    json_response,
    no_such_route,
)
from darkroom.observability import logger
from darkroom.pipeline.uploads import path_of
from darkroom.share.links import NoSuchLink, OwnersLinks, TooManyLinks
from darkroom.share.records import records_of
from darkroom.share.requests import MOST_BYTES, read_request
from darkroom.share.shown import is_processed, parts_of
from darkroom.share.tokens import id_of

if TYPE_CHECKING:
    from darkroom.model import ImageItem, SharedFile
    from mypy_boto3_dynamodb import DynamoDBClient


class Desk:
    """Answers requests of owners."""

    def __init__(self, client: DynamoDBClient, links: OwnersLinks, *, images_table: str) -> None:
        self._images: Table[ImageItem] = Table(client, images_table)
        self._links = links

    def handle(self, event: Mapping[str, Any]) -> Response:
        """The response to an event of an HTTP API (payload format 2.0)."""
        return answer_to_owner(event, lambda owner: self._answered(owner, event))

    def _answered(self, owner: str, event: Mapping[str, Any]) -> Response:
        try:
            match event["routeKey"]:
                case "POST /links":
                    return self._make(owner, body_of(event, MOST_BYTES))
                case "GET /links":
                    return self._list(owner)
                case "DELETE /links/{id}":
                    return self._end(owner, event["pathParameters"]["id"])
        except NoSuchLink:
            return json_response(404, {"message": "There is no such link."})
        except TooManyLinks as error:
            return json_response(409, {"message": str(error)})
        except TransientError as error:
            logger.warning("request refused: links are busy", extra={"reason": str(error)})
            return json_response(429, {"message": "Too many requests at once."})
        return no_such_route()

    def _make(self, owner: str, body: bytes) -> dict[str, Any]:
        request = read_request(owner, body)
        files = self._files(owner, request.files)
        token, link = self._links.make(owner, files, title=request.title, days=request.days)
        logger.info("link made", extra={"owner": owner, "files": len(files)})
        return json_response(201, {"token": token, "id": id_of(token), **link})

    def _list(self, owner: str) -> dict[str, Any]:
        found = sorted(
            self._links.all(owner).items(), key=lambda each: each[1]["made_at"], reverse=True
        )
        return json_response(200, {"links": [{"id": name, **link} for name, link in found]})

    def _end(self, owner: str, link_id: str) -> dict[str, Any]:
        self._links.end(owner, link_id)
        logger.info("link ended", extra={"owner": owner})
        return json_response(200, {})

    def _files(self, owner: str, keys: Sequence[str]) -> list[SharedFile]:
        """The files with these keys, as they are now.

        Raises:
            BadRequest: one of them is not there, or nothing of it can be shown.
        """
        found = records_of(self._images, owner, keys)
        for key in keys:
            item = found.get(key)
            if item is None or not is_processed(item) or not parts_of(item):
                path = path_of(owner, key)
                raise BadRequest(f"{path[:100]!r} cannot be shown: a link shows photos and videos.")
        return [_shared(owner, found[key]) for key in keys]


def _shared(owner: str, item: ImageItem) -> SharedFile:
    path = path_of(owner, item["image"])
    return {"path": path, "version": item["version"], "etag": item["etag"]}
