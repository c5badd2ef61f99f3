"""Links beside a deployed cloud: whoever has one sees what it shows, and nothing more."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import piexif
import pytest
from darkroom.aws.attribute_values import from_item, to_item
from darkroom.moments import timestamp
from PIL import Image

from local.cloud import SHARE, STACK, LocalCloud
from local.user import User, wait_for
from operations.api_url import api_url
from operations.deployment import Deployment
from operations.outputs import describe
from tests.answers import Answer
from tests.e2e.photos import photo
from tests.e2e.signing import allowed, credentials_of, send, signed
from tests.e2e.test_operations import command
from tests.privacy import told_by_libraries

MakeUser = Callable[[], User]


@dataclass(frozen=True)
class Sharing:
    """Where owners make links, and where these lead."""

    cloud: LocalCloud
    make_url: str
    show_url: str

    def ask(
        self, user: User, method: str = "GET", body: Any = None, below: str = "", **scope: Any
    ) -> Answer:
        """The answer to a user's request."""
        url = f"{self.make_url}{below}"
        text = b"" if body is None else json.dumps(body).encode()
        headers = signed(url, text, credentials_of(user), method=method, **scope)
        return send(url, text, headers, method=method)

    def make(self, user: User, *keys: str, **more: Any) -> dict[str, Any]:
        """A link of a user's."""
        answer = self.ask(user, "POST", {"files": list(keys), **more})
        assert answer.status == 201, answer.body
        link: dict[str, Any] = answer.json
        return link

    def visit(self, token: str, below: str = "") -> Answer:
        """What anybody sees at an address, who is nobody."""
        return send(f"{self.show_url}/{token}{below}", method="GET")

    def shows_nothing(self, token: str) -> bool:
        """Whether a link is as one that there never was: its page and its pictures."""
        never = self.visit("x" * 24)
        seen = [self.visit(token), self.visit(token, "/1/small"), self.visit(token, "/1/large")]
        return {(each.status, each.body) for each in seen} == {(404, never.body)}


def located_photo() -> bytes:
    """A photo that says where it was taken."""
    gps = {
        piexif.GPSIFD.GPSLatitudeRef: b"N",
        piexif.GPSIFD.GPSLatitude: ((52, 1), (31, 1), (0, 1)),
        piexif.GPSIFD.GPSLongitudeRef: b"E",
        piexif.GPSIFD.GPSLongitude: ((13, 1), (24, 1), (0, 1)),
    }
    written = io.BytesIO()
    exif = piexif.dump({"0th": {piexif.ImageIFD.Make: b"Camera"}, "GPS": gps})
    Image.open(io.BytesIO(photo(71))).save(written, "JPEG", exif=exif)
    return written.getvalue()


@pytest.fixture(scope="module")
def sharing(cloud: LocalCloud) -> Iterator[Sharing]:
    """The sharing of the cloud, which the other tests of the group need not have."""
    cloud.build_stack("share")
    outputs = cloud.deploy_stack("share")
    at = {name: api_url(outputs[name], cloud.endpoint) for name in ("ShareUrl", "ShowUrl")}
    yield Sharing(cloud, at["ShareUrl"], at["ShowUrl"])
    cloud.client("cloudformation").delete_stack(StackName=SHARE)


def test_link_shows_pictures_without_their_place_until_its_owner_ends_it(
    sharing: Sharing, user: MakeUser, tmp_path: Path
) -> None:
    ann = user()
    lake, hill = (
        ann.upload("Berlin, our garden.jpg", located_photo()),
        ann.upload("b.jpg", photo(72)),
    )
    assert {ann.wait_for_end(key)["status"] for key in (lake, hill)} == {"processed"}
    assert "latitude" in str(ann.image(lake))
    link = sharing.make(ann, lake, title="Our <garden>")

    page = sharing.visit(link["token"])
    assert page.status == 200
    assert "Our &lt;garden&gt;" in page.text
    assert page.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    for secret in ("Berlin", ann.identity_id, "users/", "X-Amz", "52.5"):
        assert secret not in page.text
    [small] = re.findall(r'<img src="(\S+)"', page.text)
    [large] = re.findall(r'<a href="(\S+)"', page.text)
    for number, address in enumerate((small, large)):
        picture = send(f"{sharing.show_url}/{address}", method="GET")
        assert (picture.status, picture.headers["content-type"]) == (200, "image/jpeg")
        assert max(Image.open(io.BytesIO(picture.body)).size) == (960, 1200)[number]
        (tmp_path / f"{number}.jpg").write_bytes(picture.body)
    assert told_by_libraries(sorted(tmp_path.iterdir())) == []
    assert sharing.visit(link["token"], "/2/small").status == 404  # another photo of hers

    assert sharing.ask(ann, "DELETE", below=f"/{link['id']}").status == 200
    assert sharing.shows_nothing(link["token"])
    assert sharing.ask(ann).json == {"links": []}


