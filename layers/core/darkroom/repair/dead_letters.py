"""Photos whose messages became dead letters: failed for their owners, until they are redriven.

A dead letter is only looked at. It stays in its queue for an operator to redrive, and the step that
it belongs to may still finish then: the join makes the photo processed, or whatever it is by then.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from darkroom.aws.errors import ObjectMissing
from darkroom.observability import logger
from darkroom.people import words
from darkroom.pipeline.events import object_events
from darkroom.pipeline.join import End, FindEnd, end_by_steps
from darkroom.pipeline.processed import ProcessedBucket
from darkroom.pipeline.receipts import image_of, is_receipt_file, receipt_in
from darkroom.pipeline.uploads import ImageVersion
from darkroom.states import Status, StepState

if TYPE_CHECKING:
    from darkroom.model import ImageItem
    from darkroom.repair.settled import Settled
    from mypy_boto3_sqs import SQSClient

RELAY = "relay"  # the function that comes before all steps
UNFINISHED = End(Status.FAILED, "unfinished", words.UNFINISHED)
_WAIT_SECONDS = 1  # more than 0 asks all of SQS's servers: a short poll misses messages
_HIDDEN_SECONDS = 120  # as long as the function that looks at them may run
_MOST_IN_A_CALL = 10  # says SQS
_EVERY_SECONDS = 300  # as the schedule in template.yaml
_SPARE_MILLISECONDS = 20_000  # to end with the letter that is looked at, and to show all again


def images_of(
    body: str, processed: ProcessedBucket, steps: Iterable[str]
) -> Iterator[ImageVersion]:
    """The images that this dead letter's message was about: of its events, or of its receipt."""
    receipt = receipt_in(body)
    if receipt is not None:
        yield image_of(receipt)
        return
    for event in object_events(body):
        if event.kind == "removed":
            continue
        if event.bucket != processed.name:
            image = ImageVersion.of(event)
            if image is not None:
                yield image
        elif is_receipt_file(event.key, steps):
            with suppress(ObjectMissing):  # it was deleted with the image
                yield image_of(processed.read_receipt(event.key))


def end_by_dead_letter(step: str) -> FindEnd:
    """A `FindEnd` for images with a dead letter from `step`: failed if that step is still pending.

    With one from RELAY no step was told of the image: it is failed if all are pending. No end is
    found while other steps are at work that would complete the image, as where the dead letter is a
    copy of a message that was worked off, and a real end is never changed.
    """

    def find_end(item: ImageItem) -> End | None:
        if item["status"] not in (Status.PROCESSING, Status.FAILED):
            return None
        pending = {
            name for name, entry in item["steps"].items() if entry["state"] == StepState.PENDING
        }
        stuck = step in pending or (step == RELAY and pending == item["steps"].keys())
        return UNFINISHED if stuck or end_by_steps(item) is not None else None

    return find_end


def queues_of(client: SQSClient, entries: Iterable[str]) -> dict[str, DeadLetterQueue]:
    """Dead letter queues by name, from entries `<name>=<URL>`."""
    urls = dict(entry.split("=", 1) for entry in entries)
    return {name: DeadLetterQueue(client, url) for name, url in urls.items()}


@dataclass(frozen=True)
class DeadLetter:
    """A message in a dead letter queue."""

    message_id: str
    body: str


class DeadLetterQueue:
    """A dead letter queue that is looked through and left as it was."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def has_any(self) -> bool:
        """Whether SQS counts a letter that can be looked at.

        The count is up to a minute behind, so a letter may wait for the next run. But to receive
        from a queue that is empty takes a second.
        """
        name: Literal["ApproximateNumberOfMessages"] = "ApproximateNumberOfMessages"
        answer = self._client.get_queue_attributes(QueueUrl=self._url, AttributeNames=[name])
        return answer["Attributes"][name] != "0"

    @contextmanager
    def dead_letters(self) -> Iterator[Iterator[list[DeadLetter]]]:
        """Up to ten dead letters at a time, hidden from others from then until this ends."""
        hidden: list[str] = []
        try:
            yield self._receive(hidden)
        finally:
            for start in range(0, len(hidden), _MOST_IN_A_CALL):
                self._show(hidden[start : start + _MOST_IN_A_CALL])

    def _receive(self, hidden: list[str]) -> Iterator[list[DeadLetter]]:
        while messages := self._client.receive_message(
            QueueUrl=self._url,
            MaxNumberOfMessages=_MOST_IN_A_CALL,
            VisibilityTimeout=_HIDDEN_SECONDS,
            WaitTimeSeconds=_WAIT_SECONDS,
        ).get("Messages"):
            hidden += [message["ReceiptHandle"] for message in messages]
            yield [DeadLetter(message["MessageId"], message["Body"]) for message in messages]

    def _show(self, handles: Sequence[str]) -> None:
        """Show letters again; one that SQS does not show now appears after _HIDDEN_SECONDS."""
        self._client.change_message_visibility_batch(
            QueueUrl=self._url,
            Entries=[
                {"Id": str(number), "ReceiptHandle": handle, "VisibilityTimeout": 0}
                for number, handle in enumerate(handles)
            ],
        )


class Round:
    """One round through dead letter queues, which ends in time.

    `look_at` is given each letter's body and its queue's name, and says whether that settles it.
    What it raises holds up no other letter or queue: all of it is in `errors` at the end.
    """

    def __init__(
        self,
        look_at: Callable[[str, str], bool],
        settled: Settled,
        milliseconds_left: Callable[[], int],
    ) -> None:
        self._look_at = look_at
        self._settled = settled
        self._milliseconds_left = milliseconds_left
        self.seen = 0
        self.errors: list[Exception] = []

    def go(self, queues: Mapping[str, DeadLetterQueue]) -> None:
        """Look through all queues that have letters.

        No queue starves behind others: each has an equal share of the time that is left when its
        turn comes, and every five minutes, as often as this is called, another one is the first.
        """
        names = list(queues)
        start = int(time.time() // _EVERY_SECONDS) % len(names)
        waiting: list[str] = []
        for name in names[start:] + names[:start]:
            with self._apart(name):
                if queues[name].has_any():
                    waiting.append(name)
        for done, name in enumerate(waiting):
            left = self._milliseconds_left()
            share = max(0, left - _SPARE_MILLISECONDS) // (len(waiting) - done)
            with self._apart(name), queues[name].dead_letters() as batches:
                if not self._look_through(batches, name, until=left - share):
                    logger.warning("dead letters left to the next run", extra={"queue": name})

    @contextmanager
    def _apart(self, name: str) -> Iterator[None]:
        """A block about one queue: what it raises keeps no other from its turn."""
        try:
            yield
        except Exception as error:  # noqa: BLE001  # in errors, which fails the run at its end
            logger.exception("dead letter queue cannot be read", extra={"queue": name})
            self.errors.append(error)

    def _look_through(self, batches: Iterator[list[DeadLetter]], name: str, *, until: int) -> bool:
        """Whether there was time for all letters of a queue."""
        for batch in batches:
            self.seen += len(batch)
            settled = self._settled.among([letter.message_id for letter in batch])
            for letter in batch:
                if letter.message_id not in settled:
                    self._attempt(letter, name)
                if self._milliseconds_left() <= until:
                    return False
        return True

    def _attempt(self, letter: DeadLetter, name: str) -> None:
        try:
            if self._look_at(letter.body, name):
                self._settled.note(letter.message_id)
        except Exception as error:  # noqa: BLE001  # the other letters have their turn
            logger.exception("dead letter failed: the next run looks again", extra={"queue": name})
            self.errors.append(error)
