"""Cleanup: delete what was made of an upload that is deleted, overwritten or over quota."""

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
    records.delete_permanently(image)  # first: a step that still writes then undoes it
    processed.delete_older_outputs(image)


def process_stored(upload: Upload) -> None:
    try:
        item = records.open(upload, originals)
        if "replaces" in item:
            processed.delete_older_outputs(upload)
            records.forget_replaced(upload)
    except Superseded:
        return  # by a newer version or a deletion, whose own event is cleaned up after


def process_over_quota(image: ImageVersion) -> None:
    try:
        records.mark_files_withdrawn(image)  # first: a step that still writes then undoes it
    except Superseded:
        return  # as above, or there is room by now
    processed.delete_older_outputs(image, and_its_own=True)


def process_message(body: str) -> None:
    over_quota = over_quota_image(body)
    if over_quota is None:
        for_each_image(body, stored=process_stored, removed=process_removed)
    else:
        process_over_quota(over_quota)


handler = sqs_handler(process_message, Failures(dynamodb, config.idempotency_table))
