"""Visits: what whoever has a link gets to see. They have its token, and are nobody otherwise.

Whatever a link does not show is answered alike: there is no such link, it has ended, it was ended,
the file is gone. So an answer says nothing of what there is besides.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from darkroom.aws.dynamodb import Table
from darkroom.aws.errors import CALL_FAILED, ObjectMissing, is_denied
from darkroom.aws.s3 import Bucket
from darkroom.observability import count, logger
from darkroom.pipeline.uploads import upload_key
from darkroom.share.links import Links
from darkroom.share.page import POLICY, ShownFile, nothing, page_of
from darkroom.share.records import records_of
from darkroom.share.shown import ATTRIBUTES, VIDEO, Part, is_there, parts_of

if TYPE_CHECKING:
    from darkroom.model import ImageItem, LinkItem
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

_NUMBER = re.compile(r"[1-9][0-9]{0,2}")
_RANGE = re.compile(r"bytes=(\d{1,10})-(\d{0,10})")
_HTML = "text/html; charset=utf-8"
_EXTENSIONS = {"jpeg": "jpg"}
# Nobody keeps it, nobody is told of it, and no other site shows it.
_PRIVATE = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex, nofollow, noarchive",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}
# Of a file that is opened by itself: the browser draws it with a style of its own.
_FILE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"


class Visits:
    """Answers requests of everybody."""

    def __init__(
        self,
        links: Links,
        client: DynamoDBClient,
        s3: S3Client,
        *,
        images_table: str,
        processed_bucket: str,
    ) -> None:
        self._links = links
        self._images: Table[ImageItem] = Table(client, images_table)
        self._bucket = Bucket(s3, processed_bucket)

    def handle(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """The response to an event of an HTTP API (payload format 2.0)."""
        asked = event["pathParameters"]
        link = self._links.find(asked["token"])
        if link is None:
            response = None
        elif "size" in asked:
            response = self._file(link, asked["n"], asked["size"], _range(event))
        else:
            response = self._page(link, asked["token"])
        return response or _answer(404, nothing().encode(), _HTML, POLICY)

    def _page(self, link: LinkItem, token: str) -> dict[str, Any] | None:
        keys = [upload_key(link["identity_id"], file["path"]) for file in link["files"]]
        records = records_of(self._images, link["identity_id"], keys)
        files = [
            ShownFile(number, parts_of(records[key]))
            for number, (key, file) in enumerate(zip(keys, link["files"], strict=True), start=1)
            if is_there(records.get(key), file)
        ]
        files = [file for file in files if file.parts]
        if not files:
            return None
        page = page_of(token, link["title"], link["ends_at"], files)
        return _answer(200, page.encode(), _HTML, POLICY)

    def _file(
        self, link: LinkItem, number: str, name: str, wanted: tuple[int, int] | None
    ) -> dict[str, Any] | None:
        """A file of the link's, or the bytes of it that are wanted."""
        if not _NUMBER.fullmatch(number) or int(number) > len(link["files"]):
            return None
        file = link["files"][int(number) - 1]
        owner = link["identity_id"]
        key = {"identity_id": owner, "image": upload_key(owner, file["path"])}
        item = self._images.get(key, only=ATTRIBUTES)
        part = parts_of(item).get(name) if is_there(item, file) else None
        if part is None:
            return None
        # Players ask for parts of a video, and some play nothing without them.
        if name != VIDEO or wanted is None or wanted[0] >= part.bytes:
            wanted = None
        else:
            wanted = wanted[0], min(wanted[1], part.bytes - 1)
        body = self._read(part, wanted)
        if body is None:
            return None
        kind = "video" if name == VIDEO else "photo"
        extension = _EXTENSIONS.get(part.format, part.format)
        headers = {"content-disposition": f'inline; filename="{kind}-{number}.{extension}"'}
        if name == VIDEO:
            headers["accept-ranges"] = "bytes"
        if wanted is not None:
            headers["content-range"] = f"bytes {wanted[0]}-{wanted[1]}/{part.bytes}"
        status = 200 if wanted is None else 206
        return _answer(status, body, part.content_type, _FILE_POLICY, headers)

    def _read(self, part: Part, wanted: tuple[int, int] | None) -> bytes | None:
        """A file, or its bytes from the first that is wanted to the last; None where it is gone."""
        try:
            if wanted is None:
                return self._bucket.read(part.key)
            return self._bucket.read(part.key, at=wanted[0], first=wanted[1] - wanted[0] + 1)
        except ObjectMissing:
            return None
        except CALL_FAILED as error:
            if not is_denied(error):
                raise
            # This function may not list, so S3 denies what is missing: a file that is being
            # deleted just now. Where it is denied all the time, somebody has to know.
            logger.warning("file not shown: it is gone, or denied", extra={"key": part.key})
            count("FilesDenied")
            return None


def _range(event: Mapping[str, Any]) -> tuple[int, int] | None:
    """The first and the last byte that are wanted; None for all, and for what is not understood."""
    found = _RANGE.fullmatch((event.get("headers") or {}).get("range", ""))
    if found is None:
        return None
    first, last = int(found[1]), int(found[2] or 10**10)
    return (first, last) if first <= last else None


def _answer(
    status: int,
    body: bytes,
    content_type: str,
    policy: str,
    headers: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    return {
        "statusCode": status,
        "headers": {
            "content-type": content_type,
            "content-security-policy": policy,
            **_PRIVATE,
            **(headers or {}),
        },
        "body": base64.b64encode(body).decode(),
        "isBase64Encoded": True,
    }
