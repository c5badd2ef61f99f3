"""Dead letters that need no further look: whoever they are about was told.

Letters stay in their queue for days, and are met in every run. What was settled is asked for ten
letters at a time, so that a run has time for those that are new.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from darkroom.aws.dynamodb import Key, Table
from darkroom.marks import expiration

if TYPE_CHECKING:
    from darkroom.model import Mark
    from mypy_boto3_dynamodb import DynamoDBClient


class Settled:
    """The marks of settled letters."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._marks: Table[Mark] = Table(client, table)

    def among(self, message_ids: Sequence[str]) -> set[str]:
        """Those of up to 100 letters, by their messages' ids, that are known to be settled."""
        names = {_key(message_id)["id"]: message_id for message_id in message_ids}
        found = self._marks.get_some([{"id": name} for name in names])
        return {names[mark["id"]] for mark in found}

    def note(self, message_id: str) -> None:
        """Remember that a letter is settled."""
        self._marks.update(_key(message_id)).set(expiration=expiration()).write()


def _key(message_id: str) -> Key:
    return {"id": f"settled#{message_id}"}
