"""Which engine it is: the one place that knows of both. Only what is needed is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from darkroom.config import IndexConfig, SearchConfig
from darkroom.search.contract import Answering, Updating

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

# Somebody waits for an answer, and the API for 15 seconds; a queue waits for what is written.
_ANSWER_SECONDS, _WRITE_SECONDS = 6, 30
_ANSWER_ATTEMPTS, _WRITE_ATTEMPTS = 2, 4


def answering(config: SearchConfig, s3: S3Client) -> Answering:
    """The half of the configured engine that answers owners."""
    if config.search_engine == "opensearch":
        from darkroom.search.opensearch.asking import Asking
        from darkroom.search.opensearch.client import Client
        from darkroom.search.opensearch.states import States

        client = Client(
            config.search_endpoint, read_seconds=_ANSWER_SECONDS, attempts=_ANSWER_ATTEMPTS
        )
        return Asking(client, States(s3, config.index_bucket))
    from darkroom.search.shelf import Shelf
    from darkroom.search.store import Store

    return Shelf(Store(s3, config.index_bucket))


def updating(config: IndexConfig, dynamodb: DynamoDBClient, s3: S3Client) -> Updating:
    """The half of the configured engine that is told what may have changed."""
    if config.search_engine == "opensearch":
        from darkroom.search.opensearch.client import Client
        from darkroom.search.opensearch.states import States
        from darkroom.search.opensearch.updates import Updates as OpenSearchUpdates
        from darkroom.search.records import Records

        return OpenSearchUpdates(
            Client(config.search_endpoint, read_seconds=_WRITE_SECONDS, attempts=_WRITE_ATTEMPTS),
            States(s3, config.index_bucket),
            Records(
                dynamodb,
                s3,
                images_table=config.images_table,
                processed_bucket=config.processed_bucket,
            ),
            name=config.search_index_name,
        )
    from darkroom.search.store import Store
    from darkroom.search.updates import Updates

    return Updates(
        Store(s3, config.index_bucket),
        dynamodb,
        s3,
        images_table=config.images_table,
        processed_bucket=config.processed_bucket,
    )
