"""A table's way: its kind, its profile, its files, and how it ends when it is no sound one."""

from __future__ import annotations

import csv
import gzip
import io
import json
from typing import Any

import pytest

from tests.functional.conftest import PROCESSED, World
from tests.functional.pipeline import FLOW, STEPS, Pipeline, photo
from tests.functional.test_crashes import HEAD, Damage, damaged
from tests.functional.test_fail import Letters
from tests.functional.test_kinds import end_of, image_of, requests
from tests.functional.test_retry import answer
from tests.functional.wire import meanwhile
from tests.unit.tables.workbooks import workbook

__all__ = ["damaged"]  # which is a fixture

TABLE = b"town,price\nGraz,410000\nLinz,99000\nWien,1,2\n"
FILES = {"data.parquet", "rejects.csv", "table.json"}


def made(world: World) -> set[str]:
    return {key.rpartition("/")[2] for key in world.outputs()}


def output(world: World, name: str) -> Any:
    (key,) = [key for key in world.outputs() if key.endswith(f"/{name}")]
    return world.s3.get_object(Bucket=PROCESSED, Key=key)


@pytest.mark.parametrize("first", ["profile", "quota", "thumbnail"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_table_is_profiled_whoever_comes_first(pipeline: Pipeline, first: str, pack: Any) -> None:
    world = pipeline.world
    created = world.put("ann", "houses.jpg", pack(TABLE))
    world.deliver(pipeline.apps[first], created)
    pipeline.deliver(created)

    image = image_of(world, "houses.jpg")
    assert end_of(world, "houses.jpg") == ("table", "processed", None, None)
    assert set(image["steps"]) == {"profile", "quota"}
    assert image["table"] == {"rows": 2, "columns": 2, "rejected_rows": 1, "wrong_values": 0}
    assert image["details"]["key"].endswith("/table.json")
    assert made(world) == FILES
    [told] = world.notifications("ann")
    assert (told["kind"], told["file_kind"]) == ("processed", "table")
    assert told["message"].startswith("Your file ")


@pytest.mark.parametrize(
    ("data", "format_"),
    [
        (b'{"town":"Graz","price":410000}\n{"town":"Linz","price":99000}\n[]\n', "jsonl"),
        (workbook([("town", "price"), ("Graz", 410000), ("Linz", 99000), ("_x0000_", 1)]), "xlsx"),
    ],
    ids=["JSON lines", "Excel"],
)
def test_table_is_profiled_whatever_its_format_is(
    pipeline: Pipeline, data: bytes, format_: str
) -> None:
    world = pipeline.world
    pipeline.deliver(world.put("ann", "houses.csv", data))

    assert end_of(world, "houses.csv") == ("table", "processed", None, None)
    counts = {"rows": 2, "columns": 2, "rejected_rows": 1, "wrong_values": 0}
    assert image_of(world, "houses.csv")["table"] == counts
    assert made(world) == FILES
    document = json.loads(output(world, "table.json")["Body"].read())
    assert (document["format"], document["preview"][0]) == (format_, ["Graz", "410000"])
    rejects = output(world, "rejects.csv")["Body"].read().decode()
    assert [row["line"] for row in csv.DictReader(io.StringIO(rejects))] == [str(document["lines"])]


def test_profile_and_rejects_are_stored_when_a_table_is_read(pipeline: Pipeline) -> None:
    world = pipeline.world
    pipeline.deliver(world.put("ann", "a.csv", TABLE))

    document = json.loads(output(world, "table.json")["Body"].read())
    assert [(each["name"], each["type"]) for each in document["columns"]] == [
        ("town", "text"),
        ("price", "integer"),
    ]
    rejects = output(world, "rejects.csv")["Body"].read().decode()
    assert [row["line"] for row in csv.DictReader(io.StringIO(rejects))] == ["4"]
    parquet = output(world, "data.parquet")
    assert parquet["ContentType"] == "application/vnd.apache.parquet"
    assert parquet["Body"].read().startswith(b"PAR1")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"a,b\n1,2\n3,4\n" + b"x\n" * 3, "mostly-broken"),
        (gzip.compress(b"a,b\n" + b"1,2\n" * 1000)[:-8], "corrupt"),
        (b"1," * 5000 + b"1\n" + b"1," * 5000 + b"1\n", "too-many-columns"),
        (b'{"a":1}\n{\n{\n', "mostly-broken"),
        (workbook([("a", "b"), (1, 2)])[:-9], "corrupt"),
    ],
    ids=["mostly broken", "cut off", "too wide", "mostly no JSON", "Excel that is cut off"],
)
def test_table_is_rejected_with_its_reason_when_it_is_no_sound_one(
    pipeline: Pipeline, data: bytes, reason: str
) -> None:
    world = pipeline.world
    pipeline.deliver(world.put("ann", "a.csv", data))

    assert end_of(world, "a.csv")[:3] == ("table", "rejected", reason)
    assert made(world) == set()


