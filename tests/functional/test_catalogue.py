"""The catalogue on a real PostgreSQL: rows equal the records, whatever comes twice or late."""

from __future__ import annotations

import io
import itertools
import json
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import piexif
import psycopg
import pytest
from darkroom.catalogue.connections import Connection
from darkroom.catalogue.rows import Ended, ended, image_id
from darkroom.catalogue.store import Store
from darkroom.errors import TransientError
from darkroom.pipeline.uploads import ImageVersion
from PIL import Image

from local.postgres import DATABASE, USER, Postgres
from local.tables import BROKEN_ROWS, houses
from tests.functional.catalogue import Catalogue, catalogue, connect, postgres
from tests.functional.conftest import World
from tests.functional.pipeline import Pipeline
from tests.unit.catalogue.test_rows import item

__all__ = ["catalogue", "connect", "postgres"]  # fixtures

Connect = Callable[[], Connection]
KEY = "users/ann/a.jpg"


def photo(make: str = "Pentax") -> bytes:
    """A photo with a camera and a place."""
    exif = {
        "0th": {piexif.ImageIFD.Make: make, piexif.ImageIFD.Model: "K-70"},
        "Exif": {piexif.ExifIFD.ISOSpeedRatings: 200},
        "GPS": {
            piexif.GPSIFD.GPSLatitudeRef: "N",
            piexif.GPSIFD.GPSLatitude: ((47, 1), (4, 1), (0, 1)),
            piexif.GPSIFD.GPSLongitudeRef: "E",
            piexif.GPSIFD.GPSLongitude: ((15, 1), (27, 1), (0, 1)),
        },
    }
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(out, "JPEG", exif=piexif.dump(exif))
    return out.getvalue()


def test_facts_are_in_their_tables_when_files_have_ended(
    pipeline: Pipeline, catalogue: Catalogue
) -> None:
    world = pipeline.world
    pipeline.deliver(
        world.put("ann", "a.jpg", photo()),
        world.put("ann", "broken.jpg"),
        world.put("bob", "houses.csv", houses()),
    )
    catalogue.catch_up()

    images = {row["image"]: row for row in catalogue.rows("images")}
    assert {key: (row["kind"], row["status"]) for key, row in images.items()} == {
        "users/ann/a.jpg": ("picture", "processed"),
        "users/ann/broken.jpg": ("picture", "rejected"),
        "users/bob/houses.csv": ("table", "processed"),
    }
    seen, item = images[KEY], world.image("ann", "a.jpg")
    assert item is not None
    assert (seen["width"], seen["height"], seen["bytes"]) == (64, 48, len(photo()))
    assert seen["ended_at"] == datetime.fromisoformat(item["finished_at"])
    assert images["users/ann/broken.jpg"]["reason"] is not None
    [camera], [place], [table] = (catalogue.rows(name) for name in ("cameras", "places", "tables"))
    assert (camera["image_id"], camera["camera"], camera["iso"]) == (
        image_id(KEY), "Pentax K-70", 200,
    )  # fmt: skip
    assert place["latitude"] == pytest.approx(47 + 4 / 60)
    assert place["longitude"] == pytest.approx(15.45)
    assert [place[name] for name in ("country_code", "country", "region", "town")] == [
        "AT", "Austria", "Styria", "Graz",
    ]  # fmt: skip
    assert (table["owner"], table["row_count"], table["rejected_rows"]) == (
        "bob", 2000, BROKEN_ROWS,
    )  # fmt: skip
    assert [row["status"] for row in catalogue.rows("notifications")] == [
        row["kind"] for owner in ("ann", "bob") for row in world.notifications(owner)
    ]
    assert [(row["owner"], row["images"]) for row in catalogue.rows("owners")] == [
        ("ann", 2), ("bob", 1),
    ]  # fmt: skip


