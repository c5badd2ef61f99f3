"""Signing up and in, and the door that is shut to whoever is over quota."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.cloud import LocalCloud
from local.live import open_page
from local.login import Login, sign_in, sign_up
from local.server import REGION
from local.user import User, enter, wait_for
from operations.local_clients import local_client
from tests.e2e.photos import photo
from tests.e2e.test_isolation import refused

MakeUser = Callable[[], User]
LIMIT = 100_000


def test_user_comes_back_to_the_same_photos_when_signing_in_again(cloud: LocalCloud) -> None:
    first = cloud.new_user("ann@darkroom.example", "correct horse battery")
    key = first.upload("a.jpg", photo(50))
    first.wait_for_end(key)

    login = sign_in(cloud.endpoint, cloud.outputs, "ann@darkroom.example", "correct horse battery")
    again = enter(cloud.endpoint, cloud.outputs, login)

    assert again.identity_id == first.identity_id
    assert [image["image"] for image in again.images()] == [key]


def test_account_is_of_no_use_when_its_address_is_not_confirmed(cloud: LocalCloud) -> None:
    account = ("carl@darkroom.example", "correct horse battery")
    sign_up(cloud.endpoint, cloud.outputs, *account)

    with pytest.raises(ClientError, match="UserNotConfirmedException"):
        sign_in(cloud.endpoint, cloud.outputs, *account)


def test_token_says_for_five_minutes_whether_its_user_may_upload(
    cloud: LocalCloud, user: MakeUser
) -> None:
    login = user().login
    assert login is not None

    assert login.claims["exp"] - login.claims["iat"] == 300


def test_password_is_refused_when_it_is_short(cloud: LocalCloud) -> None:
    with pytest.raises(ClientError, match="InvalidPasswordException"):
        sign_up(cloud.endpoint, cloud.outputs, "dora@darkroom.example", "short")


def test_guest_reaches_own_photos_only_when_guests_are_allowed(
    cloud: LocalCloud, user: MakeUser
) -> None:
    guest, ann = cloud.new_guest(), user()
    key = ann.upload("private.jpg", photo(51))
    own = guest.upload("own.jpg", photo(52))

    assert guest.wait_for_end(own)["status"] == "processed"
    uploads = cloud.outputs["UploadsBucketName"]
    assert refused(lambda: guest.s3.get_object(Bucket=uploads, Key=key))


@pytest.fixture
def limited(cloud: LocalCloud, user: MakeUser) -> User:
    """A user who may keep no more than LIMIT, and has followed their photos once."""
    ann = user()
    cloud.client("dynamodb").put_item(
        TableName=cloud.outputs["UsageTableName"],
        Item={
            "identity_id": {"S": ann.identity_id},
            "period": {"S": "total"},
            "limit_stored_bytes": {"N": str(LIMIT)},
        },
    )
    with open_page(ann):
        pass
    return ann


def identity_known_of(cloud: LocalCloud, login: Login) -> str | None:
    """The identity that the stack has noted for a login."""
    found = cloud.client("dynamodb").query(
        TableName=cloud.outputs["PeopleTableName"],
        IndexName="by-subject",
        KeyConditionExpression="subject = :s",
        ExpressionAttributeValues={":s": {"S": login.claims["sub"]}},
    )["Items"]
    return str(found[0]["identity_id"]["S"]) if found else None


def learned(cloud: LocalCloud, user: User) -> Login:
    """A user's login, once the stack has learned which identity it has."""
    login = user.login
    assert login is not None
    wait_for(
        lambda: identity_known_of(cloud, login) == user.identity_id or None,
        what="the identity to be learned",
    )
    return login


