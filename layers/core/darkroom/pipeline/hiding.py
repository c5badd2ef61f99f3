"""How long a message is hidden: while its run may go on, and after a failure as that deserves.

A queue hides a message for six times as long as its function may run, as Lambda asks. Of a function
that may run for 15 minutes that is 90 after each attempt, of which there are five: long before such
a message is a dead letter, its owner takes the file for forgotten.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from darkroom.aws.errors import CALL_FAILED
from darkroom.observability import logger
from darkroom.people.once import AlreadyInProgress

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext
    from mypy_boto3_sqs import SQSClient

_SPARE_SECONDS = 30  # from the end of a run that is killed until its message is shown again
# After the first failure, the second and so on: soon, in case it was a moment's, and then so long
# that an outage of twenty minutes makes no dead letter.
_AFTER_SECONDS = (15, 60, 120, 1200)


class Hiding:
    """Hides and shows the messages of a queue while they are worked on.

    A message comes again at once after an error of the types `at_once`, which are about the message
    itself: waiting does not help them, and it is soon known whether anything does.
    """

    def __init__(
        self, client: SQSClient, queue_url: str, *, at_once: tuple[type[Exception], ...]
    ) -> None:
        self._client = client
        self._queue_url = queue_url
        self._at_once = at_once
        self._receipt_handle = ""
        self._milliseconds_left: Callable[[], int] = lambda: 0

    def take(self, receipt_handle: str, context: LambdaContext) -> None:
        """Know which message a run is on. Most are about files that it has nothing to do with."""
        self._receipt_handle = receipt_handle
        self._milliseconds_left = context.get_remaining_time_in_millis

    def begin(self) -> None:
        """Hide the message until its run must be over, whatever becomes of it. Never raises."""
        self._hide(math.ceil(self._milliseconds_left() / 1000) + _SPARE_SECONDS)

    def fail(self, error: Exception, attempts: int) -> None:
        """Hide the message until it is worth another attempt after so many. Never raises."""
        if isinstance(error, AlreadyInProgress):  # the other run is done then, or was killed
            self._hide(math.ceil(error.milliseconds_left / 1000) + _SPARE_SECONDS)
        elif isinstance(error, self._at_once):
            self._hide(0)
        else:
            self._hide(_AFTER_SECONDS[min(attempts, len(_AFTER_SECONDS)) - 1])

    def _hide(self, seconds: int) -> None:
        try:
            self._client.change_message_visibility(
                QueueUrl=self._queue_url,
                ReceiptHandle=self._receipt_handle,
                VisibilityTimeout=seconds,
            )
        except CALL_FAILED:
            logger.warning(
                "message hidden for as long as its queue says: it may come again late",
                exc_info=True,
            )