def test_rows_are_the_same_when_messages_come_twice_and_in_another_order(
    pipeline: Pipeline, catalogue: Catalogue
) -> None:
    world = pipeline.world
    first = world.put("ann", "a.jpg", photo())
    pipeline.deliver(first)
    second = world.put("ann", "a.jpg", photo("Leica"))
    pipeline.deliver(second, world.put("ann", "b.jpg", photo()))
    removal = world.delete("ann", "b.jpg")
    pipeline.remove(removal)
    told = [json.dumps(message) for message in world.published()]
    messages = [*world.receipts(), *told, removal]
    assert catalogue.deliver(*messages) == []
    before = catalogue.everything()

    random.Random(5).shuffle(messages)
    assert catalogue.deliver(*messages, *reversed(messages)) == []

    assert catalogue.everything() == before
    assert [row["camera"] for row in catalogue.rows("cameras")] == ["Leica K-70"]


def test_message_comes_again_when_the_end_is_not_written_yet(
    pipeline: Pipeline, catalogue: Catalogue
) -> None:
    world = pipeline.world
    uploaded = world.put("ann", "a.jpg", photo())
    for name in ("thumbnail", "watermark", "transcode", "metadata", "quota", "profile"):
        assert world.deliver(pipeline.apps[name], uploaded) == []
    receipts = world.receipts()

    assert catalogue.deliver(*receipts) == list(range(len(receipts)))
    assert catalogue.rows("images") == []

    pipeline.notify()
    assert catalogue.deliver(*receipts) == []
    assert [row["status"] for row in catalogue.rows("images")] == ["processed"]


def test_everything_arrives_later_when_the_database_was_down(
    pipeline: Pipeline, catalogue: Catalogue, postgres: Postgres
) -> None:
    world = pipeline.world
    pipeline.deliver(world.put("ann", "a.jpg", photo()))
    catalogue.catch_up()  # it has a session now
    postgres.pause()
    try:
        pipeline.deliver(world.put("ann", "b.jpg", photo()))
        receipts = world.receipts("b.jpg")
        assert catalogue.deliver(*receipts) == list(range(len(receipts)))
    finally:
        postgres.resume()

    assert catalogue.deliver(*receipts) == []
    assert [row["image"] for row in catalogue.rows("images")] == [KEY, "users/ann/b.jpg"]


def test_answer_is_noted_once_it_is_accepted(pipeline: Pipeline, catalogue: Catalogue) -> None:
    world = pipeline.world
    pipeline.deliver(world.put("ann", "a.jpg", photo()))
    catalogue.catch_up()
    [told] = world.notifications("ann")
    key = {"identity_id": {"S": "ann"}, "notification_id": {"S": told["notification_id"]}}

    def answer(**values: str) -> None:
        world.dynamodb.update_item(
            TableName="NotificationsTable",
            Key=key,
            AttributeUpdates={name: {"Value": {"S": value}} for name, value in values.items()},
        )
        message = {"identity_id": "ann", "notification_id": told["notification_id"]}
        assert catalogue.deliver(json.dumps(message)) == []

    answer(seen_at="2026-11-24T09:00:00.000Z")
    [row] = catalogue.rows("notifications")
    assert row["seen_at"] == datetime(2026, 11, 24, 9, tzinfo=UTC)
    assert row["response"] is None

    answer(response="keep", responded_at="2026-11-24T10:00:00.000Z")
    answer(response="delete", responded_at="2026-11-24T11:00:00.000Z")
    answer(response="keep", responded_at="2026-11-24T10:00:00.000Z")  # an older state, read late
    answer(response="keep!", responded_at="2026-11-24T12:00:00.000Z", seen_at="now")
    [row] = catalogue.rows("notifications")
    assert (row["response"], row["responded_at"].hour, row["seen_at"].hour) == ("delete", 11, 9)


def test_message_about_something_else_changes_nothing(catalogue: Catalogue, world: World) -> None:
    mails = {"identity_id": "ann", "notification_id": "mails"}
    gone = {"identity_id": "ann", "image": "users/ann/gone.jpg", "version": "1", "step": "quota"}
    nul = {"identity_id": "ann", "image": "users/ann/\0.jpg", "version": "1", "step": "quota"}

    assert catalogue.deliver("hello", "[]", json.dumps(mails), json.dumps(gone)) == []
    assert catalogue.deliver(json.dumps(nul), world.record("ObjectRemoved:Delete", "x\0", {})) == []
    assert not any(catalogue.everything().values())


