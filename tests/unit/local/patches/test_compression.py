"""Answers of DynamoDB are compressed as AWS does it."""

from __future__ import annotations

import gzip
import zlib

import pytest

from local.emulator.patches.compression import LEAST_BYTES, compressed

LARGE = b'{"Items": [' + b'{"a": 1},' * LEAST_BYTES + b"{}]}"


def test_large_answer_is_compressed_when_the_client_accepts_it() -> None:
    status, headers, body = compressed(
        (200, {"x-amz-crc32": "1", "x-amzn-requestid": "r"}, LARGE),
        {"accept-encoding": "gzip, deflate, br"},
    )
    assert isinstance(body, bytes)
    assert (status, gzip.decompress(body)) == (200, LARGE)
    assert headers == {
        "x-amzn-requestid": "r",
        "Content-Encoding": "gzip",
        "x-amz-crc32": str(zlib.crc32(body)),
    }


@pytest.mark.parametrize(
    ("accepted", "body"), [("identity", LARGE), ("", LARGE), ("gzip", b'{"Count": 0}')]
)
def test_answer_stays_as_it_is_when_it_is_small_or_not_asked_for(
    accepted: str, body: bytes
) -> None:
    answer = (200, {"x-amz-crc32": "1"}, body)
    assert compressed(answer, {"accept-encoding": accepted}) == answer
