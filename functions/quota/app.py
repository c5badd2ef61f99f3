"""Quota: count exactly what each user uploads and has stored, and hold what is over a limit."""

from __future__ import annotations

from darkroom.aws.clients import dynamodb_client, s3_client, sns_client
from darkroom.config import QuotaConfig, load
from darkroom.people import words
from darkroom.pipeline.originals import Originals
from darkroom.pipeline.processed import ProcessedBucket
from darkroom.pipeline.receipts import Receipts
from darkroom.pipeline.records import ImageRecords, StepOutcome
from darkroom.pipeline.steps import Result, Step
from darkroom.pipeline.uploads import Upload
from darkroom.pipeline.worker import for_each_image, sqs_handler
from darkroom.quota.batch import Batch
from darkroom.quota.ledger import Charge, Ledger
from darkroom.quota.over_quota_tags import OverQuotaTags
from darkroom.repair.failures import Failures
from darkroom.states import StepState

config = load(QuotaConfig)
dynamodb, s3 = dynamodb_client(), s3_client()
ledger = Ledger.of(dynamodb, config)
batch = Batch(ledger)
tags = OverQuotaTags(s3, ledger)
records = ImageRecords.of(dynamodb, config)
step = Step(
    "quota",
    records=records,
    processed=ProcessedBucket(s3, config.processed_bucket),
    receipts=Receipts(sns_client, topic=config.processed_topic_arn),
    originals=Originals(s3),
)


def process(upload: Upload) -> None:
    charge = batch.charge(upload)
    tags.apply(upload, charge)
    step.run(upload, lambda: _result(charge))


def _result(charge: Charge) -> Result:
    if charge.over_quota is None:
        return Result()
    days = charge.kept_days(config.over_quota_grace_days)
    sentence = words.over_quota(charge.over_quota, charge.limit, days=days)
    return Result(StepOutcome(StepState.OVER_QUOTA, reason=charge.over_quota, message=sentence))


def process_message(body: str) -> None:
    for_each_image(body, stored=process, removed=batch.release)


handler = sqs_handler(
    process_message, Failures(dynamodb, config.idempotency_table), together=batch.count
)
