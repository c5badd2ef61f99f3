"""Notify: when every step of an image is finished, record how it ended and tell its owner once."""

from __future__ import annotations

from darkroom.aws.clients import dynamodb_client, s3_client, sns_client
from darkroom.aws.errors import ObjectMissing
from darkroom.config import NotifyConfig, load
from darkroom.observability import logger
from darkroom.people.notifications import Notifications
from darkroom.people.once import AlreadyInProgress, Once
from darkroom.pipeline.events import object_events
from darkroom.pipeline.join import conclude, end_by_steps
from darkroom.pipeline.processed import ProcessedBucket
from darkroom.pipeline.receipts import image_of, is_receipt_file, receipt_in
from darkroom.pipeline.records import ImageRecords
from darkroom.pipeline.uploads import ImageVersion
from darkroom.pipeline.worker import sqs_handler
from darkroom.repair.failures import Failures

config = load(NotifyConfig)
dynamodb, s3 = dynamodb_client(), s3_client()
records = ImageRecords.of(dynamodb, config)
once = Once(dynamodb, config.idempotency_table)
notifications = Notifications.of(dynamodb, sns_client(), once, config)


def process(image: ImageVersion) -> None:
    ended = conclude(records, image, end_by_steps)
    if ended is None:
        return  # overwritten or deleted, or a later receipt will complete it
    if ended.get("quiet"):
        return  # processed once more: its owner was told of it the first time
    try:
        notifications.announce(ended)
    except AlreadyInProgress:
        logger.info("left to another run, which announces this end already")


def process_files(body: str) -> None:
    for event in object_events(body):
        if not is_receipt_file(event.key, config.steps):
            continue  # another JSON file, as the metadata document
        try:
            receipt = ProcessedBucket(s3, event.bucket).read_receipt(event.key)
        except ObjectMissing:
            continue  # deleted, with the version that it belonged to
        process(image_of(receipt))


def process_message(body: str) -> None:
    receipt = receipt_in(body)
    if receipt is not None:
        process(image_of(receipt))
    else:
        process_files(body)


handler = sqs_handler(
    process_message, Failures(dynamodb, config.idempotency_table), prepare=once.begin
)
