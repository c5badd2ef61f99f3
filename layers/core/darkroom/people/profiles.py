"""What is known of a person besides their photos: their login, and what they have muted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from darkroom.aws.clients import aws_errors, to_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class People:
    """The people table. `subject` is the user pool's name for a login: the claim `sub`."""

    def __init__(self, client: DynamoDBClient, *, table: str) -> None:
        self._client = client
        self._table = table

    def link(self, *, identity_id: str, subject: str) -> None:
        """Note which login an identity belongs to."""
        with aws_errors():
            self._client.update_item(
                TableName=self._table,
                Key=to_item({"identity_id": identity_id}),
                UpdateExpression="SET subject = :subject",
                ExpressionAttributeValues={":subject": {"S": subject}},
            )

    def identity_of(self, subject: str) -> str | None:
        """The identity of a login; None before the login was seen with one."""
        with aws_errors():
            found = self._client.query(
                TableName=self._table,
                IndexName="by-subject",
                KeyConditionExpression="subject = :subject",
                ExpressionAttributeValues={":subject": {"S": subject}},
            )
        return found["Items"][0]["identity_id"]["S"] if found["Items"] else None

    def muted(self, identity_id: str) -> frozenset[str]:
        """The kinds of notifications that a person does not want to be mailed."""
        with aws_errors():
            answer = self._client.get_item(
                TableName=self._table,
                Key=to_item({"identity_id": identity_id}),
                ProjectionExpression="muted",
            )
        # Its owner writes it, and may write anything.
        return frozenset(answer.get("Item", {}).get("muted", {}).get("SS", []))
