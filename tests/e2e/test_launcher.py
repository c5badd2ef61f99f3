"""The launcher closes the emulator's two gaps in IAM: a user reaches its own things and no other's.

The stack here is as small as it can be and has nothing of template.yaml's: a bucket, a table with
an index and a pool whose guests have the kind of policy that Darkroom's users have.
"""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.exceptions import ClientError

from local.paths import ROOT
from local.server import REGION, Server
from operations.running import client_config

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

BUCKET = "photos"
TABLE = "notifications"
INDEX = "newest-first"
LONG = "a long text " * 1000
SUB = "${cognito-identity.amazonaws.com:sub}"
OWN_PARTITION = {
    "ForAllValues:StringEquals": {"dynamodb:LeadingKeys": [SUB]},
    "Null": {"dynamodb:LeadingKeys": "false"},
}
WRITABLE = ["identity_id", "id", "seen_at"]
ITEM = f"arn:aws:dynamodb:{REGION}:*:table/{TABLE}"

GUEST_POLICY: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": ["s3:PutObject", "s3:GetObject"],
            "Resource": f"arn:aws:s3:::{BUCKET}/users/{SUB}/*",
        },
        {
            "Effect": "Allow",
            "Action": "s3:ListBucket",
            "Resource": f"arn:aws:s3:::{BUCKET}",
            "Condition": {"StringLike": {"s3:prefix": f"users/{SUB}/*"}},
        },
        {
            "Effect": "Allow",
            "Action": [
                "dynamodb:GetItem",
                "dynamodb:BatchGetItem",
                "dynamodb:Query",
                "dynamodb:Scan",  # granted, so that it is the condition which stops it
                "dynamodb:BatchWriteItem",
                "dynamodb:DeleteItem",
                "dynamodb:PartiQLSelect",
            ],
            "Resource": [ITEM, f"{ITEM}/index/*"],
            "Condition": OWN_PARTITION,
        },
        {
            "Effect": "Allow",
            "Action": "dynamodb:UpdateItem",
            "Resource": ITEM,
            "Condition": {
                "ForAllValues:StringEquals": {
                    "dynamodb:LeadingKeys": [SUB],
                    "dynamodb:Attributes": WRITABLE,
                },
                "Null": {"dynamodb:LeadingKeys": "false", "dynamodb:Attributes": "false"},
                "StringEqualsIfExists": {
                    "dynamodb:ReturnValues": ["NONE", "UPDATED_OLD", "UPDATED_NEW"]
                },
            },
        },
    ],
}


@dataclass(frozen=True)
class Guest:
    """One user of the pool, its clients, and the objects and items that are its own."""

    identity_id: str
    s3: S3Client
    dynamodb: DynamoDBClient

    @property
    def prefix(self) -> str:
        return f"users/{self.identity_id}/"

    def key(self, sort: str = "1") -> dict[str, Any]:
        return {"identity_id": {"S": self.identity_id}, "id": {"S": sort}}


@dataclass(frozen=True)
class TwoGuests:
    alice: Guest
    bob: Guest


Call = Callable[[Guest, Guest], Any]


@pytest.fixture(scope="module")
def guests() -> Iterator[TwoGuests]:
    with Server("test-launcher") as server:
        yield furnish(server)


@pytest.fixture(scope="module")
def unprotected() -> Iterator[TwoGuests]:
    """The same on the emulator as it comes, without what the launcher adds."""
    with Server("test-launcher-plain", plain=True) as server:
        yield furnish(server)


