"""A whole Darkroom in one process, whose queues, clocks and failures are in a test's hands.

The handlers are the real ones, and so is everything below them, but for AWS, which is moto. A
message stays in its queue until its handler has acknowledged it, may be delivered twice and in any
order, and ends as a dead letter when a test says so. A handler can be stopped at any request it
sends, for good (its process dies) or while others run.
"""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import parse_qs

from darkroom.pipeline.receipts import receipt_in
from moto.dynamodb.models import dynamodb_backends
from moto.s3.models import s3_backends
from PIL import Image

from tests.functional.conftest import REGION, UPLOADS, World, version
from tests.functional.pipeline import broken
from tests.functional.wire import Fault, Killed

ACCOUNT = "123456789012"
# One of the functions that render, and one that mostly skips: the others share their code.
STEPS = ("thumbnail", "transcode", "quota")
ON_UPLOAD = (*STEPS, "cleanup")
ON_REMOVAL = ("quota", "cleanup")
QUEUES = (*ON_UPLOAD, "notify")
BATCHES = {"quota": 3, "notify": 3, "cleanup": 3}
LIMIT = 3000  # bytes that ann may store; bob has a limit of his own, which he never meets
SETTINGS = {
    "STEPS": "thumbnail:picture,transcode:picture,quota:any",
    "RENDITION_EDGES_PIXELS": "16",
    "RENDITION_FORMATS": "jpeg",
    "QUOTA_MODE": "enforce",
    "QUOTA_STORED_BYTES": str(LIMIT),
}
FILES = {"thumbnail": {"thumbnail-16.jpg"}, "transcode": set(), "quota": set()}


Content = Literal["photo", "broken", "text"]
"""What a file holds: a sound picture, one that cannot be decoded, or nothing of a known kind."""


@dataclass
class Message:
    body: str
    returned: bool = False
    """Whether a run has failed on it, so that its visibility timeout has passed."""


@dataclass
class Object:
    """What the model knows of a live object."""

    version: str
    size: int
    content: Content

    @property
    def steps(self) -> tuple[str, ...]:
        return STEPS if self.content != "text" else ("quota",)


@dataclass
class Model:
    """Everything that ever happened to the uploads bucket, and so what must be true in the end."""

    live: dict[tuple[str, str], Object] = field(default_factory=dict)
    uploads: list[tuple[str, str, int]] = field(default_factory=list)

    def uploaded(self, user: str) -> tuple[int, int]:
        """Bytes and objects, of all versions ever."""
        sizes = [size for owner, _, size in self.uploads if owner == user]
        return sum(sizes), len(sizes)


def photo(size: int) -> bytes:
    """A JPEG of 16 × 16 pixels and `size` bytes, most of them in a comment."""
    buffer = io.BytesIO()
    Image.new("RGB", (16, 16), (200, 80, 40)).save(buffer, "JPEG")
    data = buffer.getvalue()
    room = size - len(data) - 4
    comment = b"\xff\xfe" + (room + 2).to_bytes(2, "big") + b"x" * room
    return data[:2] + comment + data[2:]


def text(size: int) -> bytes:
    """A file of exactly `size` bytes that is of no known kind."""
    return b"Dear diary, ".ljust(size, b".")


