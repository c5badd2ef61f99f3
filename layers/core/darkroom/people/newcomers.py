"""Newcomers: logins of which nobody knows the identity yet, and learning it.

A photo is stored and charged under an identity, a token is issued to a login, and Cognito tells no
function which belongs to which. What it tells is whose identity a token is. So a function signs in
as the newcomer, asks the identity pool, and forgets the token.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from darkroom.aws.dynamodb import Table
from darkroom.aws.errors import SignInFailed
from darkroom.marks import expiration
from darkroom.moments import timestamp

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext
    from darkroom.aws.cognito import IdentityPool, UserPool
    from darkroom.model import NewcomerMark
    from darkroom.people.passes import Passes
    from darkroom.people.profiles import People
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sns import SNSClient

# A trigger has five seconds, and two are asked; the rest is for what follows.
_ATTEMPT_MILLISECONDS = 12_000
_LONGEST_PAUSE_SECONDS = 2.0


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
        self._remaining_milliseconds: Callable[[], int] = lambda: 0

    def begin(self, context: LambdaContext) -> None:
        """Note how long this run may take; call it first."""
        self._remaining_milliseconds = context.get_remaining_time_in_millis

    def introduce(self, *, subject: str, user: str) -> bool:
        """Whether this login has another identity than was known, or none was. Safe to repeat.

        Raises:
            LoginGone: there is no such login any more.
            SignInFailed: a function that Cognito asks did not answer, as often as there was time.
            ConditionFailed: another run has just learned of another identity.
        """
        identity_id = self._identities.identity_of(self._token_of(user))
        return self._people.move(identity_id=identity_id, subject=subject)

    def _token_of(self, user: str) -> str:
        # In an account that is busy a second attempt is better than the queue's, minutes later.
        pause = 0.25
        while True:
            self._passes.issue(user, client_id=self._client_id)  # one is for one attempt
            try:
                return self._users.id_token_of(user)
            except SignInFailed:
                if self._remaining_milliseconds() < _ATTEMPT_MILLISECONDS:
                    raise
            time.sleep(random.uniform(pause / 2, pause))  # noqa: S311  # not a secret
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)


def message_of(*, subject: str, user: str) -> str:
    """The message that a login's identity is not known."""
    return json.dumps({"subject": subject, "user": user})
