"""Faces: what follows when a file is fully processed, noted in its item."""

from __future__ import annotations

import json
from contextlib import suppress

from darkroom.aws.clients import dynamodb_client
from darkroom.config import RecordsConfig, load
from darkroom.errors import DarkroomError
from darkroom.pipeline.records import ImageRecords, Superseded
from darkroom.pipeline.uploads import ImageVersion
from darkroom.pipeline.worker import sqs_handler
from darkroom.repair.failures import Failures

config = load(RecordsConfig)
dynamodb = dynamodb_client()
records = ImageRecords.of(dynamodb, config)


class NoNotificationError(DarkroomError):
    """A message that tells of no file's end. It ends as a dead letter."""


def note(status: str) -> dict[str, str]:
    """What the item keeps under the function's name; here, for a start, how the file ended."""
    return {"ended": status}


def process(body: str) -> None:
    try:
        told = json.loads(body)
        image = ImageVersion(told["identity_id"], told["image"], told["version"])
        noted = note(told["kind"])
    except (ValueError, TypeError, KeyError) as error:
        raise NoNotificationError("The message tells of no file's end.") from error
    with suppress(Superseded):  # the file was overwritten or deleted since
        records.write(image, records.changes(image).set(faces=noted))


handler = sqs_handler(process, Failures(dynamodb, config.idempotency_table))
