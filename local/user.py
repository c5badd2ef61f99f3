"""A user of Darkroom, as a phone or browser is one: an identity and its temporary credentials."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from boto3.dynamodb.types import TypeDeserializer
from botocore.credentials import Credentials

from local.login import Login
from local.server import REGION, cloud_environment
from operations.command import CommandError
from operations.local_clients import local_client

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

TERMINAL = frozenset({"processed", "rejected", "over_quota", "failed"})
_FIRST_POLL_SECONDS = 0.05
_LONGEST_POLL_SECONDS = 0.2
_POLL_SHARE = 0.05  # of the time waited so far: a long wait need not end to the tenth of a second

# For what comes by itself, on a machine however busy. Most messages on which a function failed come
# again after three minutes or more: whoever waits no longer notices that.
PATIENCE_SECONDS = 120.0

Found = TypeVar("Found")


@dataclass(frozen=True)
class User:
    """An identity of the pool. Every method uses this identity's own credentials only."""

    identity_id: str
    credentials: Mapping[str, str]
    outputs: Mapping[str, str]
    endpoint: str
    s3: S3Client
    dynamodb: DynamoDBClient
    login: Login | None = None  # a guest has none

    @property
    def environment(self) -> dict[str, str]:
        """Environment variables with which the AWS CLI acts as this user."""
        held = self.credentials
        return cloud_environment(
            self.endpoint, held["AccessKeyId"], held["SecretKey"], held["SessionToken"]
        )

    def refreshed(self) -> User:
        """The same user with new tokens and credentials."""
        if self.login is None:
            raise CommandError("a guest has no login to refresh")
        return enter(self.endpoint, self.outputs, self.login.refreshed())

    def key(self, path: str) -> str:
        """The key of this user's upload with that path."""
        return f"users/{self.identity_id}/{path}"

    def upload(self, path: str, body: bytes, content_type: str = "image/jpeg") -> str:
        """The key of an original, now stored in the uploads bucket."""
        key = self.key(path)
        bucket = self.outputs["UploadsBucketName"]
        self.s3.put_object(Bucket=bucket, Key=key, Body=body, ContentType=content_type)
        return key

    def output(self, key: str) -> bytes:
        """The content of one of this user's output files."""
        bucket = self.outputs["ProcessedBucketName"]
        return self.s3.get_object(Bucket=bucket, Key=key)["Body"].read()

    def output_keys(self) -> list[str]:
        """The keys of all of this user's output files."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(
            Bucket=self.outputs["ProcessedBucketName"], Prefix=self.key("")
        )
        return [item["Key"] for page in pages for item in page.get("Contents", [])]

    def image(self, key: str) -> dict[str, Any] | None:
        """What the images table says of an upload; None before the first function has seen it."""
        answer = self.dynamodb.get_item(
            TableName=self.outputs["ImagesTableName"],
            Key={"identity_id": {"S": self.identity_id}, "image": {"S": key}},
            ConsistentRead=True,
        )
        return plain(answer["Item"]) if "Item" in answer else None

    def images(self) -> list[dict[str, Any]]:
        """The items of all images of this user."""
        return list(self._items("ImagesTableName"))

    def usage(self) -> dict[str, dict[str, Any]]:
        """The usage of this user: rows by period, and `total`."""
        return {row["period"]: row for row in self._items("UsageTableName")}

    def notifications(self) -> list[dict[str, Any]]:
        """The notifications of this user, oldest first."""
        return list(self._items("NotificationsTableName"))

    def answer(self, about: str, **said: Any) -> None:
        """Say something about a notification, or about mails: typed values, as the API has them."""
        self.dynamodb.update_item(
            TableName=self.outputs["AnswersTableName"],
            Key={"identity_id": {"S": self.identity_id}, "about": {"S": about}},
            UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in said),
            ExpressionAttributeNames={f"#{name}": name for name in said},
            ExpressionAttributeValues={f":{name}": value for name, value in said.items()},
        )

    def wait_for_end(self, key: str, seconds: float = PATIENCE_SECONDS) -> dict[str, Any]:
        """The item of an upload, as soon as the upload has ended in any way.

        Raises:
            CommandError: the upload did not end in time.
        """

        def ended() -> dict[str, Any] | None:
            image = self.image(key)
            return image if image is not None and image["status"] in TERMINAL else None

        return wait_for(ended, seconds=seconds, what=f"the end of {key}")

    def _items(self, table: str) -> Iterator[dict[str, Any]]:
        pages = self.dynamodb.get_paginator("query").paginate(
            TableName=self.outputs[table],
            KeyConditionExpression="identity_id = :me",
            ExpressionAttributeValues={":me": {"S": self.identity_id}},
            ConsistentRead=True,
        )
        for page in pages:
            yield from (plain(item) for item in page["Items"])


def enter(endpoint: str, outputs: Mapping[str, str], login: Login | None = None) -> User:
    """The user of a login, or without a login a new guest, with new credentials."""
    pools = local_client("cognito-identity", endpoint, REGION)
    logins = {login.provider: login.id_token} if login else {}
    identity_id = pools.get_id(IdentityPoolId=outputs["IdentityPoolId"], Logins=logins)[
        "IdentityId"
    ]
    issued = pools.get_credentials_for_identity(IdentityId=identity_id, Logins=logins)[
        "Credentials"
    ]
    held = Credentials(issued["AccessKeyId"], issued["SecretKey"], issued["SessionToken"])
    return User(
        identity_id=identity_id,
        credentials={
            name: str(issued[name]) for name in ("AccessKeyId", "SecretKey", "SessionToken")
        },
        outputs=outputs,
        endpoint=endpoint,
        s3=local_client("s3", endpoint, REGION, held, max_pool_connections=16),
        dynamodb=local_client("dynamodb", endpoint, REGION, held, max_pool_connections=16),
        login=login,
    )


def wait_for(
    look: Callable[[], Found | None], *, seconds: float = PATIENCE_SECONDS, what: str
) -> Found:
    """The result of `look`, as soon as it is not None.

    Raises:
        CommandError: `look` returned None until the end of the time.
    """
    began = time.monotonic()
    pause = _FIRST_POLL_SECONDS
    while (found := look()) is None:
        waited = time.monotonic() - began
        if waited > seconds:
            raise CommandError(f"waited {seconds:g} s in vain for {what}")
        time.sleep(pause)
        pause = min(pause * 1.5, max(_LONGEST_POLL_SECONDS, _POLL_SHARE * waited))
    return found


def plain(item: Mapping[str, Any]) -> dict[str, Any]:
    """A DynamoDB item as Python values; numbers stay Decimals."""
    deserializer = TypeDeserializer()
    return {name: deserializer.deserialize(value) for name, value in item.items()}