def furnish(server: Server) -> TwoGuests:
    root = server.root_session()
    options: Any = {"endpoint_url": server.endpoint, "config": client_config()}
    dynamodb = root.client("dynamodb", **options)
    s3 = root.client("s3", **options)
    iam = root.client("iam", **options)
    pools = root.client("cognito-identity", **options)
    s3.create_bucket(Bucket=BUCKET)
    hash_key: Any = {"AttributeName": "identity_id", "KeyType": "HASH"}
    dynamodb.create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "S"} for name in ("identity_id", "id", "sent")
        ],
        KeySchema=[hash_key, {"AttributeName": "id", "KeyType": "RANGE"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": INDEX,
                "KeySchema": [hash_key, {"AttributeName": "sent", "KeyType": "RANGE"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )
    trust = {
        "Effect": "Allow",
        "Principal": {"Federated": "cognito-identity.amazonaws.com"},
        "Action": "sts:AssumeRoleWithWebIdentity",
    }
    role = iam.create_role(
        RoleName="guest", AssumeRolePolicyDocument=json.dumps({"Statement": [trust]})
    )["Role"]["Arn"]
    iam.put_role_policy(RoleName="guest", PolicyName="own", PolicyDocument=json.dumps(GUEST_POLICY))
    pool = pools.create_identity_pool(
        IdentityPoolName="guests", AllowUnauthenticatedIdentities=True
    )["IdentityPoolId"]
    pools.set_identity_pool_roles(IdentityPoolId=pool, Roles={"unauthenticated": role})
    alice, bob = (arrive(server, pool) for _ in range(2))
    for guest in (alice, bob):
        s3.put_object(Bucket=BUCKET, Key=f"{guest.prefix}photo.jpg", Body=b"a photo")
        content = {"sent": {"S": "2026"}, "text": {"S": "done"}}
        dynamodb.put_item(TableName=TABLE, Item={**guest.key(), **content})
        dynamodb.put_item(TableName=TABLE, Item={**guest.key("long"), "text": {"S": LONG}})
    return TwoGuests(alice, bob)


def arrive(server: Server, pool: str) -> Guest:
    pools = boto3.client(
        "cognito-identity",
        endpoint_url=server.endpoint,
        region_name=REGION,
        config=client_config(signature_version=UNSIGNED),
    )
    identity_id = pools.get_id(IdentityPoolId=pool)["IdentityId"]
    issued = pools.get_credentials_for_identity(IdentityId=identity_id)["Credentials"]
    session = boto3.Session(
        issued["AccessKeyId"], issued["SecretKey"], issued["SessionToken"], region_name=REGION
    )
    options: Any = {"endpoint_url": server.endpoint, "config": client_config()}
    return Guest(
        identity_id, session.client("s3", **options), session.client("dynamodb", **options)
    )


def is_refused(call: Call, me: Guest, whose: Guest) -> bool:
    """Whether IAM refuses the call; any other failure is a mistake of the test."""
    try:
        call(me, whose)
    except ClientError as error:
        if error.response["Error"]["Code"] in ("AccessDenied", "AccessDeniedException"):
            return True
        raise
    return False


def put_object(me: Guest, whose: Guest) -> Any:
    return me.s3.put_object(Bucket=BUCKET, Key=f"{whose.prefix}new.jpg", Body=b"new")


def get_object(me: Guest, whose: Guest) -> Any:
    return me.s3.get_object(Bucket=BUCKET, Key=f"{whose.prefix}photo.jpg")


def list_objects(me: Guest, whose: Guest) -> Any:
    return me.s3.list_objects_v2(Bucket=BUCKET, Prefix=whose.prefix)


def get_item(me: Guest, whose: Guest) -> Any:
    return me.dynamodb.get_item(TableName=TABLE, Key=whose.key())


def query(me: Guest, whose: Guest) -> Any:
    return me.dynamodb.query(
        TableName=TABLE,
        KeyConditionExpression="identity_id = :me",
        ExpressionAttributeValues={":me": {"S": whose.identity_id}},
    )


def query_index_by_placeholders(me: Guest, whose: Guest) -> Any:
    return me.dynamodb.query(
        TableName=TABLE,
        IndexName=INDEX,
        KeyConditionExpression="#sent > :sent AND (#who = :me)",
        ExpressionAttributeNames={"#sent": "sent", "#who": "identity_id"},
        ExpressionAttributeValues={":me": {"S": whose.identity_id}, ":sent": {"S": "2000"}},
    )


def query_the_old_way(me: Guest, whose: Guest) -> Any:
    return me.dynamodb.query(
        TableName=TABLE,
        KeyConditions={
            "identity_id": {
                "AttributeValueList": [{"S": whose.identity_id}],
                "ComparisonOperator": "EQ",
            }
        },
    )


def batch_get(me: Guest, whose: Guest) -> Any:
    return me.dynamodb.batch_get_item(RequestItems={TABLE: {"Keys": [me.key(), whose.key("2")]}})


def batch_put(me: Guest, whose: Guest) -> Any:
    items = [me.key("3"), whose.key("4")]
    writes: Any = [{"PutRequest": {"Item": item}} for item in items]
    return me.dynamodb.batch_write_item(RequestItems={TABLE: writes})


def batch_delete(me: Guest, whose: Guest) -> Any:
    writes: Any = [{"DeleteRequest": {"Key": key}} for key in (me.key("3"), whose.key("4"))]
    return me.dynamodb.batch_write_item(RequestItems={TABLE: writes})


def transact_get(me: Guest, whose: Guest) -> Any:
    keys = (me.key(), whose.key("2"))
    return me.dynamodb.transact_get_items(
        TransactItems=[{"Get": {"TableName": TABLE, "Key": key}} for key in keys]
    )


def transact_delete(me: Guest, whose: Guest) -> Any:
    keys = (me.key("3"), whose.key("4"))
    return me.dynamodb.transact_write_items(
        TransactItems=[{"Delete": {"TableName": TABLE, "Key": key}} for key in keys]
    )


def see(me: Guest, whose: Guest, update: str = "SET seen_at = :now", **options: Any) -> Any:
    return me.dynamodb.update_item(
        TableName=TABLE,
        Key=whose.key(),
        UpdateExpression=update,
        ExpressionAttributeValues={":now": {"S": "2026"}},
        **options,
    )


EVERY_WAY: list[Call] = [
    put_object,
    get_object,
    list_objects,
    get_item,
    query,
    query_index_by_placeholders,
    query_the_old_way,
    batch_get,
    batch_put,
    batch_delete,
    transact_get,
    transact_delete,
    see,
]


@pytest.mark.parametrize("call", EVERY_WAY)
def test_call_succeeds_when_everything_is_the_users_own(guests: TwoGuests, call: Call) -> None:
    assert not is_refused(call, guests.alice, guests.alice)


@pytest.mark.parametrize("call", EVERY_WAY)
def test_call_is_refused_when_anything_is_another_users(guests: TwoGuests, call: Call) -> None:
    assert is_refused(call, guests.alice, guests.bob)


@pytest.mark.parametrize("call", EVERY_WAY)
def test_emulator_fails_the_owner_or_the_others_when_the_gaps_are_open(
    unprotected: TwoGuests, call: Call
) -> None:
    """What the launcher adds decides both ways: without it these tests could not pass."""
    alice, bob = unprotected.alice, unprotected.bob
    assert is_refused(call, alice, alice) or not is_refused(call, alice, bob)


def test_answer_is_compressed_when_the_client_accepts_it_as_browsers_do(guests: TwoGuests) -> None:
    alice = guests.alice
    sizes: list[tuple[bool, bool]] = []

    def unpack(response_dict: dict[str, Any], **_: Any) -> None:
        """What browsers do by themselves, and botocore does not."""
        body = response_dict["body"]
        packed = response_dict["headers"].get("Content-Encoding") == "gzip"
        response_dict["body"] = gzip.decompress(body) if packed else body
        sizes.append((packed, len(body) < len(LONG)))

    def accept(request: Any, **_: Any) -> None:
        request.headers["Accept-Encoding"] = "gzip"

    alice.dynamodb.meta.events.register("before-parse.dynamodb.GetItem", unpack)
    plain = alice.dynamodb.get_item(TableName=TABLE, Key=alice.key("long"))
    alice.dynamodb.meta.events.register("before-send.dynamodb.GetItem", accept)
    packed = alice.dynamodb.get_item(TableName=TABLE, Key=alice.key("long"))
    alice.dynamodb.meta.events.unregister("before-send.dynamodb.GetItem", accept)
    alice.dynamodb.meta.events.unregister("before-parse.dynamodb.GetItem", unpack)

    assert plain["Item"]["text"] == packed["Item"]["text"] == {"S": LONG}
    assert sizes == [(False, False), (True, True)]


def test_update_is_refused_when_it_names_another_attribute(guests: TwoGuests) -> None:
    change = "SET seen_at = :now, #t = :now"
    names = {"#t": "text"}
    call: Call = lambda me, it: see(me, it, change, ExpressionAttributeNames=names)  # noqa: E731
    assert is_refused(call, guests.alice, guests.alice)


def test_update_is_refused_when_it_removes_another_attribute(guests: TwoGuests) -> None:
    change = "SET seen_at = if_not_exists(seen_at, :now) REMOVE text"
    assert is_refused(lambda me, it: see(me, it, change), guests.alice, guests.alice)


def test_update_is_refused_when_its_condition_probes_another_attribute(guests: TwoGuests) -> None:
    condition = "attribute_exists(text)"
    call: Call = lambda me, it: see(me, it, ConditionExpression=condition)  # noqa: E731
    assert is_refused(call, guests.alice, guests.alice)


def test_update_is_refused_when_it_asks_for_the_whole_item(guests: TwoGuests) -> None:
    call: Call = lambda me, it: see(me, it, ReturnValues="ALL_NEW")  # noqa: E731
    assert is_refused(call, guests.alice, guests.alice)


def test_update_succeeds_when_it_only_functions_on_its_own_attributes(guests: TwoGuests) -> None:
    guests.alice.dynamodb.update_item(
        TableName=TABLE,
        Key=guests.alice.key(),
        UpdateExpression="SET #seen = if_not_exists(#seen, :now)",
        ConditionExpression="attribute_exists(identity_id) AND size(seen_at) < :many",
        ExpressionAttributeNames={"#seen": "seen_at"},
        ExpressionAttributeValues={":now": {"S": "2026"}, ":many": {"N": "100"}},
        ReturnValues="UPDATED_NEW",
    )


def test_scan_is_refused_when_the_partition_must_be_known(guests: TwoGuests) -> None:
    scan: Call = lambda me, _: me.dynamodb.scan(TableName=TABLE)  # noqa: E731
    assert is_refused(scan, guests.alice, guests.alice)


def test_partiql_is_refused_when_the_partition_must_be_known(guests: TwoGuests) -> None:
    statement = f"SELECT * FROM {TABLE} WHERE identity_id = '{guests.alice.identity_id}'"
    select: Call = lambda me, _: me.dynamodb.execute_statement(Statement=statement)  # noqa: E731
    assert is_refused(select, guests.alice, guests.alice)


def test_put_item_is_refused_when_only_updates_are_granted(guests: TwoGuests) -> None:
    put: Call = lambda me, it: me.dynamodb.put_item(TableName=TABLE, Item=it.key())  # noqa: E731
    assert is_refused(put, guests.alice, guests.alice)


def test_list_is_refused_when_it_has_no_prefix(guests: TwoGuests) -> None:
    listing: Call = lambda me, _: me.s3.list_objects_v2(Bucket=BUCKET)  # noqa: E731
    assert is_refused(listing, guests.alice, guests.alice)


def test_request_is_refused_when_its_signature_is_forged(guests: TwoGuests) -> None:
    """The owner's signatures are not checked by this emulator; those of users and functions are."""
    held: Any = guests.alice.s3._request_signer._credentials  # type: ignore[attr-defined]
    forger = boto3.client(
        "s3",
        endpoint_url=guests.alice.s3.meta.endpoint_url,
        region_name=REGION,
        aws_access_key_id=held.access_key,
        aws_secret_access_key="guessed",
        aws_session_token=held.token,
        config=client_config(),
    )
    with pytest.raises(ClientError, match="SignatureDoesNotMatch"):
        forger.get_object(Bucket=BUCKET, Key=f"{guests.alice.prefix}photo.jpg")


def test_request_is_refused_when_it_is_not_signed(guests: TwoGuests) -> None:
    s3 = guests.alice.s3
    nobody = boto3.client(
        "s3",
        endpoint_url=s3.meta.endpoint_url,
        region_name=REGION,
        config=client_config(signature_version=UNSIGNED),
    )
    with pytest.raises(ClientError, match="AccessDenied"):
        nobody.get_object(Bucket=BUCKET, Key=f"{guests.alice.prefix}photo.jpg")


def test_emulator_is_gone_when_its_starter_is_killed(tmp_path: Path) -> None:
    program = (
        "import os, signal\n"
        "from local.server import Server\n"
        "server = Server('test-launcher-orphan').__enter__()\n"
        "print(server._process.pid, server._state, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    starter = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    pid, state = starter.stdout.split()
    process = Path(f"/proc/{pid}/cmdline")
    if not process.parent.parent.joinpath("self").exists():
        pytest.skip("no /proc on this machine")
    waited = subprocess.run(
        ["timeout", "10", "sh", "-c", f"while grep -q emulator {process}; do sleep 0.1; done"],
        capture_output=True,
        check=False,
    )
    assert waited.returncode == 0
    assert not Path(state).exists()


def test_emulator_refuses_to_start_when_its_version_is_another(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "local", tmp_path / "local")
    fake = tmp_path / "ministack-1.5.34.dist-info"
    fake.mkdir()
    (fake / "METADATA").write_text("Metadata-Version: 2.1\nName: ministack\nVersion: 1.5.34\n")
    finished = subprocess.run(
        [sys.executable, "-m", "local.emulator"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 1
    assert finished.stderr == ("local/emulator.py is written for MiniStack 1.5.33, not 1.5.34.\n")
