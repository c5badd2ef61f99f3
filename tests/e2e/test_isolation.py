"""Nobody reaches anyone else's data, and no function does another's work: with IAM enforced."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from local.cloud import LocalCloud
from local.server import REGION
from local.user import User, wait_for
from operations.local_clients import local_client
from tests.e2e.photos import photo

MakeUser = Callable[[], User]
DENIED = {"AccessDenied", "AccessDeniedException", "403"}


def refused(call: Callable[[], Any]) -> bool:
    """Whether IAM denied a call; any other failure is raised."""
    try:
        call()
    except ClientError as error:
        if error.response["Error"]["Code"] in DENIED:
            return True
        raise
    return False


@pytest.fixture(scope="module")
def neighbours(cloud: LocalCloud) -> tuple[User, User, str]:
    """A user, another one, and a processed photo of that other."""
    ann, bob = cloud.new_user(), cloud.new_user()
    key = bob.upload("private.jpg", photo(20))
    bob.wait_for_end(key)
    ann.wait_for_end(ann.upload("own.jpg", photo(21)))
    return ann, bob, key


def s3_calls(ann: User, bob: User, key: str) -> dict[str, Callable[[], Any]]:
    uploads = ann.outputs["UploadsBucketName"]
    processed = ann.outputs["ProcessedBucketName"]
    [output, *_] = bob.output_keys()
    own = ann.key("own.jpg")
    return {
        "list all uploads": lambda: ann.s3.list_objects_v2(Bucket=uploads),
        "list users": lambda: ann.s3.list_objects_v2(Bucket=uploads, Prefix="users/"),
        "list another's uploads": lambda: ann.s3.list_objects_v2(
            Bucket=uploads, Prefix=bob.key("")
        ),
        "list another's results": lambda: ann.s3.list_objects_v2(
            Bucket=processed, Prefix=bob.key("")
        ),
        "read another's upload": lambda: ann.s3.get_object(Bucket=uploads, Key=key),
        "read another's result": lambda: ann.s3.get_object(Bucket=processed, Key=output),
        "write another's upload": lambda: ann.s3.put_object(Bucket=uploads, Key=key, Body=b"x"),
        "write outside users": lambda: ann.s3.put_object(Bucket=uploads, Key="x.jpg", Body=b"x"),
        "write a prefix like the own": lambda: ann.s3.put_object(
            Bucket=uploads, Key=f"users/{ann.identity_id}x/a.jpg", Body=b"x"
        ),
        "delete another's upload": lambda: ann.s3.delete_object(Bucket=uploads, Key=key),
        "copy another's upload": lambda: ann.s3.copy_object(
            Bucket=uploads, Key=ann.key("stolen.jpg"), CopySource={"Bucket": uploads, "Key": key}
        ),
        "write an own result": lambda: ann.s3.put_object(
            Bucket=processed, Key=ann.key("fake.jpg"), Body=b"x"
        ),
        "delete an own result": lambda: ann.s3.delete_object(Bucket=processed, Key=f"{own}/x"),
        "write the own folder's key": lambda: ann.s3.put_object(
            Bucket=uploads, Key=ann.key(""), Body=b"x"
        ),
        "archive an own upload": lambda: ann.s3.put_object(
            Bucket=uploads, Key=own, Body=b"x", StorageClass="GLACIER"
        ),
        "begin a large upload into an archive": lambda: ann.s3.create_multipart_upload(
            Bucket=uploads, Key=own, StorageClass="DEEP_ARCHIVE"
        ),
        "copy an own upload into an archive": lambda: ann.s3.copy_object(
            Bucket=uploads,
            Key=own,
            CopySource={"Bucket": uploads, "Key": own},
            StorageClass="GLACIER",
        ),
        "store in a class with a fee for reading": lambda: ann.s3.put_object(
            Bucket=uploads, Key=own, Body=b"x", StorageClass="STANDARD_IA"
        ),
        "upload under an own key": lambda: ann.s3.put_object(
            Bucket=uploads,
            Key=own,
            Body=b"x",
            SSECustomerAlgorithm="AES256",
            SSECustomerKey=b"k" * 32,
        ),
        "upload under a key of KMS": lambda: ann.s3.put_object(
            Bucket=uploads,
            Key=own,
            Body=b"x",
            ServerSideEncryption="aws:kms",
            SSEKMSKeyId="arn:aws:kms:us-east-1:999999999999:key/1",
        ),
        "tag an own upload": lambda: ann.s3.put_object_tagging(
            Bucket=uploads, Key=own, Tagging={"TagSet": []}
        ),
    }


def table_calls(ann: User, bob: User, key: str) -> dict[str, Callable[[], Any]]:
    client = ann.dynamodb
    images, usage, ledger, notifications, idempotency, answers, people = (
        ann.outputs[f"{name}TableName"]
        for name in (
            "Images", "Usage", "Ledger", "Notifications", "Idempotency", "Answers", "People",
        )
    )  # fmt: skip
    theirs = {"identity_id": {"S": bob.identity_id}, "image": {"S": key}}
    own = {"identity_id": {"S": ann.identity_id}, "image": {"S": ann.key("own.jpg")}}
    [told, *_] = bob.notifications()
    [own_told, *_] = ann.notifications()

    def query(table: str, identity: str) -> Callable[[], Any]:
        return lambda: client.query(
            TableName=table,
            KeyConditionExpression="identity_id = :i",
            ExpressionAttributeValues={":i": {"S": identity}},
        )

    def update(table: str, row: dict[str, Any], attribute: str) -> Callable[[], Any]:
        return lambda: client.update_item(
            TableName=table,
            Key=row,
            UpdateExpression="SET #a = :v",
            ExpressionAttributeNames={"#a": attribute},
            ExpressionAttributeValues={":v": {"S": "x"}},
        )

    def notice(user: User, found: dict[str, Any]) -> dict[str, Any]:
        return {
            "identity_id": {"S": user.identity_id},
            "notification_id": {"S": found["notification_id"]},
        }

    def answer(user: User) -> dict[str, Any]:
        return {"identity_id": {"S": user.identity_id}, "about": {"S": "mails"}}

    calls: dict[str, Callable[[], Any]] = {
        "get another's image": lambda: client.get_item(TableName=images, Key=theirs),
        "get another's in a batch": lambda: client.batch_get_item(
            RequestItems={images: {"Keys": [own, theirs]}}
        ),
        "query another's newest": lambda: client.query(
            TableName=images,
            IndexName="newest-first",
            KeyConditionExpression="identity_id = :i",
            ExpressionAttributeValues={":i": {"S": bob.identity_id}},
        ),
        "put another's image": lambda: client.put_item(TableName=images, Item=theirs),
        "put an own image": lambda: client.put_item(TableName=images, Item=own),
        "update another's image": update(images, theirs, "status"),
        "update an own image": update(images, own, "status"),
        "delete an own image": lambda: client.delete_item(TableName=images, Key=own),
        "read the own ledger": query(ledger, ann.identity_id),
        "read idempotency": lambda: client.get_item(
            TableName=idempotency, Key={"id": {"S": "removed#x"}}
        ),
        "raise the own limit": update(
            usage,
            {"identity_id": {"S": ann.identity_id}, "period": {"S": "total"}},
            "limit_stored_bytes",
        ),
        "see for another": update(notifications, notice(bob, told), "seen_at"),
        "rewrite an own notification": update(notifications, notice(ann, own_told), "message"),
        "see as clients of older releases did": update(
            notifications, notice(ann, own_told), "seen_at"
        ),
        "mute as clients of older releases did": update(
            people, {"identity_id": {"S": ann.identity_id}}, "muted"
        ),
        "answer for another": update(answers, answer(bob), "response"),
        "answer with an unknown attribute": update(answers, answer(ann), "kind"),
        "put a whole answer": lambda: client.put_item(TableName=answers, Item=answer(ann)),
        "delete an answer": lambda: client.delete_item(TableName=answers, Key=answer(ann)),
        "read an own answer": query(answers, ann.identity_id),
    }
    tables = {"images": images, "usage": usage, "notifications": notifications, "answers": answers}
    for name, table in tables.items():
        calls[f"query another's {name}"] = query(table, bob.identity_id)
        calls[f"scan {name}"] = lambda table=table: client.scan(TableName=table)  # type: ignore[misc]
    return calls


def test_user_is_refused_when_reaching_beyond_the_own_files(
    neighbours: tuple[User, User, str],
) -> None:
    got_through = [name for name, call in s3_calls(*neighbours).items() if not refused(call)]

    assert got_through == []


def test_user_is_refused_when_reaching_beyond_the_own_items(
    neighbours: tuple[User, User, str],
) -> None:
    got_through = [name for name, call in table_calls(*neighbours).items() if not refused(call)]

    assert got_through == []


def test_user_reaches_everything_of_the_own_when_nothing_else_is_asked(
    neighbours: tuple[User, User, str],
) -> None:
    ann, _, _ = neighbours
    uploads = ann.outputs["UploadsBucketName"]

    assert ann.s3.get_object(Bucket=uploads, Key=ann.key("own.jpg"))["Body"].read() == photo(21)
    assert ann.s3.list_objects_v2(Bucket=uploads, Prefix=ann.key(""))["KeyCount"] == 1
    usual: list[dict[str, Any]] = [{"StorageClass": "STANDARD"}, {"ServerSideEncryption": "AES256"}]
    for options in usual:
        begun = ann.s3.create_multipart_upload(Bucket=uploads, Key=ann.key("own.jpg"), **options)
        ann.s3.abort_multipart_upload(
            Bucket=uploads, Key=ann.key("own.jpg"), UploadId=begun["UploadId"]
        )
    assert [image["image"] for image in ann.images()] == [ann.key("own.jpg")]
    assert set(ann.usage()) >= {"total"}
    [told] = ann.notifications()
    ann.answer(told["notification_id"], seen={"BOOL": True})
    wait_for(lambda: "seen_at" in ann.notifications()[0] or None, what="the answer")


def as_function(cloud: LocalCloud, logical_id: str, service: str) -> Any:
    """A client that acts under a function's own role."""
    name = cloud.physical_id(logical_id)
    role = cloud.client("lambda").get_function_configuration(FunctionName=name)["Role"]
    issued = cloud.client("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    held = Credentials(issued["AccessKeyId"], issued["SecretAccessKey"], issued["SessionToken"])
    return local_client(service, cloud.endpoint, REGION, held)


@pytest.mark.parametrize("function", ["Thumbnail", "Watermark", "Transcode", "Metadata"])
def test_function_is_refused_when_it_would_write_an_upload(
    cloud: LocalCloud, neighbours: tuple[User, User, str], function: str
) -> None:
    s3 = as_function(cloud, f"{function}Function", "s3")
    uploads, key = cloud.outputs["UploadsBucketName"], neighbours[2]

    assert s3.get_object(Bucket=uploads, Key=key)["Body"].read() == photo(20)
    assert refused(lambda: s3.put_object(Bucket=uploads, Key=key, Body=b"x"))
    assert refused(lambda: s3.delete_object(Bucket=uploads, Key=key))


def test_thumbnail_is_refused_when_it_would_write_another_s_output(
    cloud: LocalCloud, neighbours: tuple[User, User, str]
) -> None:
    s3 = as_function(cloud, "ThumbnailFunction", "s3")
    processed, key = cloud.outputs["ProcessedBucketName"], neighbours[2]

    assert refused(
        lambda: s3.put_object(Bucket=processed, Key=f"{key}/00A/watermark.jpg", Body=b"x")
    )


def test_notify_is_refused_when_it_would_read_a_photo(
    cloud: LocalCloud, neighbours: tuple[User, User, str]
) -> None:
    s3 = as_function(cloud, "NotifyFunction", "s3")
    uploads, key = cloud.outputs["UploadsBucketName"], neighbours[2]

    assert refused(lambda: s3.get_object(Bucket=uploads, Key=key))
    assert refused(lambda: s3.head_object(Bucket=uploads, Key=key))


def test_notify_is_refused_when_it_would_move_usage(cloud: LocalCloud) -> None:
    dynamodb = as_function(cloud, "NotifyFunction", "dynamodb")

    assert refused(
        lambda: dynamodb.put_item(
            TableName=cloud.outputs["UsageTableName"],
            Item={"identity_id": {"S": "x"}, "period": {"S": "total"}},
        )
    )
