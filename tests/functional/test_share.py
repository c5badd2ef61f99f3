"""Links on real functions: each shows what its owner chose, until it ends, and nothing else."""

from __future__ import annotations

import json
import re
import time
from datetime import datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from darkroom.aws.dynamodb import transact
from darkroom.aws.errors import ConditionFailed
from darkroom.aws.s3 import Bucket
from darkroom.moments import timestamp
from darkroom.share import links
from darkroom.share.shown import ATTRIBUTES, MOST_BYTES
from darkroom.share.tokens import id_of, new_token

from tests.answers import Answer
from tests.functional.conftest import PROCESSED, lambda_context
from tests.functional.share import VERSION, Share, share

__all__ = ["share"]  # a fixture


# What keeps a link's answers to whoever has it.
PRIVATE = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex, nofollow, noarchive",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}


def nothing(share: Share) -> Answer:
    """What one sees with a token that was never made."""
    answer = share.visit(new_token())
    assert answer.status == 404
    return answer


def test_link_shows_its_files_and_no_other(share: Share) -> None:
    keys = [share.photo("ann", f"{name}.jpg", b"\xff\xd8\xff" + name.encode()) for name in "abc"]
    link = share.make("ann", keys[2], keys[0], title="Summer <3", days=1)

    page = share.visit(link["token"])
    assert page.status == 200
    assert "Summer &lt;3" in page.text
    assert "2 photos. This link ends on" in page.text
    assert share.visit(link["token"], "1", "small").body == b"\xff\xd8\xffc"
    assert share.visit(link["token"], "2", "large").body == b"\xff\xd8\xffa"
    # Nothing that its owner has not written there: no name, no key, no identity, no place.
    for secret in (".jpg", "users/", "ann", "Berlin", "52.5", VERSION):
        assert secret not in page.text
    for answer in (page, share.visit(link["token"], "1", "small")):
        told = {name: answer.headers[name] for name in PRIVATE}
        assert told == PRIVATE
        assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    picture = share.visit(link["token"], "2", "large").headers
    assert picture["content-type"] == "image/jpeg"
    assert picture["content-disposition"] == 'inline; filename="photo-2.jpg"'
    assert picture["content-security-policy"].endswith("; sandbox")


ODD_FILES = [
    ("3", "small"), ("0", "small"), ("-1", "small"), ("01", "small"), ("1e0", "small"),
    ("١", "small"), ("1", "details"), ("1", "original"), ("1", "video"), ("1", ""),
    ("1", "../2/small"), ("9" * 5000, "small"), ("1", "__class__"),
]  # fmt: skip
ODD_TOKENS = ["", "x", "\x00", "\ud800", "é" * 2000, "../links", "%2e%2e", "' OR 1=1", "{token}"]


def test_nothing_but_the_parts_of_its_files_is_shown(share: Share) -> None:
    link = share.make("ann", share.photo("ann", "a.jpg"), share.photo("ann", "b.jpg"))
    shown = [file for file in ODD_FILES if share.visit(link["token"], *file) != nothing(share)]
    assert shown == []


def test_what_is_no_token_shows_nothing(share: Share) -> None:
    link = share.make("ann", share.photo("ann", "a.jpg"))
    token = link["token"]
    for tried in (*ODD_TOKENS, link["id"], token[:-1], f"{token} ", token.swapcase()):
        assert share.visit(tried) == share.visit(tried, "1", "small") == nothing(share)


def test_link_that_is_ended_by_its_owner_shows_nothing_at_the_next_request(share: Share) -> None:
    link = share.make("ann", share.photo("ann", "a.jpg"))
    other = share.make("ann", share.photo("ann", "a.jpg"))
    assert share.visit(link["token"], "1", "small").status == 200

    assert share.end("ann", link["id"]) == 200

    assert share.visit(link["token"]) == nothing(share)
    assert share.visit(link["token"], "1", "small") == nothing(share)
    assert share.visit(other["token"], "1", "small").status == 200
    assert [each["id"] for each in share.links("ann")] == [other["id"]]
    assert share.end("ann", link["id"]) == 404