def test_link_shows_nothing_once_its_time_is_over_or_its_file_is_deleted(
    sharing: Sharing, cloud: LocalCloud, user: MakeUser
) -> None:
    ann = user()
    lake, hill = ann.upload("a.jpg", photo(73)), ann.upload("b.jpg", photo(74))
    for key in (lake, hill):
        ann.wait_for_end(key)
    both, ended = sharing.make(ann, lake, hill), sharing.make(ann, lake, days=1)
    alone = sharing.make(ann, lake)

    # As it is a day later, before DynamoDB has deleted anything.
    table = cloud.physical_id("LinksTable", stack=SHARE)
    at = {"TableName": table, "Key": to_item({"link_id": ended["id"]})}
    item = from_item(cloud.client("dynamodb").get_item(**at)["Item"])
    assert sharing.visit(ended["token"]).status == 200
    item["ends_at"] = timestamp(datetime.now(UTC) - timedelta(seconds=1))
    cloud.client("dynamodb").put_item(TableName=table, Item=to_item(item))
    assert sharing.shows_nothing(ended["token"])

    ann.s3.delete_object(Bucket=ann.outputs["UploadsBucketName"], Key=lake)
    wait_for(lambda: ann.image(lake) is None or None, what="the deletion")
    assert sharing.shows_nothing(alone["token"])
    assert sharing.visit(both["token"], "/1/small").status == 404
    assert sharing.visit(both["token"], "/2/small").status == 200


def test_nobody_else_makes_lists_or_ends_a_link_or_reaches_what_is_behind_it(
    sharing: Sharing, cloud: LocalCloud, user: MakeUser
) -> None:
    ann, bob, guest = user(), user(), cloud.new_guest()
    lake = ann.upload("a.jpg", photo(75))
    ann.wait_for_end(lake)
    link = sharing.make(ann, lake)

    assert sharing.ask(bob, "POST", {"files": [lake]}).status == 400
    assert sharing.ask(bob).json == {"links": []}
    assert sharing.ask(bob, "DELETE", below=f"/{link['id']}").status == 404
    own = guest.upload("own.jpg", photo(76))
    guest.wait_for_end(own)
    refused = {
        "a guest": sharing.ask(guest, "POST", {"files": [own]}),
        "a guest's list": sharing.ask(guest),
        "a guest's end": sharing.ask(guest, "DELETE", below=f"/{link['id']}"),
        "unsigned": send(sharing.make_url, method="GET"),
        "a token": send(
            sharing.make_url, headers={"Authorization": f"Bearer {link['token']}"}, method="GET"
        ),
        "another service": sharing.ask(ann, service="s3"),
    }
    assert {name: answer.status for name, answer in refused.items()} == dict.fromkeys(refused, 403)
    assert sharing.visit(link["token"]).status == 200  # none of it has ended it

    links, sharers, makes, shows = (
        cloud.physical_id(each, stack=SHARE)
        for each in ("LinksTable", "SharersTable", "ShareFunction", "ShowFunction")
    )
    attempts: list[tuple[str, str, dict[str, Any]]] = [
        ("dynamodb", "get_item", {
            "TableName": links, "Key": to_item({"link_id": link["id"]})
        }),
        ("dynamodb", "scan", {"TableName": links}),
        ("dynamodb", "get_item", {
            "TableName": sharers, "Key": to_item({"identity_id": ann.identity_id})
        }),
        ("lambda", "invoke", {"FunctionName": makes}),
        ("lambda", "invoke", {"FunctionName": shows}),
    ]  # fmt: skip
    assert allowed(ann, cloud.endpoint, attempts) == []


def test_links_show_nothing_once_an_operator_has_ended_them(
    sharing: Sharing, cloud: LocalCloud, user: MakeUser
) -> None:
    ann, bob = user(), user()
    assert ann.login is not None
    email = ann.login.email
    lake, hill = ann.upload("lake.jpg", photo(77)), bob.upload("hill.jpg", photo(78))
    for owner, key in ((ann, lake), (bob, hill)):
        owner.wait_for_end(key)
    first, second = sharing.make(ann, lake, title="Lake"), sharing.make(ann, lake)
    third, other = sharing.make(ann, lake), sharing.make(bob, hill)
    address = {"LINK": f"{sharing.show_url}/{first['token']}"}

    def run(name: str, **options: str) -> str:
        done = command(name, {**cloud.server.root, "STACK": STACK, **options})
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    told = wait_for(  # whose an identity is, a function learns a moment after the sign-in
        lambda: shown if email in (shown := run("links", **address)) else None,
        seconds=60,
        what="the user of a link",
    )
    for text in (first["id"], ann.identity_id, "Lake", "lake.jpg", "1 link is open"):
        assert text in told

    assert "1 link would be ended; nothing was done" in run("end_links", **address, DRY_RUN="1")
    assert sharing.visit(first["token"], "/1/small").status == 200
    assert "1 link ended" in run("end_links", **address)
    assert sharing.shows_nothing(first["token"])
    assert {link["id"] for link in sharing.ask(ann).json["links"]} == {second["id"], third["id"]}
    assert "0 links ended" in run("end_links", **address)

    listed = run("links", OWNER=email)
    assert [link["id"] in listed for link in (first, second, third, other)] == [
        False, True, True, False,
    ]  # fmt: skip
    assert "2 links ended" in run("end_links", OWNER=email)
    assert all(sharing.shows_nothing(link["token"]) for link in (second, third))
    assert sharing.ask(ann).json == {"links": []}
    assert sharing.visit(other["token"], "/1/small").status == 200


def test_clients_are_told_where_it_is(sharing: Sharing, cloud: LocalCloud) -> None:
    main = Deployment(STACK, "the test's cloud", cloud.outputs, cloud.client, cloud.endpoint)
    told = describe(main)["custom"]
    assert (told["shareUrl"], told["showUrl"]) == (sharing.make_url, sharing.show_url)
