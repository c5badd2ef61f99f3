"""Migrate: make the catalogue's tables, or bring them up to date, when its stack is deployed."""

from __future__ import annotations

from typing import Any

from darkroom.aws.clients import database_client
from darkroom.catalogue.opening import bring_up_to_date
from darkroom.catalogue.stack_events import answered
from darkroom.config import MigrateConfig, load
from darkroom.observability import logger
from darkroom.pipeline.worker import event_handler

config = load(MigrateConfig)


def migrate() -> list[str]:
    applied = bring_up_to_date(config, database_client)
    logger.info("migrations applied", extra={"migrations": applied})
    return applied


def handle(event: dict[str, Any]) -> Any:
    # An operator asks without a word; CloudFormation waits for an answer, whatever it is.
    return answered(event, migrate) if "ResponseURL" in event else migrate()


handler = event_handler(handle)