def test_link_ends_by_the_clock_though_nothing_has_deleted_it(share: Share) -> None:
    link = share.make("ann", share.photo("ann", "a.jpg"), days=7)
    share.wait(days=6, hours=23, minutes=59)
    assert share.visit(link["token"]).status == 200

    share.wait(minutes=1)

    assert [each["link_id"] for each in share.items("LinksTable")] == [link["id"]]
    assert share.visit(link["token"]) == nothing(share)
    assert share.visit(link["token"], "1", "small") == nothing(share)
    assert share.links("ann") == []
    assert share.end("ann", link["id"]) == 404


def test_link_ends_at_its_very_moment(share: Share, monkeypatch: pytest.MonkeyPatch) -> None:
    link = share.make("ann", share.photo("ann", "a.jpg"))
    end = datetime.fromisoformat(link["ends_at"])
    for left, status in ((timedelta(milliseconds=1), 200), (timedelta(0), 404)):
        monkeypatch.setattr(links, "timestamp", lambda left=left: timestamp(end - left))
        assert share.visit(link["token"]).status == status
        assert len(share.links("ann")) == (status == 200)


def test_link_may_be_deleted_when_it_has_ended_and_the_list_when_all_have(share: Share) -> None:
    photo = share.photo("ann", "a.jpg")
    made = [share.make("ann", photo, days=days) for days in (1, 30, 7)]
    ends = {each["id"]: _seconds(each["ends_at"]) for each in made}
    stored = {each["link_id"]: each["expiration"] for each in share.items("LinksTable")}
    assert stored == ends
    [sharer] = share.items("SharersTable")
    assert sharer["expiration"] == max(ends.values()) + 1  # the last one is open until then

    before = int(time.time())
    for each in made:
        share.end("ann", each["id"])
    [sharer] = share.items("SharersTable")
    assert before <= sharer["expiration"] - 1 <= time.time()


def _seconds(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp())


def test_links_are_listed_newest_first(share: Share) -> None:
    photo, made = share.photo("ann", "a.jpg"), []
    for days in (7, 3, 5):
        made.append(share.make("ann", photo, days=days)["id"])
        share.wait(minutes=1)
    assert [each["id"] for each in share.links("ann")] == made[::-1]


def test_no_link_takes_the_token_of_another(share: Share, monkeypatch: pytest.MonkeyPatch) -> None:
    link = share.make("ann", share.photo("ann", "a.jpg", b"\xff\xd8\xffann"))
    monkeypatch.setattr(links, "new_token", lambda: link["token"])
    own = share.photo("bob", "b.jpg")
    assert share.ask("bob", "POST /links", {"files": [own]})[0] == 429
    assert share.links("bob") == []
    assert share.visit(link["token"], "1", "small").body == b"\xff\xd8\xffann"


def test_file_that_is_binned_replaced_or_over_quota_shows_nothing(share: Share) -> None:
    changes: list[dict[str, Any]] = [
        {"binned_at": "2026-11-28T00:00:00.000Z"},
        {"status": "over_quota"},
        {"withdrawn": True},
        {"version": "0067", "etag": "e2"},
        {"status": "processing"},
        {"renditions": {}},
    ]
    gone = [share.photo("ann", f"{number}.jpg") for number in range(len(changes))]
    link = share.make("ann", *gone, share.photo("ann", "kept.jpg", b"\xff\xd8\xffkept"))
    alone = [share.make("ann", key)["token"] for key in gone]
    assert share.visit(link["token"]).text.count("<img ") == len(changes) + 1

    for number, each in enumerate(changes):
        share.change("ann", f"{number}.jpg", **each)

    for number, token in enumerate(alone, start=1):
        assert share.visit(token) == share.visit(token, "1", "small") == nothing(share)
        assert share.visit(link["token"], str(number), "small") == nothing(share)
    kept = str(len(changes) + 1)  # it keeps its number
    assert share.visit(link["token"], kept, "small").body == b"\xff\xd8\xffkept"
    assert share.visit(link["token"]).text.count("<img ") == 1


