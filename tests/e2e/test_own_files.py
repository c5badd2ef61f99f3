"""Favourites, albums and the bin, from a user's own credentials to the functions' roles."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from darkroom.moments import timestamp

from local.cloud import LocalCloud
from local.live import open_page
from local.user import User, wait_for
from tests.e2e.photos import photo
from tests.e2e.stacks import run_as_scheduled
from tests.e2e.test_isolation import as_function, refused

MakeUser = Callable[[], User]
ALBUM = "abcdefghij01"
IN_ALBUM = {"gone": {"BOOL": False}}


def in_order(user: User, album_id: str) -> list[str]:
    """The keys of the files in an album, by their ranks."""
    ranks = {each["image"]: each.get("albums", {}).get(album_id) for each in user.images()}
    return sorted((key for key, rank in ranks.items() if rank), key=lambda key: ranks[key])


def albums(user: User, whose: str) -> list[dict[str, Any]]:
    answer = user.dynamodb.query(
        TableName=user.outputs["AlbumsTableName"],
        KeyConditionExpression="identity_id = :i",
        ExpressionAttributeValues={":i": {"S": whose}},
    )
    return list(answer["Items"])


def make_due(cloud: LocalCloud, user: User, key: str) -> None:
    """Let the time of a file in the bin be up, as the cloud's owner."""
    until = timestamp(datetime.now(UTC) - timedelta(days=1, hours=1))
    cloud.client("dynamodb").update_item(
        TableName=cloud.outputs["ImagesTableName"],
        Key={"identity_id": {"S": user.identity_id}, "image": {"S": key}},
        UpdateExpression="SET bin_until = :until, bin_day = :day",
        ExpressionAttributeValues={":until": {"S": until}, ":day": {"S": until[:10]}},
    )


def test_owner_has_favourites_albums_and_a_bin_and_nobody_else_reaches_them(
    cloud: LocalCloud, user: MakeUser
) -> None:
    ann, eve = user(), user()
    first, second = (ann.upload(f"{n}.jpg", photo(n, (320, 240))) for n in (100, 101))
    for key in (first, second):
        ann.wait_for_end(key)

    with open_page(ann) as page:
        ann.answer("file/100.jpg", favourite={"BOOL": True})
        page.wait_for(lambda it: (it.get("image"), it.get("favourite")) == (first, True))
        ann.answer(f"album/{ALBUM}", name={"S": "Summer"}, cover={"S": "101.jpg"}, **IN_ALBUM)
        made = page.wait_for(lambda it: it.get("type") == "album")
        assert (made["album_id"], made["name"], made["cover"]) == (ALBUM, "Summer", second)
        ann.answer(f"in/{ALBUM}/100.jpg", rank={"S": "n"}, **IN_ALBUM)
        ann.answer(f"in/{ALBUM}/101.jpg", rank={"S": "a0"}, **IN_ALBUM)
        wait_for(
            lambda: True if in_order(ann, ALBUM) == [second, first] else None,
            what="the album",
        )

        assert refused(lambda: as_another(eve, ann, "file/100.jpg"))
        assert refused(lambda: as_another(eve, ann, f"album/{ALBUM}"))
        assert refused(lambda: as_another(eve, ann, f"in/{ALBUM}/100.jpg"))
        assert refused(lambda: albums(eve, ann.identity_id))
        assert refused(lambda: put_album(ann))
        eve.answer(f"file/../{ann.identity_id}/100.jpg", binned={"BOOL": True})
        eve.answer(f"album/{ALBUM}", gone={"BOOL": True})

        ann.answer("file/100.jpg", binned={"BOOL": True})
        wait_for(lambda: binned(ann, first) or None, what="the bin")
        ann.answer("file/100.jpg", binned={"BOOL": False})
        wait_for(lambda: not binned(ann, first) or None, what="the way out")
        assert (ann.image(first) or {})["favourite"] is True
        assert (ann.image(first) or {})["albums"] == {ALBUM: "n"}
        assert [album["name"]["S"] for album in albums(ann, ann.identity_id)] == ["Summer"]

        ann.answer("file/100.jpg", binned={"BOOL": True})
        wait_for(lambda: binned(ann, first) or None, what="the bin")
        run_as_scheduled(cloud, "EmptyFunction")
        assert binned(ann, first)
        make_due(cloud, ann, first)
        s3, uploads = as_function(cloud, "EmptyFunction", "s3"), cloud.outputs["UploadsBucketName"]
        assert refused(lambda: s3.delete_object(Bucket=uploads, Key=second))
        run_as_scheduled(cloud, "EmptyFunction")
        page.wait_for(lambda it: (it.get("type"), it.get("image")) == ("image-removed", first))

    left = len(photo(101, (320, 240)))
    wait_for(
        lambda: True if ann.usage()["total"]["stored_bytes"] == left else None,
        what="its bytes",
    )
    assert in_order(ann, ALBUM) == [second]
    listed = ann.s3.list_objects_v2(Bucket=uploads, Prefix=ann.key(""))["Contents"]
    assert [each["Key"] for each in listed] == [second]
    assert eve.images() == []


def binned(user: User, key: str) -> bool:
    return "binned_at" in (user.image(key) or {})


def as_another(user: User, other: User, about: str) -> Any:
    """Write what another would write about a file or album of theirs."""
    return user.dynamodb.update_item(
        TableName=user.outputs["AnswersTableName"],
        Key={"identity_id": {"S": other.identity_id}, "about": {"S": about}},
        UpdateExpression="SET gone = :yes",
        ExpressionAttributeValues={":yes": {"BOOL": True}},
    )


def put_album(user: User) -> Any:
    """Write an album without asking anybody."""
    key = {"identity_id": {"S": user.identity_id}, "album_id": {"S": "abcdefghij02"}}
    return user.dynamodb.put_item(TableName=user.outputs["AlbumsTableName"], Item=key)
