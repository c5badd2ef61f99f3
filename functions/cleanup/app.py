"""Cleanup: what was made of an upload goes when it is deleted, overwritten or put over quota."""

from __future__ import annotations

from darkroom.aws.clients import dynamodb_client, s3_client
from darkroom.config import CleanupConfig, load
from darkroom.people.notifications import over_quota_image
from darkroom.pipeline.originals import Originals
from darkroom.pipeline.processed import ProcessedBucket
from darkroom.pipeline.records import ImageRecords, Superseded
from darkroom.pipeline.uploads import ImageVersion, Upload
from darkroom.pipeline.worker import for_each_image, sqs_handler
from darkroom.repair.failures import Failures

config = load(CleanupConfig)
dynamodb, s3 = dynamodb_client(), s3_client()
records = ImageRecords.of(dynamodb, config)
originals = Originals(s3)
processed = ProcessedBucket(s3, config.processed_bucket)


def process_removed(image: ImageVersion) -> None:
    records.bury(image)  # first, so that whoever still writes finds out and takes it back
    processed.sweep(image, including=False)


def process_stored(upload: Upload) -> None:
    try:
        item = records.open(upload, originals)
        if "replaces" in item:
            processed.sweep(upload, including=False)
            records.forget_replaced(upload)
    except Superseded:
        return  # by a newer version or a deletion, whose own event cleans up


def process_over_quota(image: ImageVersion) -> None:
    try:
        records.withdraw(image)  # first, so that whoever still writes finds out
    except Superseded:
        return  # by what cleans up itself, or there is room by now
    processed.sweep(image, including=True)


def process_message(body: str) -> None:
    over_quota = over_quota_image(body)
    if over_quota is None:
        for_each_image(body, stored=process_stored, removed=process_removed)
    else:
        process_over_quota(over_quota)


handler = sqs_handler(process_message, Failures(dynamodb, config.idempotency_table))
