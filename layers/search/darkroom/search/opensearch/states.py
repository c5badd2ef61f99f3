"""How far each owner's part of the index is made: a small object in the bucket, for each of them.

It is replaced only by who has seen it. Whoever cannot replace it has written documents of records
that may have changed since, and does all of it again.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from darkroom.aws.errors import ObjectChanged, ObjectMissing
from darkroom.aws.s3 import Bucket

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# In the key of every state: another release may write other ones.
FORMAT = "opensearch-1"
_MOST_BYTES = 10_000


@dataclass(frozen=True)
class State:
    """Where an owner's documents are, and how far they are made.

    They are asked for in `index`. While they are made of the records, `after` is the key up to
    which they are in the index `to`, which takes the place of the other when all are. It is `fresh`
    if `index` was made of nothing, and lacks some of them. `turn` counts the replacements: it is
    the version of whatever is written.
    """

    owner: str
    index: str
    to: str
    turn: int
    after: str | None = None
    fresh: bool = False

    @property
    def is_building(self) -> bool:
        """Whether documents are missing."""
        return self.fresh and self.after is not None


@dataclass(frozen=True)
class Stored:
    """A state as it is stored; None if it cannot be read."""

    etag: str
    modified: datetime
    state: State | None


class States:
    """The states of all owners."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._bucket = Bucket(client, bucket)

    def read(self, owner: str) -> Stored | None:
        """The state of an owner's documents; None where there is none.

        Raises:
            TransientError: its body broke off or was damaged each time.
        """
        try:
            found = self._bucket.read_whole(key_of(owner), most=_MOST_BYTES)
        except ObjectMissing:
            return None
        return Stored(found.etag, found.modified, _read(found.body, owner))

    def replace(self, state: State, *, etag: str | None) -> None:
        """Store a state instead of the one with an ETag, or of none.

        Raises:
            ObjectChanged: another one is there, or none is any more.
        """
        body = json.dumps(asdict(state)).encode()
        try:
            self._bucket.put_over(
                key_of(state.owner), body, content_type="application/json", etag=etag
            )
        except ObjectMissing as error:
            raise ObjectChanged(str(error)) from error


def key_of(owner: str) -> str:
    """The key of an owner's state."""
    return f"{FORMAT}/{owner}/state.json"


def _read(body: bytes | None, owner: str) -> State | None:
    try:
        state = State(**json.loads(body or b""))
    except (TypeError, ValueError):
        return None
    return state if state.owner == owner else None
