"""Publishing many uploads again: at a rate, up to a planned number, resumed after a stop.

A campaign cannot loop. It reads the keys once, in order, and keeps the last one in a file; it
ignores uploads that were stored or opened after it began; and the functions write to another
bucket. It stops when somebody runs `make halt` anywhere, and waits while the queues are full.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from darkroom.pipeline.relay import BATCH
from darkroom.pipeline.uploads import Upload
from darkroom.repair.reconcile.survey import Sighting, Survey
from darkroom.repair.republish import Republisher
from darkroom.units import size
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from operations.command import CommandError
from operations.deployment import Deployment
from operations.halt import halt_of
from operations.paths import STATE
from operations.prices import dollars
from operations.queues import depth, work_queues
from operations.screen import console

_LOOK_SECONDS = 1.0  # between two looks at the halt switch and the queues
_FULL_SECONDS = 60  # a queue is full if it holds as much as the campaign publishes in this time

Choose = Callable[[Sighting, datetime], Upload | None]


@dataclass
class State:
    """The progress of a campaign; kept in a file until the campaign is finished."""

    command: str
    where: str
    prefix: str
    began: str
    last: str = ""
    published: int = 0


@dataclass(frozen=True)
class Plan:
    """How many photos and bytes a campaign has still to publish."""

    photos: int
    bytes: int

    def sentence(self, rate: float) -> str:
        """The size, duration and cost of the campaign, for people."""
        minutes = self.photos / rate / 60
        return (
            f"{self.photos} photos, {size(self.bytes)}: about {minutes:.1f} minutes at "
            f"RATE={rate:g} a second, and ${dollars(self.photos, self.bytes):.2f} on AWS"
        )


class Campaign:
    """A campaign over a deployment. `choose` returns what to publish of a sighting, or None."""

    def __init__(
        self,
        deployment: Deployment,
        command: str,
        prefix: str,
        choose: Choose,
        *,
        folder: Path = STATE,
    ) -> None:
        self._deployment = deployment
        self._choose = choose
        self._file = folder / f"{command}-{deployment.stack}.json"
        self._survey = Survey(
            deployment.client("s3"),
            deployment.client("dynamodb"),
            uploads_bucket=deployment.output("UploadsBucketName"),
            processed_bucket=deployment.output("ProcessedBucketName"),
            images_table=deployment.output("ImagesTableName"),
            ledger_table=deployment.output("LedgerTableName"),
        )
        self.state = self._kept(command, prefix) or State(
            command, deployment.where, prefix, datetime.now(UTC).isoformat()
        )

    def restart(self) -> None:
        """Forget the progress of an earlier run."""
        self._file.unlink(missing_ok=True)
        began = datetime.now(UTC).isoformat()
        self.state = State(self.state.command, self.state.where, self.state.prefix, began)

    def plan(self) -> Plan:
        """What is left to publish, counted now."""
        photos = total = 0
        with console.status("Counting …") as status:
            for upload in self._uploads():
                photos, total = photos + 1, total + upload.bytes
                if photos % BATCH == 0:
                    status.update(f"Counting … {photos} photos")
        return Plan(photos, total)

    def run(self, plan: Plan, rate: float) -> None:
        """Publish what is left, at most `rate` photos a second and never more than was planned.

        Raises:
            CommandError: the campaign was halted; its progress is kept for another run.
        """
        switch = halt_of(self._deployment)
        republisher = Republisher(
            self._deployment.client("sns"),
            uploads_bucket=self._deployment.output("UploadsBucketName"),
            uploads_topic=self._deployment.output("UploadsTopicArn"),
            removals_topic=self._deployment.output("RemovalsTopicArn"),
        )
        columns = (TextColumn("  {task.description}"), BarColumn(40), MofNCompleteColumn(),
                   TimeRemainingColumn())  # fmt: skip
        uploads = islice(self._uploads(), plan.photos)
        looked = 0.0
        with Progress(*columns, console=console) as progress:
            bar = progress.add_task("published", total=plan.photos)
            due = time.monotonic()
            while batch := list(islice(uploads, max(1, min(BATCH, int(rate))))):
                if time.monotonic() - looked >= _LOOK_SECONDS:
                    if (reason := switch.reason()) is not None:
                        raise CommandError(
                            f"halted ({reason}) after {self.state.published} photos: "
                            f"`make halt OFF=1`, and the same command continues from here"
                        )
                    self._wait_for_room(rate)
                    looked = time.monotonic()
                due = max(due, time.monotonic() - 1)
                time.sleep(max(0.0, due - time.monotonic()))
                republisher.created(batch)
                due += len(batch) / rate
                self.state.published += len(batch)
                self._keep(batch[-1].key)
                progress.advance(bar, len(batch))
        self._file.unlink(missing_ok=True)

    def _uploads(self) -> Iterator[Upload]:
        began = datetime.fromisoformat(self.state.began)
        for user, start in self._users():
            after: str | None = start
            while after is not None:
                stretch = self._survey.stretch(user, after)
                after = stretch.last
                for seen in stretch.sightings:
                    if seen.object is None or not seen.key.startswith(self.state.prefix):
                        continue
                    if seen.object.modified > began:
                        continue
                    upload = self._choose(seen, began)
                    if upload is not None:
                        yield upload

    def _users(self) -> Iterator[tuple[str, str]]:
        """The users whose uploads can have the prefix, each with the key to begin after."""
        done = self.state.last.split("/")[1] if self.state.last else ""
        if done:
            yield done, self.state.last
        wanted = self.state.prefix.split("/")[1]
        whole = self.state.prefix.count("/") > 1
        user = self._survey.next_user(done)
        while user is not None:
            if user == wanted or (not whole and user.startswith(wanted)):
                yield user, ""
            user = self._survey.next_user(user)

    def _wait_for_room(self, rate: float) -> None:
        full = max(200, int(_FULL_SECONDS * rate))
        queues = [queue.url for queue in work_queues(self._deployment) if queue.url]
        while max(depth(self._deployment, url) for url in queues) > full:
            time.sleep(_LOOK_SECONDS)

    def _kept(self, command: str, prefix: str) -> State | None:
        try:
            state = State(**json.loads(self._file.read_text()))
        except (OSError, ValueError, TypeError):
            return None
        same = (command, self._deployment.where, prefix)
        return state if (state.command, state.where, state.prefix) == same else None

    def _keep(self, last: str) -> None:
        before = self.state.last
        if (
            before
            and before.split("/")[1] == last.split("/")[1]
            and last.encode() <= before.encode()
        ):
            raise CommandError(
                f"stopped: the listing returned {last} after {before}, which is out of order"
            )
        self.state.last = last
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_text(json.dumps(asdict(self.state)))