def test_door_is_shut_when_a_user_never_opened_the_socket(
    cloud: LocalCloud, user: MakeUser
) -> None:
    ann = user()
    learned(cloud, ann)
    total = {"identity_id": {"S": ann.identity_id}, "period": {"S": "total"}}
    cloud.client("dynamodb").put_item(
        TableName=cloud.outputs["UsageTableName"],
        Item={**total, "limit_stored_bytes": {"N": str(LIMIT)}},
    )
    assert ann.wait_for_end(ann.upload("a.jpg", noise(LIMIT + 1)))["status"] == "over_quota"

    shut_out = ann.refreshed()

    assert shut_out.login is not None
    assert shut_out.login.claims["admission"] == "storage-full"
    assert refused(lambda: shut_out.upload("b.jpg", photo(55)))
    cloud.wait_until_idle()
    assert cloud.depth("IntroduceDeadLetterQueue") == 0


def test_login_uploads_under_the_identity_of_its_photos_alone(
    cloud: LocalCloud, user: MakeUser
) -> None:
    ann = user()
    subject = str(learned(cloud, ann).claims["sub"])
    ann.wait_for_end(ann.upload("a.jpg", photo(56)))
    bound = ann.refreshed()
    assert bound.login is not None
    assert bound.login.claims["identity"] == ann.identity_id
    assert not refused(lambda: bound.upload("b.jpg", photo(57)))

    # As if Cognito had given this login another identity than the one that its photos are under:
    # MiniStack gives it the same one again after UnlinkIdentity, AWS a new one.
    dynamodb, people = cloud.client("dynamodb"), cloud.outputs["PeopleTableName"]
    dynamodb.update_item(
        TableName=people,
        Key={"identity_id": {"S": ann.identity_id}},
        UpdateExpression="REMOVE subject",
    )
    earlier = {"identity_id": {"S": f"{REGION}:earlier"}}
    dynamodb.put_item(TableName=people, Item={**earlier, "subject": {"S": subject}})
    dynamodb.put_item(
        TableName=cloud.outputs["UsageTableName"], Item={**earlier, "period": {"S": "total"}}
    )

    assert refused(lambda: ann.refreshed().upload("c.jpg", photo(58)))


def test_usage_is_that_of_all_identities_when_a_login_has_had_another(
    cloud: LocalCloud, user: MakeUser
) -> None:
    ann = user()
    subject = str(learned(cloud, ann).claims["sub"])
    # As if the login had had another identity until now.
    dynamodb, people = cloud.client("dynamodb"), cloud.outputs["PeopleTableName"]
    own, earlier = ({"identity_id": {"S": each}} for each in (ann.identity_id, f"{REGION}:left"))
    dynamodb.delete_item(TableName=people, Key=own)
    dynamodb.put_item(TableName=people, Item={**earlier, "subject": {"S": subject}})
    dynamodb.delete_item(  # by which a token within half a minute is taken for introduce's own
        TableName=cloud.outputs["IdempotencyTableName"], Key={"id": {"S": f"pass#{subject}"}}
    )

    ann.refreshed()  # for which introduce asks again

    learned(cloud, ann)
    dynamodb.put_item(
        TableName=cloud.outputs["UsageTableName"],
        Item={**earlier, "period": {"S": "total"}, "stored_bytes": {"N": "5000000000"}},
    )
    assert ann.wait_for_end(ann.upload("a.jpg", photo(60)))["status"] == "over_quota"
    shut_out = ann.refreshed().login
    assert shut_out is not None
    claims = {name: shut_out.claims[name] for name in ("admission", "identity")}
    assert claims == {"admission": "storage-full", "identity": ann.identity_id}


def test_photos_are_found_when_nobody_can_reach_them(cloud: LocalCloud, user: MakeUser) -> None:
    ann = user()
    login = learned(cloud, ann)
    ann.wait_for_end(ann.upload("left.jpg", photo(59)))
    cloud.client("cognito-idp").admin_delete_user(
        UserPoolId=cloud.outputs["UserPoolId"], Username=login.claims["sub"]
    )

    def reconcile() -> bool | None:
        answer = cloud.client("lambda").invoke(
            FunctionName=cloud.outputs["ReconcileFunctionName"], Payload=b"{}"
        )
        found = json.loads(answer["Payload"].read())
        return True if found.get("Unreachable", 0) >= 1 else None

    assert wait_for(reconcile, what="reconcile to come to the user")