class Deployment:
    """The functions with their queues, over one simulated AWS that is emptied for each history."""

    def __init__(self, world: World) -> None:
        self._world = world
        # Twice each, as two Lambda workers: one may run while the other waits in a request.
        self._apps = {name: [world.load(name, **SETTINGS) for _ in range(2)] for name in (*QUEUES,)}
        world.wire.heard = self._hear
        self._running = 0
        self.reset()

    def app(self, name: str) -> list[Any]:
        """Both workers of a function."""
        return self._apps[name]

    def reset(self) -> None:
        """Begin a new history."""
        for table in dynamodb_backends[ACCOUNT][REGION].tables.values():
            table.items.clear()
        for bucket in s3_backends[ACCOUNT]["aws"].buckets.values():
            bucket.keys.clear()
        self.model = Model()
        self.queues: dict[str, list[Message]] = {name: [] for name in QUEUES}
        self.published: Counter[tuple[str, str, str]] = Counter()
        self._early: list[str] = []
        self._excused: set[tuple[str, str, str]] = set()
        self._world.wire.fired.clear()
        self._world.dynamodb.put_item(
            TableName="UsageTable",
            Item={
                "identity_id": {"S": "bob"},
                "period": {"S": "total"},
                "limit_stored_bytes": {"N": "1000000"},
            },
        )

    # What users do. -------------------------------------------------------------------------------

    def put(self, user: str, name: str, size: int, content: Content) -> None:
        make = {"photo": photo, "broken": broken, "text": text}[content]
        record = self._world.put(user, name, make(size))
        self.model.live[user, name] = Object(version(record), size, content)
        self.model.uploads.append((user, name, size))
        self._send(ON_UPLOAD, {"Records": [record]})

    def delete(self, user: str, name: str) -> None:
        record = self._world.delete(user, name)
        self.model.live.pop((user, name), None)
        self._send(ON_REMOVAL, {"Records": [record]})

    # What SQS and Lambda do. ----------------------------------------------------------------------

    def deliver(
        self,
        queue: str,
        pick: int = 0,
        count: int = 1,
        *,
        again: bool = False,
        plan: Callable[[int, str], Fault] | None = None,
    ) -> None:
        """Run a function on up to `count` of its messages, from the one at `pick` on.

        With `again`, SQS delivers acknowledged ones once more, some time later.
        """
        queued = self.queues[queue]
        # While a run waits, no visibility timeout passes.
        waiting = [message for message in queued if not (self._running and message.returned)]
        if not waiting or self._running >= 2:
            return
        start = pick % len(waiting)
        batch = waiting[start : start + min(count, BATCHES.get(queue, 1))]
        for message in batch:
            queued.remove(message)
        if any(message.returned for message in batch):
            self._end_claims()
        app = self._apps[queue][self._running]
        before, faults = self.published.copy(), len(self._world.wire.fired)
        self._running += 1
        try:
            with self._world.wire.watch(plan or (lambda *_: "none")):
                failed = self._world.deliver(app, *(message.body for message in batch))
        except Killed:
            failed = list(range(len(batch)))
        finally:
            self._running -= 1
        if len(self._world.wire.fired) > faults:
            self._excused |= set(self.published - before)
        for index, message in enumerate(batch):
            if index in failed:
                queued.append(Message(message.body, returned=True))
            elif again:
                queued.append(Message(message.body))

    def settle(self) -> None:
        """Deliver until every queue is empty, without any fault."""
        for _ in range(200):
            busy = [name for name in QUEUES if self.queues[name]]
            if not busy:
                return
            for name in busy:
                self.deliver(name, count=3)
        raise AssertionError(f"the queues do not empty: {self.queues}")

    def _send(self, queues: tuple[str, ...], body: Any) -> None:
        for name in queues:
            self.queues[name].append(Message(json.dumps(body)))

    def _hear(self, operation: str, request: Any) -> None:
        """What SNS tells its subscribers of."""
        if operation == "Publish":
            body = request.body.decode() if isinstance(request.body, bytes) else request.body
            told = json.loads(parse_qs(body)["Message"][0])
            if receipt_in(json.dumps(told)) is not None:
                self._send(("notify",), told)
                return
            told = json.loads(told["default"])
            self.published[told["image"], told["version"], told["kind"]] += 1
            self._note_if_early(told)
            if told["kind"] == "over_quota":
                self._send(("cleanup",), told)

    def _note_if_early(self, told: dict[str, Any]) -> None:
        _, user, name = told["image"].split("/", 2)
        with self._world.wire.watch(lambda *_: "none"):
            image = self._world.image(user, name)
        if image is not None and image["version"] == told["version"]:
            pending = [step for step in image["steps"].values() if step["state"] == "pending"]
            self._early += [told["image"]] if pending else []

    def _end_claims(self) -> None:
        """A message comes again after six times its function's timeout: old claims are over."""
        table = dynamodb_backends[ACCOUNT][REGION].tables["IdempotencyTable"]
        for item in self._world.dynamodb.scan(TableName=table.name)["Items"]:
            if "claimed_until" in item and "done" not in item:
                item["claimed_until"] = {"N": "0"}
                self._world.dynamodb.put_item(TableName=table.name, Item=item)

    # What must be true in the end. ----------------------------------------------------------------

    def audit(self) -> None:
        """Compare the tables and the buckets with the model.

        Raises:
            AssertionError: saying what differs.
        """
        model = self.model
        ledger = {key: self._world.ledger(*key) for key in self._keys("LedgerTable")}
        images = {key: self._world.image(*key) for key in self._keys("ImagesTable")}
        outputs: set[str] = set()
        ends: set[tuple[str, str, str]] = set()
        assert set(images) == set(model.live), "images"
        assert set(ledger) == set(model.live), "ledger"
        for (user, name), live in model.live.items():
            row, image = ledger[user, name] or {}, images[user, name] or {}
            held = row["state"] == "held"
            status = "over_quota" if held else "processed"
            status = status if live.content == "photo" else "rejected"
            assert (row["version"], row["bytes"]) == (live.version, live.size), "ledger"
            assert (image["version"], image["status"]) == (live.version, status), "image"
            assert set(image["steps"]) == set(live.steps), "steps"
            assert bool(self._world.tags(user, name)) is held, "tag"
            assert not (held and user == "bob"), "held without need"
            made = self._outputs(user, name, live, status)
            listed = {f"thumbnail-{live.version}"} if status == "processed" else set()
            assert len(image["renditions"]) == len(listed), "renditions"
            outputs |= made
            ends.add((f"users/{user}/{name}", live.version, status))
        assert self._world.outputs() == outputs, "outputs"
        for user in ("ann", "bob"):
            self._audit_usage(user, [r for (owner, _), r in ledger.items() if owner == user and r])
        self._audit_notifications(ends)

    def _keys(self, table: str) -> set[tuple[str, str]]:
        found = self._world.dynamodb.scan(TableName=table)["Items"]
        return {(item["identity_id"]["S"], item["image"]["S"].split("/", 2)[2]) for item in found}

    def _outputs(self, user: str, name: str, live: Object, status: str) -> set[str]:
        made = {file for step in STEPS for file in FILES[step]} if status == "processed" else set()
        return self._files(user, name, live, made)

    def _files(self, user: str, name: str, live: Object, files: set[str]) -> set[str]:
        return {f"users/{user}/{name}/{live.version}/{file}" for file in files}

    def _audit_usage(self, user: str, rows: list[dict[str, Any]]) -> None:
        usage, period = self._world.usage(user), self._world.usage(user, "2026-11")
        for state in ("stored", "held"):
            sizes = [int(row["bytes"]) for row in rows if row["state"] == state]
            counted = usage.get(f"{state}_bytes", 0), usage.get(f"{state}_objects", 0)
            assert counted == (sum(sizes), len(sizes)), f"{state} usage of {user}"
        if user == "ann":
            assert usage.get("stored_bytes", 0) <= LIMIT, "limit"
        uploaded = period.get("uploaded_bytes", 0), period.get("uploaded_objects", 0)
        assert uploaded == self.model.uploaded(user), f"uploaded usage of {user}"

    def _audit_notifications(self, ends: set[tuple[str, str, str]]) -> None:
        told = Counter(
            (note["image"], note["version"], note["kind"])
            for user in ("ann", "bob")
            for note in self._world.notifications(user)
        )
        assert all(times == 1 for times in told.values()), "told twice"
        assert self._early == [], "told before the end"
        assert ends <= set(told), "not told"
        live = {end[:2] for end in ends}
        assert {one for one in told if one[:2] in live} == ends, "told of another end"
        assert ends <= set(self.published), "not published"
        # Of a version that was overwritten while notify was dead, only the table may tell.
        assert set(self.published) <= set(told), "published without a notification"
        # A run that lost the reply to Publish, or died after it, publishes again: SNS has no
        # conditions.
        twice = {key for key, times in self.published.items() if times > 1}
        assert twice <= self._excused, "published twice"


__all__ = ["BATCHES", "QUEUES", "UPLOADS", "Deployment"]