# The store alone. ---------------------------------------------------------------------------------

END = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)


def end_of(version: str, *, minute: int = 0, camera: str | None = "Pentax") -> Ended:
    key = {"owner": "ann", "image_id": image_id(KEY)}
    at = END + timedelta(minutes=minute)
    image = dict.fromkeys(
        ("reason", "format", "width", "height", "dominant_colour", "content_hash",
         "perceptual_hash", "frames", "duration_seconds", "title", "rating", "taken_at"),
    )  # fmt: skip
    image |= key | {
        "image": KEY, "version": version, "kind": "picture", "status": "processed",
        "bytes": int(version, 16), "uploaded_at": END, "ended_at": at,
    }  # fmt: skip
    rows: dict[str, dict[str, Any]] = {"images": image}
    if camera is not None:
        rows["cameras"] = key | {
            "camera": f"{camera} {version}", "lens": None, "exposure": None, "f_number": None,
            "iso": None, "focal_length_mm": None, "flash_fired": None,
        }  # fmt: skip
    return Ended("ann", image_id(KEY), version, at, rows)


def deleted(version: str) -> ImageVersion:
    return ImageVersion("ann", KEY, version)


@pytest.mark.parametrize(
    ("events", "left"),
    [
        ([end_of("0A"), end_of("0B"), end_of("0B", minute=1, camera=None)], ("0B", 1, None)),
        ([end_of("0A"), deleted("0B"), end_of("0C")], ("0C", 0, "Pentax 0C")),
        ([end_of("0A"), end_of("0B"), deleted("0C")], None),
        ([end_of("0B"), deleted("0B"), end_of("0B", minute=2), deleted("0A")], None),
    ],
    ids=["overwritten and retried", "uploaded again", "deleted", "deleted at its own version"],
)
def test_newest_state_is_left_whatever_the_order(
    connect: Connect, events: list[Ended | ImageVersion], left: tuple[str, int, str | None] | None
) -> None:
    store = Store(connect)
    for order in itertools.permutations(events):
        with connect() as connection:
            for table in ("versions", "images", "cameras"):
                connection.execute(f"DELETE FROM catalogue.{table}")
        for event in order:
            store.bury(event) if isinstance(event, ImageVersion) else store.write([event])
        assert state(connect) == left, order
    store.close()


def state(connect: Connect) -> tuple[str, int, str | None] | None:
    """Version, minute of the end and camera of the image; no camera stays without an image."""
    with connect() as connection:
        found = connection.execute(
            "SELECT version, ended_at, camera FROM catalogue.images "
            "FULL JOIN catalogue.cameras USING (owner, image_id)"
        ).fetchall()
    if not found:
        return None
    [(version, ended_at, camera)] = found
    return version, ended_at.minute - END.minute, camera


def test_camera_of_a_thousand_letters_is_stored(connect: Connect) -> None:
    """An index has no place for such a name: its message would fail each time."""
    letters = random.Random(5)
    name = "".join(chr(letters.randrange(0x4E00, 0x9FA5)) for _ in range(1001))
    store = Store(connect)
    assert store.write([ended(item(metadata={"camera": name, "bit_rate": 2**70}))]) == 1
    store.close()
    with connect() as connection:
        [(camera,)] = connection.execute("SELECT camera FROM catalogue.cameras").fetchall()
    assert camera == name[:200]
    assert len(("\U0001f600" * len(camera)).encode()) < 1024


