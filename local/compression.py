"""DynamoDB's gzip: what is large is compressed for clients that accept it, as browsers do.

The checksum is that of what is sent (aws/aws-sdk-java#526). AWS documents no size from which on;
this one is the network's: what fits into one packet arrives no sooner when it is smaller.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Mapping

LEAST_BYTES = 1400

Answer = tuple[int, dict[str, str], bytes | str]


def compressed(answer: Answer, request_headers: Mapping[str, str]) -> Answer:
    """The answer to a request, whose header names are in lower case."""
    status, headers, body = answer
    data = body.encode() if isinstance(body, str) else body
    if "gzip" not in request_headers.get("accept-encoding", "") or len(data) < LEAST_BYTES:
        return answer
    packed = gzip.compress(data, compresslevel=1, mtime=0)
    changed = {"Content-Encoding": "gzip", "x-amz-crc32": str(zlib.crc32(packed))}
    return status, {**headers, **changed}, packed
