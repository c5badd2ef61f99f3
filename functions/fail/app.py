"""Fail, the dead-letter notifier: the photo of a dead letter is failed, and its owner told once."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from darkroom.aws.clients import dynamodb_client, s3_client, sns_client, sqs_client
from darkroom.config import FailConfig, load
from darkroom.observability import count, logger, with_metrics
from darkroom.people.notifications import Notifications
from darkroom.people.once import AlreadyInProgress, Once
from darkroom.pipeline.events import MalformedMessage
from darkroom.pipeline.join import conclude
from darkroom.pipeline.originals import Originals
from darkroom.pipeline.processed import ProcessedBucket
from darkroom.pipeline.records import ImageRecords, Superseded
from darkroom.pipeline.uploads import Upload
from darkroom.repair.dead_letters import Round, end_by_dead_letter, images_of, queues_of
from darkroom.repair.settled import Settled

config = load(FailConfig)
dynamodb, s3 = dynamodb_client(), s3_client()
records = ImageRecords.of(dynamodb, config)
once = Once(dynamodb, config.idempotency_table)
notifications = Notifications.of(dynamodb, sns_client(), once, config)
originals = Originals(s3)
processed = ProcessedBucket(s3, config.processed_bucket)
settled = Settled(dynamodb, config.idempotency_table)
queues = queues_of(sqs_client(), config.dead_letter_queues)


def look_at(body: str, step: str) -> bool:
    told = False
    try:
        for image in images_of(body, processed, config.steps):
            if isinstance(image, Upload):
                records.open(image, originals)  # no function may have got as far as to open it
            if failed := conclude(records, image, end_by_dead_letter(step)):
                notifications.announce(failed)
                told = True
    except AlreadyInProgress:
        return False
    except (MalformedMessage, Superseded) as reason:
        logger.info("dead letter ignored: its image is gone", extra={"reason": str(reason)})
        return True
    return told


@with_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(_: dict[str, Any], context: LambdaContext) -> None:
    once.begin(context)
    this = Round(look_at, settled, context.get_remaining_time_in_millis)
    this.go(queues)
    count("DeadLettersSeen", this.seen)
    if this.errors:  # the run fails, which raises an alarm; the next one looks again
        raise this.errors[0]
