"""An estimate of what processing photos costs: AWS's list prices, and how much a photo uses.

US East (N. Virginia), on demand, without free tiers, Lambda on arm64: https://aws.amazon.com
/lambda/pricing/, /s3/pricing/, /sqs/pricing/, /sns/pricing/, /dynamodb/pricing/on-demand/ and
/cloudwatch/pricing/.
"""

from __future__ import annotations

_GB_SECOND = 0.0000133334
_INVOCATION = 0.20e-6
_PUT, _GET = 5.0e-6, 0.4e-6
_SQS_REQUEST = 0.40e-6
_SNS_PUBLISH = 0.50e-6
_WRITE_UNIT, _READ_UNIT = 0.625e-6, 0.125e-6
_LOG_BYTE = 0.50 / 1e9

# What a photo uses, as `make bench` counts it. It runs four functions with 1,769 MB. With 512 MB it
# runs quota, cleanup, notify and digest, and live for ten changes of items; profile, probe and
# convert, which leave it, take as little. Seconds are of one vCPU: a fixed part, and 0.25 a
# megabyte for decoding, scaling and encoding in all four together, which is more than most photos
# of phones need.
_LARGE_RUNS, _FIXED_SECONDS, _SECONDS_PER_MB = 4, 0.4, 0.25
_SMALL_RUNS, _SMALL_SECONDS = 17, 0.02
_PUTS, _GETS = 10, 5  # ten outputs; a head, and four times the file
_WRITE_UNITS, _READ_UNITS = 49, 30  # steps, ledger and marks; transactions count twice
_MESSAGES = 11  # of all functions but relay and live
_REQUESTS_PER_MESSAGE = 3  # send, receive, delete
_PUBLISHED = 4  # the upload, the receipt, the notification and the mail
_LOG_BYTES = (_LARGE_RUNS + _SMALL_RUNS) * 500


def dollars(photos: int, total_bytes: int) -> float:
    """The estimated cost, in dollars, of processing this many photos and bytes."""
    seconds = photos * _FIXED_SECONDS + total_bytes / 1e6 * _SECONDS_PER_MB
    gigabyte_seconds = 1.769 * seconds + 0.512 * photos * _SMALL_RUNS * _SMALL_SECONDS
    each = (
        (_LARGE_RUNS + _SMALL_RUNS) * _INVOCATION
        + _PUTS * _PUT
        + _GETS * _GET
        + _MESSAGES * _REQUESTS_PER_MESSAGE * _SQS_REQUEST
        + _PUBLISHED * _SNS_PUBLISH
        + _WRITE_UNITS * _WRITE_UNIT
        + _READ_UNITS * _READ_UNIT
        + _LOG_BYTES * _LOG_BYTE
    )
    return gigabyte_seconds * _GB_SECOND + photos * each
