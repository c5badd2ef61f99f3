"""Newcomers: logins of which nobody knows the identity yet, and learning it.

A photo is stored and charged under an identity, a token is issued to a login, and Cognito tells no
function which belongs to which. What it tells is whose identity a token is. So a function signs in
as the newcomer, asks the identity pool, and forgets the token.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from darkroom.aws.dynamodb import Table
from darkroom.marks import expiration
from darkroom.moments import timestamp

if TYPE_CHECKING:
    from darkroom.aws.cognito import IdentityPool, UserPool
    from darkroom.model import NewcomerMark
    from darkroom.people.passes import Passes
    from darkroom.people.profiles import People
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sns import SNSClient


class Newcomers:
    """Logins that are seen for the first time."""

    def __init__(
        self, dynamodb: DynamoDBClient, sns: SNSClient, passes: Passes, *, table: str, topic: str
    ) -> None:
        self._marks: Table[NewcomerMark] = Table(dynamodb, table)
        self._sns = sns
        self._passes = passes
        self._topic = topic

    def announce(self, *, subject: str, user: str) -> datetime:
        """Since when this login is a newcomer. Its identity is learned soon after this call.

        One that has no photos yet may still get another identity, so it is announced as well.

        `user` is the user pool's name for it, and `subject` the claim `sub` of its tokens.
        """
        if not self._passes.is_at_work(user):  # else this token is the one that is being asked for
            self._sns.publish(TopicArn=self._topic, Message=message_of(subject=subject, user=user))
        name = f"newcomer#{subject}"
        found = self._marks.get({"id": name})
        if found is not None:
            return datetime.fromisoformat(found["since"])
        now = datetime.now(UTC)
        mark: NewcomerMark = {"id": name, "since": timestamp(now), "expiration": expiration()}
        self._marks.put(mark).write()
        return now


class Introductions:
    """Learns which identity a login has."""

    def __init__(
        self,
        people: People,
        passes: Passes,
        users: UserPool,
        identities: IdentityPool,
        *,
        client_id: str,
    ) -> None:
        self._people = people
        self._passes = passes
        self._users = users
        self._identities = identities
        self._client_id = client_id

    def introduce(self, *, subject: str, user: str) -> bool:
        """Whether this login has another identity than was known, or none was. Safe to repeat.

        Raises:
            LoginGone: there is no such login any more.
        """
        self._passes.issue(user, client_id=self._client_id)
        identity_id = self._identities.identity_of(self._users.id_token_of(user))
        return self._people.move(identity_id=identity_id, subject=subject)


def message_of(*, subject: str, user: str) -> str:
    """The message that a login's identity is not known."""
    return json.dumps({"subject": subject, "user": user})
