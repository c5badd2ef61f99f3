"""Empty: delete what has been in its owner's bin for as long as it was to stay there."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from darkroom.aws.clients import dynamodb_client, s3_client
from darkroom.config import EmptyConfig, load
from darkroom.observability import count, logger, with_metrics
from darkroom.people.bin import Bin
from darkroom.repair.halt import Halt

SPARE_MILLISECONDS = 30_000  # to finish the files that are being deleted when time is up

config = load(EmptyConfig)
dynamodb = dynamodb_client()
halt = Halt(dynamodb, config.idempotency_table)
bins = Bin(
    dynamodb,
    s3_client(),
    images_table=config.images_table,
    uploads_bucket=config.uploads_bucket,
)


@with_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(_: dict[str, Any], context: LambdaContext) -> None:
    def time_is_up() -> bool:
        return context.get_remaining_time_in_millis() < SPARE_MILLISECONDS

    if (reason := halt.reason()) is not None:
        logger.warning("no bin is emptied: halted", extra={"reason": reason})
        count("Halted")
        return
    now = datetime.now(UTC)
    if now.hour == 0:  # once a day: it is a few hundred reads
        count("BinLate", bins.late(now))
    bins.empty(now, time_is_up)
