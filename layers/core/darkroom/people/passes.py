"""Passes: that a function may sign in as a user, once and now.

The trigger that grants such a sign-in cannot know who asks for it. So whoever may ask writes a pass
first, into a table that no user reaches, and the trigger grants what has one.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from darkroom.aws.dynamodb import Key, Table, absent, compare
from darkroom.aws.errors import ConditionFailed

if TYPE_CHECKING:
    from darkroom.model import PassMark
    from mypy_boto3_dynamodb import DynamoDBClient

_SECONDS = 30


class Passes:
    """The passes of all users."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._marks: Table[PassMark] = Table(client, table)

    def issue(self, user: str, *, client_id: str) -> None:
        """Let this client of the user pool sign in as a user once, within half a minute."""
        mark: PassMark = {
            "id": _key(user)["id"],
            "client_id": client_id,
            "expiration": int(time.time()) + _SECONDS,
        }
        self._marks.put(mark).write()

    def redeem(self, user: str, *, client_id: str) -> bool:
        """Whether this client may sign in as a user now; the pass is used up then."""
        redemption = (
            self._marks.update(_key(user))
            .set(used=True)
            .when(
                absent("used"), compare("expiration", ">=", int(time.time())), client_id=client_id
            )
        )
        try:
            redemption.write()
        except ConditionFailed:
            return False
        return True

    def is_at_work(self, user: str) -> bool:
        """Whether a function signs in as this user just now, or did a moment ago."""
        found = self._marks.get(_key(user))
        return found is not None and found["expiration"] >= int(time.time())


def _key(user: str) -> Key:
    return {"id": f"pass#{user}"}