@pytest.mark.parametrize("isolation", ["read committed", "repeatable read"])
def test_newest_state_is_left_when_many_write_at_once(connect: Connect, isolation: str) -> None:
    """DSQL's transactions are of the second kind: what meets another fails with 40001."""

    def isolated() -> Connection:
        connection = connect()
        connection.execute(f"SET default_transaction_isolation = '{isolation}'")
        return connection

    events: list[Ended | ImageVersion] = [
        *(end_of(f"{number:02X}", camera="Leica" if number % 3 else None) for number in range(24)),
        deleted("15"), end_of("18"),
    ]  # fmt: skip

    def write(share: list[Ended | ImageVersion]) -> None:
        store = Store(isolated)
        for event in share:
            for _ in range(20):  # as the queue does
                try:
                    store.bury(event) if isinstance(event, ImageVersion) else store.write([event])
                    break
                except TransientError:
                    continue
        store.close()

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(write, [events[start::4] for start in range(4)]))

    assert state(connect) == ("18", 0, "Pentax 18")


def test_transaction_is_done_again_when_it_met_another(connect: Connect) -> None:
    """As DSQL does it: the first to commit wins, and the other is told with 40001."""
    calls: list[int] = []

    def meet(connection: Connection) -> int:
        calls.append(1)
        if len(calls) < 3:
            raise psycopg.errors.SerializationFailure("OC000")
        return connection.execute(
            "INSERT INTO catalogue.versions (owner, image_id, version) VALUES ('a', 'b', '1')"
        ).rowcount

    store = Store(connect)
    assert store.run(meet) == 1
    assert len(calls) == 3

    with pytest.raises(TransientError, match="too many at once"):
        store.run(lambda _: (_ for _ in ()).throw(psycopg.errors.SerializationFailure("OC000")))
    store.close()


def test_session_is_another_before_its_hour_is_over(connect: Connect) -> None:
    now = [0.0]
    opened: list[Connection] = []

    def opening() -> Connection:
        opened.append(connect())
        return opened[-1]

    store = Store(opening, clock=lambda: now[0])
    for minutes in (0, 10, 49, 51, 59):
        now[0] = minutes * 60
        store.write([end_of("0A")])
    store.close()

    assert len(opened) == 2
    assert all(each.closed for each in opened)


def test_what_is_over_is_forgotten_once_an_hour(connect: Connect) -> None:
    now = [0.0]
    store = Store(connect, clock=lambda: now[0])
    with connect() as connection:
        for name, days in (("old", -31), ("young", -29)):
            at = datetime.now(UTC) + timedelta(days=days)
            connection.execute(
                "INSERT INTO catalogue.versions VALUES ('ann', %s, '1', NULL, %s)", (name, at)
            )
            connection.execute(
                "INSERT INTO catalogue.notifications "
                "VALUES ('ann', %s, 'i', '1', 'processed', 'picture', NULL, %s, "
                "NULL, NULL, NULL, %s)",
                (name, at, at + timedelta(days=30)),
            )

    for later in (0, 3601):
        store.forget()
        now[0] += later
    store.close()

    with connect() as connection:
        for table in ("versions", "notifications"):
            left = connection.execute(f"SELECT * FROM catalogue.{table}").fetchall()
            assert [row[1] for row in left] == ["young"], table


def test_all_that_is_over_is_forgotten_when_it_is_more_than_fits_a_transaction(
    connect: Connect,
) -> None:
    now = [0.0]
    store = Store(connect, clock=lambda: now[0])

    def left() -> int:
        with connect() as connection:
            return len(connection.execute("SELECT * FROM catalogue.versions").fetchall())

    with connect() as connection:
        connection.execute(
            "INSERT INTO catalogue.versions SELECT 'ann', number::text, '1', NULL, %s "
            "FROM generate_series(1, 2500) AS number",
            (datetime.now(UTC) - timedelta(days=31),),
        )
    store.forget()
    counts = [left()]
    for _ in range(4):
        store.forget()
        counts.append(left())
    store.close()

    assert counts == [1500, 500, 0, 0, 0]


def test_database_is_named_when_nobody_answers_there(postgres: Postgres) -> None:
    def connect() -> Connection:
        return psycopg.connect(host="127.0.0.1", port=1, user=USER, dbname=DATABASE)

    with pytest.raises(TransientError, match="catalogue's database"):
        Store(connect).write([end_of("0A")])
