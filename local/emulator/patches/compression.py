"""DynamoDB compresses large answers for clients that accept gzip, as browsers do.

The checksum is that of the compressed bytes (aws/aws-sdk-java#526). AWS documents no least size;
the one here is the network's: an answer that fits into one packet arrives no sooner when smaller.
MiniStack never compresses. Obsolete once GetItem of a large item has a Content-Encoding header.
"""

from __future__ import annotations

import gzip
import importlib
import zlib
from collections.abc import Mapping

LEAST_BYTES = 1400

Answer = tuple[int, dict[str, str], bytes | str]


def apply() -> None:
    """Compress what DynamoDB answers."""
    dynamodb = importlib.import_module("ministack.services.dynamodb")
    answer = dynamodb.handle_request

    async def handle_request(
        method: str, path: str, headers: dict[str, str], *arguments: object
    ) -> Answer:
        return compressed(await answer(method, path, headers, *arguments), headers)

    vars(dynamodb)["handle_request"] = handle_request


def compressed(answer: Answer, request_headers: Mapping[str, str]) -> Answer:
    """The answer, compressed if the request asks for it; header names are in lower case."""
    status, headers, body = answer
    data = body.encode() if isinstance(body, str) else body
    if "gzip" not in request_headers.get("accept-encoding", "") or len(data) < LEAST_BYTES:
        return answer
    packed = gzip.compress(data, compresslevel=1, mtime=0)
    changed = {"Content-Encoding": "gzip", "x-amz-crc32": str(zlib.crc32(packed))}
    return status, {**headers, **changed}, packed