def test_nobody_signs_in_without_a_password_when_they_have_no_pass(
    cloud: LocalCloud, user: MakeUser
) -> None:
    login = user().login
    assert login is not None
    users, subject = cloud.client("cognito-idp"), str(login.claims["sub"])
    pool = cloud.outputs["UserPoolId"]
    clients = users.list_user_pool_clients(UserPoolId=pool, MaxResults=10)["UserPoolClients"]
    ids = {client["ClientId"] for client in clients} - {cloud.outputs["UserPoolClientId"]}
    (introduction,) = ids
    described = users.describe_user_pool_client(UserPoolId=pool, ClientId=introduction)
    secret = described["UserPoolClient"]["ClientSecret"].encode()
    digest = hmac.new(secret, f"{subject}{introduction}".encode(), hashlib.sha256).digest()
    right = {"SECRET_HASH": base64.b64encode(digest).decode()}
    stranger = local_client("cognito-idp", cloud.endpoint, REGION)

    for client_id, proof in (
        (cloud.outputs["UserPoolClientId"], {}),
        (introduction, {}),
        (introduction, right),  # somebody who has found out the secret
    ):
        with pytest.raises(ClientError) as refusal:
            stranger.initiate_auth(
                ClientId=client_id,
                AuthFlow="CUSTOM_AUTH",
                AuthParameters={"USERNAME": subject, **proof},
            )
        code = refusal.value.response["Error"]["Code"]
        assert code in ("NotAuthorizedException", "InvalidParameterException")


def noise(size: int) -> bytes:
    """A file of a size that is refused by no function before the quota's."""
    return photo(53) + bytes(size - len(photo(53)))


def test_upload_is_denied_before_a_byte_is_stored_when_user_is_over_quota(
    cloud: LocalCloud, limited: User
) -> None:
    ann = limited
    kept = ann.upload("kept.jpg", noise(LIMIT - 10_000))
    ann.wait_for_end(kept)
    too_much = ann.upload("too-much.jpg", noise(LIMIT // 2))
    assert ann.wait_for_end(too_much)["status"] == "over_quota"

    shut_out = ann.refreshed()

    assert shut_out.login is not None
    assert shut_out.login.claims["admission"] == "storage-full"
    uploads = cloud.outputs["UploadsBucketName"]
    assert refused(lambda: shut_out.upload("third.jpg", photo(54)))
    assert refused(
        lambda: shut_out.s3.create_multipart_upload(Bucket=uploads, Key=ann.key("large.jpg"))
    )
    assert shut_out.s3.get_object(Bucket=uploads, Key=kept)["ContentLength"] == LIMIT - 10_000
    assert ann.image(ann.key("third.jpg")) is None

    shut_out.s3.delete_object(Bucket=uploads, Key=too_much)
    wait_for(
        lambda: True if int(ann.usage()["total"]["held_bytes"]) == 0 else None,
        what="the freed space to be counted",
    )
    welcome = shut_out.refreshed()

    assert welcome.login is not None
    assert welcome.login.claims["admission"] == "open"
    assert welcome.wait_for_end(welcome.upload("small.jpg", photo(54, (60, 40))))["status"] == (
        "processed"
    )


def test_user_cannot_open_the_door_when_it_is_shut(cloud: LocalCloud, limited: User) -> None:
    ann = limited
    people = cloud.outputs["PeopleTableName"]
    row = {"identity_id": {"S": ann.identity_id}}

    def set_attribute(name: str) -> Callable[[], Any]:
        return lambda: ann.dynamodb.update_item(
            TableName=people,
            Key=row,
            UpdateExpression="SET #a = :v",
            ExpressionAttributeNames={"#a": name},
            ExpressionAttributeValues={":v": {"SS": ["processed"]}},
        )

    assert refused(set_attribute("subject"))
    assert refused(set_attribute("muted"))  # accept writes it, when its user has asked for it
    assert refused(lambda: ann.dynamodb.delete_item(TableName=people, Key=row))