def test_file_that_is_deleted_shows_nothing_also_while_its_renditions_are_there(
    share: Share,
) -> None:
    link = share.make("ann", share.photo("ann", "a.jpg"))
    share.world.dynamodb.delete_item(
        TableName="ImagesTable",
        Key={"identity_id": {"S": "ann"}, "image": {"S": "users/ann/a.jpg"}},
    )
    assert share.world.outputs() != set()
    assert share.visit(link["token"]) == nothing(share)
    assert share.visit(link["token"], "1", "small") == nothing(share)


def test_rendition_that_is_gone_shows_nothing_and_is_told_where_it_may_be_denied(
    share: Share,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    link = share.make("ann", share.photo("ann", "a.jpg"))
    [key] = share.world.outputs()
    share.world.s3.delete_object(Bucket=PROCESSED, Key=key)
    assert share.visit(link["token"], "1", "small") == nothing(share)

    def denied(*_: Any, **__: Any) -> bytes:  # as S3 tells whoever may not list
        raise ClientError({"Error": {"Code": "AccessDenied"}}, "GetObject")

    monkeypatch.setattr(Bucket, "read", denied)
    capsys.readouterr()
    assert share.visit(link["token"], "1", "small") == nothing(share)
    [warning] = [record for record in caplog.records if record.levelname == "WARNING"]
    assert vars(warning)["key"] == key
    assert '"FilesDenied":[1.0]' in capsys.readouterr().out


def test_visitor_is_not_told_that_there_is_nothing_when_s3_fails(
    share: Share, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = share.make("ann", share.photo("ann", "a.jpg"))

    def busy(*_: Any, **__: Any) -> bytes:
        raise ClientError({"Error": {"Code": "SlowDown"}}, "GetObject")

    monkeypatch.setattr(Bucket, "read", busy)
    with pytest.raises(ClientError, match="SlowDown"):
        share.visit(link["token"], "1", "small")


def test_picture_comes_whole_whatever_range_is_asked_for(share: Share) -> None:
    body = b"\xff\xd8\xffpicture"
    token = share.make("ann", share.photo("ann", "a.jpg", body))["token"]
    for headers in ({}, {"range": "bytes=0-1"}):
        answer = share.visit(token, "1", "small", **headers)
        assert (answer.status, answer.body) == (200, body)
        assert not {"accept-ranges", "content-range"} & answer.headers.keys()


def test_request_is_answered_when_it_has_no_header(share: Share) -> None:
    token = share.make("ann", share.photo("ann", "a.jpg"))["token"]
    path = {"token": token, "n": "1", "size": "small"}
    assert share.show.handler({"pathParameters": path}, lambda_context())["statusCode"] == 200


def test_no_attribute_is_read_for_a_visitor_but_those_that_are_shown(share: Share) -> None:
    token = share.make("ann", share.photo("ann", "a.jpg"))["token"]
    bodies: list[Any] = []
    share.world.wire.heard = lambda _, request: bodies.append(request.body)
    with share.world.wire.watch(lambda *_: "none"):
        assert share.visit(token, "1", "small").status == 200
    read = [json.loads(body) for body in bodies if b"ImagesTable" in (body or b"")]
    assert [set(each["ExpressionAttributeNames"].values()) for each in read] == [set(ATTRIBUTES)]


def test_nobody_makes_lists_or_ends_a_link_of_another(share: Share) -> None:
    lake = share.photo("ann", "lake.jpg")
    link = share.make("ann", lake)

    for key in (lake, "users/ann/none.jpg", "users/ann/"):
        status, answer = share.ask("bob", "POST /links", {"files": [key]})
        assert (status, "not one of yours" in answer["message"]) == (400, True)
    assert share.links("bob") == []
    assert share.end("bob", link["id"]) == 404
    assert share.visit(link["token"]).status == 200
    for route in ("POST /links", "GET /links", "DELETE /links/{id}"):
        assert share.ask(None, route, {"files": [lake]}, id=link["id"])[0] == 403
    assert share.ask("ann", "PUT /links")[0] == 404
    assert len(share.items("LinksTable")) == 1


def test_link_is_made_of_nothing_that_cannot_be_shown(share: Share) -> None:
    odd: dict[str, dict[str, Any]] = {
        "table": {"kind": "table"},
        "rejected": {"status": "rejected"},
        "processing": {"status": "processing"},
        "binned": {"binned_at": "2026-11-28T00:00:00.000Z"},
        "empty": {"renditions": {}},
    }
    good = share.photo("ann", "good.jpg")
    for name, attributes in odd.items():
        share.photo("ann", name, **attributes)
    for name in (*odd, "none"):
        status, answer = share.ask("ann", "POST /links", {"files": [good, f"users/ann/{name}"]})
        assert (status, f"'{name}' cannot be shown" in answer["message"]) == (400, True)
    long = share.ask("ann", "POST /links", {"files": ["users/ann/" + "x" * 101]})
    assert f"'{'x' * 100}' cannot be shown" in long[1]["message"]
    assert share.items("LinksTable") == share.links("ann") == []


def test_owner_is_told_why_when_a_request_is_refused(share: Share) -> None:
    for user, route, status, message in (
        (None, "GET /links", 403, "The request is not signed by a user."),
        ("ann", "DELETE /links/{id}", 404, "There is no such link."),
        ("ann", "PUT /links", 404, "There is no such route."),
    ):
        assert share.ask(user, route, id="none") == (status, {"message": message})


def test_no_token_is_stored_and_none_is_told_again(share: Share) -> None:
    link = share.make("ann", share.photo("ann", "a.jpg"), title="Summer")
    assert link["id"] == id_of(link["token"])
    stored = repr(share.items("LinksTable") + share.items("SharersTable") + share.links("ann"))
    assert link["token"] not in stored
    assert share.links("ann") == [
        {name: link[name] for name in ("id", "title", "files", "made_at", "ends_at")}
    ]
    [item] = share.items("LinksTable")
    assert "Berlin" not in repr(item)
    assert re.fullmatch(r"\d{10}", str(item["expiration"]))


def test_owner_has_so_many_links_and_another_when_one_has_ended(
    share: Share, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert links.MOST_LINKS == 100
    monkeypatch.setattr(links, "MOST_LINKS", 3)  # quicker, and nothing else
    lake = share.photo("ann", "lake.jpg")
    first, *_ = [share.make("ann", lake, days=days) for days in (1, 2, 2)]
    status, answer = share.ask("ann", "POST /links", {"files": [lake]})
    assert (status, "You have 3 links" in answer["message"]) == (409, True)
    share.make("bob", share.photo("bob", "own.jpg"))  # has links of his own

    share.end("ann", first["id"])
    share.make("ann", lake)
    assert share.ask("ann", "POST /links", {"files": [lake]})[0] == 409
    share.wait(days=2)
    assert len(share.links("ann")) == 1
    share.make("ann", lake)
    assert len(share.links("ann")) == 2


def test_more_files_than_are_read_at_once_are_shown(share: Share) -> None:
    keys = [share.photo("ann", f"{number:03}.jpg") for number in range(101)]
    link = share.make("ann", *keys)
    page = share.visit(link["token"])
    assert page.text.count("<img ") == 101
    assert share.visit(link["token"], "101", "small").status == 200
    assert share.ask("ann", "POST /links", {"files": [*keys, "users/ann/201.jpg"]})[0] == 400


def overtake(
    share: Share, monkeypatch: pytest.MonkeyPatch, file: Any, made: list[str], *, at: list[bool]
) -> None:
    """Make a link, and note its id, before those of the coming writes that `at` says."""
    overtaking = iter(at)

    def overtaken(client: Any, writes: Any) -> None:
        if next(overtaking, False):
            made.append(share.make("ann", file)["id"])
        transact(client, writes)

    monkeypatch.setattr(links, "transact", overtaken)


def test_change_that_is_overtaken_by_another_begins_again(
    share: Share, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = share.photo("ann", "lake.jpg")
    made = [share.make("ann", lake)["id"]]
    overtake(share, monkeypatch, lake, made, at=[True, False, True, False])
    made.append(share.make("ann", lake)["id"])
    assert share.end("ann", made[0]) == 200

    left = set(made[1:])
    assert len(left) == 3
    assert {each["id"] for each in share.links("ann")} == left
    assert {each["link_id"] for each in share.items("LinksTable")} == left


def test_both_links_are_listed_when_two_are_made_at_once_as_the_first(
    share: Share, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake, made = share.photo("ann", "lake.jpg"), list[str]()
    overtake(share, monkeypatch, lake, made, at=[True])
    made.append(share.make("ann", lake)["id"])
    assert {each["id"] for each in share.links("ann")} == set(made)


def test_owner_is_asked_to_wait_when_others_keep_winning(
    share: Share, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = share.photo("ann", "lake.jpg")

    def ask(losses: int) -> tuple[int, dict[str, Any]]:
        lost = iter([True] * losses)

        def lose(client: Any, writes: Any) -> None:
            if next(lost, False):
                raise ConditionFailed
            transact(client, writes)

        monkeypatch.setattr(links, "transact", lose)
        return share.ask("ann", "POST /links", {"files": [lake]})

    assert ask(losses=8) == (429, {"message": "Too many requests at once."})
    assert share.items("LinksTable") == []
    assert ask(losses=7)[0] == 201


def test_video_comes_in_the_ranges_that_players_ask_for(
    share: Share, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = f"users/ann/film.mov/{VERSION}/"
    body = bytes(range(256)) * 4
    for name in ("preview.webp", "video.mp4"):
        share.world.s3.put_object(Bucket=PROCESSED, Key=f"{folder}{name}", Body=body)
    film = share.photo(
        "ann",
        "film.mov",
        kind="video",
        preview={"key": f"{folder}preview.webp", "bytes": len(body)},
        video={"key": f"{folder}video.mp4", "bytes": len(body)},
    )
    token = share.make("ann", film)["token"]
    assert "<video controls" in share.visit(token).text

    whole = share.visit(token, "1", "video")
    assert (whole.status, whole.body, whole.headers["accept-ranges"]) == (200, body, "bytes")
    assert whole.headers["content-disposition"] == 'inline; filename="video-1.mp4"'
    assert whole.headers["content-type"] == "video/mp4"
    read, fetched = Bucket.read, list[int]()

    def reading(bucket: Bucket, key: str, **options: Any) -> bytes:
        found = read(bucket, key, **options)
        fetched.append(len(found))
        return found

    monkeypatch.setattr(Bucket, "read", reading)
    for asked, said, part in (
        ("bytes=0-", "bytes 0-1023/1024", body),
        ("bytes=0-1", "bytes 0-1/1024", body[:2]),
        ("bytes=5-5", "bytes 5-5/1024", body[5:6]),
        ("bytes=100-199", "bytes 100-199/1024", body[100:200]),
        ("bytes=1000-9999", "bytes 1000-1023/1024", body[1000:]),
    ):
        answer = share.visit(token, "1", "video", range=asked)
        assert (answer.status, answer.headers["content-range"], answer.body) == (206, said, part)
        assert fetched.pop() == len(part)  # no more than was asked for
    for odd in ("bytes=5-1", "bytes=1024-", "bytes=-5", "bytes=0-1,3-4", "lines=0-1", "bytes=x-"):
        answer = share.visit(token, "1", "video", range=odd)
        assert (answer.status, answer.body) == (200, body)
        assert "content-range" not in answer.headers

    share.change("ann", "film.mov", video={"key": f"{folder}video.mp4", "bytes": MOST_BYTES + 1})
    assert share.visit(token, "1", "video") == nothing(share)
    assert "1/preview" in share.visit(token).text
