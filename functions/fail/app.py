"""Fail, the dead-letter notifier: the photo of a dead letter is failed, and its owner told once."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from darkroom.aws.clients import dynamodb_client, s3_client, sns_client, sqs_client
from darkroom.config import FailConfig, load
from darkroom.observability import logger, metrics
from darkroom.people.notifications import Notifications
from darkroom.people.once import AlreadyInProgress, Once
from darkroom.pipeline.events import MalformedMessage
from darkroom.pipeline.join import conclude
from darkroom.pipeline.originals import Originals
from darkroom.pipeline.processed import ProcessedBucket
from darkroom.pipeline.records import ImageRecords, Superseded
from darkroom.pipeline.uploads import Upload
from darkroom.pipeline.worker import event_handler
from darkroom.repair.dead_letters import DeadLetterQueue, end_by_dead_letter, images_of

MOST = 1000  # dead letters of a queue in a run; one looked at before takes a few milliseconds

config = load(FailConfig)
dynamodb, s3, sqs = dynamodb_client(), s3_client(), sqs_client()
records = ImageRecords.of(dynamodb, config)
once = Once(dynamodb, config.idempotency_table)
notifications = Notifications.of(dynamodb, sns_client(), once, config)
originals = Originals(s3)
processed = ProcessedBucket(s3, config.processed_bucket)
queues = dict(entry.split("=", 1) for entry in config.dead_letter_queues)


def look_at(body: str, step: str) -> None:
    try:
        for image in images_of(body, processed):
            if isinstance(image, Upload):
                records.open(image, originals)  # no function may have got as far as to open it
            if (failed := conclude(records, image, end_by_dead_letter(step))) is not None:
                notifications.announce(failed)
    except (MalformedMessage, Superseded, AlreadyInProgress) as reason:
        logger.info(
            "dead letter ignored: its image is gone or already announced",
            extra={"reason": str(reason)},
        )


def handle(_event: dict[str, Any]) -> None:
    for step, url in queues.items():
        with DeadLetterQueue(sqs, url).dead_letters(at_most=MOST) as dead_letters:
            for body in dead_letters:
                look_at(body, step)
                metrics.add_metric(name="DeadLettersSeen", unit=MetricUnit.Count, value=1)


handler = event_handler(handle, prepare=once.begin)
