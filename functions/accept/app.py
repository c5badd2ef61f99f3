"""Accept: take in what users wrote, if it is valid, for the other functions to trust."""

from __future__ import annotations

from typing import Any

from darkroom.aws.clients import dynamodb_client
from darkroom.config import AcceptConfig, load
from darkroom.observability import count
from darkroom.people.acceptance import Acceptance
from darkroom.people.albums import Albums
from darkroom.people.answers import Answers
from darkroom.people.inbox import Inbox
from darkroom.people.own_files import OwnFiles
from darkroom.people.profiles import People
from darkroom.pipeline.worker import event_handler

config = load(AcceptConfig)
dynamodb = dynamodb_client()
albums = Albums(dynamodb, table=config.albums_table, people_table=config.people_table)
acceptance = Acceptance(
    Answers(dynamodb, table=config.answers_table),
    Inbox(dynamodb, table=config.notifications_table),
    People(dynamodb, table=config.people_table),
    OwnFiles(dynamodb, albums, images_table=config.images_table),
    albums,
    bin_days=config.bin_days,
)


def handle(event: dict[str, Any]) -> None:
    # Without records it is the schedule's: the stream may have lost some.
    records = event.get("Records")
    valid, invalid = acceptance.of_table() if records is None else acceptance.of_records(records)
    count("AnswersAccepted", valid)
    count("AnswersRefused", invalid)


handler = event_handler(handle)
