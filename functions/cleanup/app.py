"""Cleanup: what was made of an upload goes when it is deleted, overwritten or put over quota."""

from __future__ import annotations

from darkroom.aws.clients import dynamodb_client, s3_client
from darkroom.config import CleanupConfig, load
from darkroom.people.notifications import over_quota_upload
from darkroom.pipeline.events import ObjectEvent
from darkroom.pipeline.processed import ProcessedBucket
from darkroom.pipeline.records import ImageRecords, Superseded
from darkroom.pipeline.uploads import Upload
from darkroom.pipeline.worker import for_each_upload, sqs_handler
from darkroom.repair.failures import Failures

config = load(CleanupConfig)
dynamodb = dynamodb_client()
records = ImageRecords.of(dynamodb, config)
processed = ProcessedBucket(s3_client(), config.processed_bucket)


def process(event: ObjectEvent, upload: Upload) -> None:
    if event.kind == "removed":
        records.bury(upload)  # first, so that whoever still writes finds out and takes it back
        processed.sweep(upload, including=False)
        return
    try:
        item = records.open(upload)
        if "replaces" in item:
            processed.sweep(upload, including=False)
            records.forget_replaced(upload)
    except Superseded:
        return  # by a newer version or a deletion, whose own event cleans up


def process_over_quota(upload: Upload) -> None:
    try:
        records.withdraw(upload)  # first, so that whoever still writes finds out
    except Superseded:
        return  # by what cleans up itself, or there is room by now
    processed.sweep(upload, including=True)


def process_message(body: str) -> None:
    over_quota = over_quota_upload(body)
    if over_quota is None:
        for_each_upload(body, process)
    else:
        process_over_quota(over_quota)


handler = sqs_handler(process_message, Failures(dynamodb, config.idempotency_table))