def test_table_is_never_downloaded_when_it_is_larger_than_allowed(
    pipeline: Pipeline,
) -> None:
    world = pipeline.world
    app = world.load("profile", MAX_TABLE_BYTES="1024")
    created = world.put("ann", "a.csv", TABLE * 30)
    world.deliver(pipeline.apps["quota"], created)
    with requests(world) as asked:
        world.deliver(app, created)
    pipeline.notify()

    assert end_of(world, "a.csv")[:3] == ("table", "rejected", "too-large")
    assert "GetObject" not in {operation for operation, _ in asked}


def test_table_is_refused_as_before_when_tables_are_off(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = pipeline.world
    monkeypatch.setenv("STEPS", FLOW.replace(",profile:table", ""))
    created = world.put("ann", "a.csv", TABLE)
    for name in (*STEPS, "cleanup"):
        assert world.deliver(world.load(name), created) == []
    pipeline.notify()

    assert end_of(world, "a.csv")[:3] == ("other", "rejected", "unsupported")
    assert list(image_of(world, "a.csv")["steps"]) == ["quota"]
    assert made(world) == set()


def test_files_go_when_their_table_is_deleted(pipeline: Pipeline) -> None:
    world = pipeline.world
    pipeline.deliver(world.put("ann", "a.csv", TABLE))
    pipeline.remove(world.delete("ann", "a.csv"))

    assert world.outputs() == set()
    assert world.usage("ann")["stored_bytes"] == 0


def test_nothing_is_left_when_a_table_is_deleted_while_it_is_read(pipeline: Pipeline) -> None:
    world = pipeline.world
    created = world.put("ann", "a.csv", TABLE)
    world.deliver(pipeline.apps["quota"], created)

    def delete() -> None:
        pipeline.remove(world.delete("ann", "a.csv"))

    with world.wire.watch(meanwhile("PutObject", delete)):
        assert world.deliver(pipeline.apps["profile"], created) == []

    assert world.outputs() == set()
    assert world.image("ann", "a.csv") is None


def test_table_is_read_again_when_its_owner_asks_after_a_failure(pipeline: Pipeline) -> None:
    world = pipeline.world
    created = world.put("ann", "a.csv", TABLE)
    pipeline.deliver(created, without="profile")
    letters = Letters(world)
    letters.leave("profile", created)
    letters.look()
    assert end_of(world, "a.csv")[:2] == ("table", "failed")
    [told] = world.notifications("ann")

    answer(world, world.load("retry"), told)
    [event] = pipeline.republished()
    pipeline.deliver(event)

    assert end_of(world, "a.csv")[:2] == ("table", "processed")


def test_reconcile_sends_a_table_to_its_end_when_its_message_was_lost(pipeline: Pipeline) -> None:
    world = pipeline.world
    pipeline.deliver(world.put("ann", "a.csv", TABLE), without="profile")
    assert end_of(world, "a.csv")[:2] == ("table", "processing")

    pipeline.heal()

    assert end_of(world, "a.csv")[:2] == ("table", "processed")
    assert set(pipeline.sweep()) == {"Examined", "Sweeps"}


def test_item_is_a_picture_s_no_more_when_a_table_is_written_over_it(pipeline: Pipeline) -> None:
    world = pipeline.world
    pipeline.deliver(world.put("ann", "a.jpg", photo()))
    pipeline.deliver(world.put("ann", "a.jpg", TABLE))

    assert end_of(world)[:2] == ("table", "processed")
    assert image_of(world)["renditions"] == {}
    assert image_of(world)["details"]["key"].endswith("/table.json")


@pytest.mark.parametrize(
    ("how", "asked", "failed"),
    [
        ("cut", [HEAD, "all", f"bytes={len(TABLE) // 2}-"], []),
        ("changed", [HEAD, "all"], [0]),
        ("lost", [HEAD, "all"], [0]),  # nothing but NULs is no table, but that is not the file's
    ],
)
def test_table_is_processed_when_its_body_arrives_damaged_once(
    world: World, damaged: Damage, how: str, asked: list[str], failed: list[int]
) -> None:
    ranges = damaged(how, lambda count, _: count == 2)
    profile = world.load("profile")
    created = world.put("ann", "a.csv", TABLE)

    assert world.deliver(profile, created) == failed
    assert ranges == asked
    assert world.deliver(profile, created) == []

    image = image_of(world, "a.csv")
    assert image["steps"]["profile"]["state"] == "done"
    assert image["table"]["rows"] == 2


def test_table_is_not_refused_when_its_body_breaks_off_each_time(
    world: World, damaged: Damage
) -> None:
    ranges = damaged("cut", lambda count, _: count >= 2)
    created = world.put("ann", "a.csv", TABLE)

    assert world.deliver(world.load("profile"), created) == [0]

    assert len(ranges) == 4  # a head, and three attempts at the rest
    assert image_of(world, "a.csv")["steps"]["profile"]["state"] == "pending"
    assert made(world) == set()
