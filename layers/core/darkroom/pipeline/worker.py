"""Lambda handlers: of batches of queue messages, of single events, of a table's stream."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext
from darkroom.apart import each_apart
from darkroom.observability import logger, with_metrics
from darkroom.pipeline.events import MalformedMessage, object_events
from darkroom.pipeline.hiding import Hiding
from darkroom.pipeline.uploads import ImageVersion, Upload
from darkroom.repair.failures import Failures

Handler = Callable[[dict[str, Any], LambdaContext], PartialItemFailureResponse]


def sqs_handler(
    process: Callable[[str], None],
    failures: Failures,
    *,
    prepare: Callable[[LambdaContext], None] | None = None,
    together: Callable[[list[str]], None] | None = None,
    hiding: Hiding | None = None,
) -> Handler:
    """A handler that gives `process` each message's body, and reports the messages it raised on.

    The others of the batch are acknowledged; a reported one is delivered again and, after the
    queue's maxReceiveCount, becomes a dead letter. Why it failed is noted in `failures`.
    `prepare` is called once, before the first. So is `together`, with all bodies: it does what is
    better done for all at once, never raises, and leaves to `process` what it could not do.
    `hiding` says when a message comes again; without it the queue does.
    """
    # A batch in which all fail is reported item by item like any other, not raised.
    processor = BatchProcessor(
        event_type=EventType.SQS,
        logger=logger,  # type: ignore[arg-type]  # its Logger stands in for logging.Logger
        raise_on_entire_batch_failure=False,
    )

    def process_record(record: SQSRecord) -> None:  # Powertools passes it by this name
        logger.append_keys(message_id=record.message_id)
        if hiding is not None:
            hiding.take(record.receipt_handle, processor.lambda_context)
        try:
            process(record.body)
        except Exception as error:  # of any type: noted for the operator, and raised again
            attempts = int(record.attributes.approximate_receive_count)
            failures.note(
                record.message_id,
                attempts=attempts,
                request_id=processor.lambda_context.aws_request_id,
                error=error,
            )
            if hiding is not None:
                hiding.fail(error, attempts)
            raise

    @with_metrics
    @logger.inject_lambda_context(clear_state=True)
    def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
        if prepare is not None:
            prepare(context)
        if together is not None:
            together([record["body"] for record in event["Records"]])
        return process_partial_response(
            event=event, record_handler=process_record, processor=processor, context=context
        )

    return handler


def event_handler(
    handle: Callable[[dict[str, Any]], Any],
    *,
    prepare: Callable[[LambdaContext], None] | None = None,
) -> Callable[[dict[str, Any], Any], Any]:
    """A handler of events that come one at a time, not from a queue: it returns what `handle` does.

    What it raises is the invocation's failure; whoever invoked it retries, and an alarm is raised.
    `prepare` is called before `handle`.
    """

    @with_metrics
    @logger.inject_lambda_context(clear_state=True)
    def handler(event: dict[str, Any], context: LambdaContext) -> Any:
        if prepare is not None:
            prepare(context)
        return handle(event)

    return handler


def stream_handler(
    process: Callable[[dict[str, Any]], None],
    *,
    prepare: Callable[[LambdaContext], None] | None = None,
) -> Callable[[dict[str, Any], Any], Any]:
    """A handler that gives `process` the change in each record of a table's stream.

    A record that it cannot read is put aside (`each_apart`). Any other that it raises on does not
    delay its neighbours in the batch: they are processed first, and then the batch fails. Lambda
    brings all of it again, halved, until the record is alone, so `process` has to be safe to
    repeat. Records behind the batch wait meanwhile.
    """

    def handle(event: dict[str, Any]) -> None:
        each_apart(event["Records"], lambda record: process(record["dynamodb"]))

    return event_handler(handle, prepare=prepare)


def images_in(body: str) -> list[ImageVersion]:
    """The uploads and deletions of a user's files that a message tells of; none if it is none."""
    try:
        events = object_events(body)
    except MalformedMessage:
        return []
    return [image for event in events if (image := ImageVersion.of(event)) is not None]


def for_each_image(
    body: str,
    *,
    stored: Callable[[Upload], object],
    removed: Callable[[ImageVersion], object] | None = None,
) -> None:
    """Call `stored` for each upload that a message tells of, and `removed` for each deletion.

    Events outside the users' folders are logged and passed over, and so are deletions without
    `removed`.
    """
    for event in object_events(body):
        image = ImageVersion.of(event)
        if isinstance(image, Upload):
            stored(image)
        elif image is not None and removed is not None:
            removed(image)
        else:
            logger.warning(
                "event ignored: not of a user's upload, or not for this function",
                extra={"key": event.key, "event": event.kind},
            )
