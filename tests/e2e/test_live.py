"""The live socket: what happens to a photo shows in its owner's pages, in all and in no other's."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

import pytest
from websockets.exceptions import ConnectionClosed

from local.cloud import LocalCloud
from local.live import Message, live_url, open_page
from local.template import steps_of
from local.user import PATIENCE_SECONDS, User, wait_for
from operations.command import CommandError
from tests.e2e.photos import photo

MakeUser = Callable[[], User]


def ended(key: str) -> Callable[[Message], bool]:
    return lambda message: message.get("image") == key and message.get("status") == "processed"


def connections(cloud: LocalCloud, user: User) -> int:
    answer = cloud.client("dynamodb").query(
        TableName=cloud.physical_id("ConnectionsTable"),
        KeyConditionExpression="identity_id = :i",
        ExpressionAttributeValues={":i": {"S": user.identity_id}},
    )
    return int(answer["Count"])


def test_both_pages_of_a_user_and_no_other_s_follow_when_a_photo_is_processed(
    user: MakeUser,
) -> None:
    ann, bob = user(), user()
    with open_page(ann) as tab, open_page(ann) as phone, open_page(bob) as other:
        key = ann.upload("followed.jpg", photo(60))

        for page in (tab, phone):
            end = page.wait_for(ended(key))
            told = page.wait_for(lambda message: message["type"] == "notification")
            usage = page.wait_for(lambda message: message.get("period") == "total")
            assert set(end["steps"]) == set(steps_of("picture"))
            assert end["renditions"]["thumbnail-240-webp"]["width"] == 240
            assert (told["image"], told["kind"]) == (key, "processed")
            assert usage["stored_bytes"] == len(photo(60))
            assert "identity_id" not in {name for message in page.received for name in message}
            states = [
                sum(step["state"] == "done" for step in message["steps"].values())
                for message in page.received
                if message["type"] == "image"
            ]
            assert states == sorted(states)
        assert other.listen(0.5) == []


def test_step_shows_in_the_page_when_it_is_written(cloud: LocalCloud, user: MakeUser) -> None:
    ann = user()
    key = ann.key("written.jpg")
    with open_page(ann) as page:
        cloud.client("dynamodb").put_item(
            TableName=cloud.outputs["ImagesTableName"],
            Item={"identity_id": {"S": ann.identity_id}, "image": {"S": key}},
        )
        page.wait_for(lambda message: message.get("image") == key)


def test_pages_hear_of_it_when_a_photo_is_deleted(cloud: LocalCloud, user: MakeUser) -> None:
    ann = user()
    key = ann.upload("deleted.jpg", photo(61))
    version = ann.wait_for_end(key)["version"]
    with open_page(ann) as page:
        ann.s3.delete_object(Bucket=cloud.outputs["UploadsBucketName"], Key=key)

        gone = page.wait_for(lambda message: message["type"] == "image-removed")
        assert gone == {"type": "image-removed", "image": key, "version": version}


def test_connection_is_forgotten_when_it_closes(cloud: LocalCloud, user: MakeUser) -> None:
    ann = user()
    with open_page(ann):
        assert connections(cloud, ann) == 1

    wait_for(
        lambda: True if connections(cloud, ann) == 0 else None,
        what="the connection to be forgotten",
    )


def test_connection_is_forgotten_when_it_turns_out_to_be_gone(
    cloud: LocalCloud, user: MakeUser
) -> None:
    ann = user()
    cloud.client("dynamodb").put_item(
        TableName=cloud.physical_id("ConnectionsTable"),
        Item={"identity_id": {"S": ann.identity_id}, "connection_id": {"S": "lost-in-a-tunnel"}},
    )
    with open_page(ann) as page:
        key = ann.upload("a.jpg", photo(62))
        page.wait_for(ended(key))

        wait_for(
            lambda: True if connections(cloud, ann) == 1 else None,
            what="the lost connection to be forgotten",
        )


def test_oldest_page_is_closed_and_the_others_follow_when_a_user_opens_more_than_twenty(
    cloud: LocalCloud, user: MakeUser
) -> None:
    ann = user()
    with ExitStack() as open_pages:
        oldest = open_pages.enter_context(open_page(ann))
        pages = [open_pages.enter_context(open_page(ann)) for _ in range(20)]

        with pytest.raises(ConnectionClosed):
            oldest.socket.recv(timeout=PATIENCE_SECONDS)
        assert connections(cloud, ann) == 20
        key = ann.upload("many.jpg", photo(63, (320, 240)))
        for page in (pages[0], pages[-1]):
            page.wait_for(ended(key))


def test_socket_stays_shut_when_the_url_is_not_signed_by_a_user(
    cloud: LocalCloud, user: MakeUser
) -> None:
    signed = live_url(user())
    unsigned = signed.partition("?")[0]
    forged = signed.replace("X-Amz-Signature=", "X-Amz-Signature=0")
    for url in (unsigned, forged):
        with pytest.raises(CommandError, match="refused with 403"), open_page(user(), url):
            pass
