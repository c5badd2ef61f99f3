"""Tombstones: up to which version everything of a key is deleted.

A tombstone is a mark that outlives every message about its key, so an upload event that arrives
after the deletion of its object finds out. Images and ledger need no row for what is deleted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from darkroom.aws.dynamodb import Key, Table, Write, absent, compare, either
from darkroom.marks import expiration

if TYPE_CHECKING:
    from darkroom.model import TombstoneMark
    from darkroom.pipeline.uploads import ImageVersion
    from mypy_boto3_dynamodb import DynamoDBClient


class Tombstones:
    """The tombstones of all keys."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._marks: Table[TombstoneMark] = Table(client, table)

    def tombstone(self, image: ImageVersion) -> Write:
        """The write that says: everything up to this version is deleted. It never goes back."""
        return (
            self._marks.update(_key(image.key))
            .set(version=image.version, expiration=expiration())
            .when(either(absent("id"), compare("version", "<=", image.version)))
        )

    def require_no_tombstone(self, image: ImageVersion) -> Write:
        """The condition of a transaction that neither this version nor a newer one is deleted."""
        return self._marks.check(_key(image.key)).when(
            either(absent("id"), compare("version", "<", image.version))
        )

    def cover(self, image: ImageVersion) -> bool:
        """Whether this version, or a newer one, is deleted."""
        deleted = self.version(image.key)
        return deleted is not None and deleted >= image.version

    def version(self, key: str) -> str | None:
        """The version up to which a key is deleted; None if it never was, as far as remembered."""
        found = self._marks.get(_key(key))
        return found["version"] if found is not None else None


def _key(key: str) -> Key:
    return {"id": f"removed#{key}"}
